"""Workers that are killed while they deliver lose no line, and keep the order of an article's lines."""

from itertools import groupby
from operator import itemgetter

import pytest

from tests.faults.conftest import MakeCluster
from tests.services.receivers import Received, receiver
from tests.store.rows import NOW, stored_article
from tests.waiting import wait_until
from worker.model import ChangeKind
from worker.rows.sinks import SinkOptions
from worker.services.sinks.new import new_sink
from worker.store import changes, sinks
from worker.store.changes import Change

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("faults")]

ARTICLES, ROUNDS, KILLS = 30, 10, 3


def test_a_worker_that_is_killed_while_it_delivers_loses_nothing_and_keeps_the_order_of_each_article(
    make_cluster: MakeCluster, database_url: str
) -> None:
    cluster = make_cluster(database_url)
    store = cluster.service.store
    ids = []
    for _ in range(ARTICLES):
        with store.begin() as db:
            ids.append(stored_article(db))
    for number in range(2, ROUNDS + 1):
        with store.begin() as db:
            changes.append(db, [Change(one, ChangeKind.REVISED, number) for one in ids], now=NOW)
    lines = ARTICLES * ROUNDS

    def flaky(one: Received) -> int:
        # Each third try of a line fails at first.
        tries = sum(1 for seen in got.seen if seen.id == one.id)
        return 500 if one.data["id"] % 3 == 0 and tries == 0 else 200

    with receiver(flaky) as got:
        made = new_sink("hook", got.url, SinkOptions(allow_private=True), filter="", secret=None, cursor=0)
        with store.begin() as db:
            sinks.add(db, made)
        cluster.start("schedule", "beat")
        for kill in range(1, KILLS + 1):
            wait_until(lambda kill=kill: len(got.seen) > kill * lines // (2 * KILLS), 60)  # type: ignore[misc]
            cluster.kill("schedule")
        wait_until(lambda: set(got.ids) >= set(range(1, lines + 1)), 120)

    taken = sorted(
        ((line["article_id"], line["id"]) for one in got.taken for line in one.lines), key=itemgetter(0)
    )
    for article, found in groupby(taken, key=itemgetter(0)):
        first_times = list(dict.fromkeys(line for _, line in found))
        assert first_times == sorted(first_times), f"article {article}"
