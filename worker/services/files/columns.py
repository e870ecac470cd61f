"""The columns of exported files, the same in every format. Pure.

`COLUMNS_VERSION` is raised when a column is added; no column is renamed or removed within a major version of
Wiredesk (docs/export.md has the list, and a test compares the two).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

COLUMNS_VERSION = 1
"""The version of the columns, in `manifest.json` and in the metadata of Parquet files."""


class ValueType(StrEnum):
    """The type of a column: `texts` is a list of texts, `json` a JSON value (as text in Parquet and CSV)."""

    INTEGER = "integer"
    TEXT = "text"
    TEXTS = "texts"
    BOOLEAN = "boolean"
    INSTANT = "instant"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class FileColumn:
    """A column: its name, its type, and what it means."""

    name: str
    type: ValueType
    meaning: str


INTEGER, TEXT, TEXTS, BOOLEAN, INSTANT, JSON = ValueType

ARTICLE = (
    FileColumn("id", INTEGER, "number of the article in the store that it was exported from"),
    FileColumn("key", TEXT, "name of the article for good, a UUID made from its first address"),
    FileColumn("url", TEXT, "canonical address"),
    FileColumn("state", TEXT, "live or removed"),
    FileColumn("publisher", TEXT, "host name of the outlet without www."),
    FileColumn("publisher_name", TEXT, "name of the outlet, if the operator has set one"),
    FileColumn("publisher_country", TEXT, "ISO 3166-1 alpha-2, if the operator has set one"),
    FileColumn("labels", TEXTS, "labels of the outlet and of the feeds that listed the article"),
    FileColumn("feeds", TEXTS, "addresses of the feeds that listed the article"),
    FileColumn("story_id", INTEGER, "joins articles with the same text; null: none"),
    FileColumn("wire", BOOLEAN, "whether it is an agency's report; null: unknown"),
    FileColumn("revision", INTEGER, "number of the version, from 1"),
    FileColumn("kind", TEXT, "article, live-blog, video, audio, gallery or index-page"),
    FileColumn("title", TEXT, "headline as printed"),
    FileColumn("authors", TEXTS, "names of the authors"),
    FileColumn("agencies", TEXTS, "names of the news agencies"),
    FileColumn("published", INSTANT, "date of publication; null: not stated"),
    FileColumn("published_precision", TEXT, "instant, or day: the clock means nothing"),
    FileColumn("published_offset", INTEGER, "minutes east of UTC, as printed"),
    FileColumn("modified", INSTANT, "date of the last edit, as the page states it"),
    FileColumn("modified_precision", TEXT, "instant, or day: the clock means nothing"),
    FileColumn("language", TEXT, "BCP 47"),
    FileColumn("section", TEXT, "section of the outlet"),
    FileColumn("tags", TEXTS, "tags as printed"),
    FileColumn("site_name", TEXT, "name of the site as the page states it"),
    FileColumn("summary", TEXT, "standfirst as printed, else the description of the page"),
    FileColumn("text", TEXT, "body as plain text, an empty line between blocks"),
    FileColumn("word_count", INTEGER, "words of the text"),
    FileColumn("paywalled", BOOLEAN, "null: unknown"),
    FileColumn("blocks", JSON, "body as a list of blocks"),
    FileColumn("images", JSON, "pictures as a list, each with caption and credit"),
    FileColumn("rights", JSON, "what the publisher reserves"),
    FileColumn("provenance", JSON, "source of each field"),
    FileColumn("extractor", TEXT, "version of the extractor that read the page"),
    FileColumn("stored_at", INSTANT, "when the page was fetched for the first time"),
    FileColumn("revised_at", INSTANT, "when this version was fetched; null: it is the first"),
    FileColumn("removed_at", INSTANT, "when the page was found to be gone; null: it is not"),
)

REVISION = (
    FileColumn("article_id", INTEGER, "id in the files of articles"),
    FileColumn("key", TEXT, "key in the files of articles"),
    FileColumn("number", INTEGER, "number of the version, from 1"),
    FileColumn("is_current", BOOLEAN, "whether the article says this now"),
    FileColumn("seen_at", INSTANT, "when the page with this version was fetched"),
    FileColumn("changed", TEXTS, "fields that differ from the version before"),
    FileColumn("url", TEXT, "address of the article in this version"),
    FileColumn("title", TEXT, "headline"),
    FileColumn("authors", TEXTS, "names of the authors"),
    FileColumn("published", INSTANT, "date of publication"),
    FileColumn("language", TEXT, "BCP 47"),
    FileColumn("summary", TEXT, "standfirst"),
    FileColumn("text", TEXT, "body as plain text"),
    FileColumn("word_count", INTEGER, "words of the text"),
    FileColumn("extractor", TEXT, "version of the extractor that read it"),
)

COLUMNS: Mapping[str, tuple[FileColumn, ...]] = {"articles": ARTICLE, "revisions": REVISION}
"""The columns of each set of files, by the name of its directory."""


def record_of(row: Mapping[str, Any], columns: tuple[FileColumn, ...]) -> dict[str, Any]:
    """Return a row of the store with these columns in their order; the key as text."""
    values = {column.name: row[column.name] for column in columns}
    return {**values, "key": str(values["key"])}
