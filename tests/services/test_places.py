"""A page owns the address at which it was fetched, whatever others declare and whichever is read first."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from tests.store.rows import NOW
from worker.extract.fingerprints import TextSample
from worker.model import ArticleState
from worker.rows.articles import ArticleHead
from worker.rows.entries import FetchedAt
from worker.services.extract.places import NewText, place
from worker.urls import key_of

TOPICS = ("ferry", "budget", "weather")


@dataclass(frozen=True)
class Printed:
    """A page: where it was fetched, the address that it declares, and what it says."""

    number: int
    own: str
    claimed: str | None
    topic: str
    link: str | None = None

    @property
    def text(self) -> NewText:
        link = self.link or self.own
        others = (f"entry:{self.number}",) if link == self.own else (link, f"entry:{self.number}")
        claimed = self.claimed if self.claimed != self.own else None
        sample = TextSample(b"", " ".join(f"{self.topic}{n}" for n in range(9)))
        return NewText(self.number, self.number, self.own, claimed, others, link == self.own, sample)


class Shelf:
    """What a store would hold, batch after batch."""

    def __init__(self) -> None:
        self.heads: dict[int, ArticleHead] = {}
        self.fetched: list[FetchedAt] = []

    def read(self, batch: Sequence[Printed]) -> None:
        places = place([page.text for page in batch], list(self.heads.values()), self.fetched)
        for moved in places.moved:
            assert all(head.url != moved.url for head in self.heads.values()), "moved to a taken address"
            self.heads[moved.id] = self._at(self.heads[moved.id], moved.url)
        for page in batch:
            found = places.of_page[page.number]
            if not found.is_copy:
                assert all(head.url != found.url for head in self.heads.values()), (
                    "created at a taken address"
                )
                self.heads[page.number] = self._head(page, found.url)
        for page in batch:
            url = places.of_page[page.number].url
            article_id = next(head.id for head in self.heads.values() if head.url == url)
            self.fetched.append(FetchedAt(key_of(page.own), page.number, article_id))

    def article_of(self, page: Printed) -> ArticleHead:
        article_id = next(one.article_id for one in self.fetched if one.entry_id == page.number)
        return self.heads[article_id]

    @property
    def topics(self) -> dict[str, str]:
        """The topic of each article, by its URL."""
        return {head.url: _topic(head) for head in self.heads.values()}

    def _head(self, page: Printed, url: str) -> ArticleHead:
        text = page.text
        return ArticleHead(
            id=page.number,
            key=key_of(url),
            url=url,
            state=ArticleState.LIVE,
            revision=1,
            content_hash=b"",
            signature=None,
            removed_at=None,
            seen_at=NOW,
            opening=text.sample.opening,
            read_at=page.own,
            entry_id=page.number,
            entry_url=page.link or page.own,
        )

    @staticmethod
    def _at(head: ArticleHead, url: str) -> ArticleHead:
        values = {name: getattr(head, name) for name in ArticleHead.__slots__}
        key: UUID = key_of(url)
        return ArticleHead(**(values | {"key": key, "url": url}))


def _topic(head: ArticleHead) -> str:
    return head.opening.split("0")[0]


def shelf(*batches: Sequence[Printed]) -> Shelf:
    made = Shelf()
    for batch in batches:
        made.read(batch)
    return made


A, B, C, D = (f"https://n.example/{name}" for name in "abcd")
addresses = st.sampled_from([A, B, C, D])


@st.composite
def sites(draw: st.DrawFn) -> list[Printed]:
    """Pages of one site, each at a different address, with claims at random."""
    owned = draw(st.lists(addresses, min_size=1, max_size=4, unique=True))
    return [
        Printed(number, own, draw(st.none() | addresses), draw(st.sampled_from(TOPICS)))
        for number, own in enumerate(owned, start=1)
    ]


@st.composite
def orders(draw: st.DrawFn, pages: Sequence[Printed]) -> list[list[Printed]]:
    """The pages in some order, in batches of some sizes."""
    left, batches = draw(st.permutations(pages)), []
    while left:
        size = draw(st.integers(1, len(left)))
        batches.append(left[:size])
        left = left[size:]
    return batches


@given(st.data())
def test_no_article_is_known_by_an_address_at_which_a_page_says_something_else(data: st.DataObject) -> None:
    pages = data.draw(sites())
    made = shelf(*data.draw(orders(pages)))
    for page in pages:
        assert made.topics.get(page.own, page.topic) == page.topic


@given(st.data())
def test_the_order_of_reading_never_changes_which_page_owns_an_address(data: st.DataObject) -> None:
    pages = data.draw(sites())
    one, other = shelf(*data.draw(orders(pages))).topics, shelf(*data.draw(orders(pages))).topics
    for page in pages:
        if page.own in one and page.own in other:
            assert one[page.own] == other[page.own]
    if all(page.claimed in (None, *(p.own for p in pages)) for page in pages) and len(
        {page.topic for page in pages}
    ) == len(pages):
        # Every claim is one on another page's address, and no text agrees with another: all claims fail.
        assert one == other == {page.own: page.topic for page in pages}


@given(st.data())
def test_each_page_ends_as_an_article_or_as_the_copy_of_a_text_that_agrees(data: st.DataObject) -> None:
    pages = data.draw(sites())
    made = shelf(*data.draw(orders(pages)))
    for page in pages:
        assert _topic(made.article_of(page)) == page.topic


@given(st.data())
def test_nothing_is_lost_where_redirects_lead_several_entries_to_one_address(data: st.DataObject) -> None:
    pages = [
        Printed(n, data.draw(addresses), data.draw(st.none() | addresses), data.draw(st.sampled_from(TOPICS)))
        for n in range(1, 5)
    ]
    pages = [
        Printed(p.number, p.own, p.claimed, p.topic, link=f"https://r.example/{p.number}") for p in pages
    ]
    made = shelf(*data.draw(orders(pages)))
    assert len(made.topics) == len(made.heads)
    for page in pages:
        assert _topic(made.article_of(page)) == page.topic


def test_a_claim_moves_away_when_the_page_at_the_address_is_read_later() -> None:
    claims, owner = Printed(1, A, B, "ferry"), Printed(2, B, None, "budget")
    assert shelf([claims], [owner]).topics == {A: "ferry", B: "budget"}
    assert shelf([owner], [claims]).topics == {A: "ferry", B: "budget"}
    assert shelf([claims, owner]).topics == {A: "ferry", B: "budget"}


def test_a_claim_yields_to_a_page_that_is_itself_a_copy_of_another_address() -> None:
    original, copy, claims = (
        Printed(1, B, None, "ferry"),
        Printed(2, A, B, "ferry"),
        Printed(3, C, A, "budget"),
    )
    assert shelf([original], [copy], [claims]).topics == {B: "ferry", C: "budget"}
    assert shelf([claims], [original], [copy]).topics == {B: "ferry", C: "budget"}


def test_a_page_that_was_moved_away_can_be_moved_on_by_nobody() -> None:
    claims, owner = Printed(1, A, B, "ferry"), Printed(2, B, None, "budget")
    other = Printed(3, C, A, "weather")
    assert shelf([other], [claims], [owner]).topics == {A: "ferry", B: "budget", C: "weather"}


def test_two_entries_of_one_page_are_one_article_though_it_was_edited_between() -> None:
    first, later = Printed(1, A, None, "ferry"), Printed(2, A, None, "budget")
    made = shelf([first], [later])
    assert made.article_of(later) == made.article_of(first)


def test_a_redirect_to_a_page_with_another_text_is_stored_under_the_address_of_its_entry() -> None:
    first, later = Printed(1, A, None, "ferry"), Printed(2, A, None, "budget", link=D)
    assert shelf([first], [later]).topics == {A: "ferry", D: "budget"}
