"""The web server: a read-only JSON API, pages for people, probes and metrics."""

from worker.web.app import make_app

__all__ = ["make_app"]
