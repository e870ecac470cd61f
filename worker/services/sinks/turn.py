"""A sink's turn.

    take the claim
    until nothing is left, the sink has to wait, or the time is over:
        load the lines set aside that are due, and the next lines of the log
        decide what to send                     (`decide.plan`)
        send it
        decide what follows from the answers    (`decide.settle`)
        save cursor, lines set aside, dead letters and tries in one transaction that names the lease

A line is sent before the cursor moves, so a worker that dies sends it again: at least once. Each turn is
bounded, and each sink has its own: one that is slow or away holds up no other. The built-in stream keeps its
own position (`worker.services.deliver`).
"""

import random
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from worker.deliver import Line, Sink, SinkUnavailable
from worker.deliver.answer import TryResult, Verdict
from worker.deliver.message import Message, message_of
from worker.deliver.position import LogState
from worker.deliver.sinks import Receiver, open_receiver
from worker.filters import Filter, FilterError
from worker.model import SinkContent, SinkKind, SinkMode
from worker.monitor.events import (
    ChangeLogReset,
    ChangesDelivered,
    LetterBuried,
    SinkStopped,
    WorkDropped,
    emit,
)
from worker.outcome import DeliveryOutcome, DropOutcome
from worker.rows.sinks import DeadLetter, PendingLine, SinkClaim, SinkRow, SinkTry, SinkUpdate
from worker.services.deliver import deliver_to_all, traced_entries
from worker.services.sinks import decide
from worker.services.sinks.filters import current_filter
from worker.store import Connection, Store, changes, contents, following, sinks

TURN_SECONDS = 10.0
"""After which a turn begins no further window, so that sinks that are due take turns. A guess."""

LEASE = timedelta(seconds=60)
"""After which the sink of a dead worker is due again; more than one window can take (15 s)."""

LINES_AT_ONCE = 500
"""Lines of the log that are read together; a line is some kilobytes."""

BAD_FILTER_RETRY = timedelta(minutes=1)
"""Wait before a sink is tried again whose filter cannot be read, such as one that names a search which a
restore has lost. A guess: the operator has to save the search again."""

RETRY = timedelta(seconds=1)
"""Wait before the built-in stream is tried again: its Redis is the broker's, and comes back with it."""

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Window:
    """What is sent together."""

    plan: decide.Plan
    messages: tuple[Message, ...]
    log: LogState


def deliver_claims(
    store: Store,
    claims: Sequence[SinkClaim],
    *,
    clock: Clock,
    agent: str,
    own: Callable[[], Iterable[Sink]],
    stopping: Callable[[], bool] = lambda: False,
    jitter: Callable[[], float] = random.random,
    lease: timedelta = LEASE,
) -> None:
    """Deliver to these sinks. `own` opens those that keep their own position.

    Raises `StoreUnavailable`, and `SinkUnavailable` if one that keeps its position was away.
    """
    for claim in claims:
        with store.begin() as db:
            sink = sinks.take(db, claim, now=clock(), lease=lease)
        if sink is None:
            emit(WorkDropped(queue="deliver", outcome=DropOutcome.TAKEN, count=1))
        elif sink.kind is SinkKind.REDIS_STREAM:
            _deliver_own(store, sink, own(), clock=clock)
        else:
            try:
                with open_receiver(sink, agent=agent) as receiver:
                    deliver_to(
                        store, sink, receiver, clock=clock, stopping=stopping, jitter=jitter, lease=lease
                    )
            except FilterError as error:
                due_at = clock() + BAD_FILTER_RETRY
                with store.begin() as db:
                    sinks.note_failure(db, sink, detail=str(error), now=clock(), due_at=due_at)


def _deliver_own(store: Store, sink: SinkRow, own: Iterable[Sink], *, clock: Clock) -> None:
    """Bring the sinks up to date that keep their own position, and note how far they are."""
    opened = tuple(own)
    now = clock()
    try:
        deliver_to_all(store, opened)
        positions = [each.position() for each in opened]
    except SinkUnavailable as error:
        with store.begin() as db:
            sinks.note_failure(db, sink, detail=str(error), now=now, due_at=now + RETRY)
        raise
    for position in positions:
        # The stream of an empty log does not exist yet.
        cursor, epoch = (position.id, position.epoch or None) if position else (0, None)
        with store.begin() as db:
            sinks.note_position(db, sink, cursor, epoch=epoch, now=now)


