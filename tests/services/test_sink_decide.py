"""What a sink is sent next, against receivers that fail in any way: nothing is lost, and order is kept."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from worker.deliver.answer import NOT_SENT, TryResult, Verdict
from worker.model import SinkKind, SinkMode
from worker.rows.sinks import PendingLine, SinkOptions, SinkRow
from worker.services.sinks import decide

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)

Script = list[Verdict]


def line(number: int, article: int | None) -> dict[str, Any]:
    return {"id": number, "article_id": article, "kind": "reset" if article is None else "revised"}


class World:
    """A sink, its log and its receiver; a step is one window."""

    def __init__(self, articles: list[int | None], *, batch: int, width: int, ordered: bool) -> None:
        self.log = [line(number, article) for number, article in enumerate(articles, 1)]
        self.width, self.ordered, self.now = width, ordered, NOW
        self.pending: dict[int, PendingLine] = {}
        self.taken: list[int] = []
        self.dead: set[int] = set()
        self.most_pending = 0
        self.sink = SinkRow(
            id=1,
            lease=1,
            name="hook",
            kind=SinkKind.WEBHOOK,
            mode=SinkMode.ACTIVE,
            url="",
            options=SinkOptions(batch=batch),
            filter="",
            cursor=0,
        )

    def step(self, script: Script) -> bool:
        """Deliver one window, answered as the script says; return whether there was anything to do."""
        heads = decide.heads_of(self.pending.values())
        lines = [one for one in self.log if one["id"] > self.sink.cursor][: 4 * self.width]
        plan = decide.plan(
            self.sink,
            heads=[(one, self.log[one.line_id - 1]) for one in heads if one.due_at <= self.now][: self.width],
            busy=frozenset(one.article_id for one in self.pending.values()),
            count=len(self.pending),
            lines=lines,
            scanned=lines[-1]["id"] if lines else self.sink.cursor,
            width=self.width,
            ordered=self.ordered,
        )
        if not plan.sends and plan.cursor <= self.sink.cursor:
            return False
        answers = self._answers(plan, script)
        settled = decide.settle(self.sink, plan, answers, now=self.now, jitter=lambda: 0.5)
        self.pending |= {one.line_id: one for one in settled.pending}
        for number in settled.done:
            self.pending.pop(number, None)
        self.dead |= {one.line_id for one, _ in settled.dead}
        self.most_pending = max(self.most_pending, len(self.pending))
        assert settled.cursor >= self.sink.cursor
        # The operator resumes a paused sink at once.
        self.sink = _moved(self.sink, settled, SinkMode.ACTIVE)
        # Time passes until something is due.
        waits = [settled.due_at, *([one.due_at for one in decide.heads_of(self.pending.values())][:1])]
        self.now = max(self.now, settled.due_at, min(waits)) + timedelta(seconds=1)
        return True

    def _answers(self, plan: decide.Plan, script: Script) -> list[TryResult]:
        articles = [send.lines[0]["article_id"] for send in plan.sends]
        if not self.ordered:
            # Messages that are sent side by side must not be about the same article.
            alone = [article for article in articles if article is not None]
            assert len(set(alone)) == len(alone)
        answers: list[TryResult] = []
        for send in plan.sends:
            if self.ordered and answers and answers[-1].verdict is not Verdict.DELIVERED:
                answers.append(NOT_SENT)
                continue
            verdict = script.pop() if script else Verdict.DELIVERED
            answers.append(TryResult(verdict=verdict, reason="x"))
            if verdict is Verdict.DELIVERED:
                self.taken += [one["id"] for one in send.lines]
        return answers

    def finish(self) -> None:
        """Let the receiver take everything, until nothing is left."""
        for _ in range(20 * len(self.log) + 50):
            if not self.step([]):
                if not self.pending:
                    return
                self.now += timedelta(days=2)
        raise AssertionError(f"not finished: {self.sink}, {self.pending}")


def _moved(sink: SinkRow, settled: decide.Settlement, mode: SinkMode) -> SinkRow:
    return replace(
        sink,
        cursor=settled.cursor,
        errors=settled.errors,
        singly_to=settled.singly_to,
        failing_since=settled.failing_since,
        mode=mode,
    )


ARTICLES = st.lists(st.sampled_from([1, 2, 3, 4, 5, None]), min_size=1, max_size=30)
VERDICTS = st.lists(
    st.sampled_from([*[Verdict.DELIVERED] * 3, *[Verdict.REFUSED] * 3, Verdict.AWAY, Verdict.GONE]),
    max_size=60,
)


@settings(max_examples=300, deadline=None)
@given(ARTICLES, VERDICTS, st.sampled_from([1, 3, 10]), st.booleans())
def test_every_line_is_taken_and_the_lines_of_an_article_come_in_their_order(
    articles: list[int | None], script: Script, batch: int, ordered: bool
) -> None:
    world = World(articles, batch=1 if ordered else batch, width=4, ordered=ordered)
    while script and world.step(script):
        pass
    world.finish()
    assert set(world.taken) | world.dead == {one["id"] for one in world.log}
    for article in {*articles} - {None}:
        own = [number for number in world.taken if world.log[number - 1]["article_id"] == article]
        first_times = list(dict.fromkeys(own))
        assert first_times == sorted(first_times)


@settings(max_examples=300, deadline=None)
@given(ARTICLES, VERDICTS)
@example([1, 2, None], [Verdict.AWAY, Verdict.DELIVERED, Verdict.AWAY])
def test_a_reset_comes_after_all_new_lines_before_it_and_before_all_lines_after_it(
    articles: list[int | None], script: Script
) -> None:
    world = World(articles, batch=1, width=4, ordered=False)
    never_refused: Script = [verdict for verdict in script if verdict is not Verdict.REFUSED]
    while never_refused and world.step(never_refused):
        pass
    world.finish()
    order = list(dict.fromkeys(world.taken))
    for one in world.log:
        if one["article_id"] is None:
            place = order.index(one["id"])
            assert all(number > one["id"] for number in order[place + 1 :])


def test_lines_that_are_set_aside_are_bounded(monkeypatch: Any) -> None:
    monkeypatch.setattr(decide, "PENDING_MOST", 10)
    world = World(list(range(200)), batch=1, width=4, ordered=False)
    for _ in range(400):
        # Every second message is refused: the receiver is known to work.
        world.step([Verdict.REFUSED, Verdict.DELIVERED] * 2)
    assert world.most_pending <= 10


def test_a_sink_that_fails_is_tried_with_one_message_at_a_time_at_growing_waits() -> None:
    world = World(list(range(50)), batch=1, width=4, ordered=False)
    waits = []
    for _ in range(20):
        before, taken = world.now, world.sink.errors
        world.step([Verdict.AWAY] * 4)
        waits.append((world.now - before).total_seconds())
        assert world.sink.errors > taken or taken == 0
    assert waits == sorted(waits)
    assert waits[-1] <= 3700
    assert world.sink.cursor == 0


def test_a_batch_waits_for_a_line_of_its_article_that_is_sent_alone() -> None:
    sink = SinkRow(
        id=1,
        lease=1,
        name="hook",
        kind=SinkKind.WEBHOOK,
        mode=SinkMode.ACTIVE,
        url="",
        options=SinkOptions(batch=10),
        filter="",
        cursor=2,
        singly_to=3,
    )

    plan = decide.plan(
        sink,
        heads=[],
        busy=frozenset(),
        count=0,
        lines=[line(3, 1), line(4, 1), line(5, 2)],
        scanned=5,
        width=4,
        ordered=False,
    )

    assert [[one["id"] for one in send.lines] for send in plan.sends] == [[3]]
    assert plan.cursor == 3
