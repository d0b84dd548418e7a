"""Style files in and out: SLD 1.1 or 1.0, and QML, for one layer."""

from typing import Any, Literal

from layers.layer import Layer, LayerKind
from layers.style import legend, stored_layers
from layers.styling import (
    from_maplibre,
    qml_read,
    qml_write,
    sld_read,
    sld_write,
    stored,
    to_maplibre,
)
from layers.styling.fitting import fitted
from layers.styling.sld_write import Version
from layers.styling.symbols import Drawing, Losses, Lost
from layers.styling.typed import InvalidStyle
from layers.styling.xml import UnreadableStyle, local, parsed

Format = Literal["sld", "qml"]


def written(layer: Layer, format_: Format, version: Version = "1.1.0") -> bytes:
    """Return the style of ``layer`` as it is seen, as a file; what was lost stands in comments.

    Raises:
        UnreadableStyle: the layer is no vector layer.
    """
    check_vector(layer)
    told = {"layers": list(stored_layers(layer)), "legend": legend(layer)}
    drawing = from_maplibre.drawing(told)
    if format_ == "qml":
        return qml_write.written(drawing, layer.geometry_type)
    return sld_write.written(drawing, layer.slug, layer.title, version)


def read(layer: Layer, body: bytes) -> tuple[dict[str, Any], tuple[Lost, ...]]:
    """Return the stored form of a style file, and what of it was lost.

    Raises:
        UnreadableStyle: it is neither SLD nor QML, or nothing in it fits the layer.
        TooLarge: it has too many bytes.
    """
    check_vector(layer)
    drawing = _drawing(body)
    losses = Losses(list(drawing.lost))
    drawn = to_maplibre.style(fitted(drawing, layer, losses), losses)
    lost = tuple(losses.told)
    if not drawn["layers"]:
        raise UnreadableStyle(
            "nothing in the file fits this layer",
            vi="không có gì trong tệp hợp với lớp này",
            findings=[{"where": o.where, "en": o.message, "vi": o.message_vi} for o in lost],
        )
    try:
        return stored.read(layer, drawn), lost
    except InvalidStyle as error:
        raise UnreadableStyle(error.detail, vi=error.detail_vi) from error


def _drawing(body: bytes) -> Drawing:
    root = parsed(body)
    match local(root):
        case "qgis":
            return qml_read.drawing(root)
        case "StyledLayerDescriptor":
            return sld_read.drawing(root)
        case other:
            raise UnreadableStyle(
                f"a style file is SLD or QML, not <{other[:40]}>",
                vi=f"tệp kiểu hiển thị phải là SLD hoặc QML, không phải <{other[:40]}>",
            )


def check_vector(layer: Layer) -> None:
    """Raise UnreadableStyle unless ``layer`` has features to be drawn by rules."""
    if layer.kind is not LayerKind.VECTOR:
        raise UnreadableStyle(
            "only vector layers have styles as SLD or QML",
            vi="chỉ lớp vectơ có kiểu dạng SLD hoặc QML",
        )
