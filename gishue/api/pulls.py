"""HTTP for pulls: sources outside that become revisions of a layer at set times."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from conversion.options import IngestOptions
from conversion.publish import target
from gishue.api.closures import ClosureBody
from gishue.api.deps import TheServices, Uploader
from gishue.api.upload_shapes import Short
from gishue.core.access import Visibility, may_work
from gishue.core.actor import Actor
from gishue.core.crs import parse_crs
from gishue.core.db import Connection, transaction
from gishue.pulls import store, tasks
from gishue.pulls.approved import Approved
from gishue.pulls.pull import EVERY_AT_LEAST_S, Outcome, Pull, PullKind, check
from layers.layer import check_slug
from layers.publish import Mode
from layers.services import Services

router = APIRouter(tags=["pulls"])


class PullBody(BaseModel):
    """A source to fetch. ``every_s``: seconds between looks.

    ``visibility``, ``closure``: of a layer that is not there yet; one that is keeps its own.
    """

    model_config = ConfigDict(extra="forbid")

    url: Annotated[str, Field(max_length=2_000)]
    layer: Annotated[str, Field(max_length=63)]
    kind: PullKind = PullKind.FILE
    source_layer: Short = ""
    every_s: Annotated[int, Field(ge=EVERY_AT_LEAST_S)] = 86_400
    title: Short | None = None
    unit: Short | None = None
    visibility: Visibility | None = None
    closure: ClosureBody | None = None
    crs: Short = "auto"
    encoding: Short = "auto"
    key: Short = ""


class PullChange(BaseModel):
    """What may be changed of a pull."""

    model_config = ConfigDict(extra="forbid")

    every_s: Annotated[int, Field(ge=EVERY_AT_LEAST_S)] | None = None
    is_active: bool | None = None


class PullShape(BaseModel):
    """A pull as its people see it; times in UTC."""

    id: int
    url: str
    kind: PullKind
    source_layer: str
    layer: str
    every_s: int
    is_active: bool
    unit: str | None
    outcome: Outcome
    problem: dict[str, Any] | None
    upload: UUID | None
    looked_at: datetime | None
    next_at: datetime


@router.get("/pulls")
async def list_pulls(services: TheServices, actor: Uploader) -> dict[str, Any]:
    """List the sources that one may see."""
    async with transaction(services.pool) as conn:
        found = [pull for pull in await store.all_pulls(conn) if _may_work(actor, pull)]
    return {"items": [shape(pull) for pull in found], "next": None}


@router.post("/pulls", status_code=201)
async def add_pull(
    body: PullBody, response: Response, services: TheServices, actor: Uploader
) -> PullShape:
    """Fetch a source at set times; the first time at once. Its host must be approved."""
    async with transaction(services.pool) as conn:
        pull = await add(conn, services, body, actor)
    response.headers["location"] = f"/api/v1/pulls/{pull.id}"
    return shape(pull)


@router.get("/pulls/{pull_id}")
async def show_pull(pull_id: str, services: TheServices, actor: Uploader) -> PullShape:
    """Say how a source stands: when it was looked at, what came of it."""
    async with transaction(services.pool) as conn:
        return shape(await _visible(conn, pull_id, actor))


@router.patch("/pulls/{pull_id}")
async def change_pull(
    pull_id: str, body: PullChange, services: TheServices, actor: Uploader
) -> PullShape:
    """Change how often a source is fetched, or pause it."""
    async with transaction(services.pool) as conn:
        pull = await _visible(conn, pull_id, actor)
        check(pull.kind, pull.source_layer, body.every_s or pull.every_s)
        change = body.model_dump()
        await store.change(conn, pull, by=actor, **change)
        return shape(await store.by_id(conn, pull.id))


@router.delete("/pulls/{pull_id}", status_code=204)
async def delete_pull(pull_id: str, services: TheServices, actor: Uploader) -> None:
    """Fetch a source no longer; the layer stays."""
    async with transaction(services.pool) as conn:
        pull = await _visible(conn, pull_id, actor)
        await store.delete(conn, pull, actor)


@router.post("/pulls/{pull_id}/run", status_code=202)
async def run_pull(pull_id: str, services: TheServices, actor: Uploader) -> PullShape:
    """Look at a source now."""
    async with transaction(services.pool) as conn:
        pull = await _visible(conn, pull_id, actor)
        await tasks.defer_look(conn, pull.id)
        await store.note_run(conn, pull, actor)
    return shape(pull)


async def add(conn: Connection, services: Services, body: PullBody, actor: Actor) -> Pull:
    """Write the pull and queue its first look.

    Raises:
        NotApproved: the host is not on the list.
        ClosureMissing, InvalidSlug, InvalidInput, Forbidden, NotFound: as the layer refuses.
    """
    Approved.of(services.settings).check(body.url)
    check(body.kind, body.source_layer, body.every_s)
    check_slug(body.layer)
    parse_crs(body.crs)
    names = ("title", "unit", "visibility")
    said = {name: value for name in names if (value := getattr(body, name)) is not None}
    if body.closure is not None:
        said["closure"] = body.closure.read(services.now())
    options = IngestOptions(
        layer=body.layer,
        said=said,
        crs=body.crs,
        encoding=body.encoding,
        source_layer=body.source_layer,
        mode=Mode.REPLACE,
        or_create=True,
        key=body.key,
    )
    await target(conn, body.layer, options, actor)
    pull_id = await store.create(conn, body.url, body.kind, options, body.every_s, actor)
    await tasks.defer_look(conn, pull_id)
    return await store.by_id(conn, pull_id)


def shape(pull: Pull) -> PullShape:
    """Return the pull as JSON shows it."""
    values = {name: getattr(pull, name) for name in PullShape.model_fields if name != "upload"}
    return PullShape(**values, upload=pull.upload_id)


async def _visible(conn: Connection, pull_id: str, actor: Actor) -> Pull:
    if not (pull_id.isascii() and pull_id.isdigit() and len(pull_id) < 19):
        raise store.no_pull(pull_id[:40])
    pull = await store.by_id(conn, int(pull_id))
    if not _may_work(actor, pull):
        raise store.no_pull(pull_id)
    return pull


def _may_work(actor: Actor, pull: Pull) -> bool:
    return may_work(actor, pull.unit, pull.sender, pull.layer)
