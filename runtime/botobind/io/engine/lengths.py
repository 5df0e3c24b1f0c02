"""Whether bodies that are sent bit by bit are as long as they were said to be."""

from __future__ import annotations

from botobind.errors import EncodeError


class Countdown:
    """Counts the bytes of a body: what is behind the length would be the next request to the server, and its response
    that of another call.
    """

    def __init__(self, length: int) -> None:
        self._length = length
        self.left = length
        """How many bytes are yet to come."""

    def take(self, size: int) -> None:
        """Takes so many bytes. Raises `EncodeError` where there are more than were said."""
        self.left -= size
        if self.left < 0:
            raise EncodeError(f"the body is longer than the {self._length} bytes that it was said to have")

    def end(self) -> None:
        """Ends the body. Raises `EncodeError` where bytes are missing."""
        if self.left:
            raise EncodeError(f"the body is {self.left} bytes shorter than the {self._length} that it was said to have")
