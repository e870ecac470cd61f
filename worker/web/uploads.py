"""An uploaded file of a form, `multipart/form-data` (RFC 7578), read up to a bound."""

from email.parser import BytesParser
from email.policy import HTTP
from typing import Annotated

from fastapi import Depends, HTTPException, Request

MOST_BYTES = 8 * 1024 * 1024
"""Of a form with a file: an OPML of 20,000 feeds has some 5 MB."""


class Upload:
    """The fields of a form with a file; a missing one is empty."""

    def __init__(self, fields: dict[str, bytes]) -> None:
        self.fields = fields

    def file(self, name: str) -> bytes:
        """Return the unchanged content of a field."""
        return self.fields.get(name, b"")


async def _upload(request: Request) -> Upload:
    kind = request.headers.get("content-type", "")
    if not kind.lower().startswith("multipart/form-data"):
        raise HTTPException(415, "send the file as multipart/form-data")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise HTTPException(413, f"a file has at most {MOST_BYTES:,} bytes")
    return Upload(fields_of(kind, bytes(body)))


def fields_of(kind: str, body: bytes) -> dict[str, bytes]:
    """Return the parts of a multipart body by their names. Raises `HTTPException` (422)."""
    head = f"Content-Type: {kind}\r\nMIME-Version: 1.0\r\n\r\n".encode("latin-1", "replace")
    message = BytesParser(policy=HTTP).parsebytes(head + body)
    if not message.is_multipart():
        raise HTTPException(422, "the form cannot be read")
    found = {}
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(content, bytes):
            found[name] = content
    return found


Uploaded = Annotated[Upload, Depends(_upload)]
