"""What can go wrong, each with one line for a person."""

from collections.abc import Mapping
from typing import Any


class WiredeskError(Exception):
    """The base of all errors of this package."""


class ConnectionLost(WiredeskError):
    """The service could not be reached, or did not finish its answer, in all tries."""


class CursorError(WiredeskError):
    """A cursor does not fit: it was saved for another filter or another change log, or is unreadable."""


class ApiError(WiredeskError):
    """The service refused a request.

    `status` is the HTTP status, `message` what is wrong, `body` the whole answer if it was a JSON object.
    """

    def __init__(self, status: int, message: str, body: Mapping[str, Any]) -> None:
        super().__init__(f"{status}: {message}")
        self.status, self.message, self.body = status, message, body
