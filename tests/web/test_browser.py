"""In a real browser, foreign text runs nothing, loads nothing and cannot read the pages."""

import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.store import rows
from tests.web.conftest import Web

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on the PATH")

OWNED = "document.title='owned';new Image().src='{0}'"


@pytest.fixture
def elsewhere() -> Iterator[tuple[str, list[str]]]:
    """Yield the URL of another site, and the requests that it received."""
    asked: list[str] = []

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, format: str, *arguments: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/seen", asked
        server.shutdown()


def shown(url: str, home: Path, *options: str) -> str:
    """Return the document that the browser built from the page."""
    assert CHROMIUM is not None
    flags = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={home}", *options]
    ran = subprocess.run([CHROMIUM, *flags, "--dump-dom", url], capture_output=True, text=True, timeout=60)
    return ran.stdout


def test_a_hostile_article_neither_runs_nor_loads_anything(
    web: Web, elsewhere: tuple[str, list[str]], tmp_path: Path
) -> None:
    canary, asked = elsewhere
    run = OWNED.format(canary)
    evil = (
        f'</title></script><script>{run}</script><img src={canary} onerror="{run}"><svg onload="{run}">'
        f"<iframe src={canary}></iframe><link rel=stylesheet href={canary}><base href={canary}>"
        f"<meta http-equiv=refresh content='0;url={canary}'>"
    )
    with web.store.begin() as db:
        article_id = rows.stored_article(
            db,
            title=evil,
            text=evil,
            summary=evil,
            authors=[evil],
            blocks=[
                {"kind": kind, "text": evil} for kind in ("paragraph", "heading", "preformatted", "table")
            ],
            images=[{"url": canary, "caption": evil, "lead": True}],
            rights={"licence": f"javascript:{run}"},
        )
    page = shown(f"{web.url}/articles/{article_id}", tmp_path)
    assert "&lt;script&gt;document.title" in page
    assert "<title>owned" not in page
    assert not asked


def test_a_foreign_name_that_points_to_this_server_shows_nothing(web: Web, tmp_path: Path) -> None:
    with web.store.begin() as db:
        rows.stored_article(db, title="Only for the desk")
    port = web.url.rpartition(":")[2]
    mapped = "--host-resolver-rules=MAP evil.example 127.0.0.1"
    page = shown(f"http://evil.example:{port}/articles", tmp_path, mapped)
    assert "does not answer to the name evil.example" in page
    assert "Only for the desk" not in page
