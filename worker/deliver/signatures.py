"""Signatures of webhooks: Standard Webhooks (https://www.standardwebhooks.com), symmetric, version 1."""

import base64
import secrets as chance
from collections.abc import Sequence
from datetime import datetime

from standardwebhooks import Webhook

PREFIX = "whsec_"
SECRET_BYTES = 32
"""The specification allows 24 to 64 bytes."""


def new_secret() -> str:
    """Return a random secret, in the form that the libraries of Standard Webhooks take."""
    return PREFIX + base64.b64encode(chance.token_bytes(SECRET_BYTES)).decode()


def is_secret(text: str) -> bool:
    """Return whether `text` is a secret: `whsec_` and the base64 of 24 to 64 bytes."""
    try:
        key = base64.b64decode(text.removeprefix(PREFIX), validate=True)
    except ValueError:
        return False
    return text.startswith(PREFIX) and 24 <= len(key) <= 64


def signed_headers(id: str, body: bytes, secrets: Sequence[str], *, now: datetime) -> dict[str, str]:
    """Return the headers that identify and sign a message, with one signature for each secret."""
    text = body.decode()
    signatures = [Webhook(secret).sign(id, now, text) for secret in secrets]
    return {
        "webhook-id": id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
