"""Whether the answers to an upload's questions name what the inspection found in the file.

A worker would refuse the upload for a wrong one, for good; said at once, it can be given again.
What an inspection cannot know (another layer of the file) is left to the worker. No I/O.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from conversion.crs import impossible
from conversion.formats import TABLES
from conversion.options import NO_KEY, IngestOptions
from conversion.refusal import NoSuchSourceLayer, OutsideCrs
from conversion.table.text import readings
from conversion.text.encoding_choice import parse_choice
from conversion.upload import Upload
from gishue.core.crs import parse_crs
from gishue.core.errors import InvalidInput
from gishue.core.vietnamese import nfc

_MOST_LISTED: Final = 20


def check(upload: Upload, options: IngestOptions, wanted_layers: Sequence[str] = ()) -> None:
    """Raise what the file cannot be read with.

    Args:
        upload: with what its inspection found and asks.
        options: the upload's, with the answers in them.
        wanted_layers: the layers of the file that are to become layers of their own.

    Raises:
        NoSuchSourceLayer: the file has no such layer.
        OutsideCrs: none of the coordinates exists in that CRS.
        InvalidInput: there is no such column or field; the sentence says which there are.
    """
    found = upload.inspection or {}
    _check_layers(upload, [*wanted_layers, options.source_layer])
    if options.source_layer != upload.options.source_layer or any(wanted_layers):
        return  # of that layer the columns are not known yet
    _check_encoding(found, options.encoding)
    _check_place(found, options)
    _check_mapping(found, options.mapping)
    if options.encoding == upload.options.encoding:  # which may stand in the names of fields
        _check_key(found, options.key)
    _check_crs(found, options.crs)


def _check_layers(upload: Upload, wanted: Iterable[str]) -> None:
    found = upload.inspection or {}
    asked = [
        str(one["source_layer"])
        for question in upload.questions
        if question["code"] == "source_layer"
        for one in question["candidates"]
    ]
    known = [*asked, *found.get("layers", []), found.get("source_layer", "")]
    ends = {name.rpartition("/")[2] for name in known if name}
    for name in wanted:
        if ends and name and name != found.get("name") and name.rpartition("/")[2] not in ends:
            listed = _listed(asked or found.get("layers", []))
            raise NoSuchSourceLayer(
                f"the file has no layer {name!r}; there are: {listed}",
                vi=f"tệp không có lớp {name!r}; có các lớp: {listed}",
                code="no-such-layer",
            )


def _check_encoding(found: Mapping[str, Any], wanted: str) -> None:
    fields = [one for one in found.get("fields", []) if one["type"] == "text"]
    names = {name for one in fields for name in (one["name"], one.get("source_name"))}
    for column in parse_choice(wanted).columns:
        if "fields" in found and column not in names:
            _refuse("text column", "cột văn bản", column, [one["name"] for one in fields])


def _check_place(found: Mapping[str, Any], options: IngestOptions) -> None:
    """Raise where a table has no column of a name that was said to hold its coordinates.

    One column alone may hold the shapes themselves, and is then no field to be looked for.
    """
    if found.get("kind") not in TABLES:
        return
    columns = [one["name"] for one in found.get("fields", [])]
    known = {shown.casefold() for name in columns for shown in (name, *readings(name))}
    said = (options.x, options.y) if options.x and options.y else (options.address,)
    for column in said:
        if column and nfc(column).casefold() not in known:
            _refuse("column", "cột", column, columns)


def _check_mapping(found: Mapping[str, Any], said: Mapping[str, str] | None) -> None:
    aim = found.get("mapping")
    if aim is None or said is None:
        return
    columns = [one["name"] for one in found["fields"]]
    fields = [one["field"] for one in aim["matches"]]
    for column, field in said.items():
        if column not in columns:
            _refuse("column", "cột", column, columns)
        if field and field not in fields:
            _refuse("field", "trường", field, fields)
    used = [field for field in said.values() if field]
    if len(set(used)) < len(used):
        raise InvalidInput(
            "two columns are mapped to one field; choose one of them",
            vi="hai cột cùng được ghép vào một trường; hãy chọn một cột",
        )


def _check_key(found: Mapping[str, Any], key: str) -> None:
    aim = found.get("mapping")
    names = [one["name"] for one in found.get("fields", [])]
    if aim is not None:
        names = [one["field"] for one in aim["matches"]]
    if names and key and key not in (*names, NO_KEY):
        _refuse("field", "trường", key, names)


def _check_crs(found: Mapping[str, Any], wanted: str) -> None:
    """Raise OutsideCrs where all of the file lies where ``wanted`` has no place.

    A reading that fits with axes turned or units changed is one of the candidates.
    """
    srid = parse_crs(wanted)
    bounds = found.get("bounds")
    if not srid or bounds is None or not impossible.is_nowhere(bounds, srid):
        return
    candidates = found.get("crs", {}).get("candidates", [])
    if all(one["crs"] != f"EPSG:{srid}" for one in candidates):
        listed = _listed(str(one["crs"]) for one in candidates)
        raise OutsideCrs(
            f"the coordinates do not exist in EPSG:{srid}; what fits: {listed}",
            vi=f"tọa độ không tồn tại trong EPSG:{srid}; hệ phù hợp: {listed}",
            code="outside-crs",
        )


def _refuse(what: str, what_vi: str, name: str, known: Iterable[str]) -> None:
    raise InvalidInput(
        f"there is no {what} {name[:60]!r}; there are: {_listed(known)}",
        vi=f"không có {what_vi} {name[:60]!r}; có: {_listed(known)}",
    )


def _listed(names: Iterable[str]) -> str:
    some = [name for name in dict.fromkeys(names) if name]
    more = "…" if len(some) > _MOST_LISTED else ""
    return ", ".join(some[:_MOST_LISTED]) + more or "—"
