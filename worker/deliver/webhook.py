"""Webhooks: each message is a POST, signed by Standard Webhooks.

Every address is checked when it is connected to, as for fetches, so neither a name nor an odd spelling leads
to a private network. Redirects are not followed: their target has not agreed to anything, and could be a
service inside our own network.
"""

import asyncio
import contextlib
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from types import TracebackType

import aiohttp
import uvloop
from yarl import URL

from worker.deliver.answer import TryResult, Verdict
from worker.deliver.hiding import hide
from worker.deliver.message import Message
from worker.deliver.presets import request_of
from worker.deliver.signatures import signed_headers
from worker.fetch import errors
from worker.fetch.connect import GuardedResolver, connector, url_failure
from worker.fetch.headers import http_date, retry_after
from worker.fetch.limits import ANYWHERE, RequestLimits
from worker.outcome import Reason, Refusal
from worker.rows.sinks import SinkRow

CONNECT_SECONDS = 5.0
"""For DNS, TCP and TLS. A guess."""
TOTAL_SECONDS = 15.0
"""For the whole answer: Standard Webhooks recommends 15 to 30 seconds."""
SAID_BYTES = 500
"""Bytes of an answer that are kept for the operator: a line or two of an error. A guess."""
READ_BYTES = 64 * 1024
"""Bytes of an answer up to which its connection is used again. A guess."""

NEVER_REACHED = frozenset(
    {
        Reason.DNS_FAILED,
        Reason.CONNECT_FAILED,
        Reason.TLS_FAILED,
        Reason.FORBIDDEN_ADDRESS,
        Reason.FORBIDDEN_SCHEME,
        Reason.FORBIDDEN_PORT,
        Reason.BAD_URL,
    }
)
"""Failures before the receiver has seen the message: no message is to blame."""

DOWN = frozenset({429, 502, 503, 504})
"""Statuses by which a receiver, or the proxy before it, takes nothing for now."""
GONE = 410
"""By which a receiver ends its subscription (Standard Webhooks, "Gone")."""


class Webhook:
    """An HTTP receiver. `width` messages are sent side by side, so they must be of different articles."""

    width = 8
    """A guess: enough to hide 100 ms of latency, few enough for a small receiver."""
    ordered = False

    def __init__(self, sink: SinkRow, *, agent: str) -> None:
        self._sink = sink
        networks = ANYWHERE if sink.options.allow_private else ()
        self._limits = RequestLimits(
            connect=CONNECT_SECONDS,
            read=TOTAL_SECONDS,
            total=TOTAL_SECONDS,
            body=READ_BYTES,
            networks=networks,
        )
        self._agent = agent
        self._runner = asyncio.Runner(loop_factory=uvloop.new_event_loop)
        self._session: aiohttp.ClientSession | None = None
        self._resolver: GuardedResolver | None = None

    def __enter__(self) -> "Webhook":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(Exception):
            self._runner.run(self._close())
        self._runner.close()

    def send(self, messages: Sequence[Message]) -> list[TryResult]:
        """Send all messages at once; return the answer to each."""
        return self._runner.run(self._send_all(messages))

    def ping(self, message: Message) -> TryResult:
        """Send a message without lines."""
        return self.send([message])[0]

    async def _send_all(self, messages: Sequence[Message]) -> list[TryResult]:
        return await asyncio.gather(*(self._send(message) for message in messages))

    async def _send(self, message: Message) -> TryResult:
        began = time.monotonic()
        try:
            async with asyncio.timeout(TOTAL_SECONDS):
                answer = await self._post(message)
        except Exception as error:
            answer = self._failed(errors.failure(error, url="").refusal)
        return replace(answer, seconds=time.monotonic() - began)

    async def _post(self, message: Message) -> TryResult:
        target, body, headers = self._request(message)
        url = URL(target)
        if refused := url_failure(url, self._limits):
            return self._failed(refused.refusal)
        login = {}
        if url.user or url.password:
            login = {"Authorization": aiohttp.encode_basic_auth(url.user or "", url.password or "")}
        async with self._client().post(
            url.with_user(None), data=body, headers=headers | login, allow_redirects=False, ssl=True
        ) as response:
            return _answer(response, self._hidden(await _beginning(response)))

    def _request(self, message: Message) -> tuple[str, bytes, dict[str, str]]:
        sink = self._sink
        headers = {"Content-Type": "application/json", "User-Agent": self._agent}
        if sink.options.preset:
            return *request_of(sink.options.preset, sink.url, message), headers
        now = datetime.now(UTC)
        signed = signed_headers(message.id, message.body, sink.secrets(now), now=now)
        return sink.url, message.body, headers | signed

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._resolver = GuardedResolver(self._limits.networks)
            self._session = aiohttp.ClientSession(
                connector=connector(self._limits, self._resolver),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                timeout=aiohttp.ClientTimeout(total=None, connect=CONNECT_SECONDS),
                max_line_size=self._limits.header_line,
                max_field_size=self._limits.header_line,
                max_headers=self._limits.headers,
            )
        return self._session

    async def _close(self) -> None:
        if self._session is not None:
            await self._session.close()
        if self._resolver is not None:
            await self._resolver.close()

    def _failed(self, refusal: Refusal) -> TryResult:
        never = refusal.reason in NEVER_REACHED
        detail = refusal.words
        if refusal.reason is Reason.FORBIDDEN_ADDRESS:
            detail += "; add the sink with --allow-private to permit it"
        return TryResult(
            verdict=Verdict.AWAY if never else Verdict.REFUSED,
            reason=str(refusal.reason),
            detail=self._hidden(detail),
        )

    def _hidden(self, text: str) -> str:
        return hide(text, self._sink.url, (self._sink.secret, self._sink.old_secret))


def _answer(response: aiohttp.ClientResponse, said: str) -> TryResult:
    status = response.status
    if 200 <= status < 300:
        return TryResult(verdict=Verdict.DELIVERED, status=status, said=said)
    # By the receiver's clock if it sends one: Retry-After may be a date, and the clocks may differ.
    now = http_date(response.headers.get("Date", "")) or datetime.now(UTC)
    wait = retry_after(response.headers.get("Retry-After"), now=now)
    if status == GONE:
        verdict = Verdict.GONE
    else:
        verdict = Verdict.AWAY if status in DOWN or wait is not None else Verdict.REFUSED
    moved = "; redirects are not followed" if 300 <= status < 400 else ""
    return TryResult(
        verdict=verdict,
        status=status,
        reason=f"http-{status}",
        detail=f"status {status}{moved}",
        said=said,
        wait=wait,
    )


async def _beginning(response: aiohttp.ClientResponse) -> str:
    """Return the beginning of the answer; errors are ignored, since the status has decided already."""
    found = bytearray()
    with contextlib.suppress(aiohttp.ClientError, OSError, ValueError):
        async for chunk in response.content.iter_any():
            found += chunk
            if len(found) > READ_BYTES:
                response.close()
                break
    text = bytes(found[:SAID_BYTES]).decode("utf-8", "replace")
    return text.replace("\0", "")
