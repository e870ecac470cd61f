"""The cookie of a session: read by no script, sent with no request of another site but links.

Over https its name has the prefix `__Host-`, which a browser accepts only from https and for this very host:
neither a page over http nor a neighbouring subdomain can plant a session (RFC 6265bis, section 4.1.3.2).
"""

from starlette.requests import HTTPConnection
from starlette.responses import Response

from worker.config.settings import Settings

COOKIE = "wiredesk_session"
"""Browsers share cookies between the ports of a host, so the name says whose it is."""


def is_secure(request: HTTPConnection, settings: Settings) -> bool:
    """Return whether the browser speaks https, to us or to a proxy."""
    return request.url.scheme == "https" or (settings.web_url or "").startswith("https:")


def cookie_name(name: str, *, secure: bool) -> str:
    """Return the full name of a cookie. Over https, one that http could have set is never read."""
    return f"__Host-{name}" if secure else name


def session_token(request: HTTPConnection, settings: Settings) -> str | None:
    """Return the token that the browser sends; None if it sends none."""
    return request.cookies.get(cookie_name(COOKIE, secure=is_secure(request, settings))) or None


def put_session(answer: Response, token: str, request: HTTPConnection, settings: Settings) -> None:
    """Let the browser keep the token of a session."""
    put(
        answer,
        COOKIE,
        token,
        request,
        settings,
        seconds=int(settings.session_lifetimes.whole.total_seconds()),
    )


def drop_session(answer: Response, request: HTTPConnection, settings: Settings) -> None:
    """Let the browser forget its session."""
    put(answer, COOKIE, "", request, settings, seconds=0)


def put(
    answer: Response, name: str, value: str, request: HTTPConnection, settings: Settings, *, seconds: int
) -> None:
    """Set a cookie that lasts for `seconds`; 0 deletes it."""
    secure = is_secure(request, settings)
    answer.set_cookie(
        cookie_name(name, secure=secure),
        value,
        max_age=seconds,
        path="/",
        secure=secure,
        httponly=True,
        # Links of other sites open pages signed in; nothing else of theirs does. OIDC comes back by a link.
        samesite="lax",
    )
