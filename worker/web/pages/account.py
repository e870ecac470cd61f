"""The account page: the reader's password and sessions."""

import asyncio

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, Response

from worker.rows.accounts import SignedIn
from worker.services.access import login as logins
from worker.services.access.passwords import TooManyLogins
from worker.store import accounts, audit, sessions
from worker.web.access import Viewer
from worker.web.attempts import LOGIN_MINUTES, OF_ACCOUNT
from worker.web.cookies import put_session
from worker.web.doors import Doors, Entrance
from worker.web.flash import see_other
from worker.web.forms import form_fields
from worker.web.pages.login import chosen_problem, counted
from worker.web.render import page

router = APIRouter()


@router.get("/account")
def show_account(request: Request, doors: Entrance, actor: Viewer) -> HTMLResponse:
    """Show the own sessions, and the form for another password."""
    return _account_page(request, doors)


@router.post("/account/password")
async def change_password(request: Request, doors: Entrance, actor: Viewer) -> Response:
    """Change the own password, end all sessions, and begin a new one here."""
    session = _session(request)
    form = await form_fields(request)
    if problem := chosen_problem({**form, "password": form.get("new", "")}, session.name):
        return await asyncio.to_thread(_account_page, request, doors, problem)
    if not await asyncio.to_thread(doors.attempts.note_try, OF_ACCOUNT, counted(session.name)):
        return await asyncio.to_thread(
            _account_page, request, doors, f"too many wrong passwords: try again in {LOGIN_MINUTES} minutes"
        )
    try:
        known = await asyncio.to_thread(_password_of, doors, session)
        if not await doors.passwords.verify(known, form.get("password", "")):
            return await asyncio.to_thread(_account_page, request, doors, "the current password is another")
        hashed = await doors.passwords.hash(form["new"])
    except TooManyLogins as error:
        return await asyncio.to_thread(_account_page, request, doors, str(error))
    token = await asyncio.to_thread(_change, doors, session, hashed)
    await asyncio.to_thread(doors.attempts.forgive, OF_ACCOUNT, counted(session.name))
    changed = see_other("/account", "Your password is changed, and your other sessions have ended.")
    put_session(changed, token, request, doors.settings)
    return changed


@router.post("/account/sessions")
def end_others(request: Request, doors: Entrance, actor: Viewer) -> Response:
    """End the other sessions of this account."""
    session = _session(request)
    with doors.store.begin() as db:
        ended = sessions.end_all(db, session.account_id, but=session.id)
        subject = f"account:{session.name}"
        audit.record(
            db, session.name, "account.sessions_ended", subject, {"sessions": ended}, now=doors.clock()
        )
    return see_other("/account", f"{ended} other {'session has' if ended == 1 else 'sessions have'} ended.")


def _account_page(request: Request, doors: Doors, problem: str = "") -> HTMLResponse:
    session: SignedIn | None = request.scope.get("signed_in")
    found, has_password = [], False
    if session:
        with doors.store.begin() as db:
            lifetimes = doors.settings.session_lifetimes
            found = sessions.listing(db, session.account_id, now=doors.clock(), lifetimes=lifetimes)
            has_password = accounts.password_of(db, session.account_id) is not None
    return page(
        "account.html",
        status_code=422 if problem else 200,
        session=session,
        sessions=found,
        has_password=has_password,
        problem=problem,
    )


def _session(request: Request) -> SignedIn:
    session: SignedIn | None = request.scope.get("signed_in")
    if session is None:
        raise HTTPException(403, "only a person who is signed in has a password and sessions")
    return session


def _password_of(doors: Doors, session: SignedIn) -> str | None:
    with doors.store.begin() as db:
        return accounts.password_of(db, session.account_id)


def _change(doors: Doors, session: SignedIn, hashed: str) -> str:
    with doors.store.begin() as db:
        return logins.change_password(
            db,
            session,
            hashed,
            now=doors.clock(),
            lifetimes=doors.settings.session_lifetimes,
        )
