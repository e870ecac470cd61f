"""The web app: its routes, errors and headers."""

from collections.abc import Callable
from functools import lru_cache, partial
from pathlib import Path
from urllib.parse import urlsplit

from fastapi import Depends, FastAPI
from redis import Redis
from starlette.staticfiles import StaticFiles
from starlette_compress import CompressMiddleware, add_compress_type, remove_compress_type

from worker import __version__
from worker.config.settings import Settings
from worker.services.problems import problems
from worker.services.vitals import read_vitals
from worker.store import Store
from worker.store.changes import newest as newest_change
from worker.web import errors, feed_output, health, pages, websub
from worker.web.aliases import API, EarlierAddresses
from worker.web.api import (
    articles,
    changes,
    counts,
    diff,
    explanation,
    feeds,
    lookup,
    publishers,
    status,
    stories,
    stream,
)
from worker.web.api.answers import NDJSON
from worker.web.api.params import only_known
from worker.web.cors import ApiForOtherSites
from worker.web.cross_origin import CrossOrigin
from worker.web.describe import describe, operation_id
from worker.web.doors import Doors
from worker.web.etags import ETags
from worker.web.flash import FlashMessages
from worker.web.host_check import HostCheck
from worker.web.identify import Identify
from worker.web.long_poll import NewestChange
from worker.web.methods import DerivedMethods
from worker.web.parts import Parts, Recent, Slots, utc_now
from worker.web.pieces import BodyInPieces
from worker.web.rate_limit import RateLimit
from worker.web.security import SecurityHeaders
from worker.web.status import gather_status, try_write

STATIC = Path(__file__).parent / "static"

PROBLEMS_SECONDS = 5.0
"""Time between two looks for what is wrong, shared by all readers of the overview. A guess."""

WRITE_SECONDS = 2.0
"""Time between two trial writes to the store. A guess."""

MOST_STREAMS = 50
"""Readers of the live status page at once. A guess: each costs a few milliseconds every two seconds, and
streams must leave places for requests even where file descriptors are few."""

SMALLEST_COMPRESSED = 1000
"""Bytes: a smaller answer fits into one packet anyway."""

MOST_WAITING = 200
"""Readers that wait for the next change at once. A guess: waiting costs a connection and little else, and
other requests need theirs."""

MOST_FOLLOWERS = 50
"""Readers of the change log as a stream at once. A guess, as with the status page."""

MOST_TRIALS = 4
"""Feeds that are tried at once before a subscription: each holds a thread for up to a minute. A guess."""

DESCRIPTION = """Articles, changes and feeds, read only. To follow everything, start `GET /api/v1/articles` at
`after=0`, then repeat it with `after` set to the `next` of the last answer, at once while `more` is true."""
"""The introduction in /openapi.json and on /docs."""


def make_web_app(
    settings: Settings, *, store: Store, redis: Redis, stopping: Callable[[], bool] = lambda: False
) -> FastAPI:
    """Build the web app on this store and broker. Its streams end once `stopping` returns True."""
    app = FastAPI(
        title="Wiredesk",
        version=__version__,
        description=DESCRIPTION,
        # FastAPI's own documentation pages load scripts from a CDN; ours is in `pages`.
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=operation_id,
    )
    # Watched pages and scrapes are frequent, and each would be a write.
    written = Recent(lambda: try_write(store), seconds=WRITE_SECONDS)
    app.state.parts = Parts(
        settings,
        store,
        redis,
        status=Recent(
            lambda: gather_status(store, redis, settings, now=utc_now(), not_writable=written.get())
        ),
        vitals=Recent(lambda: read_vitals(store, redis, settings, now=utc_now())),
        written=written,
        problems=Recent(lambda: problems(store, redis, settings, now=utc_now()), seconds=PROBLEMS_SECONDS),
        stopping=stopping,
        streams=Slots(MOST_STREAMS),
        followers=Slots(MOST_FOLLOWERS),
        newest=NewestChange(lambda: _newest(store), stopping=stopping),
        seats=Slots(MOST_WAITING),
        trials=Slots(MOST_TRIALS),
    )
    app.state.doors = Doors(settings, store, redis, app.state.parts.clock)
    # `lookup` first, or `/articles/lookup` would be read as an article with the id `lookup`.
    for part in (
        lookup,
        articles,
        changes,
        counts,
        diff,
        explanation,
        feeds,
        publishers,
        status,
        stories,
        stream,
    ):
        app.include_router(
            part.router, prefix=API, responses=errors.declared(422, 503), dependencies=[Depends(only_known)]
        )
    # Before the pages, whose `/feeds/{feed_id}` matches `/feeds/all.atom`, too.
    for part in (feed_output, health, pages, websub):
        app.include_router(part.router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    _add_middleware(app, settings)
    errors.install(app)
    described = lru_cache(maxsize=1)(partial(describe, app))
    app.openapi = described  # type: ignore[method-assign]
    return app


def _add_middleware(app: FastAPI, settings: Settings) -> None:
    """Add the middleware, the innermost first."""
    app.add_middleware(ETags)
    app.add_middleware(BodyInPieces)
    # An event is sent when it happens; compression would hold it back.
    remove_compress_type("text/event-stream")
    for kind in (NDJSON, errors.PROBLEM, "application/atom+xml", "application/feed+json"):
        add_compress_type(kind)
    app.add_middleware(CompressMiddleware, minimum_size=SMALLEST_COMPRESSED)
    app.add_middleware(DerivedMethods, router=app.router)
    app.add_middleware(EarlierAddresses)
    parts: Parts = app.state.parts
    if settings.web_rate:
        app.add_middleware(RateLimit, redis=parts.redis, per_minute=settings.web_rate)
    app.add_middleware(FlashMessages)
    app.add_middleware(Identify, doors=app.state.doors)
    app.add_middleware(CrossOrigin)
    app.add_middleware(HostCheck, names=_own_names(settings))
    if settings.web_cors_origins:
        app.add_middleware(ApiForOtherSites, origins=settings.web_cors_origins)
    app.add_middleware(SecurityHeaders)


def _newest(store: Store) -> int:
    with store.begin() as db:
        return newest_change(db)


def _own_names(settings: Settings) -> list[str]:
    """List the names that this server answers to, including those of its addresses."""
    callback = urlsplit(settings.websub_callback_url or "").hostname
    site = urlsplit(settings.web_url or "").hostname
    return [*settings.web_names, *(name for name in (callback, site) if name)]
