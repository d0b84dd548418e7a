"""What a handler asks of its request: the services of the process, and who acts."""

from typing import Annotated

from fastapi import Depends
from starlette.requests import Request

from gishue.core.access import Act, may, may_administer, may_upload
from gishue.core.actor import ANONYMOUS, Actor
from gishue.core.errors import Forbidden, NotSignedIn
from layers.layer import Layer
from layers.services import Services


def services_of(request: Request) -> Services:
    """Return the services of this process."""
    return request.app.state.services


def actor_of(request: Request) -> Actor:
    """Return who acts; the server's middleware recognised them."""
    return getattr(request.state, "actor", ANONYMOUS)


def uploader_of(request: Request) -> Actor:
    """Return who acts, if they may bring in files.

    Raises:
        NotSignedIn: nobody is signed in.
        Forbidden: somebody is, without that right.
    """
    actor = actor_of(request)
    if not may_upload(actor):
        raise refusal(actor)
    return actor


def administrator_of(request: Request) -> Actor:
    """Return who acts, if they administer the city.

    Raises:
        NotSignedIn: nobody is signed in.
        Forbidden: somebody is, without that right.
    """
    actor = actor_of(request)
    if not (actor.is_admin and may_administer(actor)):
        raise refusal(actor)
    return actor


def unit_administrator_of(request: Request) -> Actor:
    """Return who acts, if they administer the city or a unit of it.

    Raises:
        NotSignedIn: nobody is signed in.
        Forbidden: somebody is, without that right.
    """
    actor = actor_of(request)
    if not may_administer(actor):
        raise refusal(actor)
    return actor


def refusal(actor: Actor) -> NotSignedIn | Forbidden:
    """Return why ``actor`` may not: nobody is signed in, or this one has not the right."""
    if not actor.is_known:
        return NotSignedIn("sign in first", vi="hãy đăng nhập trước")
    return Forbidden(
        f"{actor.name} may not do this; ask the layer's unit or an administrator",
        vi=f"{actor.name} không có quyền này; hãy liên hệ đơn vị chủ quản hoặc quản trị viên",
    )


def allowed_layer(services: Services, actor: Actor, act: Act, slug: str) -> Layer:
    """Return the layer as ``actor`` sees it, if they may do ``act`` to it.

    Raises:
        NotFound: absent or invisible to the actor.
        NotSignedIn, Forbidden: visible, but not for this act.
    """
    snapshot = services.registry.current
    seen = snapshot.readable(actor, slug)
    if not may(actor, act, snapshot.layers[slug]):
        raise refusal(actor)
    return seen


TheServices = Annotated[Services, Depends(services_of)]
TheActor = Annotated[Actor, Depends(actor_of)]
Uploader = Annotated[Actor, Depends(uploader_of)]
UnitAdministrator = Annotated[Actor, Depends(unit_administrator_of)]
Administrator = Annotated[Actor, Depends(administrator_of)]
