"""Bodies for chat and push services that have a different format."""

from collections.abc import Sequence
from urllib.parse import urlsplit, urlunsplit

from pydantic_core import to_json

from worker.deliver import Line
from worker.deliver.message import Message

# The names are part of the command line.
SLACK = "slack"
NTFY = "ntfy"
PRESETS = (SLACK, NTFY)
"""Names of body formats: https://api.slack.com/messaging/webhooks, also taken by Mattermost, Rocket.Chat and
Discord (at the address with /slack); https://docs.ntfy.sh/publish/#publish-as-json."""

SUMMARY_LENGTH = 300
"""Characters of a summary that are shown. A guess: a notification on a phone shows fewer."""


def request_of(preset: str, url: str, message: Message) -> tuple[str, bytes]:
    """Return the address to post to, and the body."""
    if preset == SLACK:
        lines = [_slack(line) for line in message.lines] or ["Wiredesk: ping"]
        return url, to_json({"text": "\n".join(lines)})
    # The address of the topic is where people subscribe; JSON goes to the root of its server.
    parts = urlsplit(url)
    path, _, topic = parts.path.rstrip("/").rpartition("/")
    said = _ntfy(message.lines)
    return urlunsplit(parts._replace(path=f"{path}/")), to_json({"topic": topic, **said})


def _slack(line: Line) -> str:
    if line["article_id"] is None:
        return f"_{_words(line)}_"
    title, url = (_escaped(line["title"] or line["url"] or "?"), _escaped(line["url"] or ""))
    linked = f"<{url}|{title}>" if url else title
    summary = _summary(line)
    return f"{_words(line)}: {linked}" + (f"\n> {_escaped(summary)}" if summary else "")


def _ntfy(lines: Sequence[Line]) -> dict[str, str]:
    if not lines:
        return {"title": "Wiredesk", "message": "ping"}
    if len(lines) > 1:
        return {
            "title": f"{len(lines)} changes",
            "message": "\n".join(f"{_words(line)}: {line['title'] or line['url'] or '?'}" for line in lines),
        }
    (line,) = lines
    if line["article_id"] is None:
        return {"title": "Wiredesk", "message": _words(line)}
    said = {"title": line["title"] or line["url"] or "?", "message": _summary(line) or _words(line)}
    return said | ({"click": line["url"]} if line["url"] else {})


def _words(line: Line) -> str:
    if line["article_id"] is None:
        return f"restored to change {line['void_after']}: later changes are void"
    return f"{line['kind']} at {line['publisher']}" if line["publisher"] else str(line["kind"])


def _summary(line: Line) -> str:
    return " ".join(((line.get("article") or {}).get("summary") or "").split())[:SUMMARY_LENGTH]


def _escaped(text: str) -> str:
    """Escape what Slack takes for markup: https://api.slack.com/reference/surfaces/formatting#escaping."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("|", "¦")
