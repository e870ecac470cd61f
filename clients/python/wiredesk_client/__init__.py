"""Client of Wiredesk's API.

`Client` and `AsyncClient` have the same methods. `follow` is the one that most programs need: it yields
each changed article at least once, waits for more, and remembers in a file where it stopped.
"""

from wiredesk_client.aio import AsyncClient
from wiredesk_client.client import Client
from wiredesk_client.cursors import CursorStore, FileCursor, Position
from wiredesk_client.errors import ApiError, ConnectionLost, CursorError, WiredeskError
from wiredesk_client.flows import Retry
from wiredesk_client.frames import to_pandas
from wiredesk_client.models import (
    Article,
    Block,
    Change,
    CountGroup,
    Counts,
    Diff,
    DiffPiece,
    Image,
    Incomplete,
    Link,
    Revision,
    Rights,
    Seen,
    Story,
)

__version__ = "0.1.0"

__all__ = [
    "ApiError",
    "Article",
    "AsyncClient",
    "Block",
    "Change",
    "Client",
    "ConnectionLost",
    "CountGroup",
    "Counts",
    "CursorError",
    "CursorStore",
    "Diff",
    "DiffPiece",
    "FileCursor",
    "Image",
    "Incomplete",
    "Link",
    "Position",
    "Retry",
    "Revision",
    "Rights",
    "Seen",
    "Story",
    "WiredeskError",
    "to_pandas",
]
