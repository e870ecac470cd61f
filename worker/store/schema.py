"""The tables. Every unit of work is a row with a state, a due time and a lease.

Conventions:

- `due_at` is when the row is worked on next; NULL: never. A claim moves it into the future, so a lease is a
  later due time, and an expired lease is a row that is due again. `lease` counts claims: a worker that
  finishes must still hold the number that it was given.
- A feed and an entry are worked on only in their host's turn, so the host's lease covers them.
- CHECK constraints tie a state to its columns: the database refuses half-made moves.
- Keys of URLs and guids are 128-bit hashes (uuid): an index entry of 16 bytes, whatever the length.
- Instants are timestamptz in UTC; the publisher's offset is kept in a separate column, in minutes.

A comment on a column is part of the schema: a migration must change it with the word here.
"""

from collections.abc import Iterable
from dataclasses import fields
from functools import cache
from typing import get_args

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR, dialect

from worker.model import (
    ArticleState,
    Cause,
    ChangeKind,
    EntryState,
    FeedState,
    GapFill,
    HostLane,
    LookState,
    PageState,
    SinkKind,
    SinkMode,
    SubscriptionState,
    WalkState,
)
from worker.rows.access import Role
from worker.rows.api_keys import Scope
from worker.rows.entries import Look
from worker.text.dates.precision import Precision

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

LOOK_COLUMNS = {"look": "state", **{f"look_{name}": name for name in Look.__slots__ if name != "state"}}
"""The columns of an entry that hold its `Look`, with the names of the fields."""


def _id() -> Column[int]:
    return Column("id", BigInteger, Identity(), primary_key=True)


def _instant(name: str, *, required: bool = False) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=not required)


def _now(name: str) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=False, server_default=text("now()"))


def _count(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default=text("0"))


def _total(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=False, server_default=text("0"))


def _texts(name: str) -> Column[object]:
    return Column(name, ARRAY(Text), nullable=False, server_default=text("'{}'"))


def _shares(name: str, comment: str) -> Column[object]:
    return Column(name, ARRAY(Double), nullable=False, server_default=text("'{0,0,0}'"), comment=comment)


def _one_of(values: Iterable[str], column: str = "state") -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


publishers = Table(
    "publishers",
    metadata,
    _id(),
    Column("site", Text, nullable=False, unique=True, comment="host name without www."),
    Column("name", Text),
    Column("country", Text, comment="ISO 3166-1 alpha-2"),
    Column("language", Text, comment="BCP 47"),
    _texts("labels"),
    _now("added_at"),
)

hosts = Table(
    "hosts",
    metadata,
    _id(),
    Column("key", Text, nullable=False, unique=True, comment="scheme://host:port"),
    _instant("poll_due_at"),
    _instant("fetch_due_at"),
    Column(
        "free_at",
        DateTime(timezone=True),
        nullable=False,
        server_default=text("now()"),
        comment="no request may be made before: a turn's lease, the delay, or a rest",
    ),
    _total("lease"),
    _instant("rest_until"),
    Column("delay_seconds", Double, comment="set by the operator; NULL: the default"),
    _count("errors"),
    Column("reason", Text),
    Column("detail", Text),
    Column("robots", LargeBinary),
    Column("robots_status", SmallInteger),
    _instant("robots_expires_at"),
    Column("robots_failing_since", DateTime(timezone=True), comment="robots.txt cannot be read since then"),
    Column("tdm", JSONB, comment="rules of /.well-known/tdmrep.json; NULL: the host has no such file"),
    Column(
        "pace",
        Double,
        nullable=False,
        server_default=text("1"),
        comment="the delay is this many times as long for now",
    ),
    Column("answer_seconds", Double, comment="usual time to an answer"),
    _total("requests"),
    _instant("last_turn_at"),
    _now("added_at"),
    Column(
        "lane",
        Text,
        nullable=False,
        server_default=text("'new'"),
        comment="where it waits for its turns, by whether it answers",
    ),
    Column("claimed_for", Text, comment="stage of the claim under way, or turn of a slow lane"),
    _one_of(HostLane, "lane"),
)
Index(
    "ix_hosts_lane_poll_due_at",
    hosts.c.lane,
    hosts.c.poll_due_at,
    postgresql_where=hosts.c.poll_due_at.is_not(None),
)
Index(
    "ix_hosts_lane_fetch_due_at",
    hosts.c.lane,
    hosts.c.fetch_due_at,
    postgresql_where=hosts.c.fetch_due_at.is_not(None),
)
# For the pages: hosts that rest, and hosts whose last requests failed.
Index("ix_hosts_rest_until", hosts.c.rest_until, postgresql_where=hosts.c.rest_until.is_not(None))
Index(
    "ix_hosts_claimed_for_free_at",
    hosts.c.claimed_for,
    hosts.c.free_at,
    postgresql_where=text("claimed_for IS NOT NULL AND lane <> 'answering'"),
)
Index("ix_hosts_errors", hosts.c.errors, postgresql_where=hosts.c.errors > 0)
Index("ix_hosts_last_turn_at", hosts.c.last_turn_at, postgresql_where=hosts.c.last_turn_at.is_not(None))

