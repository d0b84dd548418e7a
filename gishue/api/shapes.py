"""The JSON shapes of layers: what the registry holds, as programs and pages see it."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from conversion.export.formats import OUT
from gishue.api import closures
from gishue.api.closures import ClosureBody, ClosureShape
from gishue.core.access import Act, Visibility, may
from gishue.core.actor import Actor
from layers import zoom
from layers.cadence import Cadence
from layers.layer import GeometryType, Layer, LayerKind, LayerState


class FieldShape(BaseModel):
    """One field of a layer."""

    name: str
    title: str
    title_en: str
    type: str


class LayerSummary(BaseModel):
    """A layer in a list. ``bounds`` is west, south, east, north in degrees (EPSG:4326).

    ``feature_count`` is null where one sees only some of the features.
    """

    slug: str
    title: str
    title_en: str
    description: str
    description_en: str
    kind: LayerKind
    theme: str
    theme_title: str
    theme_title_en: str
    theme_order: int
    unit: str | None
    unit_title: str
    unit_title_en: str
    visibility: Visibility
    state: LayerState
    revision: int
    bounds: tuple[float, float, float, float] | None
    crs: str
    source_crs: str
    operation: str
    accuracy_m: float | None
    encoding: str
    geometry_type: GeometryType | None
    minzoom: int
    maxzoom: int
    feature_count: int | None
    licence: str
    source: str
    attribution: str
    simulated: bool
    draw_order: int
    visible_by_default: bool
    cadence: Cadence
    keywords: tuple[str, ...]
    covers_from: date | None
    covers_until: date | None
    published_at: datetime | None
    updated_at: datetime
    links: dict[str, Any]


class LayerDetail(LayerSummary):
    """A layer by itself, with its fields; ``closure``: why it is not open, where that is named.

    ``acts``: what whoever asks may do with it. ``forbids_overlap``: edits let no two of its
    polygons share ground that they did not share before.
    """

    fields: list[FieldShape]
    closure: ClosureShape | None
    forbids_overlap: bool
    acts: list[Act]
    zoom_overrides: list[dict[str, Any]]


Keyword = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=100, pattern=r"^[^\x00-\x1f]+$"
    ),
]


class ZoomOverride(BaseModel):
    """What tiles of some zooms hold, where it is not what is chosen for them by themselves."""

    model_config = ConfigDict(extra="forbid")

    minzoom: int = Field(default=0, ge=0, le=zoom.MAX_ZOOM)
    maxzoom: int = Field(default=zoom.MAX_ZOOM, ge=0, le=zoom.MAX_ZOOM)
    fields: list[str] | None = Field(default=None, max_length=500)
    filter: str = Field(default="", max_length=8_192, description="CQL2: the rows that are shown")
    simplify_px: float | None = Field(
        default=None,
        gt=0,
        le=zoom.MAX_SNAP_PX,
        description="grid that shapes are drawn on, pixels of a tile of 512",
    )


class LayerPatch(BaseModel):
    """What may be changed about a layer without touching its content."""

    model_config = ConfigDict(extra="forbid")

    title: str | None = Field(default=None, min_length=1, max_length=300)
    title_en: str | None = Field(default=None, max_length=300)
    description: str | None = Field(default=None, max_length=10_000)
    description_en: str | None = Field(default=None, max_length=10_000)
    theme: str | None = None
    unit: str | None = None
    visibility: Visibility | None = None
    closure: ClosureBody | None = None
    licence: str | None = Field(default=None, max_length=500)
    source: str | None = Field(default=None, max_length=2_000)
    attribution: str | None = Field(default=None, max_length=500)
    draw_order: int | None = Field(default=None, ge=0, le=100_000)
    visible_by_default: bool | None = None
    search_field: str | None = None
    cadence: Cadence = Cadence.UNKNOWN
    keywords: tuple[Keyword, ...] = Field(default=(), max_length=50)
    covers_from: date | None = Field(default=None, description="first day that the data tell of")
    covers_until: date | None = Field(default=None, description="last day that the data tell of")
    forbids_overlap: bool = False
    zoom_overrides: tuple[ZoomOverride, ...] = Field(default=(), max_length=zoom.MOST)
    state: LayerState | None = None

    def said(self, exclude: set[str]) -> dict[str, Any]:
        """Return what is said of the description, as its fields hold it.

        Raises:
            InvalidZooms: two overrides speak of one zoom.
        """
        said = self.model_dump(exclude_unset=True, exclude=exclude)
        if "zoom_overrides" in said:
            said["zoom_overrides"] = zoom.from_json(said["zoom_overrides"])
        return said


def summary(layer: Layer) -> LayerSummary:
    """Return the layer as a list shows it."""
    return LayerSummary.model_validate(_values(layer))


def detail(layer: Layer, actor: Actor) -> LayerDetail:
    """Return the layer with its fields, and what ``actor`` may do with it."""
    fields = [
        {"name": f.name, "title": f.title, "title_en": f.title_en, "type": f.type}
        for f in layer.fields
    ]
    said = {
        "fields": fields,
        "closure": closures.shape(layer.closure),
        "forbids_overlap": layer.forbids_overlap,
        "acts": [act for act in Act if may(actor, act, layer)],
        "zoom_overrides": zoom.as_json(layer.zoom_overrides),
    }
    return LayerDetail.model_validate(_values(layer) | said)


def _values(layer: Layer) -> dict[str, Any]:
    names = LayerSummary.model_fields.keys() - {"theme_order", "bounds", "links", "feature_count"}
    values = {name: getattr(layer, name) for name in names}
    return values | {
        "theme_order": layer.theme_position,
        "feature_count": layer.shown_count,
        "bounds": tuple(layer.bounds) if layer.bounds else None,
        "links": links(layer),
    }


def links(layer: Layer) -> dict[str, Any]:
    """Return the addresses of the layer's other faces, relative to this server."""
    slug, extension = layer.slug, "mvt" if layer.kind is LayerKind.VECTOR else "webp"
    known: dict[str, Any] = {
        "self": f"/api/v1/layers/{slug}",
        "tiles": f"/tiles/{slug}/{{z}}/{{x}}/{{y}}.{extension}?rev={layer.revision}",
        "tilejson": f"/tiles/{slug}/tilejson.json",
        "style": f"/tiles/{slug}/style.json",
        "legend": f"/tiles/{slug}/legend.json",
        "files": {},
    }
    if layer.kind is LayerKind.VECTOR:
        known["features"] = f"/api/v1/layers/{slug}/features"
        known["ogc"] = f"/ogc/collections/{slug}"
        known["files"] = {out.key: f"/files/{slug}/{slug}{out.suffix}" for out in OUT}
        if not layer.view.key:
            known["files"]["pmtiles"] = f"/files/{slug}.pmtiles"
    return known
