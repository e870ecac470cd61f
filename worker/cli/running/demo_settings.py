"""The settings of a demo. Apart from the demo, which is imported once its directory is locked."""

from ipaddress import ip_network
from typing import Any

from worker.config.settings import Settings

SETTINGS: dict[str, Any] = {
    "database_url": None,
    "redis_url": None,
    "contact": "https://example.org/wiredesk-demo",
    "fetch_allow_networks": (ip_network("127.0.0.0/8"), ip_network("::1/128")),
    "fetch_delay_seconds": 0.05,
    "fetch_error_base_seconds": 2.0,
    "fetch_rest_seconds": 3.0,
    "poll_floor_seconds": 3.0,
    "poll_cap_seconds": 10.0,
    "poll_error_base_seconds": 3.0,
    "poll_error_cap_seconds": 10.0,
    "look_again_seconds": (15.0, 30.0, 50.0, 70.0, 120.0),
}
"""Intervals of seconds instead of days: all is ingested, edits included, in 85 s (tests/cli/test_demo.py)."""


def for_a_demo(settings: Settings) -> Settings:
    """Return the settings with quick intervals and a directory for demos only."""
    return settings.model_copy(update={**SETTINGS, "data_dir": settings.data_dir / "demo"})
