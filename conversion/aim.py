"""An inspection fitted to the schema of the layer it is meant for: mapping, questions, findings."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from conversion import mapping
from conversion.findings.finding import Finding, Severity
from conversion.inspect import Inspection
from conversion.mapping import FieldMapping, How
from conversion.options import IngestOptions
from conversion.upload import Upload
from gishue.core.access import Act, may, view
from gishue.core.actor import Actor
from gishue.core.db import Connection
from gishue.core.errors import NotFound
from layers import schema_store, store
from layers.fields import Field
from layers.layer import Layer, LayerId
from layers.schema import LayerSchema


@dataclass(frozen=True, slots=True)
class Owner:
    """The layer that an upload is meant for, and the schema it owns, as its sender sees them."""

    layer_id: LayerId
    slug: str
    schema: LayerSchema


@dataclass(frozen=True, slots=True)
class Aim:
    """What a file's columns become; ``columns``: the reader's name for each field, or empty."""

    owner: Owner
    mapping: FieldMapping
    fields: tuple[Field, ...]
    columns: tuple[str, ...]
    signature: str

    @property
    def job(self) -> list[dict[str, str]]:
        """The fields as the sandboxed reader is told them."""
        pairs = zip(self.columns, self.fields, strict=True)
        return [{"column": column, "type": field.type.value} for column, field in pairs]

    def as_dict(self) -> dict[str, Any]:
        """Return the mapping as it stands in an inspection."""
        return {
            "layer": self.owner.slug,
            "layer_fields": self.owner.schema.as_dict()["fields"],
            "matches": [match.as_dict() for match in self.mapping.matches],
            "left_out": list(self.mapping.left_out),
            "signature": self.signature,
            "used": self.mapping.by_column | dict.fromkeys(self.mapping.left_out, ""),
        }


async def owner_of(conn: Connection, slug: str, actor: Actor) -> Owner | None:
    """Return the layer of that name if it owns a schema, as ``actor`` sees it.

    None where it owns none, where there is no such layer, and where the actor may not read it.
    """
    layer = await _layer(conn, slug)
    if layer is None or not may(actor, Act.READ, layer):
        return None
    schema = await schema_store.schema_of(conn, layer.id)
    seen = schema and schema.without(view(actor, layer).hidden)
    return Owner(layer.id, layer.slug, seen) if seen is not None and seen.fields else None


async def as_sent(conn: Connection, options: IngestOptions, actor: Actor) -> IngestOptions:
    """Return the options with whether ``actor``, who sends a file, is blind to the layer.

    Decided while they are here: whoever answers its questions may see less than its sender, with
    whose rights the job goes on.
    """
    layer = await _layer(conn, options.layer)
    is_blind = layer is not None and not may(actor, Act.READ, layer)
    return replace(options, is_blind=is_blind or options.is_blind)


async def may_see(conn: Connection, upload: Upload, actor: Actor) -> bool:
    """Return whether ``actor`` sees all of the layer whose schema is told of in ``upload``.

    Whoever sent it saw it then; of the others in their unit not everybody need see the layer.
    """
    told = (upload.inspection or {}).get("mapping")
    if told is None or actor.began(upload.sender):
        return True
    layer = await _layer(conn, told.get("layer", upload.options.layer))
    return layer is None or (may(actor, Act.READ, layer) and not view(actor, layer).hidden)


async def _layer(conn: Connection, slug: str) -> Layer | None:
    try:
        return await store.by_slug(conn, slug)
    except NotFound:
        return None


async def aimed(
    conn: Connection, inspection: Inspection, options: IngestOptions, actor: Actor
) -> tuple[Inspection, Aim | None]:
    """Return the inspection with what the layer's schema asks and finds, and the aim.

    ``actor``: who sent the file; a layer that they may not read is as if it were not there.

    Raises:
        InvalidInput: the mapping a person gave names what is not there.
    """
    owner = None if options.is_blind else await owner_of(conn, options.layer, actor)
    if owner is None or inspection.facts is None or inspection.text is None:
        return inspection, None
    names = [field.name for field in inspection.fields]
    sign = mapping.signature(names)
    known = await schema_store.remembered(conn, owner.layer_id, sign)
    made = _mapping(names, owner.schema, options.mapping, known)
    raw = dict(zip(names, (name for name, _ in inspection.facts.columns), strict=True))
    columns = tuple(raw.get(match.column, "") for match in made.matches)
    aim = Aim(owner, made, owner.schema.as_fields(), columns, sign)
    questions = [*inspection.questions]
    if options.mapping is None and made.asks(owner.schema):
        questions.append(_question(made))
    findings = [*inspection.findings, *_findings(inspection, aim)]
    return replace(inspection, questions=tuple(questions), findings=tuple(findings)), aim


def _mapping(
    names: list[str],
    schema: LayerSchema,
    said: Mapping[str, str] | None,
    known: Mapping[str, str] | None,
) -> FieldMapping:
    if said is not None:
        return mapping.as_said(names, schema, said)
    return mapping.suggest(names, schema, known)


def _question(made: FieldMapping) -> dict[str, Any]:
    missing = ", ".join(match.field for match in made.matches if match.how is How.NONE)
    return {
        "code": "mapping",
        "message": "which column goes into which field of the layer?"
        + (f" Without a column: {missing}" if missing else ""),
        "vi": "cột nào vào trường nào của lớp?" + (f" Chưa có cột: {missing}" if missing else ""),
        "candidates": [match.as_dict() for match in made.matches],
    }


def _findings(inspection: Inspection, aim: Aim) -> list[Finding]:
    found: list[Finding] = []
    if aim.mapping.left_out:
        listed = ", ".join(aim.mapping.left_out)
        found.append(
            Finding(
                "columns_not_mapped",
                Severity.WARNING,
                f"columns that the layer's schema has no field for are left out: {listed}",
                f"bỏ các cột mà lược đồ của lớp không có: {listed}",
                advice="map them to a field, or add fields to the schema",
                advice_vi="hãy ghép vào một trường, hoặc thêm trường vào lược đồ",
                count=len(aim.mapping.left_out),
            )
        )
    wanted = aim.owner.schema.geometry_type
    facts = inspection.facts
    if facts is not None and wanted is not None and facts.geometry_type is not wanted:
        found.append(
            Finding(
                "geometry_not_of_schema",
                Severity.ERROR if aim.owner.schema.strict else Severity.WARNING,
                f"the layer draws {wanted}, the file {facts.geometry_type}",
                f"lớp có hình học kiểu {wanted.vi}, còn tệp là {facts.geometry_type.vi}",
                advice="send features of the layer's kind, or change the schema",
                advice_vi="hãy gửi đối tượng đúng kiểu của lớp, hoặc sửa lược đồ",
            )
        )
    return found
