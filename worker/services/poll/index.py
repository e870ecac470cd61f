"""A feed that is an index of sitemaps: the children that are likeliest to bring news, as one sitemap.

The index itself says little: its bytes may be the same while a child has changed. So its children are asked
for at each poll, and what they list together is what is read, hashed and compared.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from worker.feeds.formats import sitemap
from worker.feeds.inflate import inflated
from worker.fetch.reply import Failure, Reply
from worker.fetch.turn import NotAsked
from worker.outcome import Reason, Refusal
from worker.services.engine.turns import Turn
from worker.urls import host_key_or_none

CHILDREN = 3
"""Sitemaps of an index that are asked for at each poll."""


def is_index(reply: Reply) -> bool:
    """Whether the reply is an index of sitemaps."""
    body = inflated(reply.content())
    return not isinstance(body, Refusal) and sitemap.is_index(body)


async def gathered(turn: Turn, index: Reply) -> Reply | Failure | NotAsked:
    """The reply with what the index's children list in the place of the index, and without validators."""
    found: list[Reply] = []
    answer: Reply | Failure | NotAsked = _empty(index)
    for url in _children(turn, index):
        answer = await turn.http.get(url)
        if isinstance(answer, NotAsked):
            return answer
        if isinstance(answer, Reply):
            found.append(answer)
    if not found:
        return answer
    body = await asyncio.to_thread(_merged, found)
    headers = {"content-type": "application/xml"}
    return replace(index, body=body, encoding="", size=len(body), headers=headers)


def _children(turn: Turn, index: Reply) -> list[str]:
    """Those on this host: another one has its own turns."""
    body = inflated(index.content())
    named = [] if isinstance(body, Refusal) else sitemap.children(body, url=index.url)
    return [child.url for child in named if host_key_or_none(child.url) == turn.host.key][:CHILDREN]


def _merged(replies: Sequence[Reply]) -> bytes:
    bodies = (inflated(reply.content()) for reply in replies)
    return sitemap.merged([body for body in bodies if not isinstance(body, Refusal)])


def _empty(index: Reply) -> Failure:
    detail = "an index of sitemaps that names none on its own host"
    refusal = Refusal(Reason.NOT_A_FEED, detail)
    return Failure(refusal=refusal, retryable=True, url=index.url, status=index.status)
