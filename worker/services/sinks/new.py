"""New sinks: find the kind by the address, and check what was given."""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from yarl import URL

from worker.deliver.presets import PRESETS
from worker.deliver.signatures import is_secret, new_secret
from worker.fetch.connect import url_failure
from worker.fetch.limits import ANYWHERE, RequestLimits
from worker.model import SinkKind
from worker.rows.sinks import NewSink, SinkOptions

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")
"""Names go into metrics, logs and commands."""

DEFAULT_KEY = "wiredesk:changes"
"""Of a stream in another Redis: that of the built-in one."""
DEFAULT_EXCHANGE = "wiredesk"
"""Of an exchange."""
BATCH_MOST = 500
"""Lines in one message: with whole articles some ten megabytes. A guess."""

FIELD = re.compile(r"\{(" + "|".join(SinkOptions.__slots__) + r")\}")
"""A field in the text of `BadSink`."""

REDIS_SCHEMES = ("redis", "rediss", "unix")
WEB_SCHEMES = ("http", "https")
"""By which the kind of a sink is found; every other scheme is one of kombu's."""


class BadSink(ValueError):
    """A sink cannot be added like this; the text is one line for the user.

    `{batch}` and the like stand for fields of `SinkOptions`: options on the command line, inputs on the page.
    """

    def __str__(self) -> str:
        """Return the text with the fields' own names."""
        return self.shown({})

    def shown(self, names: Mapping[str, str]) -> str:
        """Return the text with the fields as a surface names them."""
        return FIELD.sub(lambda found: names.get(found[1], found[1].replace("_", " ")), str(self.args[0]))


def new_sink(
    name: str, url: str, options: SinkOptions, *, filter: str, secret: str | None, cursor: int
) -> NewSink:
    """Return the sink to add, with a new secret if it needs one. Raises `BadSink`."""
    if not NAME.fullmatch(name):
        raise BadSink(f"{name!r} cannot name a sink: use lower-case letters, digits, dots and dashes")
    kind = kind_of(url, options)
    misplaced = _misplaced(kind, options)
    if misplaced:
        raise BadSink(f"{misplaced} does not apply to the kind {kind}")
    if not 1 <= options.batch <= BATCH_MOST:
        raise BadSink(f"{{batch}} must be from 1 to {BATCH_MOST}")
    if options.preset and options.preset not in PRESETS:
        raise BadSink(f"there is no preset {options.preset}; there are {', '.join(PRESETS)}")
    if secret is not None and not is_secret(secret):
        raise BadSink(
            "the secret must be whsec_ and the base64 of 24 to 64 bytes; leave it out to get a new one"
        )
    if kind is SinkKind.WEBHOOK:
        _check_address(url, options)
    signs = kind is SinkKind.WEBHOOK and not options.preset
    if secret is not None and not signs:
        raise BadSink("a secret is for webhooks without a preset: nothing else is signed")
    return NewSink(
        name=name,
        kind=kind,
        url=url,
        options=_completed(kind, options),
        filter=filter,
        secret=(secret or new_secret()) if signs else None,
        cursor=cursor,
    )


def kind_of(url: str, options: SinkOptions) -> SinkKind:
    """Return the kind of a sink by the scheme of its address. Raises `BadSink`."""
    try:
        scheme = urlsplit(url).scheme.lower()
    except ValueError:
        scheme = ""
    if not scheme or "://" not in url:
        raise BadSink("the address needs a scheme, as https://, redis:// or amqp://")
    if scheme in WEB_SCHEMES:
        return SinkKind.WEBHOOK
    if scheme in REDIS_SCHEMES and not options.exchange:
        return SinkKind.REDIS
    from kombu.transport import TRANSPORT_ALIASES

    if scheme.partition("+")[0] not in TRANSPORT_ALIASES:
        raise BadSink(
            f"nothing is known to speak {scheme}://: use https, redis, amqp, or a transport of kombu"
        )
    return SinkKind.EXCHANGE


def _misplaced(kind: SinkKind, options: SinkOptions) -> str:
    """Return the field that the kind does not have, as in `BadSink`; empty if it has all."""
    owners = {
        "{batch}": (SinkKind.WEBHOOK, options.batch != 1),
        "{preset}": (SinkKind.WEBHOOK, bool(options.preset)),
        "{allow_private}": (SinkKind.WEBHOOK, options.allow_private),
        "{key}": (SinkKind.REDIS, bool(options.key)),
        "{length}": (SinkKind.REDIS, bool(options.length)),
        "{exchange}": (SinkKind.EXCHANGE, bool(options.exchange)),
        "{queue}": (SinkKind.EXCHANGE, bool(options.queue)),
    }
    return next((name for name, (owner, given) in owners.items() if given and owner is not kind), "")


def _check_address(url: str, options: SinkOptions) -> None:
    limits = RequestLimits(networks=ANYWHERE if options.allow_private else ())
    try:
        failed = url_failure(URL(url), limits)
    except ValueError as error:
        raise BadSink(f"the address cannot be read: {error}") from None
    if failed is not None:
        hint = "" if options.allow_private else "; {allow_private} permits addresses that are not public"
        raise BadSink(f"{failed.refusal.words}{hint}")


def _completed(kind: SinkKind, options: SinkOptions) -> SinkOptions:
    values = {name: getattr(options, name) for name in SinkOptions.__slots__}
    if kind is SinkKind.REDIS:
        values["key"] = options.key or DEFAULT_KEY
    if kind is SinkKind.EXCHANGE:
        values["exchange"] = options.exchange or DEFAULT_EXCHANGE
    return SinkOptions(**values)