feeds = Table(
    "feeds",
    metadata,
    _id(),
    Column("url", Text, nullable=False, unique=True),
    Column("host_id", BigInteger, ForeignKey("hosts.id"), nullable=False),
    Column("publisher_id", BigInteger, ForeignKey("publishers.id")),
    Column("state", Text, nullable=False),
    _instant("due_at"),
    Column("due_because", Text, comment="why it is polled at due_at, for people"),
    _count("attempts"),
    _count("errors"),
    Column("reason", Text),
    Column("detail", Text),
    Column("warning", Text, comment="why the last document is malformed though readable"),
    Column("kind", Text),
    Column("title", Text),
    Column("link", Text),
    Column("language", Text),
    _texts("labels"),
    Column("settings", JSONB, nullable=False, server_default=text("'{}'")),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("body_hash", Uuid),
    Column("item_hashes", ARRAY(BigInteger), comment="items of the last document; NULL before the first"),
    Column("cadence", JSONB),
    Column("moved_to", Text, comment="target of the last permanent redirect"),
    _count("moved_seen"),
    _instant("last_polled_at"),
    _instant("last_ok_at"),
    _instant("last_new_at"),
    _count("last_items"),
    _count("last_overlap"),
    _total("polls"),
    _total("polls_unchanged"),
    _total("discovered"),
    _instant("pushed_until"),
    _now("added_at"),
    _one_of(FeedState),
    Column("rate", Double, comment="entries a second, as learned; NULL before the first poll"),
    Column(
        "timed",
        BigInteger,
        nullable=False,
        server_default=text("0"),
        comment="entries whose wait for a poll is known",
    ),
    Column(
        "waited",
        Double,
        nullable=False,
        server_default=text("0"),
        comment="seconds that these waited in all",
    ),
    Column("moved_from", Text, comment="its address before the last redirect that was followed"),
    _instant("moved_at"),
    Column("successor", Text, comment="another feed that its site names since it fails, to be offered"),
    Column("whole_at", DateTime(timezone=True), comment="when a poll last brought the whole document"),
    Column(
        "not_modified",
        Integer,
        nullable=False,
        server_default=text("0"),
        comment="answers of 304 in a row since",
    ),
    Column(
        "validators_off_until",
        DateTime(timezone=True),
        comment="until when polls send no conditions, since a 304 was false",
    ),
    CheckConstraint("(state = 'active') = (due_at IS NOT NULL)", name="due_while_active"),
    CheckConstraint("state <> 'retired' OR reason IS NOT NULL", name="reason_when_retired"),
)
Index(
    "ix_feeds_host_id_due_at",
    feeds.c.host_id,
    feeds.c.due_at,
    postgresql_where=feeds.c.due_at.is_not(None),
)

poll_price = Table(
    "poll_price",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False, server_default=text("1")),
    Column("goal", Text, nullable=False, comment="what the price serves: a budget or a delay"),
    Column("control", JSONB, nullable=False),
    Column(
        "polls",
        BigInteger,
        nullable=False,
        comment="sum over feeds at the last look, as are timed and waited",
    ),
    Column("timed", BigInteger, nullable=False),
    Column("waited", Double, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)

