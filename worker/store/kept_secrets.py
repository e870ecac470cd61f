"""The secrets that are in the store because they have to be sent or signed with."""

from dataclasses import dataclass

from worker.store.db import Connection, rows


@dataclass(frozen=True, slots=True)
class KeptSecrets:
    """The secrets in the store, and the addresses of receivers, whose paths can be secrets."""

    secrets: frozenset[str]
    receivers: frozenset[str]


def held_secrets(db: Connection) -> KeptSecrets:
    """Return what no log, page or support bundle may show of the store."""
    found = rows(
        db,
        """SELECT unnest(ARRAY[secret, old_secret]) AS secret, url FROM sinks
        UNION ALL SELECT unnest(ARRAY[secret, token]), NULL FROM hub_subscriptions""",
    )
    return KeptSecrets(
        frozenset(row["secret"] for row in found if row["secret"]),
        frozenset(row["url"] for row in found if row["url"]),
    )
