"""An answer of a demo host and how it is sent: validators, 304 for a conditional GET, gzip."""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from aiohttp import web

HTML = "text/html; charset=utf-8"
_GZIP_FROM = 512
"""Bytes; shorter bodies do not get shorter by compression."""


@dataclass(frozen=True, slots=True)
class DemoReply:
    """An answer before the request is considered; `modified` (aware) becomes Last-Modified."""

    body: bytes
    content_type: str = HTML
    status: int = 200
    modified: datetime | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def etag(self) -> str:
        """The weak validator (RFC 9110 8.8.1) of the body, the same for every content coding."""
        return f'W/"{hashlib.sha1(self.body, usedforsecurity=False).hexdigest()[:16]}"'


NOT_FOUND = DemoReply(b"<!DOCTYPE html><title>404</title><h1>Not found</h1>", status=404)


def redirect(to: str, *, status: int = 301) -> DemoReply:
    """Return a redirect to `to`."""
    return DemoReply(b"", status=status, headers={"Location": to})


def send(request: web.BaseRequest, reply: DemoReply) -> web.Response:
    """Return the response to `request`: a 304 without a body if the client already has the answer."""
    if reply.status != 200:
        return web.Response(status=reply.status, body=reply.body, headers=_headers(reply))
    headers = _headers(reply) | _validators(reply)
    if _unchanged(request, reply):
        return web.Response(status=304, headers=_validators(reply))
    body = reply.body
    if len(body) >= _GZIP_FROM and "gzip" in request.headers.get("Accept-Encoding", ""):
        body = gzip.compress(body, mtime=0)
        headers["Content-Encoding"] = "gzip"
    return web.Response(body=body, headers=headers)


def _headers(reply: DemoReply) -> dict[str, str]:
    return {"Content-Type": reply.content_type, "Vary": "Accept-Encoding", **reply.headers}


def _validators(reply: DemoReply) -> dict[str, str]:
    values = {"ETag": reply.etag}
    if reply.modified is not None:
        values["Last-Modified"] = format_datetime(reply.modified.astimezone(UTC), usegmt=True)
    return values


def _unchanged(request: web.BaseRequest, reply: DemoReply) -> bool:
    """Return whether the client's copy is current; If-None-Match takes precedence (RFC 9110 13.2.2)."""
    tags = request.headers.get("If-None-Match")
    if tags is not None:
        return reply.etag in (tag.strip() for tag in tags.split(",")) or tags.strip() == "*"
    since = request.headers.get("If-Modified-Since")
    return bool(since and reply.modified and reply.modified.replace(microsecond=0) <= _instant(since))


def _instant(text: str) -> datetime:
    try:
        instant = parsedate_to_datetime(text)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)
