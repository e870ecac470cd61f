"""The pictures of the README, taken from the demo: `make screenshots`, which needs Chromium.

The demo runs in a temporary directory until no entry waits; then each page is opened in both
themes.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import requests
from playwright.sync_api import sync_playwright

from tests.tools.report import ROOT

PAGES = {"overview": "/", "articles": "/articles", "refusals": "/refusals"}

WINDOW = {"width": 1100, "height": 720}
"""Pixels: what the README shows without scrolling, and a file below `MOST_BYTES`."""

MOST_BYTES = 150_000
"""Of a picture: the repository keeps every version of it."""

PATIENCE = 240.0
"""Seconds for the demo to start and work: a minute on an idle machine."""


def main() -> int:
    """Take the pictures; return 1 if one is too large."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        print("no Chromium on the PATH: apt-get install chromium", file=sys.stderr)
        return 2
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="screenshots-") as directory:
        own = {"WIREDESK_DATA_DIR": directory, "WIREDESK_WEB_PORT": str(port)}
        command = [sys.executable, "-m", "worker.cli", "demo", "--plain"]
        demo = subprocess.Popen(command, env={**os.environ, **own}, stdout=subprocess.DEVNULL)
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_for_entries(url)
            taken = _take(chromium, url)
        finally:
            demo.send_signal(signal.SIGINT)
            demo.wait(60)
    large = [path for path in taken if path.stat().st_size > MOST_BYTES]
    for path in taken:
        print(f"{path.stat().st_size:8,} {path.relative_to(ROOT)}{' is too large' * (path in large)}")
    return int(bool(large))


def _wait_for_entries(url: str) -> None:
    """Wait until the demo has stored articles and nothing waits."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            found = requests.get(f"{url}/api/v1/status", timeout=5).json()["identity"]
            if found["stored"] and found["refused"] and not found["waiting"]:
                return
        except (requests.RequestException, KeyError):
            pass
        time.sleep(1)
    raise SystemExit(f"the demo was not done after {PATIENCE:.0f} s")


def _take(chromium: str, url: str) -> list[Path]:
    taken = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for scheme in ("light", "dark"):
            context = browser.new_context(viewport=WINDOW, color_scheme=scheme)  # type: ignore[arg-type]
            for name, path in PAGES.items():
                page = context.new_page()
                page.goto(url + path)
                taken.append(ROOT / "docs" / "pages" / f"{name}-{scheme}.png")
                taken[-1].parent.mkdir(exist_ok=True)
                page.screenshot(path=taken[-1])
                page.close()
        browser.close()
    return taken


if __name__ == "__main__":
    sys.exit(main())
