"""What counts as an edit of an item, and what is noise."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from tests.tools.growth import superlinear
from worker.feeds import ParsedEntry
from worker.feeds.formats.wording import edit_hash, is_comparable, wording_in

TEXT = (
    '<p>The council of <a href="https://p.example/town?ref=1">the town</a> met on Monday.</p>'
    '<img src="https://p.example/a.jpg?v=1" alt="" width="600">'
)
ITEM = ParsedEntry(
    id="1",
    title="Council meets",
    summary="The council met. 5 comments",
    content=f"{TEXT} Twelve members voted.",
)


def with_content(content: str) -> ParsedEntry:
    return replace(ITEM, content=content)


@pytest.mark.parametrize(
    "noisy",
    [
        pytest.param(with_content(f"{ITEM.content}<img src='https://t.example/p.gif?r=81'>"), id="pixel"),
        pytest.param(with_content(f"{ITEM.content}".replace("v=1", "v=2")), id="version of a picture"),
        pytest.param(
            with_content(f"{ITEM.content}".replace("ref=1", "ref=2&utm_id=7")), id="query of a link"
        ),
        pytest.param(
            with_content(
                f"{ITEM.content}".replace(
                    '<img src="https://p.example/a.jpg?v=1" alt="" width="600">',
                    '<img width="600" alt="" src="https://p.example/a.jpg?v=1"/>',
                )
            ),
            id="order of attributes",
        ),
        pytest.param(with_content(f"{ITEM.content}".replace(" met", "\n\t met")), id="white space"),
        pytest.param(with_content(f"<div class='x'>{ITEM.content}</div>"), id="element around the text"),
        pytest.param(with_content(f"{ITEM.content} <p>1,204 views</p>"), id="views at the end"),
        pytest.param(replace(ITEM, summary="The council met. 6 comments"), id="comments"),
        pytest.param(replace(ITEM, summary="The council met. (1.204 Kommentare)"), id="German comments"),
        pytest.param(replace(ITEM, summary="The council met. Comments: 7"), id="labelled comments"),
        pytest.param(replace(ITEM, summary="The council met. 3 hours ago"), id="age"),
        pytest.param(replace(ITEM, summary="The council met. vor 5 Minuten"), id="German age"),
        pytest.param(replace(ITEM, published=datetime(2026, 3, 1, tzinfo=UTC)), id="another date"),
        pytest.param(replace(ITEM, tags=("town",)), id="a tag"),
    ],
)
def test_noise_leaves_the_hash_unchanged(noisy: ParsedEntry) -> None:
    assert edit_hash(noisy) == edit_hash(replace(ITEM, summary="The council met.")) or (
        edit_hash(noisy) == edit_hash(ITEM)
    )


@pytest.mark.parametrize(
    "edited",
    [
        pytest.param(replace(ITEM, title="Council met"), id="title"),
        pytest.param(replace(ITEM, summary="The council has met. 5 comments"), id="description"),
        pytest.param(with_content(f"{ITEM.content}".replace("Twelve", "Eleven")), id="a word"),
        pytest.param(with_content(f"{ITEM.content} A correction follows."), id="a sentence"),
        pytest.param(with_content(f"{ITEM.content}".replace("/town", "/city")), id="where a link leads"),
        pytest.param(replace(ITEM, summary="The council met. 12 points were agreed upon."), id="a number"),
        pytest.param(replace(ITEM, updated=datetime(2026, 3, 1, tzinfo=UTC)), id="date of update"),
    ],
)
def test_each_edit_that_a_reader_sees_changes_the_hash(edited: ParsedEntry) -> None:
    assert edit_hash(edited) != edit_hash(ITEM)


def test_a_number_in_a_sentence_counts() -> None:
    one, other = (replace(ITEM, summary=f"In all {n} votes were counted by noon.") for n in (12, 14))
    assert edit_hash(one) != edit_hash(other)


def test_a_date_of_update_leaves_the_wording_unchanged() -> None:
    dated = edit_hash(replace(ITEM, updated=datetime(2026, 3, 1, tzinfo=UTC)))
    assert wording_in(dated) == wording_in(edit_hash(ITEM))


def test_a_hash_of_another_version_is_not_compared() -> None:
    assert is_comparable(edit_hash(ITEM))
    assert not is_comparable(UUID(int=7))
    assert wording_in(UUID(int=7)) is None


@pytest.mark.parametrize(
    "piece", ["1 ", "1.", "(", "vor 1 ", "comments ", "<a ", '<a href="', "12 votes ", "il y a 1 "]
)
def test_hostile_text_is_read_in_linear_time(piece: str) -> None:
    def read(content: str) -> None:
        edit_hash(replace(ITEM, content=content))

    assert superlinear(read, [("", piece, "")], longest=8192) is None
