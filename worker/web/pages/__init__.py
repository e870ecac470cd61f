"""The pages for people, one module for each group. They read what the API reads, through the same functions.

Every page works without scripts: links and forms do everything, htmx and the live stream only save reloads.
"""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from worker.web.pages import (
    account,
    article,
    articles,
    audit,
    docs,
    feed,
    feed_lists,
    feed_new,
    feeds,
    find,
    gaps,
    hosts,
    login,
    openid,
    overview,
    queues,
    refusals,
    searches,
    settings,
    sinks,
    stories,
)

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
# `feed` after the others of feeds: its `{feed_id}` would take their words.
for _part in (
    *(overview, feeds, feed_new, feed_lists, feed),
    *(articles, article, stories, sinks, searches),
    *(refusals, hosts, gaps, queues, settings, find),
    *(docs, login, openid, account, audit),
):
    router.include_router(_part.router)
