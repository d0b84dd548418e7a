"""What every form of the catalogue must know of its site: its address, and a layer's files."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from conversion.export.export import formats
from conversion.export.formats import OutFormat
from layers.catalogue import Download
from layers.layer import Layer

TITLE: Final = {
    "vi": "Dữ liệu mở không gian của thành phố Huế",
    "en": "Open geographic data of the city of Huế",
}
ABSTRACT: Final = {
    "vi": "Các lớp dữ liệu bản đồ mở của thành phố Huế: mô tả, chất lượng, tải về và dịch vụ.",
    "en": "The open map layers of the city of Huế: descriptions, quality, downloads and services.",
}


@dataclass(frozen=True, slots=True)
class Site:
    """Where the catalogue is reached, without a slash at its end, and what time it is."""

    origin: str
    now: datetime

    @property
    def data(self) -> str:
        """The address of the catalogue."""
        return f"{self.origin}/data"

    def page(self, slug: str) -> str:
        """Return the address of a layer's page."""
        return f"{self.data}/{slug}"

    def collection(self, slug: str) -> str:
        """Return the address of a layer's OGC API collection."""
        return f"{self.origin}/ogc/collections/{slug}"

    def tilejson(self, slug: str) -> str:
        """Return the address where a layer's tiles are described."""
        return f"{self.origin}/tiles/{slug}/tilejson.json"


def downloads(layer: Layer) -> list[Download]:
    """Return the files that ``layer`` can be had as."""
    return [Download(out.key, out.name, out.media, _address(layer, out)) for out in formats(layer)]


def _address(layer: Layer, out: OutFormat) -> str:
    """Return where a file is had: tiles from the archive, where all of the layer is seen."""
    if out.key == "pmtiles" and not layer.view.key:
        return f"/files/{layer.slug}.pmtiles"
    return f"/files/{layer.slug}/{layer.slug}{out.suffix}"
