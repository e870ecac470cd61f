"""Fetching: single requests within limits (`Client`), and the polite turn of a host (`HostTurn`).

Nothing a host does raises an exception: the answer is a `Reply`, or a `Failure` with its reason.
"""

from typing import TYPE_CHECKING

from worker.exports import exported_later

if TYPE_CHECKING:
    from worker.fetch.client import Client
    from worker.fetch.limits import RequestLimits
    from worker.fetch.loop import run_async, run_turns
    from worker.fetch.reply import Failure, Reply, pack, unpack
    from worker.fetch.robots import RobotsCopy
    from worker.fetch.turn import HostTurn, NotAsked

__all__ = [
    "Client",
    "Failure",
    "HostTurn",
    "NotAsked",
    "Reply",
    "RequestLimits",
    "RobotsCopy",
    "pack",
    "run_async",
    "run_turns",
    "unpack",
]

__getattr__ = exported_later(
    __name__,
    {
        "Client": "client",
        "Failure": "reply",
        "HostTurn": "turn",
        "NotAsked": "turn",
        "Reply": "reply",
        "RequestLimits": "limits",
        "RobotsCopy": "robots",
        "pack": "reply",
        "run_async": "loop",
        "run_turns": "loop",
        "unpack": "reply",
    },
)