articles = Table(
    "articles",
    metadata,
    _id(),
    Column("key", Uuid, nullable=False, unique=True, comment="hash of the canonical URL"),
    Column("url", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("publisher_id", BigInteger, ForeignKey("publishers.id")),
    Column("story_id", BigInteger, ForeignKey("stories.id")),
    Column("revision", Integer, nullable=False),
    Column("title", Text),
    _texts("authors"),
    _texts("agencies"),
    _instant("published"),
    Column("published_precision", Text),
    Column("published_offset", SmallInteger, comment="minutes east of UTC, as printed"),
    _instant("modified"),
    Column("language", Text),
    Column("section", Text),
    _texts("tags"),
    Column("site_name", Text),
    Column("summary", Text),
    Column("text", Text, nullable=False),
    Column("word_count", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("paywalled", Boolean),
    Column("blocks", JSONB, nullable=False),
    Column("images", JSONB, nullable=False),
    Column("rights", JSONB, nullable=False),
    Column("provenance", JSONB, nullable=False),
    Column("extractor", Text, nullable=False),
    Column("content_hash", LargeBinary, nullable=False),
    Column("signature", LargeBinary),
    Column("bands", ARRAY(BigInteger)),
    _instant("stored_at", required=True),
    _instant("revised_at"),
    _instant("removed_at"),
    Column("modified_precision", Text, comment="instant or day; NULL: the date is older than this column"),
    Column("wire", Boolean, comment="whether it is an agency's report; NULL: unknown"),
    Column("search", TSVECTOR, comment="words and stems; NULL: stored by a version without this column"),
    Column("read_by", Text, comment="version of the extractor and hash of the site's rule that read it last"),
    Column("lasting_key", Uuid, comment="what consumers know it by, if that is no longer key; NULL: key"),
    Column("correction", Text, comment="the publisher's notice of what it has corrected"),
    _one_of(ArticleState),
    _one_of(get_args(Precision), "published_precision"),
    _one_of(get_args(Precision), "modified_precision"),
    CheckConstraint("(state = 'removed') = (removed_at IS NOT NULL)", name="removed_at"),
)
Index(
    "ix_articles_lasting_key",
    articles.c.lasting_key,
    unique=True,
    postgresql_where=articles.c.lasting_key.is_not(None),
)
Index("ix_articles_story_id", articles.c.story_id, postgresql_where=articles.c.story_id.is_not(None))
# For lists of stories (worker.store.story_lists): members in order of publication, stories by member.
_IN_A_STORY = articles.c.story_id.is_not(None)
Index(
    "ix_articles_story_id_shown",
    articles.c.story_id,
    func.coalesce(articles.c.published, articles.c.stored_at),
    articles.c.id,
    postgresql_where=_IN_A_STORY,
)
Index(
    "ix_articles_publisher_id_story_id",
    articles.c.publisher_id,
    articles.c.story_id,
    postgresql_where=_IN_A_STORY,
)
Index(
    "ix_articles_language_story_id",
    text("lower(split_part(language, '-', 1))"),
    articles.c.story_id,
    postgresql_where=_IN_A_STORY,
)
Index("ix_articles_stored_at", articles.c.stored_at)
Index("ix_articles_publisher_id_stored_at", articles.c.publisher_id, articles.c.stored_at)
# For filters (worker.store.filtering): a query must use exactly these expressions and conditions.
Index("ix_articles_language", text("lower(split_part(language, '-', 1))"), _table=articles)
Index("ix_articles_kind", articles.c.kind, postgresql_where=articles.c.kind != "article")
Index("ix_articles_wire", articles.c.wire)
# With all that a list by dates reads: it is answered by the index alone.
Index("ix_articles_published_stored_at_id", articles.c.published, articles.c.stored_at, articles.c.id)
for _name, _where in {
    "removed": "state = 'removed'",
    "noindex": """rights @> '{"noindex": true}'""",
    "noarchive": """rights @> '{"noarchive": true}'""",
    "noai": """rights @> '{"noai": true}'""",
    "tdm_reserved": """rights @> '{"tdm_reserved": true}'""",
    "denied": "rights @? '$.agents_denied[0]'",
    "licence": "rights @? '$.licence ? (@ != null)'",
    "paywalled": "paywalled",
}.items():
    Index(f"ix_articles_{_name}", articles.c.stored_at, postgresql_where=text(_where))
# fastupdate off: a look-up that must merge a pending list costs more than the inserts save.
Index("ix_articles_bands", articles.c.bands, postgresql_using="gin", postgresql_with={"fastupdate": "off"})
Index("ix_articles_search", articles.c.search, postgresql_using="gin")
Index("ix_articles_search_missing", articles.c.id, postgresql_where=articles.c.search.is_(None))

entries = Table(
    "entries",
    metadata,
    _id(),
    Column(
        "key", Uuid, nullable=False, unique=True, comment="hash of the link, else of feed and guid or text"
    ),
    Column("feed_id", BigInteger, ForeignKey("feeds.id", ondelete="SET NULL"), comment="where first seen"),
    Column("host_id", BigInteger, ForeignKey("hosts.id"), comment="NULL: no page to fetch"),
    Column("url", Text, comment="canonical link"),
    Column("hop_url", Text, comment="where a redirect to another host led; NULL: its own address"),
    _count("hops"),
    Column(
        "home_host_id",
        BigInteger,
        ForeignKey("hosts.id"),
        comment="host of the entry's address, while host_id is the host of hop_url",
    ),
    Column("state", Text, nullable=False),
    _instant("due_at"),
    _count("attempts"),
    _count("errors"),
    Column("reason", Text),
    Column("detail", Text),
    Column("article_id", BigInteger, ForeignKey("articles.id")),
    Column("title", Text),
    _texts("authors"),
    _instant("published"),
    _instant("updated"),
    Column("summary", Text),
    Column("content", Text, comment="what the feed itself carried, as HTML"),
    Column("language", Text),
    Column("item_hash", Uuid, nullable=False, comment="old name of edit_hash, written until it is dropped"),
    _count("looks"),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("body_hash", Uuid),
    _now("discovered_at"),
    _instant("finished_at"),
    Column("edit_hash", Uuid, comment="of what the feed says: it changes with an edit"),
    Column("page_key", Uuid, comment="hash of the address at which its page was fetched; NULL: unknown"),
    Column("published_precision", Text, comment="instant or day; NULL: the date is older than this column"),
    Column("updated_precision", Text, comment="instant or day; NULL: the date is older than this column"),
    Column(
        "look",
        Text,
        nullable=False,
        server_default=text("'good'"),
        comment="what the last look at the page of a stored entry showed",
    ),
    Column("look_reason", Text, comment="why it is doubtful, or the reason of the refusal"),
    Column("look_detail", Text),
    Column("look_since", DateTime(timezone=True), comment="first of the looks in a row that were not good"),
    _count("look_times"),
    Column("look_sketch", LargeBinary, comment="signature of the doubtful text, or hash of a short one"),
    Column("look_text_since", DateTime(timezone=True), comment="when the doubtful text was first seen"),
    _count("look_text_times"),
    _one_of(EntryState),
    _one_of(LookState, "look"),
    _one_of(get_args(Precision), "published_precision"),
    _one_of(get_args(Precision), "updated_precision"),
    CheckConstraint(
        "CASE state WHEN 'waiting' THEN due_at IS NOT NULL WHEN 'stored' THEN true ELSE due_at IS NULL END",
        name="due_while_waiting",
    ),
    CheckConstraint(
        "(state IN ('stored', 'duplicate')) = (article_id IS NOT NULL)", name="article_when_stored"
    ),
    CheckConstraint("state <> 'refused' OR reason IS NOT NULL", name="reason_when_refused"),
    CheckConstraint("(state IN ('waiting', 'fetched')) = (finished_at IS NULL)", name="finished_at"),
    CheckConstraint(
        "(look = 'good') = (look_since IS NULL) AND (look = 'doubtful') = (look_sketch IS NOT NULL)",
        name="look_fields",
    ),
)
Index(
    "ix_entries_host_id_due_at",
    entries.c.host_id,
    entries.c.due_at,
    postgresql_where=entries.c.due_at.is_not(None),
)
# The first tries of a host, newest first. A date in the future counts as the time of discovery.
Index(
    "ix_entries_host_id_newest",
    entries.c.host_id,
    text("LEAST(published, discovered_at)"),
    postgresql_where=text("state = 'waiting' AND errors = 0"),
)
Index("ix_entries_feed_id_discovered_at", entries.c.feed_id, entries.c.discovered_at)
Index("ix_entries_article_id", entries.c.article_id, postgresql_where=entries.c.article_id.is_not(None))
Index("ix_entries_reason", entries.c.reason, postgresql_where=entries.c.state == "refused")
Index("ix_entries_state", entries.c.state)
# For the page of refusals: all, those with a reason, those of a host, the newest first.
for _name, _columns in {
    "": (),
    "reason_": (entries.c.reason,),
    "host_id_": (entries.c.host_id,),
}.items():
    Index(
        f"ix_entries_refused_{_name}finished_at_id",
        *_columns,
        entries.c.finished_at,
        entries.c.id,
        postgresql_where=entries.c.state == "refused",
    )
Index("ix_entries_page_key", entries.c.page_key, postgresql_where=entries.c.page_key.is_not(None))
Index("ix_entries_doubtful", entries.c.host_id, postgresql_where=entries.c.look == "doubtful")
Index("ix_entries_finished_at", entries.c.finished_at, postgresql_where=entries.c.finished_at.is_not(None))

sightings = Table(
    "sightings",
    metadata,
    Column("feed_id", BigInteger, ForeignKey("feeds.id", ondelete="CASCADE"), primary_key=True),
    Column("entry_id", BigInteger, ForeignKey("entries.id", ondelete="CASCADE"), primary_key=True),
    Column("guid_key", Uuid, comment="hash of the item's name: guid, else link with position, else text"),
    Column("guid", Text),
    Column("item_hash", BigInteger, comment="hash of the item's source in the document; NULL: unknown"),
    Column(
        "position",
        Integer,
        nullable=False,
        comment="0 is the top of the document; from 1000000 on: seen only in the feed's archive",
    ),
    _instant("first_seen_at", required=True),
    _instant("last_seen_at", required=True),
)
Index("ix_sightings_feed_id_guid_key", sightings.c.feed_id, sightings.c.guid_key)
Index("ix_sightings_feed_id_item_hash", sightings.c.feed_id, sightings.c.item_hash)
Index("ix_sightings_entry_id", sightings.c.entry_id)
Index("ix_sightings_feed_id_first_seen_at", sightings.c.feed_id, sightings.c.first_seen_at)

pages = Table(
    "pages",
    metadata,
    _id(),
    Column("entry_id", BigInteger, ForeignKey("entries.id", ondelete="CASCADE"), nullable=False),
    Column("state", Text, nullable=False),
    _instant("due_at"),
    _total("lease"),
    _count("attempts"),
    Column("reason", Text),
    Column("detail", Text),
    Column("url", Text, nullable=False, comment="after redirects"),
    Column("status", SmallInteger, comment="NULL: nothing was fetched, the feed's text is extracted"),
    Column("content_type", Text),
    Column("headers", JSONB, nullable=False, server_default=text("'{}'")),
    Column("body", LargeBinary, comment="as it came over the wire; NULL when the retention has passed"),
    Column(
        "encoding", Text, nullable=False, server_default=text("''"), comment="as gzip, br, zstd; empty: plain"
    ),
    Column("size", Integer, nullable=False, comment="bytes once decompressed"),
    _instant("fetched_at", required=True),
    _instant("expires_at", required=True),
    Column("extractor", Text),
    Column(
        "reserved",
        JSONB,
        nullable=False,
        server_default=text("'{}'"),
        comment="what robots.txt and tdmrep.json of its host say of it",
    ),
    _one_of(PageState),
    CheckConstraint("(state = 'fetched') = (due_at IS NOT NULL)", name="due_while_fetched"),
    CheckConstraint("state <> 'fetched' OR body IS NOT NULL", name="body_while_fetched"),
    CheckConstraint("state <> 'refused' OR reason IS NOT NULL", name="reason_when_refused"),
)
Index("ix_pages_due_at", pages.c.due_at, postgresql_where=pages.c.due_at.is_not(None))
Index("ix_pages_entry_id", pages.c.entry_id)
Index("ix_pages_expires_at", pages.c.expires_at, postgresql_where=pages.c.body.is_not(None))

revisions = Table(
    "revisions",
    metadata,
    Column("article_id", BigInteger, ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("page_id", BigInteger, ForeignKey("pages.id", ondelete="SET NULL")),
    _instant("seen_at", required=True),
    _texts("changed"),
    Column("content_hash", LargeBinary, nullable=False),
    Column("extractor", Text, nullable=False),
    Column(
        "document", JSONB, comment="the article in this revision; NULL: the newest one is the article's row"
    ),
)
Index("ix_revisions_page_id", revisions.c.page_id)
# Hashes, since only equality is looked up and addresses are long.
Index(
    "ix_revisions_url",
    revisions.c.document["url"].astext,
    postgresql_using="hash",
    postgresql_where=revisions.c.document.is_not(None),
)

stories = Table(
    "stories",
    metadata,
    _id(),
    _count("size"),
    _now("begun_at"),
    Column("first_at", DateTime(timezone=True), comment="when its first member was published"),
    Column("agency_at", DateTime(timezone=True), comment="the same of the first that names an agency"),
    Column("merged_into", BigInteger, comment="the story that its members are in now"),
)

Index("ix_stories_size_id", stories.c.size, stories.c.id, postgresql_where=stories.c.size > 1)
Index("ix_stories_begun_at_id", stories.c.begun_at, stories.c.id, postgresql_where=stories.c.size > 1)

# Keys without foreign keys: rows are added and removed for each article, and must not lock it.
story_bands = Table(
    "story_bands",
    metadata,
    Column("band", BigInteger, primary_key=True, comment="of an article's signature"),
    Column("article_id", BigInteger, primary_key=True),
)
Index("ix_story_bands_article_id", story_bands.c.article_id)

story_queue = Table(
    "story_queue",
    metadata,
    _id(),
    Column("article_id", BigInteger, nullable=False, comment="still to be put into its story"),
)
Index("ix_story_queue_article_id", story_queue.c.article_id)

tombstones = Table(
    "tombstones",
    metadata,
    Column("key", Uuid, primary_key=True, comment="hash of an address at which something was purged"),
    Column("article_id", BigInteger, comment="of the purged article; NULL: an entry without an article"),
    Column("article_key", Uuid, comment="what consumers knew that article by"),
    _instant("purged_at", required=True),
    Column("why", Text, nullable=False),
)
Index(
    "ix_tombstones_article_id",
    tombstones.c.article_id,
    postgresql_where=tombstones.c.article_id.is_not(None),
)

changes = Table(
    "changes",
    metadata,
    _id(),
    # No foreign key: the log goes on to hold the lines of articles that were purged.
    Column("article_id", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    _instant("at", required=True),
    Column(
        "changed",
        ARRAY(Text),
        nullable=False,
        server_default=text("'{}'"),
        comment="fields of the article that differ",
    ),
    Column(
        "cause", Text, nullable=False, server_default=text("'publisher'"), comment="who is behind the change"
    ),
    Column(
        "words_added",
        Integer,
        nullable=False,
        server_default=text("0"),
        comment="words of title and text that are new",
    ),
    Column(
        "words_removed",
        Integer,
        nullable=False,
        server_default=text("0"),
        comment="words of title and text that are gone",
    ),
    _one_of(ChangeKind, "kind"),
    _one_of(Cause, "cause"),
)
Index("ix_changes_article_id", changes.c.article_id)
Index(
    "ix_changes_changed",
    changes.c.changed,
    postgresql_using="gin",
    postgresql_where=text("kind <> 'created'"),
)
Index("ix_changes_cause", changes.c.cause, postgresql_where=text("cause <> 'publisher'"))

searches = Table(
    "searches",
    metadata,
    Column("name", Text, primary_key=True),
    Column("filter", Text, nullable=False, comment="in the canonical form of worker.filters"),
    _now("added_at"),
    _instant("changed_at"),
)

api_keys = Table(
    "api_keys",
    metadata,
    _id(),
    Column("name", Text, nullable=False),
    Column("scope", Text, nullable=False),
    Column("prefix", Text, nullable=False, comment="the beginning of the secret, to tell keys apart"),
    Column(
        "hash", LargeBinary, nullable=False, unique=True, comment="SHA-256 of the secret, which is not stored"
    ),
    _instant("added_at", required=True),
    Column("last_used_at", DateTime(timezone=True), comment="to the minute"),
    _instant("revoked_at"),
    _one_of(Scope, "scope"),
)
Index("ix_api_keys_name", api_keys.c.name, unique=True, postgresql_where=api_keys.c.revoked_at.is_(None))

epochs = Table(
    "epochs",
    metadata,
    Column(
        "id",
        BigInteger,
        primary_key=True,
        autoincrement=False,
        comment="of its reset line in the change log; 0: the first epoch, which has no such line",
    ),
    Column("name", Uuid, nullable=False, server_default=text("gen_random_uuid()")),
    Column("began_at", DateTime(timezone=True), nullable=False, server_default=text("clock_timestamp()")),
    Column(
        "void_after",
        BigInteger,
        nullable=False,
        comment="ids of changes above this one and below id are void",
    ),
    Column(
        "place",
        Text,
        nullable=False,
        comment="the database and table that hold the log: a restore makes new ones",
    ),
)

sinks = Table(
    "sinks",
    metadata,
    _id(),
    Column("name", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("mode", Text, nullable=False, server_default=text("'active'")),
    Column("url", Text, nullable=False, server_default=text("''"), comment="may hold a password or a token"),
    Column("options", JSONB, nullable=False, server_default=text("'{}'")),
    Column("filter", Text, nullable=False, server_default=text("''"), comment="canonical; empty: every line"),
    Column("secret", Text, comment="the key of the signatures"),
    Column("old_secret", Text, comment="signs, too, until old_secret_until"),
    _instant("old_secret_until"),
    Column(
        "cursor",
        BigInteger,
        nullable=False,
        server_default=text("0"),
        comment="the last line that was delivered, set aside in sink_pending, or passed over",
    ),
    Column("epoch", Uuid, comment="of the change log at the last delivery"),
    Column(
        "singly_to",
        BigInteger,
        nullable=False,
        server_default=text("0"),
        comment="lines up to this one go one to a message, since a batch was refused",
    ),
    _count("errors"),
    Column("reason", Text, comment="why the last try failed"),
    Column("detail", Text),
    _instant("failing_since"),
    _now("due_at"),
    Column(
        "pending_due_at",
        DateTime(timezone=True),
        comment="when the next line of sink_pending is due; NULL: there is none",
    ),
    _total("lease"),
    _instant("claimed_until"),
    _instant("tried_at"),
    _instant("delivered_at"),
    _total("delivered"),
    _now("added_at"),
    _one_of(SinkKind, "kind"),
    _one_of(SinkMode, "mode"),
)

sink_pending = Table(
    "sink_pending",
    metadata,
    Column("sink_id", BigInteger, ForeignKey("sinks.id", ondelete="CASCADE"), primary_key=True),
    Column("line_id", BigInteger, primary_key=True, comment="of the change log"),
    Column("article_id", BigInteger, nullable=False),
    _instant("due_at", required=True),
    Column(
        "attempts",
        Integer,
        nullable=False,
        server_default=text("0"),
        comment="tries; 0: it waits for an earlier line of its article",
    ),
    _instant("failed_at"),
)

sink_tries = Table(
    "sink_tries",
    metadata,
    _id(),
    Column("sink_id", BigInteger, ForeignKey("sinks.id", ondelete="CASCADE"), nullable=False),
    _instant("at", required=True),
    Column("outcome", Text, nullable=False),
    Column("status", SmallInteger, comment="of HTTP; NULL: no answer, or another protocol"),
    Column("seconds", Double, nullable=False),
    Column("said", Text, nullable=False, comment="the beginning of the answer, or why there was none"),
    Column("first_id", BigInteger, comment="NULL: a ping"),
    Column("last_id", BigInteger),
    _count("lines"),
    Column("attempt", Integer, nullable=False, server_default=text("1")),
)
Index("ix_sink_tries_sink_id_id", sink_tries.c.sink_id, sink_tries.c.id)

dead_letters = Table(
    "dead_letters",
    metadata,
    Column("sink_id", BigInteger, ForeignKey("sinks.id", ondelete="CASCADE"), primary_key=True),
    Column("line_id", BigInteger, primary_key=True, comment="of the change log"),
    Column("article_id", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False),
    _instant("failed_at", required=True),
    _instant("dead_at", required=True),
    Column("reason", Text, nullable=False),
    Column("detail", Text, nullable=False),
)

signs = Table(
    "signs",
    metadata,
    Column(
        "name",
        Text,
        primary_key=True,
        comment="what was done: tick, taken:STAGE, written; backup: the state of that time is in a backup",
    ),
    Column(
        "at",
        DateTime(timezone=True),
        nullable=False,
        comment="when it was last done, by the clock of the database",
    ),
)

paused_stages = Table(
    "paused_stages",
    metadata,
    Column("stage", Text, primary_key=True, comment="of which ticks hand out no work"),
    _now("since"),
    Column("by", Text, nullable=False, comment="who paused it"),
)

notices = Table(
    "notices",
    metadata,
    Column("key", Text, primary_key=True),
    Column("severity", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("command", Text, nullable=False),
    Column("link", Text, nullable=False),
    _instant("since", required=True),
    Column("told_at", DateTime(timezone=True), comment="when a message about it was sent; NULL: not yet"),
    Column(
        "gone_since",
        DateTime(timezone=True),
        comment="since when the problem is not seen; NULL: it lasts",
    ),
)

# The triggers that write it, and why: worker.store.kept_counts.
kept_counts = Table(
    "kept_counts",
    metadata,
    Column("subject", Text, primary_key=True, comment="what is counted"),
    Column("day", Date, primary_key=True, comment="of discovery, UTC; 1970-01-01: not counted by day"),
    Column("state", Text, primary_key=True),
    Column("reason", Text, primary_key=True),
    Column("amount", BigInteger, nullable=False, comment="without what count_deltas still holds"),
)

count_deltas = Table(
    "count_deltas",
    metadata,
    _id(),
    Column("subject", Text, nullable=False),
    Column("day", Date, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column(
        "amount",
        BigInteger,
        nullable=False,
        comment="what one statement changed, to be added to kept_counts",
    ),
)

count_samples = Table(
    "count_samples",
    metadata,
    Column("at", DateTime(timezone=True), primary_key=True),
    Column("amounts", JSONB, nullable=False, comment="totals that only grow, for rates"),
)

gaps = Table(
    "gaps",
    metadata,
    _id(),
    Column("feed_id", BigInteger, ForeignKey("feeds.id", ondelete="CASCADE"), nullable=False),
    _instant("noticed_at", required=True),
    _instant("since", required=True),
    Column("before", Text, comment="newest entry known before the gap"),
    Column("after", Text, comment="oldest entry seen after it"),
    Column("fill", Text, nullable=False, server_default=text("'unfilled'")),
    _count("found"),
    Column("reason", Text, comment="why the fill is what it is"),
    _one_of(GapFill, "fill"),
)
Index("ix_gaps_feed_id_noticed_at", gaps.c.feed_id, gaps.c.noticed_at)
Index("ix_gaps_noticed_at_id", gaps.c.noticed_at, gaps.c.id)

walks = Table(
    "walks",
    metadata,
    _id(),
    Column("feed_id", BigInteger, ForeignKey("feeds.id", ondelete="CASCADE"), nullable=False),
    Column(
        "gap_id", BigInteger, ForeignKey("gaps.id", ondelete="CASCADE"), comment="NULL: begun by a command"
    ),
    Column("host_id", BigInteger, ForeignKey("hosts.id"), nullable=False, comment="of next_url"),
    Column("state", Text, nullable=False),
    Column("due_at", DateTime(timezone=True), comment="NULL while open: a command works on it, no worker"),
    _count("attempts"),
    _count("errors"),
    Column(
        "kind", Text, nullable=False, comment="of next_url: feed, archive, page, wordpress, site, sitemap"
    ),
    Column("next_url", Text, nullable=False),
    Column("ahead", JSONB, nullable=False, server_default=text("'[]'"), comment="places after it: kind, url"),
    Column(
        "seen",
        ARRAY(BigInteger),
        nullable=False,
        server_default=text("'{}'"),
        comment="hashes of pages, to recognise loops",
    ),
    Column("since", DateTime(timezone=True), comment="older entries are not wanted"),
    _count("pages"),
    Column("pages_limit", Integer, nullable=False),
    _count("found"),
    _count("known"),
    Column("oldest", DateTime(timezone=True), comment="date of the oldest entry met"),
    Column("reason", Text),
    Column("detail", Text),
    _now("started_at"),
    _instant("last_at"),
    _one_of(WalkState),
    CheckConstraint("state = 'open' OR due_at IS NULL", name="due_while_open"),
    CheckConstraint("state = 'open' OR reason IS NOT NULL", name="reason_when_over"),
)
Index(
    "ix_walks_host_id_due_at", walks.c.host_id, walks.c.due_at, postgresql_where=walks.c.due_at.is_not(None)
)
Index("ix_walks_feed_id", walks.c.feed_id)
Index("ix_walks_gap_id", walks.c.gap_id, postgresql_where=walks.c.gap_id.is_not(None))

rule_misses = Table(
    "rule_misses",
    metadata,
    Column("file", Text, primary_key=True),
    Column("selector", Text, primary_key=True, comment="the key of the rule, or strip and the selector"),
    Column("host", Text, primary_key=True),
    Column("expected", Boolean, nullable=False, comment="on every page; else on some"),
    Column("pages", Integer, nullable=False, comment="on which it matched nothing, in a row"),
    _instant("since", required=True),
    _instant("last_at", required=True),
    Column("url", Text, nullable=False, comment="the last of these pages"),
)

hub_subscriptions = Table(
    "hub_subscriptions",
    metadata,
    _id(),
    Column("feed_id", BigInteger, ForeignKey("feeds.id", ondelete="SET NULL"), comment="NULL: it is removed"),
    Column("host_id", BigInteger, ForeignKey("hosts.id"), nullable=False, comment="of the address"),
    Column("hub", Text, nullable=False, comment="as the feed names it"),
    Column("address", Text, nullable=False, comment="where it answers, after permanent redirects"),
    Column("topic", Text, nullable=False),
    Column("token", Text, nullable=False, unique=True, comment="the last part of the callback URL"),
    Column("secret", Text, nullable=False, comment="the key of the signatures"),
    Column("state", Text, nullable=False),
    _instant("due_at", required=True),
    _count("attempts"),
    _count("tries"),
    Column("reason", Text),
    Column("detail", Text),
    Column("asked", Text, comment="subscribe or unsubscribe: what the hub may verify"),
    _instant("asked_at"),
    _instant("confirmed_at"),
    _instant("lease_until"),
    _instant("last_push_at"),
    _total("pushes"),
    _total("brought"),
    _total("ignored"),
    _total("missed"),
    _now("added_at"),
    _one_of(SubscriptionState),
    CheckConstraint("asked IN ('subscribe', 'unsubscribe')", name="asked"),
    CheckConstraint("(asked IS NULL) = (asked_at IS NULL)", name="asked_at"),
    CheckConstraint("state <> 'active' OR lease_until IS NOT NULL", name="lease_while_active"),
    CheckConstraint("state <> 'denied' OR reason IS NOT NULL", name="reason_when_denied"),
)
Index(
    "ix_hub_subscriptions_feed_id_hub_topic",
    hub_subscriptions.c.feed_id,
    hub_subscriptions.c.hub,
    hub_subscriptions.c.topic,
    unique=True,
)
Index("ix_hub_subscriptions_host_id_due_at", hub_subscriptions.c.host_id, hub_subscriptions.c.due_at)

pushes = Table(
    "pushes",
    metadata,
    _id(),
    Column(
        "subscription_id",
        BigInteger,
        ForeignKey("hub_subscriptions.id", ondelete="CASCADE"),
        nullable=False,
    ),
    _instant("due_at", required=True),
    _total("lease"),
    _count("attempts"),
    Column("content_type", Text),
    Column("encoding", Text, nullable=False, comment="as the hub claims it; empty: plain"),
    Column("body", LargeBinary, nullable=False, comment="as it came over the wire"),
    Column("body_hash", Uuid, nullable=False),
    _instant("received_at", required=True),
)
Index("ix_pushes_due_at", pushes.c.due_at)
Index("ix_pushes_subscription_id_body_hash", pushes.c.subscription_id, pushes.c.body_hash, unique=True)

feed_health = Table(
    "feed_health",
    metadata,
    Column("feed_id", BigInteger, ForeignKey("feeds.id", ondelete="CASCADE"), primary_key=True),
    Column(
        "counted_to",
        DateTime(timezone=True),
        nullable=False,
        comment="entries that finished up to then are in the shares",
    ),
    Column(
        "silent_since",
        DateTime(timezone=True),
        comment="time of the last new entry when quiet_at was computed",
    ),
    Column("quiet_at", DateTime(timezone=True), comment="NULL: too little is known"),
    Column("a_week", Double, nullable=False, server_default=text("'0'")),
    Column("items_lately", Double),
    Column("items_usual", Double),
    _shares("refused", "share of entries: recent, usual, number of entries"),
    _shares("fallback", "share of articles with only the text of the feed, in the same form"),
)

feed_conditions = Table(
    "feed_conditions",
    metadata,
    Column("feed_id", BigInteger, ForeignKey("feeds.id", ondelete="CASCADE"), primary_key=True),
    Column("condition", Text, primary_key=True),
    Column("since", DateTime(timezone=True), primary_key=True),
    Column("until", DateTime(timezone=True), comment="NULL: it is so still"),
    Column("reason", Text, nullable=False),
)
Index(
    "ix_feed_conditions_feed_id_condition",
    feed_conditions.c.feed_id,
    feed_conditions.c.condition,
    unique=True,
    postgresql_where=feed_conditions.c.until.is_(None),
)
Index(
    "ix_feed_conditions_lasting",
    feed_conditions.c.condition,
    feed_conditions.c.feed_id,
    postgresql_where=feed_conditions.c.until.is_(None),
)

# Both filled by triggers, so that no statement can forget it (migration 0033).
feed_catalog = Table(
    "feed_catalog",
    metadata,
    Column("feed_id", BigInteger, ForeignKey("feeds.id", ondelete="CASCADE"), primary_key=True),
    Column(
        "section",
        SmallInteger,
        nullable=False,
        comment="in the list: 0 condition and failing, 1 condition, 2 failing, 3 the others",
    ),
    Column("state", Text, nullable=False),
    Column("publisher_id", BigInteger),
    Column("labels", ARRAY(Text), nullable=False),
    Column("words", TSVECTOR, nullable=False, comment="of title and address, without http and www"),
)
Index("ix_feed_catalog_section_feed_id", feed_catalog.c.section, feed_catalog.c.feed_id)
Index("ix_feed_catalog_publisher_id", feed_catalog.c.publisher_id)
Index(
    "ix_feed_catalog_state",
    feed_catalog.c.state,
    feed_catalog.c.section,
    feed_catalog.c.feed_id,
    postgresql_where=feed_catalog.c.state != "active",
)
Index("ix_feed_catalog_words", feed_catalog.c.words, postgresql_using="gin")
Index("ix_feed_catalog_labels", feed_catalog.c.labels, postgresql_using="gin")

feed_counts = Table(
    "feed_counts",
    metadata,
    Column("feed_id", BigInteger, ForeignKey("feeds.id", ondelete="CASCADE"), primary_key=True),
    _count("stored"),
    _count("duplicate"),
    _count("refused"),
    Column(
        "waiting",
        Integer,
        nullable=False,
        server_default=text("0"),
        comment="entries that are waiting or fetched",
    ),
    Column("last_stored_at", DateTime(timezone=True), comment="when an entry last became an article"),
    Column(
        "checked_at",
        DateTime(timezone=True),
        comment="when last compared with the entries; NULL: not counted yet",
    ),
)
Index("ix_feed_counts_checked_at", feed_counts.c.checked_at.nulls_first())

feed_count_changes = Table(
    "feed_count_changes",
    metadata,
    _id(),
    Column("feed_id", BigInteger, nullable=False),
    Column("stored", Integer, nullable=False, server_default=text("0"), comment="how many more, or fewer"),
    _count("duplicate"),
    _count("refused"),
    _count("waiting"),
    _instant("last_stored_at"),
)
Index("ix_feed_count_changes_feed_id", feed_count_changes.c.feed_id)

# Rows are written over in turn, so that the history of a feed is bounded (worker.store.poll_history).
poll_answers = Table(
    "poll_answers",
    metadata,
    Column("feed_id", BigInteger, ForeignKey("feeds.id", ondelete="CASCADE"), primary_key=True),
    Column(
        "slot",
        SmallInteger,
        primary_key=True,
        autoincrement=False,
        comment="number of the poll, modulo the answers that are kept",
    ),
    _instant("at", required=True),
    Column("status", SmallInteger),
    Column("outcome", Text, nullable=False),
    Column("reason", Text),
    Column("seconds", Double, nullable=False, comment="from the request to the end of the answer"),
    Column("size", Integer, nullable=False, comment="bytes of the body once decompressed"),
    Column("items", Integer, nullable=False),
    Column("new", Integer, nullable=False),
)

poll_days = Table(
    "poll_days",
    metadata,
    Column("feed_id", BigInteger, ForeignKey("feeds.id", ondelete="CASCADE"), primary_key=True),
    Column(
        "slot",
        SmallInteger,
        primary_key=True,
        autoincrement=False,
        comment="number of the day, modulo the days that are kept",
    ),
    Column("day", Date, nullable=False),
    Column("polls", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
)

feed_documents = Table(
    "feed_documents",
    metadata,
    Column("feed_id", BigInteger, ForeignKey("feeds.id", ondelete="CASCADE"), primary_key=True),
    _instant("seen_at", required=True),
    Column("url", Text, nullable=False, comment="after redirects"),
    Column("content_type", Text),
    Column("encoding", Text, nullable=False, comment="of body, as gzip, br, zstd; empty: plain"),
    Column("size", Integer, nullable=False, comment="bytes of the document once decompressed"),
    Column("is_cut", Boolean, nullable=False, comment="only its beginning is kept"),
    Column("body", LargeBinary, nullable=False),
)
Index("ix_feed_documents_seen_at", feed_documents.c.seen_at)

audit = Table(
    "audit",
    metadata,
    _id(),
    _instant("at", required=True),
    Column("actor", Text, nullable=False, comment="an account, key:NAME, cli:USER, local or anyone"),
    Column("action", Text, nullable=False, comment="noun and past participle, as feed.paused"),
    Column("subject", Text, nullable=False, comment="what was changed, as feed:12"),
    Column("detail", JSONB, nullable=False, server_default=text("'{}'")),
)
Index("ix_audit_at", audit.c.at)
Index("ix_audit_subject_id", audit.c.subject, audit.c.id)
Index("ix_audit_actor_id", audit.c.actor, audit.c.id)

accounts = Table(
    "accounts",
    metadata,
    _id(),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("password_hash", Text, comment="Argon2id; NULL: no password can be entered"),
    Column(
        "invitation",
        LargeBinary,
        unique=True,
        comment="SHA-256 of the token in the link that sets a password",
    ),
    _instant("invited_until"),
    Column("subject", Text, unique=True, comment="issuer and subject of an OpenID provider"),
    _instant("added_at", required=True),
    _instant("last_login_at"),
    _instant("disabled_at"),
    _one_of(Role, "role"),
    CheckConstraint("(invitation IS NULL) = (invited_until IS NULL)", name="invited_until"),
)
Index("ix_accounts_name", func.lower(accounts.c.name), unique=True)

sessions = Table(
    "sessions",
    metadata,
    _id(),
    Column(
        "account_id", BigInteger, ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False, index=True
    ),
    Column("hash", LargeBinary, nullable=False, unique=True, comment="SHA-256 of the token in the cookie"),
    Column("agent", Text, nullable=False, comment="what the browser calls itself"),
    _instant("began_at", required=True),
    Column("seen_at", DateTime(timezone=True), nullable=False, comment="to the minute"),
    _instant("ends_at", required=True),
)


_DIALECT = dialect()  # type: ignore[no-untyped-call]


@cache
def columns_of(table: Table, row: type, alias: str = "") -> str:
    """Return the columns of `table` that the dataclass `row` has a field for, as a list for SELECT.

    `alias` is written before each of them. Fields without a column are left to the caller.
    """
    names = [field.name for field in fields(row) if field.name in table.c]
    return ", ".join(f"{alias}.{name}" if alias else name for name in names)


@cache
def recordset(table: Table, *names: str, **others: str) -> str:
    """Return the item of a FROM clause that reads the records of the parameter `:records` as rows `r`.

    Each of `names` has the type of the table's column; `others` are further fields with their types.
    """
    types = {name: table.c[name].type.compile(dialect=_DIALECT) for name in names} | others
    listed = ", ".join(f"{name} {type_}" for name, type_ in types.items())
    return f"jsonb_to_recordset(CAST(:records AS jsonb)) AS r ({listed})"
