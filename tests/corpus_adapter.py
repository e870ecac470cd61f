"""Our doors under the names that the corpus's `run_suites.py` looks for, one function a kind."""

import worker.urls
from worker.fetch import guard


def normalise(url: str) -> str:
    return worker.urls.canonical(url)


def address_ok(spelling: str) -> bool:
    host = worker.urls.host_of(spelling) if "://" in spelling else spelling
    return guard.refusal(host) is None
