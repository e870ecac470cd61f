"""What a robots.txt lets us fetch (RFC 9309).

The lines and the choice of the group are read here, the matching of paths is protego's. Its own reading of
groups keeps a byte order mark, ends a group at a line nobody knows, and takes an agent's name for another
one's that begins with it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from protego import Protego

from worker.fetch.headers import max_age
from worker.fetch.reply import Failure, Reply
from worker.outcome import Reason, Refusal

ROBOTS_LIMIT = 500 * 1024
"""Bytes that are read; RFC 9309, 2.5 asks for at least these. What follows is as if it were not there."""

_MOST_WORK = 8_000_000
"""Rules times characters of the URL, about what a file full of rules and a URL of 500 characters need."""

_LINE = re.compile(
    r"\s*(user[- ]agent|crawl[- ]delay|request[- ]rate|visit[- ]time|site-map|[a-z_-]+)\s*(?::|\s)(.*)",
    re.IGNORECASE,
)
_AGENT = frozenset({"useragent"})
_RULES = frozenset(
    {"allow", "disallow", "dissallow", "dissalow", "disalow", "diasllow", "disallaw"}
    | {"crawldelay", "requestrate", "visittime"}
)
_SITEMAP = frozenset({"sitemap", "sitemaps"})
_FOREIGN = "foreign"
_BOM = b"\xef\xbb\xbf"
_TOKEN = re.compile(r"[^\W\d]+(?:-[^\W\d]+)*-?")

# RFC 9309, 2.4: not longer than this; a host that says less is asked at most every ten minutes.
_LONGEST = timedelta(hours=24)
_SHORTEST = timedelta(minutes=10)
_WHILE_UNREACHABLE = timedelta(hours=1)
GIVEN_UP = timedelta(days=30)
"""RFC 9309, 2.3.1.4: a file that is unreachable for longer than this may be taken for none."""
ROBOTS_REDIRECTS = 5
"""RFC 9309, 2.3.1.2: at least so many are followed, whatever the setting for pages is."""
# "Unavailable" status codes and endless redirects mean that there are no rules (2.3.1.2, 2.3.1.3); 429 is no
# statement about the file, so it counts as unreachable (2.3.1.4), as the large crawlers have it.
_NO_RULES = frozenset(
    {
        Reason.HTTP_GONE,
        Reason.HTTP_FORBIDDEN,
        Reason.HTTP_CLIENT_ERROR,
        Reason.HTTP_UNEXPECTED,
        Reason.BOT_CHALLENGE,
        Reason.TOO_MANY_REDIRECTS,
    }
)


@dataclass(frozen=True, slots=True)
class RobotsRules:
    """The rules of one robots.txt for one agent, read once and asked often."""

    _matcher: Protego
    _size: int
    sitemaps: tuple[str, ...]

    @classmethod
    def parse(cls, robots: bytes, agent: str) -> "RobotsRules":
        """Whatever the bytes are, there are rules: what cannot be read as a rule is not one.

        `agent` is our product token, or a User-Agent header that begins with it, in any case.
        """
        return cls.of_agents(robots, (agent,))[agent]

    @classmethod
    def of_agents(cls, robots: bytes, agents: Sequence[str]) -> dict[str, "RobotsRules"]:
        """The rules for each of the agents, read once for those whom the same ones are for."""
        lines = list(_lines(robots))
        sitemaps = tuple(value for name, value in lines if name in _SITEMAP and value)
        chosen = {agent: tuple(_group(lines, agent)) for agent in agents}
        read = {
            group: cls(Protego.parse("\n".join(["User-agent: *", *group])), len(group), sitemaps)
            for group in dict.fromkeys(chosen.values())
        }
        return {agent: read[group] for agent, group in chosen.items()}

    def allowed(self, url: str) -> bool:
        """Whether `url` may be fetched. The most specific rule counts, `Allow` where two are alike.

        Not, where there are so many rules for so long an address that to ask them all would take long.
        """
        if "/robots.txt" in url and urlsplit(url).path == "/robots.txt":
            return True
        if self._size * len(url) > _MOST_WORK:
            return False
        answer: bool = self._matcher.can_fetch(url, "*")
        return answer

    @property
    def crawl_delay(self) -> float | None:
        """Seconds between two requests as the host asks for, None where it does not."""
        delay: float | None = self._matcher.crawl_delay("*")
        return delay


def allowed(robots: bytes, agent: str, url: str) -> bool:
    """Whether `agent` may fetch `url` by these rules."""
    return RobotsRules.parse(robots, agent).allowed(url)


def crawl_delay(robots: bytes, agent: str) -> float | None:
    """Seconds that `agent` is asked to leave between two requests."""
    return RobotsRules.parse(robots, agent).crawl_delay


def sitemaps(robots: bytes) -> list[str]:
    """The addresses of sitemaps, in order, as they are written."""
    return list(RobotsRules.parse(robots, "*").sitemaps)


@dataclass(frozen=True, slots=True)
class RobotsCopy:
    """What the host's robots.txt said: `body` is empty where it has none. Good until `expires_at` (aware).

    `failing_since` is set where the file cannot be read and this copy stands in for it.
    """

    body: bytes
    status: int | None
    expires_at: datetime
    failing_since: datetime | None = None


def copy_of(answer: Reply | Failure, *, now: datetime) -> RobotsCopy | Failure:
    """What to keep of the answer to robots.txt; ROBOTS_UNREACHABLE when nothing may be fetched."""
    if isinstance(answer, Reply):
        good_for = max_age(answer.headers)
        good_for = _LONGEST if good_for is None else min(max(good_for, _SHORTEST), _LONGEST)
        return RobotsCopy(answer.content(), answer.status, now + good_for)
    if answer.refusal.reason in _NO_RULES:
        return RobotsCopy(b"", answer.status, now + _LONGEST)
    detail = f"{answer.refusal.reason}: {answer.refusal.detail}"
    return replace(answer, refusal=Refusal(Reason.ROBOTS_UNREACHABLE, detail), retryable=True)


def while_unreachable(
    copy: RobotsCopy | None, failed: Failure, *, since: datetime, now: datetime
) -> RobotsCopy | None:
    """What to go by while the file cannot be read, `since` when: the old copy, as RFC 9309 (2.4) permits;
    without one nothing at first, and after a long time no rules."""
    if copy is not None:
        return replace(copy, expires_at=now + _WHILE_UNREACHABLE, failing_since=since)
    if now - since < GIVEN_UP:
        return None
    return RobotsCopy(b"", failed.status, now + _LONGEST, since)


def _lines(robots: bytes) -> Iterator[tuple[str, str]]:
    """The (name, value) pairs that mean something; the name in lower case without hyphen and blank."""
    # Half a byte order mark is met too; Google's parser passes over it.
    for line in robots[:ROBOTS_LIMIT].lstrip(_BOM).decode("utf-8", errors="replace").splitlines():
        found = _LINE.fullmatch(line.partition("#")[0])
        if not found:
            continue
        name, value = re.sub(r"[-_ ]", "", found[1]).lower(), found[2].strip()
        if name in _AGENT | _RULES | _SITEMAP:
            yield name, value
        elif value.startswith(("/", "*")):
            yield _FOREIGN, value


def _group(lines: list[tuple[str, str]], agent: str) -> list[str]:
    """The rules of all groups that name `agent` best (RFC 9309, 2.2.1: they are one), written out again."""
    groups: dict[int, list[str]] = {0: []}
    fits, in_rules = -1, False
    for name, value in lines:
        if name in _AGENT:
            fits, in_rules = max(-1 if in_rules else fits, _fit(value, agent)), False
        elif name == _FOREIGN:
            # A rule of another crawler's dialect ("Noindex: /a") ends the list of agents like our own rules;
            # any other line nobody knows does not (RFC 9309, 2.2.4).
            in_rules = True
        elif name in _RULES:
            in_rules = True
            groups.setdefault(fits, []).append(f"{_spelled(name)}: {value}")
    return groups[max(groups)]


def _fit(named: str, agent: str) -> int:
    """How well a User-agent line names us: not (-1), as anyone (0), by product token (1), in full (2)."""
    if named.strip() == "*":
        return 0
    ours, theirs = (name.replace("*", "").strip().lower() for name in (agent, named))
    if theirs and theirs == ours:
        return 2
    token = _TOKEN.match(theirs)
    return 1 if token and token[0] == _token(ours) else -1


def _token(agent: str) -> str:
    found = _TOKEN.match(agent)
    return found[0] if found else agent


def _spelled(name: str) -> str:
    return {"crawldelay": "Crawl-delay", "requestrate": "Request-rate", "visittime": "Visit-time"}.get(
        name, name
    )
