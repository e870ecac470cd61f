"""Stories and publishers are resources of the API."""

from tests.store import rows
from tests.store.tables import change
from tests.web.conftest import Web
from worker.store import stories


def test_a_story_lists_its_articles_the_first_stored_ones_first(web: Web) -> None:
    with web.store.begin() as db:
        ids = [rows.stored_article(db, title=f"Number {n}") for n in range(3)]
        story_id = stories.join(db, ids[:2], None, now=rows.NOW)
    shown = web.get(f"/api/v1/stories/{story_id}").json()
    assert (shown["id"], shown["size"]) == (story_id, 2)
    assert [article["id"] for article in shown["articles"]] == ids[:2]
    assert web.get("/api/v1/stories/999").json()["detail"] == "no story has the id 999"


def test_publishers_are_listed_by_their_sites(web: Web) -> None:
    with web.store.begin() as db:
        rows.added_feed(db, "https://b.example/feed.xml")
        rows.added_feed(db, "https://a.example/feed.xml")
        change(db, "publishers", {"name": "The A", "country": "NZ"}, site="a.example")
    first, second = web.get("/api/v1/publishers").json()["publishers"]
    assert (first["site"], first["name"], first["country"], first["feeds"]) == ("a.example", "The A", "NZ", 1)
    assert (second["site"], second["name"]) == ("b.example", None)
