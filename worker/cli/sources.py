"""Where commands read from: files, and addresses that are requested as the service would request them."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from shlex import quote

from worker.cli.terminal.errors import UserError
from worker.config.hosts_file import load_hosts
from worker.config.settings import Settings
from worker.feeds import parse
from worker.feeds.opml import is_opml
from worker.fetch.client import Client
from worker.fetch.loop import run_async
from worker.fetch.purpose import Purpose
from worker.fetch.reply import Failure, Reply
from worker.outcome import Refusal
from worker.services.operator.subscribe import NotAList, Wish, read_wishes
from worker.services.poll.read import offered_by
from worker.urls import without_user

LOOK_SECONDS = 8.0
LOOKS_AT_ONCE = 16
"""For requesting added addresses: a person waits, and what does not answer is polled later. A guess."""


def gather(source: str, settings: Settings, *, command: str = "wiredesk feeds add") -> list[Wish]:
    """Return the feeds that a file or an address lists. Raises `UserError`.

    An address whose document is OPML means the feeds in it. Any other address is itself the feed, even if it
    cannot be reached now: it will be polled later. A web page that names its feed is not subscribed to;
    `command` then adds the feed.
    """
    if source.startswith(("http://", "https://", "feed:")):
        answer = get(source, settings, purpose=Purpose.FEED)
        if isinstance(answer, Reply) and is_opml(answer.content()):
            return _listed(answer.content(), source)
        return [_unless_page(Wish(source), answer, command)]
    return _listed(read_file(source), source)


def get(url: str, settings: Settings, *, purpose: Purpose = Purpose.PAGE) -> Reply | Failure:
    """Request `url` once, without looking at robots.txt: the user named the address."""

    async def request() -> Reply | Failure:
        turns = settings.turns
        async with Client(turns.user_agent, turns.limits, load_hosts(settings)) as client:
            return await client.get(url, purpose=purpose)

    return run_async(request())


def without_pages(wishes: Sequence[Wish], settings: Settings) -> list[Wish]:
    """Return the wishes, with the reason against each that is a web page which names its feed.

    Requests their addresses. Those that cannot be reached in `LOOK_SECONDS` are returned unchanged.
    """
    seen: dict[str, Wish] = {}

    async def look_at_all() -> None:
        turns, gate = settings.turns, asyncio.Semaphore(LOOKS_AT_ONCE)
        async with Client(turns.user_agent, turns.limits, load_hosts(settings)) as client:

            async def look(wish: Wish) -> None:
                async with gate:
                    answer = await client.get(wish.url, purpose=Purpose.FEED)
                seen[wish.url] = await asyncio.to_thread(_unless_page, wish, answer, "wiredesk feeds add")

            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await asyncio.gather(*(look(wish) for wish in wishes if _is_sent(wish)))

    run_async(look_at_all())
    return [seen.get(wish.url, wish) for wish in wishes]


def _is_sent(wish: Wish) -> bool:
    """Return whether the address is requested: one with a password is refused anyway."""
    return not wish.listing and without_user(wish.url) == wish.url


def _unless_page(wish: Wish, answer: Reply | Failure, command: str) -> Wish:
    if isinstance(answer, Failure) or not _is_sent(wish):
        return wish
    parsed = parse(answer.content(), url=answer.url, content_type=answer.headers.get("content-type"))
    if not isinstance(parsed, Refusal) or (feed := offered_by(answer)) is None:
        return wish
    return replace(wish, why_not=f"{wish.url} is a web page; its feed is {feed}: `{command} {quote(feed)}`")


def page_of(answer: Reply | Failure, url: str) -> tuple[bytes, str, str | None]:
    """Return body, final address and content type of an answer. Raises `UserError` for a failure."""
    if isinstance(answer, Failure):
        refusal = answer.refusal
        raise UserError(f"{url} cannot be fetched: {refusal.reason}, {refusal.words}")
    return answer.content(), answer.url, answer.headers.get("content-type")


def read_file(path: Path | str) -> bytes:
    """Return the content of a file. Raises `UserError`."""
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}") from None


def _listed(body: bytes, source: str) -> list[Wish]:
    try:
        return read_wishes(body)
    except NotAList as error:
        raise UserError(f"{source}: {error}") from None
