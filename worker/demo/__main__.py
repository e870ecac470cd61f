"""`python -m worker.demo`: serve the demo by hand, until Ctrl-C."""

import signal

from worker.demo.server import DemoWeb


def main() -> None:
    """Print the feed URLs, one a line, and serve until interrupted."""
    with DemoWeb() as web:
        print("\n".join(web.feeds), flush=True)
        signal.sigwait({signal.SIGINT, signal.SIGTERM})


if __name__ == "__main__":
    main()
