"""Values to test with: an example of any generated class, and Hypothesis strategies over its valid
values.
"""

from botobind.testing.examples import example
from botobind.testing.patterns import NoExampleError, matching_text
from botobind.testing.strategies import MissingHypothesisError, strategy

__all__ = ["MissingHypothesisError", "NoExampleError", "example", "matching_text", "strategy"]
