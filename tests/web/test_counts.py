"""`GET /api/v1/counts` and `wiredesk counts` give the same numbers."""

from pathlib import Path

import pytest

from tests.cli.terminal import wiredesk
from tests.store.rows import stored_article
from tests.web.conftest import Web


@pytest.fixture
def flood(web: Web) -> Web:
    """A server over three articles of one day, of which two are about a flood."""
    for title in ("Flood", "Flood again", "Bread"):
        with web.store.begin() as db:
            stored_article(db, title=title, text=f"{title}.", url=f"https://news.example/{title[-5:]}")
    return web


def test_counts_have_matches_total_and_holes(flood: Web) -> None:
    answer = flood.get("/api/v1/counts", by="day,publisher", q="flood")
    assert answer.json() == {
        "by": ["day", "publisher"],
        "frame": "",
        "groups": [
            {
                "day": "2026-05-04",
                "published": None,
                "publisher": "news.example",
                "language": None,
                "label": None,
                "matches": 2,
                "total": 3,
                "incomplete": {"gaps": 0, "quiet": 0, "failing": 0},
            }
        ],
    }


@pytest.mark.parametrize(
    "query, words",
    [({"by": "week"}, "by: 'week' is not possible"), ({"languages": "de"}, "did you mean language?")],
)
def test_a_mistake_is_422_with_what_to_write(flood: Web, query: dict[str, str], words: str) -> None:
    answer = flood.get("/api/v1/counts", **query)
    assert answer.status_code == 422
    assert words in answer.json()["detail"]


def test_the_command_prints_the_same(
    flood: Web, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WIREDESK_DATABASE_URL", database_url)
    said = wiredesk("counts", "--by", "publisher", "--where", "q=flood", "--json").json
    assert said["groups"] == [
        {"publisher": "news.example", "matches": 2, "total": 3, "gaps": 0, "quiet": 0, "failing": 0}
    ]
    assert "news.example" in wiredesk("counts", "--by", "publisher", "--where", "q=flood").out
    assert wiredesk("counts", "--by", "week").code == 2
