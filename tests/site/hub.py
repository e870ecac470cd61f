"""A WebSub hub: takes subscriptions, verifies them, fetches what publishers say is new, and distributes it.

`python -m tests.site.hub` prints its address in one line and serves until its stdin closes. Its faults
and options are the query of its address:

    status=400      refuses every request so              redirect=307  sends on to the hub without it
    sync=1          verifies before it answers            never=1       answers 202 and never verifies
    deny=why        denies instead of verifying           topic=URL     verifies another topic
    challenge=text  draws this challenge                  lease=60      grants this many seconds
    method=sha512   signs so (else sha256)                sign=wrong    signs wrongly; none: not at all
    gzip=1          compresses what it distributes        repeat=1      distributes everything twice

A GET shows what it was asked, what it was answered, and who is subscribed.
"""

import asyncio
import contextlib
import gzip
import hashlib
import hmac
import json
import secrets
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import aiohttp
from aiohttp import web

from worker.demo.serving import Loopback

DEFAULT_LEASE = 864000


@dataclass
class Subscriber:
    """One subscription, by topic and callback."""

    secret: str
    until: float
    options: Mapping[str, str]


@dataclass
class Hub:
    """Everything the hub knows."""

    subscribers: dict[tuple[str, str], Subscriber] = field(default_factory=dict)
    log: dict[str, list[dict[str, Any]]] = field(
        default_factory=lambda: {"requests": [], "verifications": [], "deliveries": []}
    )
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """One request to the hub, or for its log."""
        if request.method == "GET":
            shown = [
                {"topic": t, "callback": c} for (t, c), s in self.subscribers.items() if s.until > time.time()
            ]
            return web.json_response({**self.log, "subscriptions": shown})
        form = {key: str(value) for key, value in (await request.post()).items()}
        options = dict(request.query)
        self.log["requests"].append({"options": options, **form})
        if "redirect" in options:
            return web.Response(status=int(options["redirect"]), headers={"Location": "/hub"})
        if "status" in options:
            return web.Response(status=int(options["status"]), text="not at this hub")
        if form.get("hub.mode") == "publish":
            self._begin(self._distribute(form["hub.url"]))
            return web.Response(status=202)
        if problem := _problem(form):
            return web.Response(status=400, text=problem)
        if "sync" in options:
            await self._verify(form, options)
        elif "never" not in options:
            self._begin(self._verify(form, options))
        return web.Response(status=202)

    def _begin(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _verify(self, form: Mapping[str, str], options: Mapping[str, str]) -> None:
        callback, topic, mode = form["hub.callback"], form["hub.topic"], form["hub.mode"]
        if "deny" in options:
            await self._ask(
                callback, {"hub.mode": "denied", "hub.topic": topic, "hub.reason": options["deny"]}
            )
            return
        challenge = options.get("challenge", secrets.token_urlsafe(24))
        lease = int(options.get("lease", form.get("hub.lease_seconds", DEFAULT_LEASE)))
        query = {"hub.mode": mode, "hub.topic": options.get("topic", topic), "hub.challenge": challenge}
        if mode == "subscribe":
            query["hub.lease_seconds"] = str(lease)
        status, text = await self._ask(callback, query)
        if not 200 <= status < 300 or text != challenge:
            return
        if mode == "subscribe":
            self.subscribers[topic, callback] = Subscriber(
                form.get("hub.secret", ""), time.time() + lease, options
            )
        else:
            self.subscribers.pop((topic, callback), None)

    async def _ask(self, callback: str, query: Mapping[str, str]) -> tuple[int, str]:
        async with (
            aiohttp.ClientSession() as session,
            session.get(callback, params=query, allow_redirects=False) as response,
        ):
            text = await response.text()
        kind = response.headers.get("Content-Type", "")
        self.log["verifications"].append(
            {"callback": callback, "status": response.status, "text": text, "type": kind, **query}
        )
        return response.status, text

    async def _distribute(self, topic: str) -> None:
        async with aiohttp.ClientSession() as session, session.get(topic) as response:
            body, kind = await response.read(), response.headers.get("Content-Type", "")
        for (wanted, callback), subscriber in list(self.subscribers.items()):
            if wanted == topic and subscriber.until > time.time():
                for _ in range(2 if "repeat" in subscriber.options else 1):
                    await self._deliver(topic, callback, subscriber, body, kind)

    async def _deliver(
        self, topic: str, callback: str, subscriber: Subscriber, body: bytes, kind: str
    ) -> None:
        headers = {"Content-Type": kind, "Link": f'<{topic}>; rel="self"'}
        if "gzip" in subscriber.options:
            body, headers["Content-Encoding"] = gzip.compress(body), "gzip"
        headers |= _signature(subscriber, body)
        status = 0
        async with aiohttp.ClientSession() as session:
            # A subscriber that is away is asked again, as the specification wants.
            for _ in range(20):
                with contextlib.suppress(aiohttp.ClientError):
                    async with session.post(callback, data=body, headers=headers) as response:
                        status = response.status
                if 200 <= status < 300 or status == 410:
                    break
                await asyncio.sleep(0.1)
        if status == 410:
            self.subscribers.pop((topic, callback), None)
        self.log["deliveries"].append({"topic": topic, "callback": callback, "status": status})


def _problem(form: Mapping[str, str]) -> str | None:
    if form.get("hub.mode") not in ("subscribe", "unsubscribe"):
        return "no hub.mode"
    for name in ("hub.callback", "hub.topic"):
        if urlsplit(form.get(name, "")).scheme not in ("http", "https"):
            return f"no {name}"
    return "hub.secret is too long" if len(form.get("hub.secret", "").encode()) >= 200 else None


def _signature(subscriber: Subscriber, body: bytes) -> dict[str, str]:
    how = subscriber.options.get("sign")
    if how == "none" or not subscriber.secret:
        return {}
    method = subscriber.options.get("method", "sha256")
    key = "wrong" if how == "wrong" else subscriber.secret
    digest = hmac.new(key.encode(), body, getattr(hashlib, method)).hexdigest()
    return {"X-Hub-Signature": f"{method}={digest}"}


def main() -> None:
    """Serve until stdin closes."""
    loopback = Loopback()
    base = loopback.open(Hub().answer)
    with loopback:
        print(json.dumps(urlunsplit(urlsplit(f"{base}/hub"))), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
