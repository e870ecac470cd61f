"""An import is shown like a feed, on every page and route that lists feeds."""

import pytest

from tests.store.rows import NOW
from tests.web.conftest import Web
from worker.store import imports


@pytest.mark.parametrize(
    "path", ["/", "/feeds", "/feeds/1", "/api/v1/feeds", "/api/v1/feeds/1", "/api/v1/status"]
)
def test_an_import_is_listed_without_a_link_that_leads_nowhere(web: Web, path: str) -> None:
    with web.store.begin() as db:
        imports.source(db, "cc-news", labels=("archive",), now=NOW)
    answer = web.get(path) if path.startswith("/api") else web.page(path)
    assert answer.status_code == 200
    assert 'href="import:' not in answer.text
