"""Helpers that extract pages in tests."""

from tests.extract.pages import URL, Item
from worker.extract import Article, extract
from worker.outcome import Reason, Refusal


def article(
    body: bytes, *, url: str = URL, content_type: str | None = None, entry: Item | None = None
) -> Article:
    """The article of a page that has one."""
    answer = extract(body, url=url, content_type=content_type, entry=entry)
    assert isinstance(answer, Article), answer
    return answer


def refused(
    body: bytes, *, url: str = URL, content_type: str | None = None, entry: Item | None = None
) -> Reason:
    """Why a page is refused."""
    answer = extract(body, url=url, content_type=content_type, entry=entry)
    assert isinstance(answer, Refusal), answer
    return answer.reason
