"""From what the network, aiohttp and TLS raise, and from status codes, to failures with a reason.

The one place where foreign errors are known. A test walks aiohttp's exceptions and fails when a new one is
not mapped here.
"""

import socket
import ssl
from datetime import timedelta

import aiohttp
from aiohttp import http_exceptions

from worker.fetch.encodings import BadEncoding, TooLarge
from worker.fetch.reply import Failure
from worker.outcome import Reason, Refusal

_DETAIL_LENGTH = 300


class ForbiddenAddress(OSError):
    """A connection was about to be made to an address that is not to be connected to."""


class ForbiddenPort(OSError):
    """A connection was about to be made to a port that is not among those allowed."""


# The first that fits counts, so the narrow ones come first.
_REASONS: tuple[tuple[type[BaseException], Reason, bool], ...] = (
    (ForbiddenAddress, Reason.FORBIDDEN_ADDRESS, False),
    (ForbiddenPort, Reason.FORBIDDEN_PORT, False),
    (BadEncoding, Reason.BAD_ENCODING, False),
    (TooLarge, Reason.TOO_LARGE, False),
    (http_exceptions.ContentEncodingError, Reason.BAD_ENCODING, False),
    (http_exceptions.DecompressSizeError, Reason.TOO_LARGE, False),
    (http_exceptions.PayloadEncodingError, Reason.DISCONNECTED, True),
    (http_exceptions.HttpProcessingError, Reason.BAD_HTTP, True),
    (aiohttp.ClientConnectorDNSError, Reason.DNS_FAILED, True),
    (aiohttp.ClientSSLError, Reason.TLS_FAILED, True),
    (aiohttp.ServerFingerprintMismatch, Reason.TLS_FAILED, True),
    # A proxy would not, or could not, connect to the host.
    (aiohttp.ClientHttpProxyError, Reason.CONNECT_FAILED, True),
    (aiohttp.ClientConnectorError, Reason.CONNECT_FAILED, True),
    # No connection in time is no slow answer: the host rests, not the page.
    (aiohttp.ConnectionTimeoutError, Reason.CONNECT_FAILED, True),
    (aiohttp.ServerTimeoutError, Reason.TIMEOUT, True),
    (aiohttp.ServerDisconnectedError, Reason.DISCONNECTED, True),
    (aiohttp.ClientConnectionError, Reason.DISCONNECTED, True),
    (aiohttp.ClientPayloadError, Reason.DISCONNECTED, True),
    (aiohttp.UploadAbortedError, Reason.DISCONNECTED, True),
    (aiohttp.TooManyRedirects, Reason.TOO_MANY_REDIRECTS, False),
    (aiohttp.ClientResponseError, Reason.BAD_HTTP, True),
    (aiohttp.InvalidURL, Reason.BAD_URL, False),
    (aiohttp.NonHttpUrlClientError, Reason.FORBIDDEN_SCHEME, False),
    (aiohttp.RedirectClientError, Reason.BAD_URL, False),
    (TimeoutError, Reason.TIMEOUT, True),
    (socket.gaierror, Reason.DNS_FAILED, True),
    (ssl.SSLError, Reason.TLS_FAILED, True),
    (ConnectionRefusedError, Reason.CONNECT_FAILED, True),
    (ConnectionError, Reason.DISCONNECTED, True),
    (OSError, Reason.CONNECT_FAILED, True),
    # yarl and idna say so when a URL cannot be one.
    (ValueError, Reason.BAD_URL, False),
)


def failure(error: BaseException, *, url: str) -> Failure:
    """What `error` means for the request of `url`; INTERNAL for what nobody has thought of."""
    innermost = _hidden(error) or error
    for kind, reason, retryable in _REASONS:
        if isinstance(innermost, kind):
            return Failure(refusal=Refusal(reason, _words(innermost)), retryable=retryable, url=url)
    return Failure(refusal=Refusal(Reason.INTERNAL, repr(error)[:_DETAIL_LENGTH]), retryable=True, url=url)


def refused(reason: Reason, detail: str, *, url: str) -> Failure:
    """A failure that no retry mends."""
    return Failure(refusal=Refusal(reason, detail[:_DETAIL_LENGTH]), retryable=False, url=url)


def of_status(status: int, *, url: str, wait: timedelta | None, challenge: bool = False) -> Failure:
    """What an answer with `status` (none of 200, 203, 304) means; `challenge`: it is a test for robots."""
    reason, retryable = _of_status(status)
    if challenge:
        reason = Reason.BOT_CHALLENGE
    return Failure(
        refusal=Refusal(reason, f"status {status}"),
        retryable=retryable,
        url=url,
        status=status,
        retry_after=wait,
    )


def _of_status(status: int) -> tuple[Reason, bool]:
    match status:
        case 429:
            return Reason.RATE_LIMITED, True
        case 401 | 402 | 403 | 451:
            return Reason.HTTP_FORBIDDEN, False
        case 404 | 410:
            return Reason.HTTP_GONE, False
        case 408 | 425:
            return Reason.HTTP_CLIENT_ERROR, True
        case _ if 400 <= status < 500:
            return Reason.HTTP_CLIENT_ERROR, False
        case _ if 500 <= status < 600:
            return Reason.HTTP_SERVER_ERROR, True
        case _:
            return Reason.HTTP_UNEXPECTED, False


def _hidden(error: BaseException) -> BaseException | None:
    """The error inside aiohttp's that says more: our own refusal, or a parser's about the body."""
    inner = error.__cause__ or error.__context__
    while inner is not None:
        if isinstance(inner, (ForbiddenAddress, ForbiddenPort, http_exceptions.HttpProcessingError)):
            return inner
        inner = inner.__cause__ or inner.__context__
    return None


def _words(error: BaseException) -> str:
    return " ".join((str(error) or type(error).__name__).split())[:_DETAIL_LENGTH]
