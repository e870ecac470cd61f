"""All cases, in the order of the table in docs/security.md; those of a batch are taken side by side."""

from tests.faults.hostile import bodies, connections, feeds, lenient, links, pages, redirects
from tests.faults.hostile.case import Case

BATCHES: dict[str, tuple[Case, ...]] = {
    "Connections and HTTP": connections.CASES,
    "Answers that browsers read": lenient.CASES,
    "Encodings": bodies.CASES,
    "Redirects": redirects.CASES,
    "Feeds": feeds.CASES,
    "Pages and robots.txt": pages.CASES,
    "Links of entries": links.CASES,
}
CASES: tuple[Case, ...] = tuple(case for batch in BATCHES.values() for case in batch)
