"""The web server: a read-only JSON API, pages for people who may change things, probes and metrics."""

from worker.web.app import make_web_app

__all__ = ["make_web_app"]
