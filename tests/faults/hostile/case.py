"""One case: what a host does, and how the work on it must end."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

Part = Literal["feed", "page", "link"]
"""What is hostile: a feed that is polled, an entry's page (or its robots.txt), or the link of an entry."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A client that has sent its `request`: `target` is the requested path, `home` our own URL."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    target: str
    home: str
    request: bytes = b""

    async def send(self, *parts: bytes) -> None:
        """Send; ConnectionError once the client has gone."""
        for part in parts:
            self.writer.write(part)
            await self.writer.drain()

    async def answer(self, body: bytes = b"", status: str = "200 OK", **headers: str) -> None:
        """A whole answer of HTTP/1.1 with the length that is right."""
        await self.send(head(status, Content_Length=str(len(body)), **headers), body)

    async def for_ever(self, part: bytes, *, every: float = 0.0) -> None:
        """Send the same again and again, until the client goes away."""
        while True:
            await self.send(part)
            await asyncio.sleep(every)

    async def silence(self) -> None:
        """Say nothing until the client goes away."""
        while await self.reader.read(65536):
            pass


QUICK = 3.5
"""Seconds within which work ends that does not use up its limit."""
Talk = Callable[[Peer], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A row of the table.

    `outcome` and `reason` are those of the final event: of the poll for a feed; for a page of its fetch, or
    of its extraction where it was fetched. `says` is part of the detail, or of the feed's warning. The work
    ends within `seconds`. `link` is the address of a `link` case; `robots` answers for robots.txt, which
    otherwise is not there; `tls` names the certificate.
    """

    name: str
    part: Part
    does: str
    outcome: str
    reason: str = ""
    seconds: float = QUICK
    says: str = ""
    talk: Talk | None = None
    robots: Talk | None = None
    link: str = ""
    tls: str = ""


def head(status: str = "200 OK", **headers: str) -> bytes:
    """The head of an answer; `Content_Type` is the header Content-Type."""
    lines = [f"HTTP/1.1 {status}", *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode("utf-8", "surrogateescape")


def saying(*parts: bytes) -> Talk:
    """Send these bytes, whatever the request, and hang up."""

    async def talk(peer: Peer) -> None:
        await peer.send(*parts)

    return talk


def answering(make: Callable[[str], bytes] | bytes, status: str = "200 OK", **headers: str) -> Talk:
    """Answer with this body, made on request from the host's URL."""

    async def talk(peer: Peer) -> None:
        await peer.answer(make(peer.home) if callable(make) else make, status, **headers)

    return talk


def redirecting(to: str, status: str = "302 Found") -> Talk:
    """Redirect to `to`, in which `{home}` and `{target}` are the host's URL and the requested path."""

    async def talk(peer: Peer) -> None:
        await peer.answer(status=status, Location=to.format(home=peer.home, target=peer.target))

    return talk


async def missing(peer: Peer) -> None:
    """What robots.txt is where a case does not say otherwise."""
    await peer.answer(status="404 Not Found")
