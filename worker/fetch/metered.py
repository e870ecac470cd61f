"""Connections on which all that comes is counted, also what is neither a header nor a body.

A server can send interim answers (1xx), chunk extensions and framing without end: no header and no body is
too large then, and it costs as much as if they were.
"""

import asyncio
from typing import Any

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.streams import EMPTY_PAYLOAD

from worker.fetch.encodings import TooLarge

HEAD = 512 * 1024
"""Bytes of all headers together, those of interim answers included."""
FRAMES = 4 * 1024 * 1024
"""Bytes of a body's framing, beside one for each of its own."""


class MeteredConnector(aiohttp.TCPConnector):
    """A pool whose connections bring only so many bytes for a response; `body` is the limit of its body."""

    def __init__(self, *, body: int, **given: Any) -> None:
        super().__init__(**given)
        self._most = 2 * body + FRAMES
        self._factory = self._handler  # type: ignore[assignment]

    def _handler(self) -> ResponseHandler:
        return _Metered(self._loop, self._most)


class _Metered(ResponseHandler):
    def __init__(self, loop: asyncio.AbstractEventLoop, most: int) -> None:
        super().__init__(loop)
        self._most = most
        self._come = 0
        self._before: object = self._payload

    def set_response_params(self, **given: Any) -> None:
        # A request begins; the body of the last one is still there.
        self._come, self._before = 0, self._payload
        super().set_response_params(**given)

    def data_received(self, data: bytes) -> None:
        self._come += len(data)
        in_body = self._payload is not EMPTY_PAYLOAD and self._payload is not self._before
        most = self._most if in_body else HEAD
        if self._come <= most:
            super().data_received(data)
        elif self.transport is not None:
            error = TooLarge(
                f"more than {most} bytes came {'for one response' if in_body else 'before a body'}"
            )
            if self._payload is not None:
                self._payload.set_exception(error)
            self.set_exception(error)
            self.transport.abort()
