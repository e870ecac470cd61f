"""Why an article has the body that it has: its kept page is judged again, and each run gives its reasons."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from worker.config.groups import ExtractPolicy
from worker.rows.pages import KeptPage
from worker.services.kept_page import read_kept
from worker.store import Store, pages

if TYPE_CHECKING:
    from worker.extract.body.explanation import Explained


@dataclass(frozen=True, slots=True)
class Explanation:
    """The runs of the page at `url` in reading order, as the present extractor judges them.

    Without runs, `missing` says why there are none.
    """

    url: str | None
    fetched_at: datetime | None
    runs: "tuple[Explained, ...]" = ()
    missing: str | None = None


def explain_article(store: Store, article_id: int, *, policy: ExtractPolicy) -> Explanation:
    """Explain the body of an article from its kept page. Raises `StoreUnavailable`."""
    with store.begin() as db:
        page = pages.of_article(db, article_id)
    if page is None:
        return Explanation(None, None, missing="no page of it is known")
    runs = _runs(page, policy)
    if isinstance(runs, str):
        return Explanation(page.url, page.fetched_at, missing=runs)
    return Explanation(page.url, page.fetched_at, runs, None if runs else "the page has no text")


def _runs(page: KeptPage, policy: ExtractPolicy) -> "tuple[Explained, ...] | str":
    """Return the runs of the page, or why there are none."""
    # Imported here: the extractor takes 20 MB, and the web server seldom explains.
    from worker.extract.body.explanation import explain

    return read_kept(page, lambda body: explain(body, page.url, page.content_type), policy=policy)
