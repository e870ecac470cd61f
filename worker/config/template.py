"""The configuration file with every setting, its meaning, unit and default, all commented out."""

import json
from collections.abc import Iterator
from typing import Any

from worker.config.settings import Settings
from worker.config.web_settings import PREFIX

HEAD = f"""\
# The settings of Wiredesk. Every one is shown with its default: take the # away and change it.
#
# Read from ./wiredesk.toml, ./config/wiredesk.toml or the file that {PREFIX}CONFIG names. The environment
# ({PREFIX}TICK_SECONDS=2) goes before this file, and the command line (`wiredesk --set tick_seconds=2 run`)
# before both. `wiredesk config` shows what is in effect and where it came from; `wiredesk config --template`
# prints this file.
"""

EXAMPLES = {
    "database_url": "postgresql://wiredesk:secret@localhost/wiredesk",
    "redis_url": "redis://:secret@localhost:6379/0",
    "health_dir": "/run/wiredesk/health",
    "contact": "https://example.org/about-our-crawler",
    "poll_budget_per_day": 20_000,
    "poll_delay_seconds": 600.0,
    "websub_callback_url": "https://news.example.org",
    "otel_endpoint": "http://127.0.0.1:4318",
    "hosts_file": "/etc/wiredesk/hosts.toml",
    "filters_file": "/etc/wiredesk/filters.toml",
    "rules_dir": "/etc/wiredesk/rules",
    "web_url": "https://news.example.org",
    "web_published_host": "127.0.0.1",
    "oidc_issuer": "https://login.example.org",
    "oidc_client_id": "wiredesk",
    "oidc_client_secret": "secret",
    "oidc_role_claim": "roles",
    "web_rate_per_minute": 600,
    "retention_pages_mib": 20_000,
    "retention_entries_days": 90,
    "retention_revisions_days": 365,
    "retention_articles_days": 730,
    "retention_articles_mib": 50_000,
    "few_processes": True,
}
"""An example value for each setting that is unset by default."""

SECTIONS = {
    "data_dir": "Where and who",
    "tick_seconds": "Scheduling",
    "poll_floor_seconds": "Polling feeds",
    "websub_callback_url": "WebSub",
    "fetch_connect_seconds": "Fetching pages",
    "rules_dir": "Reading pages",
    "retention_pages_mib": "Retention",
    "poll_concurrency": "Workers",
    "stream_length": "Delivery and logs",
    "web_host": "Web server and access",
}
"""Headings of the file, by the first setting below each."""


def template() -> str:
    """Return the file."""
    return HEAD + "".join(_lines())


def shown(key: str, value: Any) -> str:
    """Return a value as TOML; for a setting that is unset by default, its example."""
    if value is None:
        return json.dumps(EXAMPLES[key])
    # For strings, numbers, booleans and lists of these, JSON is valid TOML.
    return json.dumps(value)


def defaults() -> dict[str, Any]:
    """Return the default of every setting, as JSON values."""
    return Settings.model_construct().model_dump(mode="json")


def _lines() -> Iterator[str]:
    for key, value in defaults().items():
        if heading := SECTIONS.get(key):
            yield f"\n\n## {heading}\n"
        unset = " (not set)" if value is None else ""
        yield f"\n# {Settings.model_fields[key].description}{unset}\n# {key} = {shown(key, value)}\n"
