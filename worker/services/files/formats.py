"""Writers of rows in each format. The bytes depend on the rows alone."""

import csv
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from worker.extract.document import from_document
from worker.extract.render import markdown
from worker.services.files.columns import COLUMNS_VERSION, FileColumn, ValueType

if TYPE_CHECKING:
    import pyarrow

FileRow = Mapping[str, Any]
Write = Callable[[Sequence[FileRow]], None]

GROUP_ROWS = 10_000
"""Rows of a row group of Parquet at most. A guess: readers skip and read in parallel by groups."""

GROUP_CHARACTERS = 32 << 20
"""Characters of text after which a row group ends, so that long texts do not fill the memory. A guess."""

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""First characters by which spreadsheets take a cell for a formula (OWASP, CSV injection)."""


class MissingLibrary(Exception):
    """A format needs a library that is not installed; the text says which and how to install it."""


class OpenWriter(Protocol):
    """Opens a file for rows with these columns."""

    def __call__(self, path: Path, columns: Sequence[FileColumn]) -> AbstractContextManager[Write]: ...


@contextmanager
def write_jsonl(path: Path, columns: Sequence[FileColumn]) -> Iterator[Write]:
    """Write one JSON object a line, in UTF-8; instants as ISO 8601 in UTC."""
    from pydantic_core import to_json

    with path.open("wb") as file:
        yield lambda rows: file.writelines(to_json(row) + b"\n" for row in rows)


@contextmanager
def write_csv(path: Path, columns: Sequence[FileColumn]) -> Iterator[Write]:
    """Write CSV (RFC 4180) with a header, in UTF-8; lists as JSON.

    A text that a spreadsheet would compute gets an apostrophe in front.
    """
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow([column.name for column in columns])

        def write(rows: Sequence[FileRow]) -> None:
            writer.writerows([_cell(row[column.name], column.type) for column in columns] for row in rows)

        yield write


def _cell(value: Any, type_: ValueType) -> object:
    if value is None:
        return ""
    if type_ in (ValueType.TEXTS, ValueType.JSON):
        return _json(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        # CSV has no way to write NUL, and PostgreSQL stores none.
        return f"'{value}" if value.startswith(FORMULA) else value
    return value


@contextmanager
def write_parquet(path: Path, columns: Sequence[FileColumn]) -> Iterator[Write]:
    """Write Parquet with zstd, in row groups of bounded size. Raises `MissingLibrary`."""
    pyarrow, parquet = parquet_library()
    schema = pyarrow.schema(
        [
            pyarrow.field(c.name, _arrow_type(pyarrow, c.type), metadata={"meaning": c.meaning})
            for c in columns
        ],
        metadata={"wiredesk.schema": str(COLUMNS_VERSION)},
    )
    waiting: list[FileRow] = []
    characters = 0

    def flush(writer: Any) -> None:
        arrays = [
            pyarrow.array(
                [_arrow_value(row[c.name], c.type) for row in waiting], _arrow_type(pyarrow, c.type)
            )
            for c in columns
        ]
        writer.write_table(pyarrow.Table.from_arrays(arrays, schema=schema), row_group_size=GROUP_ROWS)
        waiting.clear()

    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:

        def write(rows: Sequence[FileRow]) -> None:
            nonlocal characters
            for row in rows:
                waiting.append(row)
                characters += len(row["text"] or "")
                if len(waiting) >= GROUP_ROWS or characters >= GROUP_CHARACTERS:
                    flush(writer)
                    characters = 0

        yield write
        if waiting:
            flush(writer)


def parquet_library() -> tuple[Any, Any]:
    """Return pyarrow and its module for Parquet. Raises `MissingLibrary`."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise MissingLibrary("Parquet needs pyarrow: pip install 'wiredesk[export]'") from None
    return pyarrow, pyarrow.parquet


def _arrow_type(pyarrow: Any, type_: ValueType) -> "pyarrow.DataType":
    return {
        ValueType.INTEGER: pyarrow.int64(),
        ValueType.TEXT: pyarrow.string(),
        ValueType.TEXTS: pyarrow.list_(pyarrow.string()),
        ValueType.BOOLEAN: pyarrow.bool_(),
        ValueType.INSTANT: pyarrow.timestamp("us", tz="UTC"),
        ValueType.JSON: pyarrow.string(),
    }[type_]


def _arrow_value(value: Any, type_: ValueType) -> Any:
    return _json(value) if type_ is ValueType.JSON and value is not None else value


@contextmanager
def write_markdown(path: Path, columns: Sequence[FileColumn]) -> Iterator[Write]:
    """Write a directory with a file of Markdown for each row, with front matter in YAML."""
    path.mkdir()

    def write(rows: Sequence[FileRow]) -> None:
        for row in rows:
            number = row["id"] if "id" in row else f"{row['article_id']}-{row['number']}"
            (path / f"{number}.md").write_text(markdown_document(row, columns), encoding="utf-8")

    yield write


def markdown_document(row: FileRow, columns: Sequence[FileColumn]) -> str:
    """Return a row as Markdown; all columns but the body are in the front matter, each as JSON on a line."""
    body = ("text", "blocks", "images", "provenance", "rights")
    lines = [
        # JSON is YAML, so no text of a page can end the front matter or add to it.
        f"{column.name}: {_json(value.isoformat() if isinstance(value, datetime) else value)}"
        for column in columns
        if column.name not in body and (value := row[column.name]) not in (None, [])
    ]
    blocks = row.get("blocks")
    text = markdown(from_document({"blocks": blocks}).blocks) if blocks else row["text"]
    title = f"# {row['title']}\n\n" if row["title"] else ""
    return "\n".join(["---", *lines, "---", "", f"{title}{text}"]).rstrip("\n") + "\n"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


WRITERS: Mapping[str, OpenWriter] = {
    "parquet": write_parquet,
    "jsonl": write_jsonl,
    "csv": write_csv,
    "markdown": write_markdown,
}
"""The formats of rows; `warc`, for responses, is apart."""
