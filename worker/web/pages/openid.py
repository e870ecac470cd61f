"""Leaving for the OpenID provider, and coming back."""

import asyncio
import json
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from worker.rows.access import Role
from worker.services.access import login as logins
from worker.services.access.openid_accounts import account_of, role_of
from worker.services.access.openid_attempt import Attempt, OpenIdProblem
from worker.web.cookies import cookie_name, is_secure, put, put_session
from worker.web.doors import Doors, Entrance
from worker.web.flash import local_path, see_other

COOKIE = "wiredesk_openid"
"""Carries the attempt of a login to the return from the provider."""

SECONDS = 600
"""For entering a password and a second factor at the provider. A guess."""

router = APIRouter()


@router.get("/oidc/login")
async def leave(request: Request, doors: Entrance, next: str | None = None) -> Response:
    """Send the browser to the provider."""
    provider = doors.provider
    if provider is None:
        raise HTTPException(404, "oidc_issuer is not set")
    try:
        address, attempt = await provider.begin()
    except OpenIdProblem as error:
        return see_other("/login", str(error), bad=True)
    away = RedirectResponse(address, 303)
    carried = [attempt.state, attempt.nonce, attempt.verifier, local_path(next)]
    put(away, COOKIE, json.dumps(carried).encode().hex(), request, doors.settings, seconds=SECONDS)
    return away


@router.get("/oidc/return")
async def come_back(request: Request, doors: Entrance) -> Response:
    """Begin a session for the person whom the provider names."""
    provider = doors.provider
    if provider is None:
        raise HTTPException(404, "oidc_issuer is not set")
    try:
        attempt, next = _carried(request, doors)
        claims = await provider.finish(attempt, dict(request.query_params))
        token = await asyncio.to_thread(_enter, doors, claims, request.headers.get("user-agent", ""))
    except OpenIdProblem as error:
        return see_other("/login", str(error), bad=True)
    arrived = see_other(next)
    put(arrived, COOKIE, "", request, doors.settings, seconds=0)
    put_session(arrived, token, request, doors.settings)
    return arrived


def _carried(request: Request, doors: Doors) -> tuple[Attempt, str]:
    """Return what this browser took along. Raises `OpenIdProblem`."""
    name = cookie_name(COOKIE, secure=is_secure(request, doors.settings))
    try:
        state, nonce, verifier, next = json.loads(bytes.fromhex(request.cookies.get(name, "")))
        return Attempt(str(state), str(nonce), str(verifier)), local_path(str(next))
    except (ValueError, TypeError):
        raise OpenIdProblem(
            "this login was not begun in this browser, or too long ago: begin again"
        ) from None


def _enter(doors: Doors, claims: dict[str, Any], agent: str) -> str:
    settings, now = doors.settings, doors.clock()
    usual = Role(settings.oidc_default_role) if settings.oidc_default_role != "none" else None
    role = role_of(claims, settings.oidc_role_claim, usual=usual)
    if role is None:
        raise OpenIdProblem("the provider gives you no role here: ask its administrator")
    with doors.store.begin() as db:
        account = account_of(db, claims, role, sets_role=settings.oidc_role_claim is not None, now=now)
        if account is None:
            raise OpenIdProblem("your account here is disabled")
        lifetimes = settings.session_lifetimes
        return logins.begin_session(db, account, agent=agent, how="openid", now=now, lifetimes=lifetimes)
