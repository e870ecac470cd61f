"""Every error of a lower layer has a reason; a new exception in aiohttp makes these tests fail."""

import inspect
import ssl
from types import ModuleType
from typing import Any

import aiohttp
import pytest
from aiohttp import client_exceptions, http_exceptions
from aiohttp.client_reqrep import ConnectionKey

from worker.fetch.encodings import BadEncoding, TooLarge
from worker.fetch.errors import ForbiddenAddress, failure, of_status
from worker.outcome import Reason

# A WebSocket's, and a warning's: no GET can meet them.
NOT_OURS = {"WSMessageTypeError"}


def exceptions(module: ModuleType) -> list[type[BaseException]]:
    found = [kind for _, kind in inspect.getmembers(module, inspect.isclass) if issubclass(kind, Exception)]
    return [kind for kind in found if kind.__module__ == module.__name__ and kind.__name__ not in NOT_OURS]


def made(kind: type[BaseException]) -> BaseException:
    """Make an instance whatever its constructor's arguments are; its message does not matter here."""

    class Quiet(kind):  # type: ignore[valid-type, misc]
        got = b""
        certificate_error = None

        def __init__(self) -> None: ...

        def __str__(self) -> str:
            return "words"

    return Quiet()


@pytest.mark.parametrize(
    "kind", exceptions(client_exceptions) + exceptions(http_exceptions), ids=lambda kind: kind.__name__
)
def test_each_exception_of_aiohttp_is_mapped(kind: type[BaseException]) -> None:
    if kind is aiohttp.ClientError:
        return  # the root: only its children are raised
    assert failure(made(kind), url="http://a/").refusal.reason is not Reason.INTERNAL


@pytest.mark.parametrize(
    "error,reason,retryable",
    [
        (aiohttp.ConnectionTimeoutError(), Reason.CONNECT_FAILED, True),
        (aiohttp.SocketTimeoutError(), Reason.TIMEOUT, True),
        (TimeoutError(), Reason.TIMEOUT, True),
        (ConnectionResetError("reset"), Reason.DISCONNECTED, True),
        (BrokenPipeError("pipe"), Reason.DISCONNECTED, True),
        (ConnectionRefusedError("refused"), Reason.CONNECT_FAILED, True),
        (OSError("network unreachable"), Reason.CONNECT_FAILED, True),
        (ssl.SSLCertVerificationError("expired"), Reason.TLS_FAILED, True),
        (ForbiddenAddress("10.0.0.1"), Reason.FORBIDDEN_ADDRESS, False),
        (BadEncoding("x"), Reason.BAD_ENCODING, False),
        (TooLarge("x"), Reason.TOO_LARGE, False),
        (UnicodeError("label too long"), Reason.BAD_URL, False),
        (KeyError("a slip of ours"), Reason.INTERNAL, True),
    ],
)
def test_each_error_is_mapped_to_its_reason(error: BaseException, reason: Reason, retryable: bool) -> None:
    found = failure(error, url="http://a/")
    assert (found.refusal.reason, found.retryable, found.url) == (reason, retryable, "http://a/")


def test_the_cause_of_an_error_decides_its_reason() -> None:
    try:
        try:
            raise ForbiddenAddress("a is 10.0.0.1")
        except OSError as inner:
            raise aiohttp.ClientConnectorDNSError(_key(), inner) from inner
    except aiohttp.ClientError as error:
        found = failure(error, url="http://a/")
    assert found.refusal.reason is Reason.FORBIDDEN_ADDRESS
    assert found.refusal.detail == "a is 10.0.0.1"


def _key() -> Any:
    return ConnectionKey("a", 80, False, True, None, None, None)


def test_details_are_one_short_line() -> None:
    detail = failure(ValueError("a\nb" + "c" * 1000), url="").refusal.detail
    assert "\n" not in detail
    assert len(detail) == 300


def test_every_status_has_a_reason() -> None:
    for status in (*range(100, 600), 999):
        found = of_status(status, url="http://a/", wait=None)
        assert (found.status, found.refusal.detail) == (status, f"status {status}")
