"""The callback of WebSub hubs, the only route that accepts data.

Answers are plain text or empty: the caller chooses the challenge, and a browser must find nothing to run in
it. A push is read up to the limit, stored, and answered at once.
"""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Path
from fastapi.responses import PlainTextResponse
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request

from worker.config.groups import WebSubPolicy
from worker.fetch.encodings import known_codings
from worker.services.websub import callback as websub_callback
from worker.services.websub.callback import GONE, NOT_ASKED_FOR, Answer
from worker.web.parts import Needed, Parts

BODY_SECONDS = 30.0
"""Time in which a push must arrive completely. A guess."""

# A browser that opens a callback must find nothing to run, embed or keep.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "Cache-Control": "no-store",
}

router = APIRouter(include_in_schema=False)

Token = Annotated[str, Path(max_length=200)]


def limits_of(parts: Needed) -> WebSubPolicy | None:
    """Return the limits of WebSub; None if WebSub is off."""
    return parts.settings.websub


Limits = Annotated[WebSubPolicy | None, Depends(limits_of)]


@router.get("/websub/{token}")
def verify(request: Request, token: Token, parts: Needed, limits: Limits) -> PlainTextResponse:
    """Answer a hub that verifies or denies a subscription."""
    if limits is None:
        return _reply(NOT_ASKED_FOR)
    query = request.query_params.multi_items()
    return _reply(websub_callback.answer_call(parts.store, token, query, now=parts.clock(), policy=limits))


@router.post("/websub/{token}")
async def receive(request: Request, token: Token, parts: Needed, limits: Limits) -> PlainTextResponse:
    """Accept a push of a hub."""
    refusal = (
        GONE if limits is None else await run_in_threadpool(websub_callback.refuse_push, parts.store, token)
    )
    body = refusal or await _body(request, parts.settings.fetch_max_bytes)
    if isinstance(body, Answer):
        # The rest of the body is not read: the connection ends with the answer.
        return _reply(body, {"Connection": "close"})
    return _reply(await run_in_threadpool(_keep, parts, token, body, request))


def _keep(parts: Parts, token: str, body: bytes, request: Request) -> Answer:
    headers = request.headers
    return websub_callback.receive_push(
        parts.store,
        token,
        body,
        signature=headers.get("x-hub-signature"),
        content_type=_text(headers.get("content-type")),
        encoding=known_codings(_text(headers.get("content-encoding")) or ""),
        now=parts.clock(),
    )


def _text(value: str | None) -> str | None:
    return None if value is None else value.replace("\0", "")[:500]


async def _body(request: Request, limit: int) -> bytes | Answer:
    """Read the push as sent; refuse it once it is too large or takes too long."""
    too_large = Answer(413, f"more than {limit} bytes\n")
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced[:20]) > limit:
        return too_large
    chunks = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in request.stream():
                chunks += chunk
                if len(chunks) > limit:
                    return too_large
    except (TimeoutError, ClientDisconnect):
        return Answer(408, f"the body did not arrive within {BODY_SECONDS:g} seconds\n")
    return bytes(chunks)


def _reply(answer: Answer, headers: dict[str, str] | None = None) -> PlainTextResponse:
    wait = {"Retry-After": str(answer.retry_after)} if answer.retry_after else {}
    return PlainTextResponse(answer.text, answer.status, HEADERS | wait | (headers or {}))
