"""Decide what a sink is sent next, and what follows from the answers.

The cursor moves over a line when it was delivered, or set aside: a line that the receiver refused waits in
`sink_pending` with growing waits, and so do the later lines of its article, since the order of an article's
lines is kept. Other articles go on. If several messages in a row fail, it is not the messages: then the
whole sink waits, and the cursor with it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from worker.deliver import Line
from worker.deliver.answer import TryResult, Verdict
from worker.model import SinkKind, SinkMode
from worker.rows.sinks import PendingLine, SinkRow

IN_A_ROW = 3
"""Failures in a row from which on the whole sink waits. A guess: one or two can be the messages' fault."""

PENDING_MOST = 1000
"""Lines set aside from which on the cursor waits, too: a table, not a second log. A guess."""

MESSAGE_WAITS = (
    *(timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10)),
    *(timedelta(minutes=30), timedelta(hours=1), timedelta(hours=2), timedelta(hours=4)),
    *(timedelta(hours=8), timedelta(hours=12), timedelta(hours=20), timedelta(hours=24)),
)
"""Waits after each refusal of a message, three days together; then it is a dead letter. The growth is that
of the schedule which Standard Webhooks recommends."""

SINK_WAIT_FIRST = timedelta(seconds=2)
"""The first wait of a whole sink: a restart of its receiver takes seconds. A guess."""
SINK_WAIT_MOST = timedelta(hours=1)
"""The longest one, so that a receiver that is back after a day soon gets what it missed. A guess."""
MOST_DOUBLINGS = 12
"""Of the first wait; more would exceed the longest by far."""
HARDEST_WAIT = timedelta(days=1)
"""The longest wait that a receiver may prescribe by Retry-After. A guess."""

RESET_REFUSED = "reset-refused"
"""Stored as the reason of a sink whose receiver refuses a reset: no later line is sent before it."""

SINK_PATIENCE = timedelta(days=3)
"""After which a webhook that takes nothing is dead, as long as a message is retried."""


