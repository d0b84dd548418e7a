"""What a layer says of its tiles at some zooms itself: fields, rows, how far shapes are simplified.

Nothing has to be said: without it every zoom is chosen by :mod:`layers.tiers` and the tiles.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final

from gishue.core.errors import BadRequest, InvalidInput
from gishue.core.log import logger, pairs
from layers import filter as filters
from layers.fields import Field
from layers.filter import Filter, Filtered

MOST: Final = 24
MAX_ZOOM: Final = 24
MAX_SNAP_PX: Final = 32.0
_NAMES: Final = frozenset({"minzoom", "maxzoom", "fields", "filter", "simplify_px"})
_NOTHING: Final = "1 = 0"
_LOG = logger(__name__)


class InvalidZooms(InvalidInput):
    """What is said of the zooms cannot be done."""

    slug = "invalid-zoom-overrides"
    title = "Zoom overrides not valid"
    title_vi = "Thiết lập theo mức thu phóng không hợp lệ"


@dataclass(frozen=True, slots=True)
class ZoomOverride:
    """What holds from ``minzoom`` to ``maxzoom``, both in it.

    ``fields``: those that tiles carry, None for the usual ones; ``filter``: CQL2 of the rows shown,
    empty for all; ``simplify_px``: shapes are drawn on a grid of so many pixels (a tile has 512),
    None for the usual one.
    """

    minzoom: int
    maxzoom: int
    fields: tuple[str, ...] | None = None
    filter: str = ""
    simplify_px: float | None = None


@dataclass(frozen=True, slots=True)
class _Named:
    """What a filter may name; hashable, for the cache."""

    slug: str
    srid: int
    fields: tuple[Field, ...]


def at(overrides: Sequence[ZoomOverride], z: int) -> ZoomOverride | None:
    """Return what is said of zoom ``z``, or None."""
    return next((one for one in overrides if one.minzoom <= z <= one.maxzoom), None)


def from_json(said: Sequence[Mapping[str, Any]]) -> tuple[ZoomOverride, ...]:
    """Return the overrides as they are stored or sent, the farthest zooms first.

    Raises:
        InvalidZooms: they are not of that shape, or two speak of one zoom.
    """
    if len(said) > MOST:
        raise _invalid(f"at most {MOST} ranges of zooms", f"tối đa {MOST} khoảng mức thu phóng")
    read = sorted((_one(each) for each in said), key=lambda one: one.minzoom)
    for before, after in pairwise(read):
        if after.minzoom <= before.maxzoom:
            raise _invalid(
                f"zoom {after.minzoom} is spoken of twice",
                f"mức thu phóng {after.minzoom} được khai báo hai lần",
            )
    return tuple(read)


def as_json(overrides: Sequence[ZoomOverride]) -> list[dict[str, Any]]:
    """Return the overrides as they are stored and sent; what is not said is left out."""
    return [
        {"minzoom": one.minzoom, "maxzoom": one.maxzoom}
        | ({"fields": list(one.fields)} if one.fields is not None else {})
        | ({"filter": one.filter} if one.filter else {})
        | ({"simplify_px": one.simplify_px} if one.simplify_px is not None else {})
        for one in overrides
    ]


def check(layer: Filtered, overrides: Sequence[ZoomOverride], masked: Sequence[str]) -> None:
    """Check what is said against the layer.

    ``masked``: fields that somebody may not see. A filter that names one would tell of it by what
    is drawn, so none may.

    Raises:
        InvalidZooms: a field is not there, or a filter cannot be read or names a masked field.
    """
    hidden = {name.casefold() for name in masked}
    open_fields = tuple(f for f in layer.fields if f.name.casefold() not in hidden)
    known = {field.name for field in layer.fields}
    for one in overrides:
        missing = [name for name in one.fields or () if name not in known]
        if missing:
            raise _invalid(
                f"layer {layer.slug!r} has no field {missing[0]!r}",
                f"lớp {layer.slug!r} không có trường {missing[0]!r}",
            )
        if one.filter:
            try:
                filters.of(_Named(layer.slug, layer.srid, open_fields), one.filter, prefix="")
            except BadRequest as error:
                raise InvalidZooms(error.detail, vi=error.detail_vi) from error


def seen(
    overrides: Sequence[ZoomOverride], layer: Filtered, hidden: Sequence[Field]
) -> tuple[ZoomOverride, ...]:
    """Return the overrides without fields that are ``hidden`` of ``layer``.

    Where a filter names one no row is shown: what it chooses would tell of the field.
    """
    names = {field.name for field in hidden}
    return tuple(
        replace(
            one,
            fields=one.fields and tuple(name for name in one.fields if name not in names),
            filter=_NOTHING if _tells(layer, one.filter, hidden) else one.filter,
        )
        for one in overrides
    )


def rows(layer: Filtered, text: str) -> Filter | None:
    """Return what chooses the rows of a table ``t``, without placeholders; None for all of them.

    A filter whose field is gone is left out, and chooses all.
    """
    return _compiled(_Named(layer.slug, layer.srid, tuple(layer.fields)), text) if text else None


def _tells(layer: Filtered, text: str, hidden: Sequence[Field]) -> bool:
    shown = tuple(field for field in layer.fields if field not in hidden)
    return rows(_Named(layer.slug, layer.srid, shown), text) is None and bool(text)


@lru_cache(maxsize=1024)
def _compiled(named: _Named, text: str) -> Filter | None:
    try:
        return filters.of(named, text, prefix="")
    except BadRequest as error:
        _LOG.warning("zoom filter not read %s", pairs(layer=named.slug, why=str(error)))
        return None


def _one(said: Mapping[str, Any]) -> ZoomOverride:
    unknown = sorted(set(said) - _NAMES)
    if unknown:
        raise _invalid(f"{unknown[0]!r} is not known here", f"không có mục {unknown[0]!r}")
    least, most = said.get("minzoom", 0), said.get("maxzoom", MAX_ZOOM)
    if not (_is_zoom(least) and _is_zoom(most) and least <= most):
        raise _invalid(
            f"minzoom and maxzoom are whole numbers from 0 to {MAX_ZOOM}, the lesser first",
            f"minzoom và maxzoom là số nguyên từ 0 đến {MAX_ZOOM}, số nhỏ đứng trước",
        )
    fields, text, snap = said.get("fields"), said.get("filter", ""), said.get("simplify_px")
    if fields is not None and not (_is_texts(fields) and len(fields) <= 500):
        raise _invalid("fields is a list of names", "fields là danh sách tên trường")
    if not (isinstance(text, str) and len(text) <= 8_192):
        raise _invalid("filter is a text of CQL2", "filter là biểu thức CQL2")
    if snap is not None and not _is_snap(snap):
        raise _invalid(
            f"simplify_px is a number of pixels, more than 0 and at most {MAX_SNAP_PX:g}",
            f"simplify_px là số điểm ảnh lớn hơn 0, tối đa {MAX_SNAP_PX:g}",
        )
    chosen = None if fields is None else tuple(dict.fromkeys(fields))
    return ZoomOverride(least, most, chosen, text.strip(), None if snap is None else float(snap))


def _is_zoom(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_ZOOM


def _is_texts(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(one, str) for one in value)  # pyright: ignore[reportUnknownVariableType] - whatever was sent


def _is_snap(value: Any) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and 0 < value <= MAX_SNAP_PX


def _invalid(what: str, what_vi: str) -> InvalidZooms:
    return InvalidZooms(f"zoom_overrides: {what}", vi=f"zoom_overrides: {what_vi}")