def deliver_to(
    store: Store,
    sink: SinkRow,
    receiver: Receiver,
    *,
    clock: Clock,
    stopping: Callable[[], bool] = lambda: False,
    jitter: Callable[[], float] = random.random,
    lease: timedelta = LEASE,
) -> int:
    """Deliver to a sink that was taken, for a bounded time; return the number of delivered lines."""
    started, count = time.perf_counter(), 0
    answers: list[TryResult] = []
    seen: list[int] = []
    while True:
        window = _load(store, sink, receiver, now=clock())
        if window is None:
            break
        answers = receiver.send(window.messages) if window.messages else []
        now = clock()
        settled = decide.settle(sink, window.plan, answers, now=now, jitter=jitter)
        with store.begin() as db:
            if not _save(db, sink, window, answers, settled, now=now, lease=lease):
                return count
        count += settled.delivered
        seen += [
            line["article_id"]
            for message, answer in zip(window.messages, answers, strict=True)
            for line in message.lines
            if answer.verdict is Verdict.DELIVERED and line["article_id"] is not None
        ]
        _report(sink, window, answers, settled)
        sink = replace(
            sink,
            cursor=settled.cursor,
            errors=settled.errors,
            singly_to=settled.singly_to,
            failing_since=settled.failing_since,
            mode=settled.mode,
        )
        if sink.mode is not SinkMode.ACTIVE or settled.due_at > now:
            _report_stop(sink, settled, now=now)
            break
        if stopping() or time.perf_counter() - started > TURN_SECONDS:
            break
    with store.begin() as db:
        sinks.end_turn(db, sink)
    if count:
        emit(
            ChangesDelivered(
                outcome=DeliveryOutcome.DONE,
                sink=sink.name,
                count=count,
                cursor=sink.cursor,
                seconds=time.perf_counter() - started,
                delivered=traced_entries(store, seen),
            )
        )
    return count


def _load(store: Store, sink: SinkRow, receiver: Receiver, *, now: datetime) -> Window | None:
    """Return what is to be sent next; None if there is nothing."""
    limit = min(LINES_AT_ONCE, max(4 * receiver.width, sink.options.batch))
    with store.begin() as db:
        filter_ = current_filter(db, sink.filter)
        changes.settle(db)
        # Before the lines: those that are added in between are found the next time.
        log = changes.state(db)
        heads, pending = _due_heads(db, sink, filter_, most=receiver.width, now=now)
        found = following.scan(db, sink.cursor, limit=limit, filter_=filter_)
        plan = decide.plan(
            sink,
            heads=heads,
            busy=frozenset(one.article_id for one in pending),
            count=len(pending),
            lines=found.lines,
            scanned=found.upto,
            width=receiver.width,
            ordered=receiver.ordered,
        )
        if not plan.sends and plan.cursor <= sink.cursor:
            return None
        ids = [line["article_id"] for send in plan.sends for line in send.lines if line["article_id"]]
        articles = contents.of_articles(db, ids, sink.options.content)
    batched = sink.options.batch > 1
    return Window(
        plan, tuple(_message(sink, send, articles, log, batched=batched) for send in plan.sends), log
    )


def _due_heads(
    db: Connection, sink: SinkRow, filter_: Filter, *, most: int, now: datetime
) -> tuple[list[tuple[PendingLine, Line]], list[PendingLine]]:
    """Return the lines to send again, at most `most`, and all that are set aside; forget void ones."""
    heads: list[tuple[PendingLine, Line]] = []
    gone: set[int] = set()
    pending = sinks.pending(db, sink.id)
    for one in [head for head in decide.heads_of(pending) if head.due_at <= now][:most]:
        found = following.scan(db, one.line_id - 1, limit=1, filter_=filter_, scanned=1).lines
        if found and found[0]["id"] == one.line_id:
            heads.append((one, found[0]))
        else:
            gone.add(one.line_id)
    if gone:
        sinks.forget(db, sink.id, gone)
        sinks.note_pending(db, sink.id)
    return heads, [one for one in pending if one.line_id not in gone]


