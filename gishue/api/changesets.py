"""HTTP for edits: changesets of features with their versions, taking them back, restoring one."""

import json
from collections.abc import Mapping
from typing import Annotated, Any, Final

import anyio
from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request

from gishue.api.deps import TheActor, TheServices, allowed_layer
from gishue.core import crs
from gishue.core.access import Act
from gishue.core.actor import Actor
from gishue.core.db import transaction
from gishue.core.errors import BadRequest
from layers import changeset, edit, schema_store, snapshot, undo, veil
from layers.changeset import Change, Edited
from layers.layer import Layer
from layers.schema import LayerSchema
from layers.services import Services

router = APIRouter(tags=["edits"])

_LONGEST_MESSAGE: Final = 1_000
_BODY: Final = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["changes"],
                    "additionalProperties": False,
                    "properties": {
                        "message": {"type": "string", "maxLength": _LONGEST_MESSAGE},
                        "crs": {
                            "type": "string",
                            "default": "EPSG:4326",
                            "description": "of the geometries: EPSG:4326 or the layer's; x first",
                        },
                        "changes": {
                            "type": "array",
                            "minItems": 1,
                            "maxItems": changeset.MOST_CHANGES,
                            "items": {
                                "type": "object",
                                "required": ["op"],
                                "additionalProperties": False,
                                "properties": {
                                    "op": {"type": "string", "enum": list(changeset.Op)},
                                    "id": {"type": "integer", "minimum": 0},
                                    "version": {"type": "integer", "minimum": 0},
                                    "properties": {"type": "object"},
                                    "geometry": {"type": "object", "nullable": True},
                                },
                            },
                        },
                    },
                }
            }
        },
    }
}

Revision = Annotated[int, Path(ge=0, le=2**62)]
FeatureId = Annotated[int, Path(ge=0, le=2**62)]


class EditedShape(BaseModel):
    """What an edit did: the layer's new revision, the ids of what it added, and how many more."""

    layer: str
    revision: int
    added: list[int]
    changed: int
    removed: int


class MessageBody(BaseModel):
    """Why, for the history."""

    model_config = ConfigDict(extra="forbid")

    message: str = Field(default="", max_length=_LONGEST_MESSAGE)


class RestoreFeatureBody(MessageBody):
    """To which revision a feature is brought back."""

    revision: int = Field(ge=0, le=2**62)


@router.post("/layers/{slug}/changesets", status_code=201, openapi_extra=_BODY)
async def apply_changeset(
    slug: str, request: Request, services: TheServices, actor: TheActor
) -> EditedShape:
    """Add, change and remove features, all or none, as one revision of the layer.

    A change names the `version` of the feature that it read; if that is not the present one, 409
    with `conflicts`. What does not fit the layer: 422 with `errors`, each with the `index` of its
    change. Fields that are not named stay as they are, and so does a geometry that is not sent.
    """
    allowed_layer(services, actor, Act.EDIT, slug)
    said = await anyio.to_thread.run_sync(_read, await request.body())
    async with transaction(services.pool) as conn:
        layer = await edit.locked(conn, slug, actor)
        schema = await schema_store.schema_of(conn, layer.id)
        srid = _srid(said, layer)
        changes = await anyio.to_thread.run_sync(_changes, layer, actor, schema, said, srid)
        message = said.get("message", "")
        edited = await edit.edit(conn, layer, changes, actor=actor, message=message, srid=srid)
    return await _told(services, edited)


@router.post("/layers/{slug}/changesets/{revision}/undo", status_code=201)
async def undo_changeset(
    slug: str, revision: Revision, body: MessageBody, services: TheServices, actor: TheActor
) -> EditedShape:
    """Take a changeset back, as a new revision; 409 where its features changed once more since."""
    allowed_layer(services, actor, Act.EDIT, slug)
    async with transaction(services.pool) as conn:
        layer = await edit.locked(conn, slug, actor)
        edited = await undo.changeset(conn, layer, revision, actor=actor, message=body.message)
    return await _told(services, edited)


@router.post("/layers/{slug}/features/{feature_id}/restore", status_code=201)
async def restore_feature(
    slug: str,
    feature_id: FeatureId,
    body: RestoreFeatureBody,
    services: TheServices,
    actor: TheActor,
) -> EditedShape:
    """Bring one feature back to what it was at a revision, under its id, as a new revision."""
    allowed_layer(services, actor, Act.EDIT, slug)
    async with transaction(services.pool) as conn:
        layer = await edit.locked(conn, slug, actor)
        edited = await undo.feature(
            conn, layer, feature_id, body.revision, actor=actor, message=body.message
        )
    return await _told(services, edited)


def _read(body: bytes) -> Mapping[str, Any]:
    """Return what the body says, its changes unread.

    Raises:
        BadRequest: it is no JSON of that form.
    """
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        said = None
    known = {"message", "changes", "crs"}
    if not isinstance(said, dict) or not isinstance(said.get("changes"), list) or set(said) - known:
        raise BadRequest(
            'a changeset is JSON: {"message": "…", "changes": [{"op": "change", …}]}',
            vi='nội dung phải là JSON: {"message": "…", "changes": [{"op": "change", …}]}',
        )
    message = said.get("message", "")
    if not isinstance(message, str) or len(message) > _LONGEST_MESSAGE or "\x00" in message:
        raise BadRequest(
            f"`message` is a text of at most {_LONGEST_MESSAGE} characters",
            vi=f"`message` là văn bản không quá {_LONGEST_MESSAGE} ký tự",
        )
    return said


def _srid(said: Mapping[str, Any], layer: Layer) -> int:
    srid = crs.parse_crs(str(said.get("crs", "EPSG:4326"))[:100])
    if srid not in (crs.WGS84, layer.srid):
        raise BadRequest(
            f"geometries come in EPSG:4326 or in the layer's {layer.crs}",
            vi=f"hình học phải ở EPSG:4326 hoặc hệ tọa độ {layer.crs} của lớp",
        )
    return srid


def _changes(
    layer: Layer, actor: Actor, schema: LayerSchema | None, said: Mapping[str, Any], srid: int
) -> list[Change]:
    return changeset.read(veil.of(actor, layer), schema, said["changes"], srid)


async def _told(services: Services, edited: Edited) -> EditedShape:
    """Have this process know of the edit before the answer leaves, and return the answer."""
    await snapshot.learn(services.registry, services.pool, edited)
    return EditedShape(
        layer=edited.layer.slug,
        revision=edited.layer.revision,
        added=list(edited.added),
        changed=edited.changed,
        removed=edited.removed,
    )
