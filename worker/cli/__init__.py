"""The command line: everything that `wiredesk` can do."""

from worker.cli.main import main

__all__ = ["main"]
