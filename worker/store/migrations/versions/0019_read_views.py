"""The schema `read`: views for researchers, whose columns are promised (docs/sql.md).

The views hide where a value is kept, so that tables can change below them. A later migration adds columns
at the end (CREATE OR REPLACE VIEW keeps the grants); a removed or renamed column is a breaking change.
"""

from alembic import op

revision = "0019"
down_revision = "0018"

_LABELS = """ARRAY(
    SELECT unnest(p.labels) UNION SELECT unnest(f.labels)
    FROM public.entries e JOIN public.sightings s ON s.entry_id = e.id JOIN public.feeds f ON f.id = s.feed_id
    WHERE e.article_id = a.id ORDER BY 1)"""

_FEEDS = """ARRAY(
    SELECT DISTINCT f.url FROM public.entries e JOIN public.sightings s ON s.entry_id = e.id
    JOIN public.feeds f ON f.id = s.feed_id WHERE e.article_id = a.id ORDER BY 1)"""

Columns = tuple[tuple[str, str, str], ...]

ARTICLES: Columns = (
    ("id", "a.id", "number of the article in this store"),
    ("key", "a.key", "identity of the article by its address: the same in every store"),
    ("url", "a.url", "canonical address"),
    ("state", "a.state", "live or removed"),
    ("publisher", "p.site", "host name of the outlet without www."),
    ("publisher_name", "p.name", "name of the outlet, if the operator has set one"),
    ("publisher_country", "p.country", "ISO 3166-1 alpha-2, if the operator has set one"),
    ("labels", _LABELS, "labels of the outlet and of the feeds that listed the article"),
    ("feeds", _FEEDS, "addresses of the feeds that listed the article"),
    ("story_id", "a.story_id", "joins articles with the same text; NULL: none"),
    ("revision", "a.revision", "number of the current version, from 1"),
    ("kind", "a.kind", "article, live-blog, video, audio, gallery or index-page"),
    ("title", "a.title", "headline as printed"),
    ("authors", "a.authors", "names of the authors"),
    ("agencies", "a.agencies", "names of the news agencies"),
    ("published", "a.published", "date of publication; NULL: not stated"),
    ("published_precision", "a.published_precision", "instant, or day: the clock means nothing"),
    ("published_offset", "a.published_offset", "minutes east of UTC, as printed"),
    ("modified", "a.modified", "date of the last edit, as the page states it"),
    ("modified_precision", "a.modified_precision", "instant, or day: the clock means nothing"),
    ("language", "a.language", "BCP 47"),
    ("section", "a.section", "section of the outlet"),
    ("tags", "a.tags", "tags as printed"),
    ("site_name", "a.site_name", "name of the site as the page states it"),
    ("summary", "a.summary", "standfirst as printed, else the description of the page"),
    ("text", "a.text", "body as plain text, an empty line between blocks"),
    ("word_count", "a.word_count", "words of the text"),
    ("paywalled", "a.paywalled", "NULL: unknown"),
    ("blocks", "a.blocks", "body as a JSON list of blocks"),
    ("images", "a.images", "pictures as a JSON list, each with caption and credit"),
    ("rights", "a.rights", "what the publisher reserves, as JSON"),
    ("provenance", "a.provenance", "source of each field, as JSON"),
    ("extractor", "a.extractor", "version of the extractor that read the page"),
    ("stored_at", "a.stored_at", "when the page was fetched for the first time"),
    ("revised_at", "a.revised_at", "when the current version was fetched; NULL: it is the first"),
    ("removed_at", "a.removed_at", "when the page was found to be gone; NULL: it is not"),
)

REVISIONS: Columns = (
    ("article_id", "r.article_id", "id in articles"),
    ("number", "r.number", "number of the version, from 1"),
    ("is_current", "r.document IS NULL", "whether the article says this now"),
    ("seen_at", "r.seen_at", "when the page with this version was fetched"),
    ("changed", "r.changed", "fields that differ from the version before"),
    ("extractor", "r.extractor", "version of the extractor that read it"),
    ("title", "CASE WHEN r.document IS NULL THEN a.title ELSE r.document ->> 'title' END", "headline"),
    (
        "published",
        "CASE WHEN r.document IS NULL THEN a.published ELSE (r.document ->> 'published')::timestamptz END",
        "date of publication",
    ),
    (
        "summary",
        "CASE WHEN r.document IS NULL THEN a.summary ELSE r.document ->> 'summary' END",
        "standfirst",
    ),
    ("text", "CASE WHEN r.document IS NULL THEN a.text ELSE r.document ->> 'text' END", "body as plain text"),
    ("document", "r.document", "the version in full, as JSON; NULL for the current one"),
)

