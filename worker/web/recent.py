"""An answer that is dear to get and shared by all who ask at about the same time."""

from collections.abc import Callable
from threading import Lock
from time import monotonic
from typing import Generic, TypeVar

T = TypeVar("T")

SHARE = 10
"""An answer is kept this many times as long as it took to get: asking costs at most a tenth of the time."""


class Recent(Generic[T]):
    """`ask` is called at most once in `seconds`, less often where it is slow, however many want to know."""

    def __init__(self, ask: Callable[[], T], *, seconds: float = 1.0) -> None:
        self._ask = ask
        self._seconds = seconds
        self._lock = Lock()
        self._known: tuple[float, T] | None = None

    def get(self) -> T:
        """What is known, or asked anew when that is too old; an error of `ask` is raised and not kept."""
        with self._lock:
            begun = monotonic()
            if self._known is None or begun >= self._known[0]:
                answer = self._ask()
                done = monotonic()
                self._known = (done + max(self._seconds, SHARE * (done - begun)), answer)
            return self._known[1]
