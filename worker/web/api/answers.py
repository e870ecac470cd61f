"""What an answer holds: the requested fields, the form of the text, as JSON or with a line for each item.

A list has its items in one member and its cursor in others. As NDJSON it is its items alone; what else a
reader needs to go on is in the headers `Link` and `Wiredesk-More`. The beginnings of epochs are lines, too.
"""

from collections.abc import Mapping
from datetime import datetime
from difflib import get_close_matches
from enum import StrEnum
from typing import Annotated, Any, Literal, get_args

from fastapi import Depends, HTTPException, Query, Request, Response
from pydantic import BaseModel

from worker.extract.document import block_of
from worker.extract.render import blocks_of_summary, markdown
from worker.web.api.models import Row

NDJSON = "application/x-ndjson"
"""One JSON object a line, as of github.com/ndjson/ndjson-spec."""

AS_LINES: dict[str, Any] = {"content": {NDJSON: {"schema": {"type": "string"}}}}
"""The declaration of a route that answers with lines, too."""


class ResetLine(BaseModel):
    """The beginning of an epoch among the lines of articles."""

    cursor: int
    change: Literal["reset"] = "reset"
    epoch: str
    at: datetime
    void_after: int


class TextForm(StrEnum):
    """The forms in which the body of an article is returned."""

    PLAIN = "plain"
    MARKDOWN = "markdown"
    BLOCKS = "blocks"
    NONE = "none"


Form = Annotated[
    TextForm,
    Query(
        alias="text",
        description="form of the body. plain: in `text`; markdown: in `text`, with headings, lists, tables "
        "and links; blocks: also in `blocks`, which doubles the answer; none: neither",
    ),
]

Names = Annotated[
    str | None,
    Query(
        max_length=1000,
        pattern=r"^\w+(,\w+)*$",
        description="the fields of each item to return, as id,title,published; all by default",
    ),
]


class Answer:
    """How to answer a request: the fields that it names, and as JSON or as lines."""

    def __init__(self, request: Request, fields: Names = None) -> None:
        self._request = request
        self._fields = None if fields is None else fields.split(",")
        self._as_lines = NDJSON in request.headers.get("accept", "")

    def one(self, model: type[BaseModel], row: Mapping[str, Any]) -> Response:
        """Return one thing. Raises 422 if it has no field of a requested name."""
        return _json(model.model_validate(row).model_dump_json(include=self._of(model), by_alias=True))

    def page(self, model: type[BaseModel], row: Mapping[str, Any], items: str) -> Response:
        """Return a list with its items in the member `items`. Raises 422 as `one`."""
        (item,) = get_args(model.model_fields[items].annotation)
        included = self._of(item)
        found = model.model_validate(row)
        if not self._as_lines:
            include: dict[str, Any] = dict.fromkeys(model.model_fields, True)
            if included is not None:
                include[items] = {"__all__": included}
            return _json(found.model_dump_json(include=include))
        lines = [
            one.model_dump_json(include=included if isinstance(one, item) else None)
            for one in _merged(found, items)
        ]
        return Response("".join(f"{line}\n" for line in lines), media_type=NDJSON, headers=self._onward(row))

    def _of(self, model: type[BaseModel]) -> set[str] | None:
        if self._fields is None:
            return None
        names = {field.alias or name: name for name, field in model.model_fields.items()}
        for name in self._fields:
            if name not in names:
                nearest = get_close_matches(name, names, n=1)
                hint = f"; did you mean {nearest[0]}?" if nearest else f": {', '.join(names)}"
                raise HTTPException(422, f"fields: there is no field {name[:50]}{hint}")
        return {names[name] for name in self._fields}

    def _onward(self, row: Mapping[str, Any]) -> dict[str, str]:
        if row.get("next") is None:
            return {}
        # A search continues at a token, the other lists after a cursor.
        name = "page" if isinstance(row["next"], str) else "after"
        headers = {"Link": f'<{_without_host(self._request, name, row["next"])}>; rel="next"'}
        return headers | ({"Wiredesk-More": "true" if row["more"] else "false"} if "more" in row else {})


Answering = Annotated[Answer, Depends()]


def in_form(row: Row, form: TextForm) -> Row:
    """Return an article or a version of one with its body in the form that was requested."""
    blocks = row["blocks"] or []
    text: str | None = row["text"]
    if form is TextForm.MARKDOWN:
        text = markdown([block_of(block) for block in blocks])
    elif form is TextForm.NONE:
        text = None
    repeated = blocks_of_summary(row["summary"], (block["text"] for block in blocks))
    return {
        **row,
        "text": text,
        "blocks": blocks if form is TextForm.BLOCKS else None,
        "summary_blocks": repeated,
    }


def _merged(page: BaseModel, items: str) -> list[BaseModel]:
    """Return the items of a page, with its resets and the articles that are gone in their places."""
    found: list[BaseModel] = getattr(page, items)
    gone: list[BaseModel] = getattr(page, "gone", [])
    resets = [
        ResetLine(cursor=one.id, epoch=one.epoch, at=one.at, void_after=one.void_after)
        for one in getattr(page, "resets", ())
    ]
    if not resets and not gone:
        return found
    return sorted([*found, *resets, *gone], key=lambda one: getattr(one, "cursor", 0))


def _json(body: str) -> Response:
    return Response(body, media_type="application/json")


def _without_host(request: Request, name: str, value: object) -> str:
    """Return the address of this request with another value of a parameter, without the host."""
    url = request.url.include_query_params(**{name: value})
    return f"{url.path}?{url.query}"
