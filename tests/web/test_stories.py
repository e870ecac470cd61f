"""Stories and publishers are resources of the API."""

from datetime import timedelta

from tests.store import rows
from tests.store.tables import change
from tests.texts import made_up
from tests.web.conftest import Web
from worker.extract.fingerprints import minhash
from worker.services.stories import relate


def test_a_story_lists_its_articles_the_first_published_ones_first(web: Web) -> None:
    text = "\n\n".join(made_up("an agency's report"))
    with web.store.begin() as db:
        late = rows.stored_article(db, text=text, signature=minhash(text), now=rows.NOW + timedelta(hours=1))
    with web.store.begin() as db:
        url = "https://first.example/a"
        early = rows.stored_article(db, text=text, signature=minhash(text), agencies=["AFP"], url=url)
    relate(web.store, [late, early], now=rows.NOW)
    story_id = web.get(f"/api/v1/articles/{late}").json()["story_id"]
    shown = web.get(f"/api/v1/stories/{story_id}").json()
    assert (shown["id"], shown["size"], shown["agencies"]) == (story_id, 2, ["AFP"])
    assert (shown["first_publisher"], shown["merged_into"]) == ("first.example", None)
    assert [(article["id"], article["wire"]) for article in shown["articles"]] == [
        (early, True),
        (late, True),
    ]
    assert web.get("/api/v1/stories/999").json()["detail"] == "no story has the id 999"


def test_publishers_are_listed_by_their_sites(web: Web) -> None:
    with web.store.begin() as db:
        rows.added_feed(db, "https://b.example/feed.xml")
        rows.added_feed(db, "https://a.example/feed.xml")
        change(db, "publishers", {"name": "The A", "country": "NZ"}, site="a.example")
    first, second = web.get("/api/v1/publishers").json()["publishers"]
    assert (first["site"], first["name"], first["country"], first["feeds"]) == ("a.example", "The A", "NZ", 1)
    assert (second["site"], second["name"]) == ("b.example", None)
