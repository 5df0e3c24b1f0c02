"""Servers of AWS's APIs: typed handlers become an application for ASGI, WSGI or Lambda.

`Application` knows AWS: which service and operation a request is for, how to read it, and how each failure is answered.
What listens is a server of your choice, such as uvicorn; `running` has one in a thread, for tests.
"""

from botobind.server.application import Application, problem
from botobind.server.asgi import asgi
from botobind.server.functions import function
from botobind.server.limits import Limits
from botobind.server.running import running
from botobind.server.wsgi import wsgi

__all__ = ["Application", "Limits", "asgi", "function", "problem", "running", "wsgi"]
