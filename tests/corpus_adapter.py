"""Our doors under the names that the corpus's `run_suites.py` looks for, one function a kind."""

import worker.urls


def normalise(url: str) -> str:
    return worker.urls.canonical(url)
