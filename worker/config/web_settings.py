"""The settings of the web server, and of who may use it."""

from datetime import timedelta
from functools import cached_property
from ipaddress import ip_address
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from worker.rows.accounts import Lifetimes

PREFIX = "WIREDESK_"
"""Begins the environment variable of every setting."""

USUAL_RATE = 600
"""Requests a minute of one reader. A guess: ten a second, which a follower needs only while it catches up."""

Count = Annotated[int, Field(ge=1)]


class WebSettings(BaseSettings):
    """The settings of pages and API; `worker.config.settings` adds all others."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", env_prefix=PREFIX)

    web_host: str = Field("127.0.0.1", description="address on which the web server listens")
    web_port: int = Field(8600, ge=0, le=65535, description="port of the web server; 0: any free one")
    web_names: tuple[str, ...] = Field(
        (),
        description="host names under which the web server may be reached, as news.example.org; "
        "addresses, localhost and names without a dot are always allowed",
    )
    web_keys: Literal["auto", "required", "off"] = Field(
        "auto",
        description="whether pages and API need a key (`wiredesk keys`); auto: unless the web server listens "
        "on loopback only",
    )
    web_published_host: str | None = Field(
        None,
        description="address at which a container's port is published, for web_keys = auto; unset: web_host",
    )
    web_rate_per_minute: int | None = Field(
        None,
        ge=0,
        description="requests a minute of one key, or of one address without a key; 0: no limit; unset: 600, "
        "and no limit where no key is needed",
    )
    web_cors_origins: tuple[str, ...] = Field(
        (),
        description="origins of other sites whose scripts may read the API, as https://app.example.org; "
        "* for any",
    )
    web_url: str | None = Field(
        None,
        description="address under which people open the pages, as https://news.example.org: for links in "
        "invitations; with https, cookies are sent over https only. Unset: web_host and web_port",
    )
    web_trusted_proxies: tuple[str, ...] = Field(
        ("127.0.0.1", "::1"),
        description="addresses and networks of proxies that may say by X-Forwarded-For and X-Forwarded-Proto "
        "who sent a request",
    )
    web_session_idle_hours: Count = Field(
        72, description="hours without a request after which a session in a browser ends"
    )
    web_session_days: Count = Field(
        30, description="days after which a session in a browser ends in any case"
    )
    oidc_issuer: str | None = Field(
        None, description="OpenID provider through which people sign in, as https://login.example.org"
    )
    oidc_client_id: str | None = Field(None, description="name of this service at the OpenID provider")
    oidc_client_secret: SecretStr | None = Field(
        None, description="secret of this service at the OpenID provider; better in a file (docs/security.md)"
    )
    oidc_role_claim: str | None = Field(
        None,
        description="claim of the provider that names roles, as realm_access.roles; it then sets the role at "
        "each login. Unset: oidc_default_role at the first login, later `wiredesk users role`",
    )
    oidc_default_role: Literal["viewer", "editor", "none"] = Field(
        "viewer", description="role of people to whom the claim gives none; none: they may not come in"
    )
    web_invitation_days: Count = Field(7, description="days for which the link of `wiredesk users add` works")

    @field_validator("web_url")
    @classmethod
    def _site_address(cls, value: str | None) -> str | None:
        if not value:
            return None
        parts = urlsplit(value)
        bare = not (parts.path.strip("/") or parts.query or parts.fragment or parts.username)
        if parts.scheme not in ("http", "https") or not parts.hostname or not bare:
            raise ValueError("must be an address without a path, such as https://news.example.org")
        return value.rstrip("/")

    @field_validator("oidc_issuer")
    @classmethod
    def _issuer(cls, value: str | None) -> str | None:
        parts = urlsplit(value or "")
        is_local = parts.hostname in ("localhost", "127.0.0.1", "::1")
        if value and not (
            parts.hostname and (parts.scheme == "https" or (parts.scheme == "http" and is_local))
        ):
            raise ValueError("must be an address such as https://login.example.org")
        return value or None

    @field_validator("web_cors_origins")
    @classmethod
    def _origins(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        for value in values:
            parts = urlsplit(value)
            is_origin = parts.scheme in ("http", "https") and parts.netloc
            if value != "*" and (not is_origin or value != f"{parts.scheme}://{parts.netloc}"):
                raise ValueError(f"must be origins such as https://app.example.org, not {value}")
        return values

    @property
    def web_needs_keys(self) -> bool:
        """Whether readers of pages and API need a key."""
        return not self.is_web_on_loopback if self.web_keys == "auto" else self.web_keys == "required"

    @property
    def site(self) -> str:
        """The address under which people open the pages, without a slash at its end."""
        if self.web_url:
            return self.web_url
        shown = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.web_host, self.web_host)  # noqa: S104
        return f"http://{f'[{shown}]' if ':' in shown else shown}:{self.web_port}"

    @cached_property
    def session_lifetimes(self) -> Lifetimes:
        """How long people stay signed in."""
        return Lifetimes(
            idle=timedelta(hours=self.web_session_idle_hours), whole=timedelta(days=self.web_session_days)
        )

    @property
    def web_rate(self) -> int:
        """Requests a minute that one reader of pages and API may send; 0: any number."""
        if self.web_rate_per_minute is not None:
            return self.web_rate_per_minute
        return USUAL_RATE if self.web_needs_keys else 0

    @property
    def is_web_on_loopback(self) -> bool:
        """Whether only programs of this machine reach the web server."""
        host = self.web_published_host or self.web_host
        try:
            return ip_address(host).is_loopback
        except ValueError:
            return host == "localhost"
