"""The shape of every error, a problem of RFC 9457; a browser on a page gets a page instead.

The object `error`, the only member before version 1 of the API, stays for one more release.
"""

from collections.abc import Mapping
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from worker.deliver.position import LogState
from worker.filters import FilterError
from worker.store import StoreUnavailable
from worker.web.methods import with_derived
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


PROBLEM = "application/problem+json"
"""The media type of errors (RFC 9457, section 3)."""


class ErrorBody(BaseModel):
    """The status and what went wrong, in the form before version 1; deprecated."""

    status: int = Field(description="of HTTP")
    message: str = Field(description="the same as `detail`")


class Problem(BaseModel):
    """The body of every error (RFC 9457)."""

    type: str = Field(
        default="about:blank", description="about:blank: the status says which kind of problem it is"
    )
    title: str = Field(description="the name of the status")
    status: int = Field(description="of HTTP")
    detail: str = Field(description="what is wrong and, where known, what to do")
    error: ErrorBody = Field(description="deprecated: the form before version 1")


class BeyondNewest(Exception):
    """The cursor of a consumer lies beyond the newest change, as after a restore to an earlier time."""

    def __init__(self, cursor: int, log: LogState) -> None:
        super().__init__(cursor)
        self.cursor, self.log = cursor, log


class BeyondNewestBody(ErrorBody):
    """The newest change, and the epoch that it belongs to; deprecated."""

    newest: int = Field(description="id of the newest change")
    epoch: str = Field(description="the current epoch of the change log")


class BeyondNewestProblem(Problem):
    """The answer to a cursor beyond the newest change."""

    newest: int = Field(description="id of the newest change: go on with it as `after`")
    epoch: str = Field(description="the current epoch of the change log")
    error: BeyondNewestBody = Field(description="deprecated: the form before version 1")


def declared(*statuses: int) -> dict[int | str, dict[str, object]]:
    """Declare in the `responses` of a router that these statuses have the shape of an error."""
    return {status: {"model": Problem} for status in statuses}


def install(app: FastAPI) -> None:
    """Make `app` answer every error in this shape."""
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(FilterError, _wrong_filter)
    app.add_exception_handler(StoreUnavailable, unavailable)
    app.add_exception_handler(BeyondNewest, _beyond_newest)
    app.add_exception_handler(Exception, _internal)


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    headers = dict(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED and "Allow" in headers:
        headers["Allow"] = ", ".join(with_derived(headers["Allow"].split(", ")))
    return answer(request, error.status_code, str(error.detail), headers)


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    name = first["loc"][-1] if first["loc"] else "the request"
    return answer(request, 422, f"{name}: {first['msg']}")


def _wrong_filter(request: Request, error: Exception) -> Response:
    return answer(request, 422, str(error))


def unavailable(request: Request, error: Exception) -> Response:
    """Return 503: the store does not answer."""
    headers = {"Retry-After": str(RETRY_AFTER_SECONDS)}
    return answer(request, 503, f"the store does not answer: {error}", headers)


def _beyond_newest(request: Request, error: Exception) -> Response:
    assert isinstance(error, BeyondNewest)
    newest = error.log.newest
    message = (
        f"there is no change {error.cursor}, the newest is {newest}: the database was restored to an earlier "
        f"time. Go on with after={newest}"
    )
    earlier = BeyondNewestBody(status=410, message=message, newest=newest, epoch=error.log.epoch)
    body = BeyondNewestProblem(
        title=HTTPStatus.GONE.phrase,
        status=410,
        detail=message,
        newest=newest,
        epoch=error.log.epoch,
        error=earlier,
    )
    return JSONResponse(body.model_dump(), 410, media_type=PROBLEM)


def _internal(request: Request, error: Exception) -> Response:
    # The server logs the traceback when the error is raised again. This answer does not pass through the
    # middleware that adds the headers to all others.
    return answer(request, 500, "an internal error of Wiredesk; the log has the traceback", HEADERS)


def wants_page(request: Request) -> bool:
    """Return whether a browser opened a page, and not a program."""
    machine = request.url.path.startswith(MACHINE_PATHS)
    return not machine and "text/html" in request.headers.get("accept", "")


def answer(request: Request, status: int, message: str, headers: Mapping[str, str] | None = None) -> Response:
    """Return an error as JSON, or as a page to a browser that opened a page."""
    if wants_page(request):
        return page("error.html", status_code=status, headers=headers, status=status, message=message)
    body = Problem(
        title=HTTPStatus(status).phrase,
        status=status,
        detail=message,
        error=ErrorBody(status=status, message=message),
    )
    return JSONResponse(body.model_dump(), status, headers, media_type=PROBLEM)
