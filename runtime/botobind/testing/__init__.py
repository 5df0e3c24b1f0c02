"""Values to test with, and services to test against: an example of any generated class, Hypothesis strategies over its
valid values, and fakes of services.
"""

from botobind.testing.examples import example
from botobind.testing.fakes import Fake, FakeCall, MissingHandlerError, fake
from botobind.testing.patterns import NoExampleError, matching_text
from botobind.testing.strategies import MissingHypothesisError, strategy

__all__ = [
    "Fake",
    "FakeCall",
    "MissingHandlerError",
    "MissingHypothesisError",
    "NoExampleError",
    "example",
    "fake",
    "matching_text",
    "strategy",
]
