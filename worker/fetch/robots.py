"""The rules of robots.txt (RFC 9309), and the copy of it that is kept between turns.

Lines and groups are read here; protego matches the paths. Its own reading of groups keeps a byte order mark,
ends a group at an unknown line, and confuses an agent with another whose name begins the same.
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
"""Bytes that are read, the minimum of RFC 9309, 2.5; the rest is ignored."""

_MOST_WORK = 8_000_000
"""Rules times characters of the URL, about as many as a file full of rules and a URL of 500 characters."""

# Names as webmasters spell them; protego and Google's parser accept the same misspellings.
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

# RFC 9309, 2.4: a copy is used for at most a day. At least ten minutes, even if the host allows less.
_LONGEST = timedelta(hours=24)
_SHORTEST = timedelta(minutes=10)
_WHILE_UNREACHABLE = timedelta(hours=1)
GIVEN_UP = timedelta(days=30)
"""RFC 9309, 2.3.1.4: a file that has been unreachable for longer may be treated as missing."""
ROBOTS_REDIRECTS = 5
"""RFC 9309, 2.3.1.2: redirects that are followed at least, whatever the setting for pages is."""
# "Unavailable" status codes and endless redirects mean that there are no rules (2.3.1.2, 2.3.1.3). A 429 says
# nothing about the file, so it counts as unreachable (2.3.1.4), as for the large crawlers.
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
    """The rules of one robots.txt for one agent."""

    _matcher: Protego
    _size: int
    sitemaps: tuple[str, ...]

    @classmethod
    def parse(cls, robots: bytes, agent: str) -> "RobotsRules":
        """Parse the rules for `agent`; invalid lines are ignored, so any bytes are accepted.

        `agent` is our product token, or a User-Agent header that begins with it, in any case.
        """
        return cls.of_agents(robots, (agent,))[agent]

    @classmethod
    def of_agents(cls, robots: bytes, agents: Sequence[str]) -> dict[str, "RobotsRules"]:
        """Parse the rules for each of the agents; agents of the same group share one object."""
        lines = list(_lines(robots))
        sitemaps = tuple(value for name, value in lines if name in _SITEMAP and value)
        chosen = {agent: tuple(_group(lines, agent)) for agent in agents}
        read = {
            group: cls(Protego.parse("\n".join(["User-agent: *", *group])), len(group), sitemaps)
            for group in dict.fromkeys(chosen.values())
        }
        return {agent: read[group] for agent, group in chosen.items()}

    def allowed(self, url: str) -> bool:
        """Return whether `url` may be fetched: the most specific rule counts, and `Allow` in a tie.

        Returns False if matching all rules would take too long, for many rules and a long URL.
        """
        if "/robots.txt" in url and urlsplit(url).path == "/robots.txt":
            return True
        if self._size * len(url) > _MOST_WORK:
            return False
        answer: bool = self._matcher.can_fetch(url, "*")
        return answer

    @property
    def crawl_delay(self) -> float | None:
        """The seconds between two requests that the host wants, None if it does not say."""
        delay: float | None = self._matcher.crawl_delay("*")
        return delay


def allowed(robots: bytes, agent: str, url: str) -> bool:
    """Whether `agent` may fetch `url` by these rules."""
    return RobotsRules.parse(robots, agent).allowed(url)


def crawl_delay(robots: bytes, agent: str) -> float | None:
    """Return the seconds that `agent` should wait between two requests, None if not given."""
    return RobotsRules.parse(robots, agent).crawl_delay


def sitemaps(robots: bytes) -> list[str]:
    """Return the URLs of the sitemaps, in order, as written."""
    return list(RobotsRules.parse(robots, "*").sitemaps)


@dataclass(frozen=True, slots=True)
class RobotsCopy:
    """A stored robots.txt, valid until `expires_at` (aware); `body` is empty if the host has no rules.

    `failing_since` is set if the file cannot be read now, and this older copy is used instead.
    """

    body: bytes
    status: int | None
    expires_at: datetime
    failing_since: datetime | None = None


def copy_of(answer: Reply | Failure, *, now: datetime) -> RobotsCopy | Failure:
    """Return the copy to keep of an answer; ROBOTS_UNREACHABLE if nothing may be fetched."""
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
    """Return the copy to use while the file has been unreachable, `since` a time.

    That is the old copy, as RFC 9309 (2.4) permits; without one, None, and an empty copy after `GIVEN_UP`.
    """
    if copy is not None:
        return replace(copy, expires_at=now + _WHILE_UNREACHABLE, failing_since=since)
    if now - since < GIVEN_UP:
        return None
    return RobotsCopy(b"", failed.status, now + _LONGEST, since)


def _lines(robots: bytes) -> Iterator[tuple[str, str]]:
    """Yield the known (name, value) pairs; names in lower case without hyphens and blanks."""
    # Half a byte order mark occurs too; Google's parser skips it.
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
    """Return the rules of all groups that match `agent` best, which are one group (RFC 9309, 2.2.1)."""
    groups: dict[int, list[str]] = {0: []}
    fits, in_rules = -1, False
    for name, value in lines:
        if name in _AGENT:
            fits, in_rules = max(-1 if in_rules else fits, _fit(value, agent)), False
        elif name == _FOREIGN:
            # A rule of another crawler's dialect ("Noindex: /a") ends the list of agents, as known rules do;
            # other unknown lines do not (RFC 9309, 2.2.4).
            in_rules = True
        elif name in _RULES:
            in_rules = True
            groups.setdefault(fits, []).append(f"{_spelled(name)}: {value}")
    return groups[max(groups)]


def _fit(named: str, agent: str) -> int:
    """Return how well a User-agent line matches: not (-1), by `*` (0), by product token (1), fully (2)."""
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
