"""`python -m worker.demo`: serve the demo until Ctrl-C."""

import signal

from worker.demo.server import DemoWeb

_ENDING = {signal.SIGINT, signal.SIGTERM}


def main() -> None:
    """Print the feed URLs, one per line, and serve until interrupted."""
    # Blocked before the first thread starts, so that no thread receives the signal instead of sigwait.
    signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
    with DemoWeb() as web:
        print("\n".join(web.feeds), flush=True)
        signal.sigwait(_ENDING)


if __name__ == "__main__":
    main()
