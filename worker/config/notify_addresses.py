"""Addresses of `notify_urls`: where problems are reported, and in which form.

smtp://user:password@mail.example.org:587?from=wiredesk@example.org&to=desk@example.org
smtps://…                               the same with TLS from the start, usually port 465
ntfy+https://ntfy.sh/topic              ntfy; with a token: ntfy+https://:tk_…@ntfy.sh/topic
slack+https://hooks.slack.com/…         Slack, or what takes its messages (Mattermost, Discord)
https://example.org/hook                a JSON object by POST
"""

from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qs, unquote, urlsplit

Kind = Literal["mail", "ntfy", "slack", "webhook"]

SUBMISSION, SUBMISSION_TLS = 587, 465
"""Ports of message submission (RFC 6409, RFC 8314)."""


@dataclass(frozen=True, slots=True)
class NotifyAddress:
    """One address. `url` is without the login; `sender` and `receivers` are those of a mail."""

    kind: Kind
    url: str
    host: str
    port: int | None = None
    tls: bool = True
    user: str = ""
    password: str = ""
    sender: str = ""
    receivers: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """The address without its secrets, for logs and commands."""
        return f"{self.kind} to {', '.join(self.receivers) or self.host}"


def parse_notify_address(text: str) -> NotifyAddress:
    """Return the address; raise `ValueError` with what is wrong, which does not repeat the address."""
    parts = urlsplit(text.strip())
    prefix, plus, scheme = parts.scheme.rpartition("+")
    if not parts.hostname:
        raise ValueError("an address lacks its host; write for example ntfy+https://ntfy.sh/topic")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if not plus and scheme in ("smtp", "smtps"):
        return _mail(parts.query, scheme, parts.hostname, parts.port, user, password)
    if scheme not in ("http", "https") or prefix not in ("", "ntfy", "slack"):
        raise ValueError(
            "an address must begin with smtp://, smtps://, https://, ntfy+https:// or slack+https://"
        )
    kind: Kind = "ntfy" if prefix == "ntfy" else "slack" if prefix == "slack" else "webhook"
    if kind == "ntfy" and not parts.path.strip("/"):
        raise ValueError("an ntfy address lacks its topic; write ntfy+https://ntfy.sh/topic")
    netloc = parts.netloc.rpartition("@")[2]
    url = parts._replace(scheme=scheme, netloc=netloc, fragment="").geturl()
    return NotifyAddress(kind, url, parts.hostname, user=user, password=password)


def _mail(query: str, scheme: str, host: str, port: int | None, user: str, password: str) -> NotifyAddress:
    said = parse_qs(query)
    receivers = tuple(said.get("to", ()))
    if not receivers or not all("@" in one for one in receivers):
        raise ValueError(
            "a mail address lacks its receiver; write smtp://host?from=a@example.org&to=b@example.org"
        )
    tls = scheme == "smtps"
    return NotifyAddress(
        kind="mail",
        url=f"{scheme}://{host}",
        host=host,
        port=port or (SUBMISSION_TLS if tls else SUBMISSION),
        tls=tls,
        user=user,
        password=password,
        sender=said.get("from", [f"wiredesk@{host}"])[0],
        receivers=receivers,
    )
