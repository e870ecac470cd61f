"""Whether a web server may start: beyond loopback only if somebody can identify themselves."""

from importlib.util import find_spec

from worker.config.settings import Settings, SettingsError
from worker.store import Connection, accounts, api_keys, migrate

OPEN = (
    "open: everybody on this machine may read and change everything; "
    "`wiredesk users add NAME --role admin` ends that"
)
"""Said at the start while no account has been made and the server listens on loopback."""


def check_entrance(db: Connection, settings: Settings) -> str | None:
    """Return what to say about access at the start; None if there is nothing to say.

    Raises `SettingsError` if the web server can be reached from other machines and nobody could come in.
    """
    if migrate.applied(db) != migrate.head():  # /readyz says so, and what to do
        return None
    if settings.oidc_issuer:
        if find_spec("authlib") is None or find_spec("httpx") is None:
            raise SettingsError("oidc_issuer: this needs the extra oidc: pip install 'wiredesk[oidc]'")
        return None
    if accounts.any_made(db):
        return None
    if settings.is_web_on_loopback and settings.web_keys != "required":
        return OPEN
    if settings.web_keys == "off":
        return "everybody may read (web_keys = off), and nobody can change anything: there is no account"
    if api_keys.any_valid(db):
        return None
    where = "web_keys = required" if settings.is_web_on_loopback else _where(settings)
    raise SettingsError(
        f"{where}, and there is no account, key or OpenID provider: first run "
        "`wiredesk users add NAME --role admin`, or `wiredesk keys add NAME`"
    )


def _where(settings: Settings) -> str:
    name = "web_published_host" if settings.web_published_host else "web_host"
    host = settings.web_published_host or settings.web_host
    return f"{name}: {host} can be reached from other machines"
