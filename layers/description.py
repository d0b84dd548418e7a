"""What people read about a layer, and what they may change without touching its content."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gishue.core.access import Visibility
from layers.layer import Layer


@dataclass(frozen=True, slots=True)
class Description:
    """Title, theme, owner, visibility, licence, style and zooms of a layer."""

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


def of(layer: Layer) -> Description:
    """Return the description that ``layer`` has now."""
    names = Description.__dataclass_fields__
    return Description(**{name: getattr(layer, name) for name in names})