CHANGES: Columns = (
    ("id", "l.id", "position in the change log; ids grow and have holes"),
    ("article_id", "l.article_id", "id in articles; NULL for a reset"),
    ("kind", "l.kind", "what happened; reset: an epoch begins after a restore"),
    ("revision", "l.revision", "number of the version after the change"),
    ("at", "l.at", "when the line was written"),
    ("void_after", "l.void_after", "of a reset: changes above this id and below its own never happened"),
)

STORIES: Columns = (
    ("id", "s.id", "story_id in articles"),
    ("size", "s.size", "number of articles"),
    ("begun_at", "s.begun_at", "when the first two articles were joined"),
)

FEEDS: Columns = (
    ("id", "f.id", "feed_id in sightings"),
    ("url", "f.url", "address; an import has import: and its name"),
    ("title", "f.title", "title of the feed"),
    ("kind", "f.kind", "format"),
    ("language", "f.language", "language that the feed states"),
    ("labels", "f.labels", "labels of the feed"),
    ("publisher", "p.site", "outlet that the feed belongs to"),
    ("state", "f.state", "active, paused or retired"),
    ("reason", "f.reason", "why its last poll failed; NULL: it did not"),
    ("errors", "f.errors", "failed polls in a row"),
    ("polls", "f.polls", "polls so far"),
    ("discovered", "f.discovered", "entries that it was the first to list"),
    ("added_at", "f.added_at", "when it was subscribed to"),
    ("last_polled_at", "f.last_polled_at", "last poll"),
    ("last_ok_at", "f.last_ok_at", "last poll that succeeded"),
    ("last_new_at", "f.last_new_at", "last poll that brought a new entry"),
)

SIGHTINGS: Columns = (
    ("feed_id", "s.feed_id", "id in feeds"),
    ("entry_id", "s.entry_id", "number of the entry: one item, however many feeds list it"),
    ("article_id", "e.article_id", "id in articles; NULL: the entry is waiting or was refused"),
    ("url", "e.url", "link of the entry"),
    ("state", "e.state", "waiting, fetched, stored, duplicate or refused"),
    ("reason", "e.reason", "why it was refused"),
    ("position", "s.position", "0 is the top of the feed; from 1000000 on: seen only in its archive"),
    ("first_seen_at", "s.first_seen_at", "when this feed first listed it"),
    ("last_seen_at", "s.last_seen_at", "when this feed listed it last"),
)

_ARTICLE = "public.articles a LEFT JOIN public.publishers p ON p.id = a.publisher_id"
_LINES = """(
    SELECT id, article_id, kind, revision, at, NULL::bigint AS void_after FROM public.changes
    UNION ALL
    SELECT id, NULL, 'reset', 0, began_at, void_after FROM public.epochs WHERE id > 0
) AS l"""

VIEWS: tuple[tuple[str, str, str, Columns], ...] = (
    ("articles", "Articles in their current version.", _ARTICLE, ARTICLES),
    (
        "revisions",
        "All versions of all articles.",
        "public.revisions r JOIN public.articles a ON a.id = r.article_id",
        REVISIONS,
    ),
    ("changes", "The change log.", _LINES, CHANGES),
    ("stories", "Groups of articles with the same text.", "public.stories s", STORIES),
    (
        "feeds",
        "Subscriptions and imports.",
        "public.feeds f LEFT JOIN public.publishers p ON p.id = f.publisher_id",
        FEEDS,
    ),
    (
        "sightings",
        "Which feed listed which entry, and what became of it.",
        "public.sightings s JOIN public.entries e ON e.id = s.entry_id",
        SIGHTINGS,
    ),
)


def upgrade() -> None:
    """Create the schema and its views, with comments."""
    op.execute("CREATE SCHEMA read")
    op.execute("COMMENT ON SCHEMA read IS 'Views for SQL clients; the columns are promised (docs/sql.md)'")
    for name, comment, source, columns in VIEWS:
        listed = ", ".join(f"{value} AS {column}" for column, value, _ in columns)
        op.execute(f"CREATE VIEW read.{name} AS SELECT {listed} FROM {source}")
        op.execute(f"COMMENT ON VIEW read.{name} IS '{comment}'")
        for column, _, meaning in columns:
            op.execute(f"COMMENT ON COLUMN read.{name}.{column} IS '{meaning}'")


def downgrade() -> None:
    """Drop them."""
    op.execute("DROP SCHEMA read CASCADE")
