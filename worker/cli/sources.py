"""Where commands read from: files, and addresses that are requested as the service would request them."""

from pathlib import Path

from worker.cli.terminal.errors import UserError
from worker.config.hosts_file import load_hosts
from worker.config.settings import Settings
from worker.feeds.opml import is_opml
from worker.fetch.client import Client
from worker.fetch.loop import run_async
from worker.fetch.purpose import Purpose
from worker.fetch.reply import Failure, Reply
from worker.services.operator.subscribe import NotAList, Wish, read_wishes


def gather(source: str, settings: Settings) -> list[Wish]:
    """Return the feeds that a file or an address lists. Raises `UserError`.

    An address whose document is OPML means the feeds in it. Any other address is itself the feed, even if it
    cannot be reached now: it will be polled later.
    """
    if source.startswith(("http://", "https://", "feed:")):
        answer = get(source, settings, purpose=Purpose.FEED)
        if isinstance(answer, Failure) or not is_opml(answer.content()):
            return [Wish(source)]
        return _listed(answer.content(), source)
    return _listed(read_file(source), source)


def get(url: str, settings: Settings, *, purpose: Purpose = Purpose.PAGE) -> Reply | Failure:
    """Request `url` once, without looking at robots.txt: the user named the address."""

    async def request() -> Reply | Failure:
        turns = settings.turns
        async with Client(turns.user_agent, turns.limits, load_hosts(settings)) as client:
            return await client.get(url, purpose=purpose)

    return run_async(request())


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
