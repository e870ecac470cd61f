"""The role that a handler requires: `actor: Editor` in its parameters refuses everybody else with 403.

Who sent a request is found by the middleware `worker.web.identify`, which lets nobody else through.
"""

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, HTTPException, Request

from worker.rows.access import Actor, Role


def actor_of(request: Request) -> Actor:
    """Return who sent a request."""
    actor = request.scope["actor"]
    assert isinstance(actor, Actor)
    return actor


def too_little(actor: Actor, role: Role) -> str:
    """Say that the actor's role does not include `role`."""
    return f"this needs the role {role}, and {actor.name} has the role {actor.role}"


def requires(role: Role) -> Callable[[Request], Actor]:
    """Return a dependency that gives the actor, and refuses one whose role does not include `role`."""

    def find(request: Request) -> Actor:
        actor = actor_of(request)
        if not actor.role.includes(role):
            raise HTTPException(403, too_little(actor, role))
        return actor

    return find


Viewer = Annotated[Actor, Depends(requires(Role.VIEWER))]
Editor = Annotated[Actor, Depends(requires(Role.EDITOR))]
Admin = Annotated[Actor, Depends(requires(Role.ADMIN))]
