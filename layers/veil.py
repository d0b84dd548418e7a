"""A layer as one audience sees it: fields that are masked are gone, rows are chosen by its rule.

Every reading door starts from :func:`of`, and what it passes on cannot say more than that. The rule
is ours, not the caller's: it may name hidden fields, the caller's own filter may not. A rule that
cannot be read any more, because a field it names is gone, shows no row.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from psycopg.sql import SQL

from gishue.core import bounds
from gishue.core.access import WHOLE, Audience, View, audience, row_rule, view
from gishue.core.actor import Actor
from gishue.core.bounds import Bounds
from gishue.core.errors import BadRequest
from gishue.core.log import logger, pairs
from layers import filter as filters
from layers import tiers, zoom
from layers.fields import Field
from layers.filter import Filter
from layers.layer import Layer, LayerKind
from layers.style import colour, names_read

_LOG = logger(__name__)


@dataclass(frozen=True, slots=True)
class _Whole:
    """What a rule may name: every field, hidden or not."""

    slug: str
    srid: int
    fields: tuple[Field, ...]


def of(actor: Actor, layer: Layer) -> Layer:
    """Return ``layer``, which ``actor`` may read, as they see it."""
    shown = seen(layer, view(actor, layer)) if layer.is_veiled else layer
    if not layer.open_since_revision or audience(actor, layer) is Audience.UNIT:
        return shown
    return replace(shown, past_from=layer.open_since_revision)


def as_before(layer: Layer, before: Layer) -> Layer:
    """Return ``layer``, read anew, as ``before`` was seen."""
    return replace(seen(layer, before.view), past_from=before.past_from)


def seen(layer: Layer, shown: View) -> Layer:
    """Return ``layer`` as ``shown`` lets it be seen; rasters have nothing to hide.

    Where rows are kept back its bounds say no more than that it lies in the city.
    """
    if shown == WHOLE or layer.kind is not LayerKind.VECTOR:
        return layer
    hidden = {name.casefold() for name in shown.hidden}
    gone = tuple(field for field in layer.fields if field.name.casefold() in hidden)
    return replace(
        layer,
        view=shown,
        bounds=_wide(layer.bounds) if shown.filter else layer.bounds,
        fields=tuple(field for field in layer.fields if field not in gone),
        hidden_fields=(*layer.hidden_fields, *gone),
        search_field=_unless(layer.search_field, hidden),
        key_field=_unless(layer.key_field, hidden) or "",
        style=_style(layer, hidden),
        zoom_overrides=zoom.seen(layer.zoom_overrides, layer, gone),
        tiers=tiers.chain(layer.every_tier, shown.filter),
        ruled_tiers=(),
    )


def is_for_all(layer: Layer) -> bool:
    """Return whether ``layer`` is as everybody sees it who may read it."""
    if not layer.is_veiled:
        return True
    # Asked at every ready tile, so no view is made: the public one hides every masked field.
    rule = row_rule(Audience.PUBLIC, layer)
    return layer.view.filter == rule and len(layer.view.hidden) == len(layer.masks)


def rows(layer: Layer) -> Filter | None:
    """Return what chooses the rows of a table ``t`` that are to be seen; None for all of them.

    Its placeholders are named ``row_…``.
    """
    return _chosen(layer, "row")


def constant_rows(layer: Layer) -> Filter | None:
    """Return the same as :func:`rows` without placeholders, the same object for the same rule."""
    return _chosen(layer, "")


def rows_of_many(layer: Layer) -> Filter | None:
    """Return the same as :func:`rows`, to stand beside those of other layers in one statement."""
    return _chosen(layer, f"row_{layer.id}")


def _chosen(layer: Layer, prefix: str) -> Filter | None:
    if not layer.view.filter:
        return None
    whole = _Whole(layer.slug, layer.srid, (*layer.fields, *layer.hidden_fields))
    return _compiled(whole, layer.view.filter, prefix)


@lru_cache(maxsize=4096)
def _compiled(whole: _Whole, rule: str, prefix: str) -> Filter:
    try:
        return filters.of(whole, rule, prefix=prefix)
    except BadRequest as error:
        _LOG.error("row rule not read, no row is shown %s", pairs(layer=whole.slug, why=str(error)))
        return Filter(SQL("false").format(), {})


def _wide(held: Bounds | None) -> Bounds:
    """Return the first of city, country and world that holds ``held``, EPSG:4326.

    The bounds of what is seen would have to be sought at every change, those of the whole layer
    would tell where the rest lies; so nothing that is seen lies outside either.
    """
    boxes = (bounds.CITY, bounds.COUNTRY)
    return next((box for box in boxes if held is None or box.holds(held)), bounds.WORLD)


def _unless(name: str | None, hidden: set[str]) -> str | None:
    return None if name is None or name.casefold() in hidden else name


def _style(layer: Layer, hidden: set[str]) -> Mapping[str, Any] | None:
    """Return the style without what reads a hidden field: its branches may list the values.

    A legend that was drawn by hand goes with it.
    """
    if layer.style is None:
        return None
    given: Sequence[Mapping[str, Any]] = layer.style.get("layers") or ()
    parts = [_part(one, hidden, colour(layer.slug)) for one in given]
    kept = [one for one in parts if one is not None]
    if kept == list(given):
        return layer.style
    others = {key: value for key, value in layer.style.items() if key not in ("layers", "legend")}
    return {**others, "layers": kept} if kept else None


def _part(drawn: Mapping[str, Any], hidden: set[str], plain: str) -> Mapping[str, Any] | None:
    """Return a drawn layer without hidden names; None where it says nothing without them."""
    if not _reads(drawn, hidden):
        return drawn
    rest = {key: value for key, value in drawn.items() if key not in ("paint", "layout")}
    if drawn.get("type") == "symbol" or _reads(rest, hidden):
        return None
    told: dict[str, Any] = {}
    for kind in ("paint", "layout"):
        said: Mapping[str, Any] = drawn.get(kind, {})
        told[kind] = {name: value for name, value in said.items() if not _reads(value, hidden)}
        lost = [name for name in said if name not in told[kind] and name.endswith("-color")]
        told[kind] |= dict.fromkeys(lost, plain)
    return {**rest, **told}


def _reads(part: Any, hidden: set[str]) -> bool:
    return any(word.casefold() in hidden for word in names_read(part))
