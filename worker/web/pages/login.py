"""Coming in and going out: login, key, invitation, logout."""

import asyncio
from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from worker.rows.accounts import Account, SignedIn, password_problem
from worker.rows.api_keys import hash_of
from worker.services.access import login as logins
from worker.services.access.passwords import TooManyLogins
from worker.store import accounts, audit, sessions
from worker.web.attempts import LOGIN_MINUTES, OF_ACCOUNT, OF_ADDRESS
from worker.web.cookies import drop_session, put_session
from worker.web.doors import Doors, Entrance
from worker.web.errors import answer
from worker.web.flash import local_path, see_other
from worker.web.forms import form_fields
from worker.web.rate_limit import address_of
from worker.web.render import page

WRONG = "This name and password do not belong together."
"""The same for unknown names, disabled accounts and wrong passwords: nobody learns which names exist."""

router = APIRouter()


@router.get("/login")
def show_login(request: Request, doors: Entrance, next: str | None = None) -> Response:
    """Show the form, or go on if somebody is signed in already."""
    if request.scope.get("signed_in"):
        return see_other(local_path(next))
    return _login_page(doors, next)


@router.post("/login")
async def log_in(request: Request, doors: Entrance) -> Response:
    """Begin a session for the right name and password."""
    form = await form_fields(request)
    name, password, next = form.get("name", "").strip(), form.get("password", ""), form.get("next")
    address = address_of(request.scope)
    if not await asyncio.to_thread(_may_try, doors, name, address):
        words = f"Too many wrong passwords: try again in {LOGIN_MINUTES} minutes."
        return _login_page(doors, next, problem=words, name=name, status_code=429)
    found = await asyncio.to_thread(_candidate, doors, name)
    try:
        right = await doors.passwords.verify(found.password_hash, password)
        if right and found.password_hash and doors.passwords.is_outdated(found.password_hash):
            found = await _rehashed(doors, found, password)
    except TooManyLogins as error:
        return _login_page(doors, next, problem=f"{error}", name=name, status_code=503)
    begin = partial(_begin, doors, found, agent=request.headers.get("user-agent", ""))
    token = await asyncio.to_thread(begin) if right else None
    if token is None:
        await asyncio.to_thread(_note_failure, doors, address)
        return _login_page(doors, next, problem=WRONG, name=name, status_code=401)
    await asyncio.to_thread(_note_success, doors, name)
    return _with_session(see_other(local_path(next)), token, request, doors)


@router.get("/key")
def enter_with_key(request: Request, doors: Entrance, next: str | None = None) -> Response:
    """Make the browser open its dialogue for a key, which it then sends with every request."""
    if request.scope.get("api_key"):
        return see_other(local_path(next))
    refusal = answer(request, 401, "enter a key as the password, with any name")
    refusal.headers["WWW-Authenticate"] = 'Basic realm="Wiredesk", charset="UTF-8"'
    return refusal


@router.post("/logout")
def log_out(request: Request, doors: Entrance) -> Response:
    """End the session of this browser."""
    session: SignedIn | None = request.scope.get("signed_in")
    if session:
        with doors.store.begin() as db:
            sessions.end(db, session.id)
            audit.record(db, session.name, "account.signed_out", f"account:{session.name}", now=doors.clock())
    gone = see_other("/login", "You are signed out.")
    drop_session(gone, request, doors.settings)
    return gone


@router.get("/invitation/{token}")
def show_invitation(doors: Entrance, token: str) -> HTMLResponse:
    """Show the form in which an invited person chooses a password. Opening it uses nothing up."""
    with doors.store.begin() as db:
        account = accounts.find_invited(db, hash_of(token), now=doors.clock())
    return _invitation_page(account)


@router.post("/invitation/{token}")
async def accept(request: Request, doors: Entrance, token: str) -> Response:
    """Set the password, and begin a session."""
    form = await form_fields(request)
    password = form.get("password", "")
    account = await asyncio.to_thread(_invited, doors, token)
    if account is None:
        return _invitation_page(None)
    if problem := chosen_problem(form, account.name):
        return _invitation_page(account, problem)
    try:
        hashed = await doors.passwords.hash(password)
    except TooManyLogins as error:
        return _invitation_page(account, str(error))
    begin = partial(_accept, doors, token, hashed, agent=request.headers.get("user-agent", ""))
    session = await asyncio.to_thread(begin)
    if session is None:
        return _invitation_page(None)
    return _with_session(
        see_other("/", "Your password is set, and you are signed in."), session, request, doors
    )


def chosen_problem(form: dict[str, str], name: str) -> str | None:
    """Return what is wrong with a password that was entered twice; None if it is good."""
    if form.get("password") != form.get("again"):
        return "the two passwords differ"
    return password_problem(form.get("password", ""), name)


def _with_session(to: Response, token: str, request: Request, doors: Doors) -> Response:
    put_session(to, token, request, doors.settings)
    return to


def counted(name: str) -> str:
    """Return what the tries of an account are counted by: a name of bounded length, in one case."""
    return hash_of(name.lower()).hex()


def _may_try(doors: Doors, name: str, address: str) -> bool:
    # The account's tries are counted before the password is checked, so that parallel ones count, too.
    return doors.attempts.may_try(OF_ADDRESS, address) and doors.attempts.note_try(OF_ACCOUNT, counted(name))


def _note_failure(doors: Doors, address: str) -> None:
    doors.attempts.note_try(OF_ADDRESS, address)


def _note_success(doors: Doors, name: str) -> None:
    doors.attempts.forgive(OF_ACCOUNT, counted(name))


def _candidate(doors: Doors, name: str) -> logins.Candidate:
    with doors.store.begin() as db:
        return logins.candidate(db, name)


async def _rehashed(doors: Doors, found: logins.Candidate, password: str) -> logins.Candidate:
    """Store a right password with today's parameters."""
    assert found.account
    assert found.password_hash
    new = await doors.passwords.hash(password)
    await asyncio.to_thread(_replace_hash, doors, found, new)
    return logins.Candidate(found.account, new)


def _replace_hash(doors: Doors, found: logins.Candidate, new: str) -> None:
    assert found.account
    assert found.password_hash
    with doors.store.begin() as db:
        accounts.rehash(db, found.account.id, found.password_hash, new)


def _begin(doors: Doors, found: logins.Candidate, *, agent: str) -> str | None:
    with doors.store.begin() as db:
        return logins.enter(
            db, found, agent=agent, now=doors.clock(), lifetimes=doors.settings.session_lifetimes
        )


def _invited(doors: Doors, token: str) -> Account | None:
    with doors.store.begin() as db:
        return accounts.find_invited(db, hash_of(token), now=doors.clock())


def _accept(doors: Doors, token: str, hashed: str, *, agent: str) -> str | None:
    now, lifetimes = doors.clock(), doors.settings.session_lifetimes
    with doors.store.begin() as db:
        account = logins.accept_invitation(db, token, hashed, now=now)
        if account is None:
            return None
        return logins.begin_session(db, account, agent=agent, how="invitation", now=now, lifetimes=lifetimes)


def _login_page(
    doors: Doors, next: str | None, *, problem: str = "", name: str = "", status_code: int = 200
) -> HTMLResponse:
    return page(
        "login.html",
        status_code=status_code,
        next=local_path(next),
        problem=problem,
        name=name,
        has_provider=doors.provider is not None,
    )


def _invitation_page(account: Account | None, problem: str = "") -> HTMLResponse:
    status_code = 404 if account is None else 422 if problem else 200
    return page("invitation.html", status_code=status_code, account=account, problem=problem)
