"""What people read about a layer, and what they may change without touching its content."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from gishue.core.access import Visibility
from layers import zoom
from layers.cadence import Cadence
from layers.layer import Closure, Layer
from layers.zoom import ZoomOverride

DAYS: Final = ("covers_from", "covers_until")


@dataclass(frozen=True, slots=True)
class Description:
    """Title, theme, owner, visibility, licence, style and zooms of a layer.

    ``closure``: why it is not open; None for an open one. ``forbids_overlap``: edits may not let
    two of its polygons share ground that they did not share before.
    """

    title: str
    title_en: str = ""
    description: str = ""
    description_en: str = ""
    theme: str = "other"
    unit: str | None = None
    visibility: Visibility = Visibility.OPEN
    licence: str = ""
    source: str = ""
    attribution: str = ""
    simulated: bool = False
    draw_order: int = 100
    visible_by_default: bool = False
    search_field: str | None = None
    style: Mapping[str, Any] | None = None
    minzoom: int = 0
    maxzoom: int = 22
    closure: Closure | None = None
    cadence: Cadence = Cadence.UNKNOWN
    keywords: tuple[str, ...] = ()
    covers_from: date | None = None
    covers_until: date | None = None
    forbids_overlap: bool = False
    zoom_overrides: tuple[ZoomOverride, ...] = ()


def from_json(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is said of a description as its fields hold it: no days as texts, and so on."""
    read = dict(said)
    if "cadence" in said:
        read["cadence"] = Cadence(said["cadence"])
    if "keywords" in said:
        read["keywords"] = tuple(said["keywords"])
    if "zoom_overrides" in said:
        read["zoom_overrides"] = zoom.from_json(said["zoom_overrides"])
    days = {name: said[name] for name in DAYS if isinstance(said.get(name), str)}
    return read | {name: date.fromisoformat(day) for name, day in days.items()}


def of(layer: Layer) -> Description:
    """Return the description that ``layer`` has now."""
    names = Description.__dataclass_fields__
    return Description(**{name: getattr(layer, name) for name in names})


def redraws(layer: Layer, said: Description) -> bool:
    """Return whether tiles of ``layer`` are others once it is described so."""
    names = ("style", "search_field", "zoom_overrides")
    return any(getattr(layer, name) != getattr(said, name) for name in names)
