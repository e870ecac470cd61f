"""The shape of every error, `{"error": {"status", "message"}}`; a browser on a page gets a page instead."""

from collections.abc import Mapping

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from worker.deliver.position import LogState
from worker.store import StoreUnavailable
from worker.web.render import page
from worker.web.security import HEADERS

RETRY_AFTER_SECONDS = 5
"""A guess: a restart of PostgreSQL takes a few seconds."""

# Paths that programs request: their errors are JSON whatever they accept.
MACHINE_PATHS = (
    "/api/",
    "/metrics",
    "/healthz",
    "/readyz",
    "/openapi.json",
    "/events",
    "/static/",
    "/websub/",
)


class ErrorBody(BaseModel):
    """The status and what went wrong."""

    status: int
    message: str


class ErrorReply(BaseModel):
    """The body of every error."""

    error: ErrorBody


class BeyondNewest(Exception):
    """The cursor of a consumer lies beyond the newest change, as after a restore to an earlier time."""

    def __init__(self, cursor: int, log: LogState) -> None:
        super().__init__(cursor)
        self.cursor, self.log = cursor, log


class BeyondNewestBody(ErrorBody):
    """The newest change, and the epoch that it belongs to."""

    newest: int
    epoch: str


class BeyondNewestReply(BaseModel):
    """The answer to a cursor beyond the newest change."""

    error: BeyondNewestBody


def declared(*statuses: int) -> dict[int | str, dict[str, object]]:
    """Declare in the `responses` of a router that these statuses have the shape of an error."""
    return {status: {"model": ErrorReply} for status in statuses}


def install(app: FastAPI) -> None:
    """Make `app` answer every error in this shape."""
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(StoreUnavailable, _unavailable)
    app.add_exception_handler(BeyondNewest, _beyond_newest)
    app.add_exception_handler(Exception, _internal)


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return answer(request, error.status_code, str(error.detail), error.headers)


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    name = first["loc"][-1] if first["loc"] else "the request"
    return answer(request, 422, f"{name}: {first['msg']}")


def _unavailable(request: Request, error: Exception) -> Response:
    headers = {"Retry-After": str(RETRY_AFTER_SECONDS)}
    return answer(request, 503, f"the store does not answer: {error}", headers)


def _beyond_newest(request: Request, error: Exception) -> Response:
    assert isinstance(error, BeyondNewest)
    newest = error.log.newest
    message = (
        f"there is no change {error.cursor}, the newest is {newest}: the database was restored to an earlier "
        f"time. Go on with after={newest}"
    )
    body = BeyondNewestBody(status=410, message=message, newest=newest, epoch=error.log.epoch)
    return JSONResponse(BeyondNewestReply(error=body).model_dump(), body.status)


def _internal(request: Request, error: Exception) -> Response:
    # The server logs the traceback when the error is raised again. This answer does not pass through the
    # middleware that adds the headers to all others.
    return answer(request, 500, "an internal error of Wiredesk; the log has the traceback", HEADERS)


def answer(request: Request, status: int, message: str, headers: Mapping[str, str] | None = None) -> Response:
    """Return an error as JSON, or as a page to a browser that opened a page."""
    machine = request.url.path.startswith(MACHINE_PATHS)
    if not machine and "text/html" in request.headers.get("accept", ""):
        return page("error.html", status_code=status, headers=headers, status=status, message=message)
    body = ErrorReply(error=ErrorBody(status=status, message=message))
    return JSONResponse(body.model_dump(), status, headers)
