"""`python -m worker.cli`: the same as `wiredesk`, for the processes that `run` starts."""

import sys

from worker.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
