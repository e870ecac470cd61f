"""The mapping of exceptions (network, TLS, aiohttp) and of status codes to failures with a reason.

Foreign exceptions are handled only here. A test walks aiohttp's exceptions and fails when one is not mapped.
"""

import socket
import ssl
from datetime import timedelta

import aiohttp
from aiohttp import http_exceptions

from worker.fetch.encodings import BadEncoding, TooLarge
from worker.fetch.reply import Failure
from worker.fetch.tls import advice
from worker.outcome import Reason, Refusal

_DETAIL_LENGTH = 300
"""Characters of an error message that are kept: enough for a line in a log or a table."""


class ForbiddenAddress(OSError):
    """A connection to a forbidden address was refused."""


class ForbiddenPort(OSError):
    """A connection to a forbidden port was refused."""


# The first match counts, so narrow exceptions come first.
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
    # Not a slow answer: without a connection the host has to rest, not just the page.
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
    # Raised by yarl and idna for an invalid URL.
    (ValueError, Reason.BAD_URL, False),
)


def failure(error: BaseException, *, url: str) -> Failure:
    """Return the failure of a request that `error` means; INTERNAL for unexpected exceptions."""
    innermost = _hidden(error) or error
    for kind, reason, retryable in _REASONS:
        if isinstance(innermost, kind):
            return Failure(refusal=Refusal(reason, _words(innermost)), retryable=retryable, url=url)
    return Failure(refusal=Refusal(Reason.INTERNAL, repr(error)[:_DETAIL_LENGTH]), retryable=True, url=url)


def refused(reason: Reason, detail: str, *, url: str) -> Failure:
    """Return a failure that a retry would not change."""
    return Failure(refusal=Refusal(reason, detail[:_DETAIL_LENGTH]), retryable=False, url=url)


def unasked_not_modified(url: str) -> Failure:
    """Return the failure of a 304 to a request without conditions: there is no copy that it could mean."""
    reason = Reason.NOT_MODIFIED
    return Failure(refusal=Refusal(reason, reason.words), retryable=True, url=url, status=304)


def no_location(status: int, *, url: str) -> Failure:
    """Return the failure of a redirect that has neither an address nor a body."""
    refusal = Refusal(Reason.HTTP_UNEXPECTED, "a redirect without a Location")
    return Failure(refusal=refusal, retryable=False, url=url, status=status)


def of_status(status: int, *, url: str, wait: timedelta | None, challenge: bool = False) -> Failure:
    """Return the failure that `status` means; `challenge`: a test for robots."""
    reason, retryable = _reason_of(status)
    if challenge:
        reason = Reason.BOT_CHALLENGE
    return Failure(
        refusal=Refusal(reason, f"status {status}"),
        retryable=retryable,
        url=url,
        status=status,
        retry_after=wait,
    )


def _reason_of(status: int) -> tuple[Reason, bool]:
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
        case _ if 200 <= status < 300:
            # Not yet what was requested (202, 204, 206), but no refusal.
            return Reason.HTTP_UNEXPECTED, True
        case _:
            return Reason.HTTP_UNEXPECTED, False


def _hidden(error: BaseException) -> BaseException | None:
    """Return the more specific cause of aiohttp's error: our own refusal or a parser's message."""
    inner = error.__cause__ or error.__context__
    while inner is not None:
        if isinstance(inner, (ForbiddenAddress, ForbiddenPort, http_exceptions.HttpProcessingError)):
            return inner
        inner = inner.__cause__ or inner.__context__
    return None


def _words(error: BaseException) -> str:
    words = " ".join((str(error) or type(error).__name__).split())[:_DETAIL_LENGTH]
    return f"{words}; {found}" if (found := advice(error)) else words