@dataclass(frozen=True, slots=True)
class Send:
    """A message to send: its lines, and the line that was set aside if it is one."""

    lines: tuple[Line, ...]
    pending: PendingLine | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What to send now, in their order; lines to set aside unsent; and the cursor if all of it succeeds."""

    sends: tuple[Send, ...]
    parked: tuple[Line, ...]
    cursor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """The sink after the answers. `done` are the ids of lines that are no longer set aside."""

    cursor: int
    errors: int
    singly_to: int
    mode: SinkMode
    due_at: datetime
    failing_since: datetime | None
    reason: str = ""
    detail: str = ""
    delivered: int = 0
    pending: tuple[PendingLine, ...] = ()
    done: tuple[int, ...] = ()
    dead: tuple[tuple[PendingLine, TryResult], ...] = ()


def plan(
    sink: SinkRow,
    *,
    heads: Sequence[tuple[PendingLine, Line]],
    busy: frozenset[int],
    count: int,
    lines: Sequence[Line],
    scanned: int,
    width: int,
    ordered: bool,
) -> Plan:
    """Return what to send next.

    `heads` are the due first lines of the articles that have lines set aside, `busy` all these articles,
    `count` the number of their lines. `lines` follow the cursor; the log has been read up to `scanned`.
    """
    width = 1 if sink.errors else width
    retried = [Send((line,), pending) for pending, line in heads]
    # A receiver that fails is tried with a new line: one that was refused would say nothing about others.
    # Not with a reset: a line that is set aside because its message got lost must come before it.
    has_new = bool(lines) and lines[0]["article_id"] is not None
    if sink.errors >= IN_A_ROW and has_new and count < PENDING_MOST:
        retried = []
    picker = _Picker(sink, retried[:width], busy=busy, ordered=ordered, width=width)
    cursor = picker.pick(lines, scanned=scanned, room=PENDING_MOST - count)
    return Plan(tuple(picker.sends), tuple(picker.parked), cursor)


class _Picker:
    """Picks messages from the lines after the cursor, in addition to those that are sent again."""

    def __init__(
        self, sink: SinkRow, retried: list[Send], *, busy: frozenset[int], ordered: bool, width: int
    ) -> None:
        self._sink, self._busy, self._ordered, self._width = sink, busy, ordered, width
        self.sends = retried
        self.parked: list[Line] = []

    def pick(self, lines: Sequence[Line], *, scanned: int, room: int) -> int:
        """Pick from `lines`; return the cursor. At most `room` lines can be set aside."""
        cursor = self._sink.cursor
        taken: list[int] = []
        batch: list[Line] = []
        for line in lines:
            article = line["article_id"]
            if article is None:
                # A reset is sent alone, after all that it may call void and before all that follows.
                if not self.sends and not batch:
                    self.sends.append(Send((line,)))
                    cursor = line["id"]
                break
            if len(taken) + len(self.parked) >= room:
                break
            if article in self._busy:
                self.parked.append(line)
            elif len(self.sends) >= self._width or (article in taken and not self._ordered):
                # Messages of one window may be under way together: not two about the same article.
                break
            elif self._batches(line):
                if len(batch) >= self._sink.options.batch:
                    break
                batch.append(line)
            else:
                if batch:
                    break
                self.sends.append(Send((line,)))
                taken.append(article)
            cursor = line["id"]
        else:
            cursor = max(cursor, scanned)
        if batch:
            self.sends.append(Send(tuple(batch)))
        return cursor

    def _batches(self, line: Line) -> bool:
        sink = self._sink
        return sink.options.batch > 1 and not sink.errors and line["id"] > sink.singly_to


@dataclass
class _Tally:
    """What the answers add up to, in the order of the messages."""

    errors: int
    delivered: int = 0
    wait: timedelta | None = None
    last: TryResult | None = None
    gone: bool = False
    away: bool = False
    singly_to: int = 0
    pending: dict[int, PendingLine] = field(default_factory=dict)
    done: list[int] = field(default_factory=list)
    dead: list[tuple[PendingLine, TryResult]] = field(default_factory=list)


def settle(
    sink: SinkRow,
    plan: Plan,
    answers: Sequence[TryResult],
    *,
    now: datetime,
    jitter: Callable[[], float],
) -> Settlement:
    """Return the sink after the answers to a plan; `jitter` returns a number between 0 and 1."""
    tally = _Tally(errors=sink.errors, singly_to=sink.singly_to)
    held = _held(plan, answers)
    cursor = min([plan.cursor, *(send.lines[0]["id"] - 1 for send in held)])
    for send, answer in zip(plan.sends, answers, strict=True):
        _count(tally, send, answer, is_held=send in held, now=now, jitter=jitter)
    parked = [line for line in plan.parked if line["id"] <= cursor]
    for line in parked:
        tally.pending[line["id"]] = PendingLine(line["id"], line["article_id"], now)
    errors = min(tally.errors, max(sink.errors + 1, IN_A_ROW))
    if tally.away:
        errors = max(errors, IN_A_ROW)
    failing = (sink.failing_since or now) if errors else None
    reason, detail = (tally.last.reason, tally.last.detail) if tally.last else ("", "")
    if reset := _refused_reset(plan, answers):
        reason, detail = RESET_REFUSED, f"the reset in line {reset['id']} is refused, {detail}"
    mode = sink.mode
    if tally.gone:
        mode = SinkMode.PAUSED
    elif sink.kind is SinkKind.WEBHOOK and errors >= IN_A_ROW and failing and now - failing >= SINK_PATIENCE:
        mode = SinkMode.DEAD
    return Settlement(
        cursor=max(cursor, sink.cursor),
        errors=errors,
        singly_to=tally.singly_to,
        mode=mode,
        due_at=now + _sink_wait(errors, tally.wait, jitter) if plan.sends else now,
        failing_since=failing,
        reason=reason,
        detail=detail,
        delivered=tally.delivered,
        pending=tuple(tally.pending.values()),
        done=tuple(tally.done),
        dead=tuple(tally.dead),
    )


def _refused_reset(plan: Plan, answers: Sequence[TryResult]) -> Line | None:
    """Return the reset that the receiver did not take although it was reached; a reset is sent alone."""
    for send, answer in zip(plan.sends, answers, strict=True):
        if send.lines[0]["article_id"] is None and answer.verdict is Verdict.REFUSED:
            return send.lines[0]
    return None


def _held(plan: Plan, answers: Sequence[TryResult]) -> list[Send]:
    """Return the new messages before which the cursor stops.

    These are refused batches, which are sent again one by one, refused resets, and the run of messages at the
    end that never reached the receiver. One in the middle is set aside: what follows it was delivered.
    """
    held: list[Send] = []
    trailing = True
    for send, answer in reversed(list(zip(plan.sends, answers, strict=True))):
        if send.pending is not None:
            continue
        away = answer.verdict in (Verdict.AWAY, Verdict.GONE)
        trailing = trailing and away
        whole = len(send.lines) > 1 or send.lines[0]["article_id"] is None  # a batch, or a reset
        if trailing or (whole and answer.verdict is not Verdict.DELIVERED):
            held.append(send)
    return held


def _count(
    tally: _Tally,
    send: Send,
    answer: TryResult,
    *,
    is_held: bool,
    now: datetime,
    jitter: Callable[[], float],
) -> None:
    if answer.verdict is Verdict.DELIVERED:
        tally.errors, tally.wait, tally.away, tally.last = 0, None, False, None
        tally.delivered += len(send.lines)
        tally.done += [send.pending.line_id] if send.pending else []
        return
    if answer.tried:
        tally.errors += 1
        tally.last = answer
    if answer.wait is not None:
        tally.wait = max(answer.wait, tally.wait or answer.wait)
    tally.gone = tally.gone or answer.verdict is Verdict.GONE
    tally.away = tally.away or (answer.tried and answer.verdict is Verdict.AWAY)
    if is_held:
        if answer.verdict is Verdict.REFUSED:
            tally.singly_to = max(tally.singly_to, send.lines[-1]["id"])
        return
    line = send.lines[0]
    before = send.pending or PendingLine(line["id"], line["article_id"], now)
    if answer.verdict is not Verdict.REFUSED:
        # The message is not to blame: it is due again as soon as the sink is.
        tally.pending[line["id"]] = replace(before, due_at=now)
        return
    tried = replace(before, attempts=before.attempts + 1, failed_at=before.failed_at or now)
    if tried.attempts > len(MESSAGE_WAITS):
        tally.dead.append((tried, answer))
        tally.done.append(tried.line_id)
    else:
        wait = _jittered(MESSAGE_WAITS[tried.attempts - 1], jitter)
        tally.pending[line["id"]] = replace(tried, due_at=now + wait)


def _sink_wait(errors: int, wanted: timedelta | None, jitter: Callable[[], float]) -> timedelta:
    wait = min(wanted or timedelta(0), HARDEST_WAIT)
    if errors < IN_A_ROW:
        return wait
    grown = min(SINK_WAIT_FIRST * 2 ** min(errors - IN_A_ROW, MOST_DOUBLINGS), SINK_WAIT_MOST)
    return max(_jittered(grown, jitter), wait)


def _jittered(wait: timedelta, jitter: Callable[[], float]) -> timedelta:
    """Return 80 to 120 % of a wait, so that sinks of one receiver do not line up."""
    return wait * (0.8 + 0.4 * jitter())


def heads_of(pending: Iterable[PendingLine]) -> list[PendingLine]:
    """Return the first line of each article that has lines set aside, the longest due first."""
    first: dict[int, PendingLine] = {}
    for one in sorted(pending, key=lambda one: one.line_id):
        first.setdefault(one.article_id, one)
    return sorted(first.values(), key=lambda one: one.due_at)
