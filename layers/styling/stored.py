"""What may be stored as a layer's style: checked against MapLibre's table of properties.

``properties.json`` is made by ``web/stylespec/properties.mjs`` from the style specification (ISC).
"""

import json
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any, Final

from layers.layer import Layer, LayerKind
from layers.styling.colour import try_colour
from layers.styling.typed import InvalidStyle, Kind, Place, check, check_field, wrong

MOST_LAYERS: Final = 40
MOST_LEGEND: Final = 200
_TABLE: Final[Mapping[str, Any]] = json.loads(
    files("layers.styling").joinpath("properties.json").read_text("utf-8")
)
_DEEPEST_ZOOM: Final = 24
_OURS: Final = frozenset({"id", "source", "source-layer", "metadata"})
_KEPT: Final = ("type", "filter", "minzoom", "maxzoom", "layout", "paint")
_SYMBOLS: Final = frozenset({"fill", "line", "circle", "text", "raster"})
_KINDS: Final = {
    "color": Kind.COLOUR,
    "number": Kind.NUMBER,
    "boolean": Kind.BOOLEAN,
    "string": Kind.STRING,
    "enum": Kind.STRING,
    "formatted": Kind.STRING,
    "resolvedImage": Kind.STRING,
}


def read(layer: Layer, said: Any) -> dict[str, Any]:
    """Return ``said`` as it is stored: ``{"layers": […], "legend": […]}``.

    Raises:
        InvalidStyle: MapLibre could not draw it, or it names a field that ``layer`` has not.
    """
    if not isinstance(said, Mapping) or not isinstance(said.get("layers"), list):
        raise InvalidStyle(
            'a style is {"layers": [MapLibre layers], "legend": [items]}',
            vi='kiểu hiển thị có dạng {"layers": [lớp MapLibre], "legend": [chú giải]}',
        )
    given: Sequence[Any] = said["layers"]
    if not 1 <= len(given) <= MOST_LAYERS:
        raise InvalidStyle(
            f"a style has 1 to {MOST_LAYERS} layers, not {len(given)}",
            vi=f"kiểu hiển thị có từ 1 đến {MOST_LAYERS} lớp, không phải {len(given)}",
        )
    fields = frozenset(field.name for field in layer.fields)
    drawn = [_layer(layer.kind, one, f"layers[{at}]", fields) for at, one in enumerate(given)]
    legend = _legend(said.get("legend") or [])
    return {"layers": drawn} | ({"legend": legend} if legend else {})


def _layer(kind: LayerKind, said: Any, path: str, fields: frozenset[str]) -> dict[str, Any]:
    at = Place(path, fields)
    if not isinstance(said, Mapping):
        raise wrong(at, "is no object", "không phải đối tượng JSON")
    type_ = said.get("type")
    known: Mapping[str, Any] | None = _TABLE.get(type_) if isinstance(type_, str) else None
    if known is None or (type_ == "raster") != (kind is LayerKind.RASTER):
        raise wrong(
            at, f"has a type that a {kind} layer has not", f"có loại không hợp với lớp {kind}"
        )
    strange = sorted(set(said) - _OURS - set(_KEPT))
    if strange:
        raise wrong(at, f"has members not known: {strange[:3]}", f"có mục lạ: {strange[:3]}")
    _check_zooms(said, at)
    if "filter" in said:
        if not isinstance(said["filter"], list):
            raise wrong(at, "has a filter that is no expression", "có bộ lọc không phải biểu thức")
        check(said["filter"], Kind.BOOLEAN, Place(f"{path}.filter", fields, zoom=False))
    for group in ("layout", "paint"):
        _check_group(known[group], said.get(group, {}), Place(f"{path}.{group}", fields))
    return {name: said[name] for name in _KEPT if name in said}


def _check_zooms(said: Mapping[str, Any], at: Place) -> None:
    zooms = [said.get("minzoom", 0), said.get("maxzoom", _DEEPEST_ZOOM)]
    plain = all(isinstance(z, int | float) and not isinstance(z, bool) for z in zooms)
    if not plain or not 0 <= zooms[0] <= zooms[1] <= _DEEPEST_ZOOM:
        raise wrong(at, "has zooms that are none", "có mức thu phóng không hợp lệ")