def _message(
    sink: SinkRow, send: decide.Send, articles: dict[int, dict[str, Any]], log: LogState, *, batched: bool
) -> Message:
    if sink.options.content is SinkContent.NONE:
        return message_of(send.lines, log=log.name, batched=batched)
    # An article that has left the filter is named, and no more.
    lines = [
        {**line, "article": articles.get(line["article_id"]) if line["matches"] else None}
        for line in send.lines
    ]
    return message_of(lines, log=log.name, batched=batched)


def _save(
    db: Connection,
    sink: SinkRow,
    window: Window,
    answers: Sequence[TryResult],
    settled: decide.Settlement,
    *,
    now: datetime,
    lease: timedelta,
) -> bool:
    """Save a window; return False if the lease was lost."""
    update = SinkUpdate(
        cursor=settled.cursor,
        epoch=window.log.epoch or None,
        singly_to=settled.singly_to,
        errors=settled.errors,
        failing_since=settled.failing_since,
        mode=settled.mode,
        due_at=settled.due_at,
        reason=settled.reason or None,
        detail=settled.detail or None,
        count=settled.delivered,
        tried=bool(answers),
    )
    if not sinks.save(db, sink, update, now=now, lease=lease):
        return False
    sinks.set_aside(db, sink.id, settled.pending)
    letters = [
        DeadLetter(
            one.line_id, one.article_id, one.attempts, one.failed_at or now, answer.reason, answer.detail
        )
        for one, answer in settled.dead
    ]
    sinks.bury(db, sink.id, letters, now=now)
    sinks.forget(db, sink.id, settled.done)
    if settled.pending or settled.done:
        sinks.note_pending(db, sink.id)
    sinks.record(db, sink.id, _tries(sink, window, answers, now=now))
    return True


def _tries(sink: SinkRow, window: Window, answers: Sequence[TryResult], *, now: datetime) -> list[SinkTry]:
    """Return the tries to keep: all of a webhook, else those that failed."""
    return [
        try_of(answer, send.lines, now=now, attempt=1 + (send.pending.attempts if send.pending else 0))
        for send, answer in zip(window.plan.sends, answers, strict=True)
        if answer.tried and (sink.kind is SinkKind.WEBHOOK or answer.verdict is not Verdict.DELIVERED)
    ]


def try_of(answer: TryResult, lines: Sequence[Line], *, now: datetime, attempt: int = 1) -> SinkTry:
    """Return what is kept of a try; without lines it was a ping."""
    return SinkTry(
        at=now,
        outcome=str(answer.verdict),
        status=answer.status,
        seconds=answer.seconds,
        said=answer.said or answer.detail,
        first_id=lines[0]["id"] if lines else None,
        last_id=lines[-1]["id"] if lines else None,
        lines=len(lines),
        attempt=attempt,
    )


def _report(sink: SinkRow, window: Window, answers: Sequence[TryResult], settled: decide.Settlement) -> None:
    for send, answer in zip(window.plan.sends, answers, strict=True):
        line = send.lines[0]
        if line["kind"] == changes.RESET and answer.verdict is Verdict.DELIVERED:
            emit(
                ChangeLogReset(
                    outcome=DeliveryOutcome.RESET,
                    sink=sink.name,
                    void_after=line["void_after"],
                    cursor=line["id"],
                    epoch=line["epoch"],
                )
            )
    for one, answer in settled.dead:
        emit(
            LetterBuried(
                outcome=DeliveryOutcome.DEAD_LETTER,
                sink=sink.name,
                cursor=one.line_id,
                article_id=one.article_id,
                attempts=one.attempts,
                reason=answer.reason,
                detail=answer.detail,
            )
        )


def _report_stop(sink: SinkRow, settled: decide.Settlement, *, now: datetime) -> None:
    outcomes = {SinkMode.PAUSED: DeliveryOutcome.PAUSED, SinkMode.DEAD: DeliveryOutcome.DEAD}
    emit(
        SinkStopped(
            outcome=outcomes.get(settled.mode, DeliveryOutcome.WAITING),
            sink=sink.name,
            cursor=settled.cursor,
            errors=settled.errors,
            reason=settled.reason,
            detail=settled.detail,
            next_in=(settled.due_at - now).total_seconds() if settled.mode is SinkMode.ACTIVE else None,
        )
    )
