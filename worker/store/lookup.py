"""Finding an article by an address under which it is or was known, and rows by the ids that a user gives."""

from collections.abc import Sequence

from worker.store.db import Connection, rows, value
from worker.urls import canonical, key_of


def by_url(db: Connection, url: str) -> int | None:
    """Return the id of the article at `url`; None if none is known there. Raises `BadUrl`.

    If several are known, the article's own address counts first, then that of a feed's item, then that at
    which a page was fetched after redirects, then one of an earlier revision.
    """
    address = canonical(url)
    # Entries of earlier versions are known by an address with fewer tracking parameters removed.
    keys = sorted({key_of(address), key_of(canonical(url, by_value=False))})
    found = value(
        db,
        """
        SELECT id FROM (
            SELECT id, 1 AS place FROM articles WHERE key = ANY(:keys)
            UNION ALL
            SELECT article_id, 2 FROM entries WHERE key = ANY(:keys) AND article_id IS NOT NULL
            UNION ALL
            SELECT article_id, 3 FROM entries WHERE page_key = ANY(:keys) AND article_id IS NOT NULL
            UNION ALL
            SELECT article_id, 4 FROM revisions
            WHERE document ->> 'url' = :address AND document IS NOT NULL
        ) AS known ORDER BY place, id LIMIT 1
        """,
        keys=keys,
        address=address,
    )
    return None if found is None else int(found)


def entry_states(db: Connection, ids: Sequence[int]) -> dict[int, str]:
    """Return the state of each of these entries that exists."""
    found = rows(db, "SELECT id, state FROM entries WHERE id = ANY(:ids)", ids=list(ids))
    return {int(row["id"]): str(row["state"]) for row in found}


def kept_pages(db: Connection, ids: Sequence[int]) -> set[int]:
    """Return those of these pages whose bodies are still stored."""
    found = rows(db, "SELECT id FROM pages WHERE id = ANY(:ids) AND body IS NOT NULL", ids=list(ids))
    return {int(row["id"]) for row in found}
