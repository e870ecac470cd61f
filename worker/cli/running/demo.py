"""`wiredesk demo`: the same as `run`, against a small web of its own on loopback."""

import shutil
import time
from datetime import UTC, datetime
from ipaddress import ip_network
from typing import TYPE_CHECKING, Annotated, Any

import typer

from worker.cli.session import session

if TYPE_CHECKING:
    from worker.cli.live.screen import Until
    from worker.config.settings import Settings
    from worker.demo import DemoWeb
    from worker.store import Store

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
"""Everything in minutes instead of days."""

Seconds = Annotated[float | None, typer.Option(help="Stop by itself after so many seconds.", min=0)]
Json = Annotated[bool, typer.Option("--json", help="At the end, print the counts as JSON.")]
Plain = Annotated[bool, typer.Option("--plain", help="Plain lines instead of the live view.")]


def demo(ctx: typer.Context, seconds: Seconds = None, json: Json = False, plain: Plain = False) -> int:
    """Try everything without the internet, against a small built-in web of feeds and pages."""
    loaded = session(ctx).load()
    from worker.cli.live.screen import Screen
    from worker.cli.running.pipeline import Run
    from worker.cli.running.verdict import Verdict
    from worker.demo import DemoWeb

    data_dir = loaded.settings.data_dir / "demo"
    settings = loaded.settings.model_copy(update={**SETTINGS, "data_dir": data_dir})
    _clear(settings)
    screen = Screen.on(plain=plain, aside=json)
    with DemoWeb() as web:
        verdict = Verdict(web)
        run = Run(
            settings=settings,
            port_is_explicit=False,
            prepare=lambda store: _subscribe(store, web),
            until=_after(seconds),
            remarks=verdict.remarks,
            epilogue=verdict.measure,
        )
        screen.note(f"{len(web.feeds)} feeds of {len(web.sites)} invented outlets are served on this machine")
        run.go(screen)
    return verdict.tell(as_json=json, strict=seconds is not None)


def _clear(settings: "Settings") -> None:
    """An empty data directory; not while another demo has it. Raises `EmbeddedError`."""
    from worker.embedded import DataDirectory

    lock = DataDirectory(settings.data_dir)
    for path in settings.data_dir.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
    lock.release()


def _subscribe(store: "Store", web: "DemoWeb") -> None:
    from worker.services.operator.subscribe import read, subscribe

    subscribe(store, read(web.opml()), now=datetime.now(UTC))


def _after(seconds: float | None) -> "Until":
    end = None if seconds is None else time.monotonic() + seconds
    return lambda _snapshot: end is not None and time.monotonic() >= end