def _check_group(known: Mapping[str, Any], said: Any, at: Place) -> None:
    if not isinstance(said, Mapping):
        raise wrong(at, "is no object", "không phải đối tượng JSON")
    for name, value in said.items():
        rule = known.get(name)
        place = Place(
            f"{at.path}.{str(name)[:60]}",
            at.fields,
            feature=bool(rule and rule["feature"]),
            zoom=bool(rule and rule["zoom"]),
            interpolated=bool(rule and rule["interpolated"]),
        )
        if rule is None:
            raise wrong(place, "is not known", "không có trong đặc tả")
        _check_property(rule, value, place)


def _check_property(rule: Mapping[str, Any], value: Any, at: Place) -> None:
    if rule["type"] == "array":
        return _check_list(rule, value, at)
    if rule["type"] == "formatted" and isinstance(value, str):
        return _check_tokens(value, at)
    check(value, _KINDS[rule["type"]], at)
    if isinstance(value, list):
        # What an expression gives is known on the client only; there it falls back to the default.
        if rule["type"] == "enum":
            raise wrong(at, "takes no expression here", "không nhận biểu thức")
        return None
    if value not in rule.get("values", [value]):
        raise wrong(at, f"is none of {rule['values']}", f"không thuộc {rule['values']}")
    if rule["type"] == "number" and not (
        rule.get("minimum", value) <= value <= rule.get("maximum", value)
    ):
        raise wrong(at, "is out of range", "nằm ngoài khoảng cho phép")
    return None


def _check_list(rule: Mapping[str, Any], value: Any, at: Place) -> None:
    kind = _KINDS[rule["value"]]
    length = rule.get("length")
    if not isinstance(value, list) or (length and len(value) != length) or not value:
        raise wrong(at, "must be a plain list", "phải là danh sách giá trị đơn giản")
    for one in value:
        if isinstance(one, list) or one not in rule.get("values", [one]):
            raise wrong(at, "must be a plain list", "phải là danh sách giá trị đơn giản")
        check(one, kind, at)
        if kind is Kind.NUMBER and one < rule.get("minimum", one):
            raise wrong(at, "is out of range", "nằm ngoài khoảng cho phép")


def _check_tokens(text: str, at: Place) -> None:
    for piece in text.split("{")[1:]:
        name, closed, _ = piece.partition("}")
        if closed:
            check_field(name, at)


def _legend(said: Any) -> list[dict[str, Any]]:
    at = Place("legend", ())
    if not isinstance(said, list) or len(said) > MOST_LEGEND:
        raise wrong(at, f"is no list of up to {MOST_LEGEND}", f"không quá {MOST_LEGEND} mục")
    return [_item(one, Place(f"legend[{position}]", ())) for position, one in enumerate(said)]


def _item(said: Any, at: Place) -> dict[str, Any]:
    if not isinstance(said, Mapping) or not isinstance(said.get("symbol"), Mapping):
        raise wrong(at, "has no symbol", "thiếu ký hiệu")
    words = {name: said.get(name, "") for name in ("label", "label_en")}
    if not all(isinstance(word, str) and len(word) <= 300 for word in words.values()):
        raise wrong(at, "has a label that is no text", "có nhãn không phải chữ")
    return words | {"symbol": _symbol(said["symbol"], at)}


def _symbol(said: Mapping[str, Any], at: Place) -> dict[str, Any]:
    if said.get("type") not in _SYMBOLS:
        raise wrong(at, f"has none of the symbols {sorted(_SYMBOLS)}", "có ký hiệu không rõ")
    colours = {name: said[name] for name in ("color", "outline") if said.get(name) is not None}
    sizes = {name: said[name] for name in ("width", "radius") if said.get(name) is not None}
    if not all(isinstance(one, str) and try_colour(one) for one in colours.values()):
        raise wrong(at, "has a colour that is none", "có màu không hợp lệ")
    for one in sizes.values():
        check(one, Kind.NUMBER, at)
    return {"type": said["type"]} | colours | sizes
