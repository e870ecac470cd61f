"""A resolver of the test's own: names with the addresses that their owners want us to believe."""

import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any


@contextmanager
def resolving(names: Mapping[str, list[str]]) -> Iterator[list[str]]:
    """Each lookup of one of these names gets its next answer, the last one stays. Yields the lookups.

    An answer is addresses with blanks between them; or seconds to wait (`2s`) before there is none; or `-`.
    """
    asked: list[str] = []
    real = socket.getaddrinfo

    def lookup(host: str, port: int, *rest: Any, **named: Any) -> list[Any]:
        if host not in names:
            return real(host, port, *rest, **named)
        asked.append(host)
        answers = names[host]
        said = answers.pop(0) if len(answers) > 1 else answers[0]
        if said == "-" or said.endswith("s"):
            time.sleep(float(said.strip("-s") or 0))
            raise socket.gaierror(socket.EAI_AGAIN, "no answer")
        return [found for one in said.split() for found in real(one, port, type=socket.SOCK_STREAM)]

    socket.getaddrinfo = lookup  # type: ignore[assignment]
    try:
        yield asked
    finally:
        socket.getaddrinfo = real
