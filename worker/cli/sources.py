"""Where subscriptions come from: a file, or an address that is asked what it is."""

import asyncio
from pathlib import Path

from worker.cli.terminal.errors import Mistake
from worker.config.hosts_file import load_hosts
from worker.config.settings import Settings
from worker.fetch.client import Client
from worker.fetch.reply import Failure, Reply
from worker.services.operator.subscribe import NotAList, Wish, is_opml, read


def gather(source: str, settings: Settings) -> list[Wish]:
    """The subscriptions of a file or an address.

    An address whose document is OPML stands for its feeds, any other for itself, also while it cannot be
    reached: it will be polled later. Raises `Mistake`.
    """
    if source.startswith(("http://", "https://", "feed:")):
        reply = asyncio.run(get(source, settings))
        if isinstance(reply, Failure) or not is_opml(reply.content()):
            return [Wish(source)]
        return _read(reply.content(), source)
    try:
        body = Path(source).read_bytes()
    except OSError as error:
        raise Mistake(f"{source} cannot be read: {error.strerror}") from None
    return _read(body, source)


async def get(url: str, settings: Settings) -> Reply | Failure:
    """One request, made as the service would make it."""
    turns = settings.turns
    async with Client(turns.user_agent, turns.limits, load_hosts(settings)) as client:
        return await client.get(url)


def _read(body: bytes, source: str) -> list[Wish]:
    try:
        return read(body)
    except NotAList as error:
        raise Mistake(f"{source}: {error}") from None
