"""Hosts on loopback that accept connections and never answer: each address of 127.0.0.0/8 is one."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice

MOST_WAITING = 4096
"""Connections that the kernel keeps for a socket that is never read: its usual upper limit."""


@contextmanager
def silent_hosts(count: int) -> Iterator[list[str]]:
    """Return the URLs of `count` hosts that share one listening socket."""
    with socket.create_server(("0.0.0.0", 0), backlog=MOST_WAITING) as listening:
        port = listening.getsockname()[1]
        yield [f"http://{address}:{port}" for address in islice(addresses(), count)]


def addresses() -> Iterator[str]:
    """Yield addresses of 127.0.0.0/8 that no test server uses."""
    return (f"127.{a}.{b}.{c}" for a in range(100, 200) for b in range(1, 250) for c in range(1, 250))
