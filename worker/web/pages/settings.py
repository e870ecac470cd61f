"""The page of the settings in force, and where each came from."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from worker.config.in_force import settings_in_force
from worker.web.access import Admin
from worker.web.parts import Needed
from worker.web.render import page

router = APIRouter()


@router.get("/settings")
def settings(parts: Needed, actor: Admin) -> HTMLResponse:
    """Show every setting; secrets are masked."""
    return page("settings.html", settings=settings_in_force(parts.settings))
