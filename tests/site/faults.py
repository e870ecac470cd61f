"""What can go wrong with an answer: each fault takes the request and the right answer, and spoils it."""

import asyncio
import gzip
import zlib
from collections.abc import Awaitable, Callable

from aiohttp import web

from worker.demo.reply import DemoReply, redirect, send

Fault = Callable[[web.BaseRequest, DemoReply], Awaitable[web.StreamResponse]]


def slow(seconds: float) -> Fault:
    """The right answer, `seconds` late."""

    async def answer(request: web.BaseRequest, reply: DemoReply) -> web.StreamResponse:
        await asyncio.sleep(seconds)
        return send(request, reply)

    return answer


def status(code: int, *, retry_after: str | int | None = None) -> Fault:
    """A bare answer with this status; `retry_after` in seconds or as an HTTP date."""
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return _instead(DemoReply(b"<h1>Sorry</h1>", status=code, headers=headers))


def always_unchanged() -> Fault:
    """304 to every request with a condition, whatever has changed."""

    async def answer(request: web.BaseRequest, reply: DemoReply) -> web.StreamResponse:
        if {"If-None-Match", "If-Modified-Since"} & request.headers.keys():
            return web.Response(status=304)
        return send(request, reply)

    return answer


def served(body: str, *, status: int = 200) -> Fault:
    """Another page in the place of the right one, without complaint."""
    return _instead(DemoReply(body.encode(), status=status))


def gone() -> Fault:
    """410: it has been here and will not come back."""
    return status(410)


def moved(to: str, *, permanently: bool = True) -> Fault:
    """301 or 302 to `to`."""
    return _instead(redirect(to, status=301 if permanently else 302))


def redirect_loop() -> Fault:
    """Redirect to itself (302), forever."""

    async def answer(request: web.BaseRequest, reply: DemoReply) -> web.StreamResponse:
        return send(request, redirect(str(request.url), status=302))

    return answer


def broken_html() -> Fault:
    """No closing tags but those of scripts and titles, as old systems print it."""
    return _body(lambda body: body.replace(b"</p>", b"").replace(b"</div>", b"").replace(b"</body>", b""))


def malformed_xml() -> Fault:
    """An ampersand that is not escaped, an entity that XML does not know, and the last tag missing."""
    return _body(lambda body: body.replace(b"</title>", b" & more&nbsp;news</title>")[: body.rindex(b"<")])


def wrong_charset(actual: str = "windows-1252", declared: str = "utf-8") -> Fault:
    """The text in `actual`, while the header says `declared`."""

    async def answer(request: web.BaseRequest, reply: DemoReply) -> web.StreamResponse:
        body = reply.body.decode().encode(actual, "xmlcharrefreplace")
        kind = reply.content_type.partition(";")[0]
        return web.Response(body=body, headers={"Content-Type": f"{kind}; charset={declared}"})

    return answer


def gzipped() -> Fault:
    """gzip, whether the client accepts it or not."""
    return _encoded(gzip.compress)


def bad_gzip() -> Fault:
    """An answer that says gzip and is not."""
    return _encoded(lambda body: b"\x1f\x8b" + body)


def bomb(size: int) -> Fault:
    """A small gzip answer that grows to `size` bytes."""
    return _encoded(lambda _: gzip.compress(b"<p>" + b" " * size, compresslevel=9))


def deflated() -> Fault:
    """The `deflate` encoding, as RFC 9110 means it (with the zlib wrapper)."""
    return _encoded(zlib.compress, "deflate")


def huge(size: int) -> Fault:
    """An endless page, streamed without a length, `size` bytes in all."""

    async def answer(request: web.BaseRequest, reply: DemoReply) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": reply.content_type})
        await response.prepare(request)
        paragraph = b"<p>" + b"on and on " * 1600 + b"</p>\n"
        for _ in range(-(-size // len(paragraph))):
            await response.write(paragraph)
        return response

    return answer


def truncated() -> Fault:
    """Half of the promised length, then the connection breaks."""

    async def answer(request: web.BaseRequest, reply: DemoReply) -> web.StreamResponse:
        headers = {"Content-Type": reply.content_type, "Content-Length": str(len(reply.body))}
        response = web.StreamResponse(headers=headers)
        await response.prepare(request)
        await response.write(reply.body[: len(reply.body) // 2])
        _hang_up(request)
        return response

    return answer


def dripping(every: float, *, chunk: int = 64) -> Fault:
    """`chunk` bytes, a pause of `every` seconds, and so on: never silent for long, never done in time."""

    async def answer(request: web.BaseRequest, reply: DemoReply) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": reply.content_type})
        await response.prepare(request)
        for at in range(0, len(reply.body), chunk):
            await response.write(reply.body[at : at + chunk])
            await asyncio.sleep(every)
        return response

    return answer


def disconnected() -> Fault:
    """The connection is closed without an answer."""

    async def answer(request: web.BaseRequest, reply: DemoReply) -> web.StreamResponse:
        _hang_up(request)
        return web.Response()

    return answer


def first(times: int, fault: Fault) -> Fault:
    """`fault` for the first `times` requests, the right answer from then on."""
    left = iter(range(times))

    async def answer(request: web.BaseRequest, reply: DemoReply) -> web.StreamResponse:
        return send(request, reply) if next(left, None) is None else await fault(request, reply)

    return answer


def _hang_up(request: web.BaseRequest) -> None:
    if request.transport is not None:
        request.transport.close()


def _instead(other: DemoReply) -> Fault:
    async def answer(request: web.BaseRequest, reply: DemoReply) -> web.StreamResponse:
        return send(request, other)

    return answer


def _body(spoil: Callable[[bytes], bytes]) -> Fault:
    async def answer(request: web.BaseRequest, reply: DemoReply) -> web.StreamResponse:
        return send(request, DemoReply(spoil(reply.body), reply.content_type))

    return answer


def _encoded(encode: Callable[[bytes], bytes], name: str = "gzip") -> Fault:
    async def answer(request: web.BaseRequest, reply: DemoReply) -> web.StreamResponse:
        headers = {"Content-Type": reply.content_type, "Content-Encoding": name}
        return web.Response(body=encode(reply.body), headers=headers)

    return answer
