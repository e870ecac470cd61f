"""The command line, with an extractor that hangs on pages marked HANG and grows on pages marked GROW.

`python -m tests.faults.hanging worker …`. It hangs as a library in C does: no signal reaches it.
"""

import signal
import sys
import time
from typing import Any

from worker.cli import main
from worker.services.extract import run as service

extract = service.extract
kept: list[bytes] = []


def spoilt(body: bytes, **known: Any) -> Any:
    """`worker.extract.extract`, but for the marked pages."""
    if b"HANG" in body:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
        while True:
            time.sleep(1.0)
    if b"GROW" in body:
        kept.append(b"\1" * (200 << 20))
    return extract(body, **known)


if __name__ == "__main__":
    service.extract = spoilt
    sys.exit(main())
