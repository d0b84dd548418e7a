"""The noun: one theme of the city's map, its states and moves. No I/O."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NewType

from gishue.core.access import WHOLE, Audience, Share, View, Visibility
from gishue.core.bounds import Bounds
from gishue.core.errors import Conflict, InvalidInput
from layers.cadence import Cadence
from layers.fields import Field
from layers.tiers import LEAST_ROWS, Tier
from layers.zoom import ZoomOverride

LayerId = NewType("LayerId", int)


class LayerState(StrEnum):
    """Where a layer stands in its life."""

    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"

    @property
    def vi(self) -> str:
        """The state in Vietnamese."""
        return {"draft": "bản nháp", "published": "đã công bố"}.get(self.value, "ngừng công bố")


class LayerKind(StrEnum):
    """What a layer is made of."""

    VECTOR = "vector"
    RASTER = "raster"


class GeometryType(StrEnum):
    """What a vector layer draws."""

    POINT = "point"
    LINE = "line"
    POLYGON = "polygon"
    MIXED = "mixed"

    @property
    def vi(self) -> str:
        """The type in Vietnamese."""
        words = {"point": "điểm", "line": "đường", "polygon": "vùng"}
        return words.get(self.value, "nhiều loại")


_NEXT: dict[LayerState, frozenset[LayerState]] = {
    LayerState.DRAFT: frozenset({LayerState.PUBLISHED, LayerState.RETIRED}),
    LayerState.PUBLISHED: frozenset({LayerState.RETIRED}),
    LayerState.RETIRED: frozenset({LayerState.PUBLISHED}),
}

_SLUG = re.compile(r"[a-z][a-z0-9_-]{0,62}")


class InvalidSlug(InvalidInput):
    """The name for URLs breaks the rule."""

    slug = "invalid-slug"
    title = "Layer name for URLs not valid"
    title_vi = "Mã lớp không hợp lệ"


class DuplicateSlug(Conflict):
    """A layer of that name exists already."""

    slug = "duplicate-slug"
    title = "Layer exists already"
    title_vi = "Lớp đã tồn tại"


def taken(slug: str) -> DuplicateSlug:
    """Return the refusal to make a layer of a name that another one has.

    That a name is taken cannot be kept from who may make a layer, since no two have the same. More
    than that is not told: the words are the same whether or not they may see the other layer, and
    only who may make the layer that they describe gets as far as this answer.
    """
    return DuplicateSlug(
        f"the name {slug!r} is taken; choose another, or replace or append to a layer that you see",
        vi=f"mã lớp {slug!r} đã được dùng; hãy đặt mã khác, "
        "hoặc chọn thay thế hay bổ sung lớp mà bạn xem được",
        layer=slug,
    )


@dataclass(frozen=True, slots=True)
class Closure:
    """Why a layer is not open: by the city's rule it says so, and until when."""

    reason: str
    reason_en: str
    legal_basis: str
    approver: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Layer:
    """One theme of the city's map, as the registry holds it.

    ``bounds`` is in EPSG:4326, longitude first; ``srid`` is the storage CRS; ``revision`` moves at
    every change and stands in URLs, ``epoch`` moves when the whole table is replaced and stands in
    the keys of caches. ``key_field`` names the field that tells the features apart, empty where
    their whole content does; ``keep_history``: what a change takes away stays readable as of then.
    ``shares``: what other units may do with it now; ``masks``: who alone sees a field, by its name;
    ``row_rules``: the CQL2 filter of the features that an audience sees. ``view``: what is to be
    seen of it here; ``hidden_fields`` are then not among its fields; see :mod:`layers.veil`.
    ``cadence``: how often its unit says it is updated; ``covers_from``, ``covers_until``: the days
    that the data tell of. ``open_since_revision``: the first since it is closed to no more than
    now, 0 if it never was; ``past_from``: the first revision that is to be read here.
    ``forbids_overlap``: no edit lets two of its polygons share ground that they did not share.
    ``tiers``: the derived tables for its far zooms, those made for its present ``epoch`` alone;
    ``ruled_tiers``: those for the audiences of its row rules; ``tiered_epoch``: for which all were
    last made.
    """

    id: LayerId
    slug: str
    title: str
    title_en: str
    description: str
    description_en: str
    kind: LayerKind
    theme: str
    theme_title: str
    theme_title_en: str
    theme_position: int
    unit: str | None
    unit_title: str
    unit_title_en: str
    visibility: Visibility
    state: LayerState
    revision: int
    epoch: int
    srid: int
    source_crs: str
    operation: str
    accuracy_m: float | None
    encoding: str
    geometry_type: GeometryType | None
    table_name: str | None
    asset: str | None
    feature_count: int
    bounds: Bounds | None
    minzoom: int
    maxzoom: int
    licence: str
    source: str
    attribution: str
    simulated: bool
    draw_order: int
    visible_by_default: bool
    search_field: str | None
    style: Mapping[str, Any] | None
    updated_at: datetime
    published_at: datetime | None
    fields: tuple[Field, ...]
    key_field: str = ""
    keep_history: bool = True
    shares: tuple[Share, ...] = ()
    closure: Closure | None = None
    masks: Mapping[str, Audience] = field(default_factory=dict[str, Audience])
    row_rules: Mapping[Audience, str] = field(default_factory=dict[Audience, str])
    cadence: Cadence = Cadence.UNKNOWN
    keywords: tuple[str, ...] = ()
    covers_from: date | None = None
    covers_until: date | None = None
    open_since_revision: int = 0
    forbids_overlap: bool = False
    zoom_overrides: tuple[ZoomOverride, ...] = ()
    tiered_epoch: int = -1
    tiers: tuple[Tier, ...] = ()
    ruled_tiers: tuple[Tier, ...] = ()
    view: View = WHOLE
    hidden_fields: tuple[Field, ...] = ()
    past_from: int = 0

    @property
    def is_live(self) -> bool:
        """Whether readers may see it."""
        return self.state is LayerState.PUBLISHED

    @property
    def is_veiled(self) -> bool:
        """Whether some who may read it see less of its features than others."""
        return self.kind is LayerKind.VECTOR and bool(self.masks or self.row_rules)

    @property
    def is_alike(self) -> bool:
        """Whether all who may read it see the same of it, now and of its past."""
        return not (self.is_veiled or self.open_since_revision)

    @property
    def is_tiered(self) -> bool:
        """Whether its derived tables are made of what it holds now; it may need none."""
        return self.tiered_epoch == self.epoch

    @property
    def every_tier(self) -> tuple[Tier, ...]:
        """Its derived tables, for whomever they are."""
        return (*self.tiers, *self.ruled_tiers)

    @property
    def awaits_tiers(self) -> bool:
        """Whether it is large and its derived tables are not made yet."""
        one_kind = self.geometry_type not in (None, GeometryType.MIXED)
        is_large = self.table_name is not None and self.feature_count > LEAST_ROWS
        return is_large and one_kind and not self.is_tiered

    @property
    def shown_count(self) -> int | None:
        """How many features it has; None where not all of them are to be seen."""
        return None if self.view.filter else self.feature_count

    @property
    def crs(self) -> str:
        """The storage CRS as it is written in answers."""
        return f"EPSG:{self.srid}" if self.srid else ""

    def check_move(self, to: LayerState) -> None:
        """Raise Conflict unless this layer may move to ``to``."""
        if to not in _NEXT[self.state]:
            raise Conflict(
                f"layer {self.slug!r} cannot go from {self.state} to {to}",
                vi=f"lớp {self.slug!r} không thể chuyển từ «{self.state.vi}» sang «{to.vi}»",
            )


@dataclass(frozen=True, slots=True)
class Proposed:
    """A layer that is not there yet, as the access decision sees it."""

    slug: str
    visibility: Visibility
    unit: str | None
    is_live: bool = True
    shares: tuple[Share, ...] = ()


def check_slug(slug: str) -> str:
    """Return ``slug`` if it may name a layer.

    Raises:
        InvalidSlug: it may not.
    """
    if not _SLUG.fullmatch(slug):
        raise InvalidSlug(
            f"{slug!r} cannot name a layer: small letters a–z, digits, _ and -, a letter first",
            vi=f"{slug!r} không đặt tên lớp được: chỉ dùng chữ thường a–z, số, _ và -, "
            "bắt đầu bằng chữ",
        )
    return slug
