"""`python -m worker.demo`: serve the demo by hand, until Ctrl-C."""

import signal

from worker.demo.server import DemoWeb

_ENDING = {signal.SIGINT, signal.SIGTERM}


def main() -> None:
    """Print the feed URLs, one a line, and serve until interrupted."""
    # Blocked before the first thread starts, so that none of them takes the signal away from sigwait.
    signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
    with DemoWeb() as web:
        print("\n".join(web.feeds), flush=True)
        signal.sigwait(_ENDING)


if __name__ == "__main__":
    main()
