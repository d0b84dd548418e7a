"""What of a layer a tile is asked for beside its place: ``filter filter-lang fields at``. No I/O.

Equal questions are written alike, so that one answer is kept for all of them.
"""

import csv
import hashlib
import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Final
from urllib.parse import urlencode

from gishue.core.errors import BadRequest
from layers import filter as filters
from layers import filter_text
from layers.fields import Field
from layers.filter import Filter
from layers.layer import Layer, LayerKind
from layers.moment import read_time

PARAMETERS: Final = ("filter", "filter-lang", "fields", "at")
_ASKING: Final = ("filter", "fields", "at")
_LONGEST_LIST: Final = 8_192


@dataclass(frozen=True, slots=True)
class TileQuery:
    """Which features, which of their fields, as of when.

    ``filter`` is CQL2 JSON in one form, empty for all features; ``fields`` are names, sorted, None
    for those that the zoom has; ``at`` is aware, None for now. ``key`` tells queries apart.
    """

    filter: str = ""
    fields: tuple[str, ...] | None = None
    at: datetime | None = None
    key: str = field(init=False, compare=False)

    def __post_init__(self) -> None:
        """Make the key once; a filter may be long."""
        said = repr((self.filter, self.fields, self.at and self.at.isoformat()))
        object.__setattr__(self, "key", hashlib.blake2b(said.encode(), digest_size=16).hexdigest())


def read_query(asked: Mapping[str, str]) -> TileQuery | None:
    """Return what the parameters ask for; None: the tile as it is.

    Raises:
        BadRequest: one of them cannot be read.
    """
    if not any(name in asked for name in _ASKING):
        return None
    said = asked.get("filter", "")
    listed, at = asked.get("fields"), asked.get("at")
    query = TileQuery(
        filter=_canonical(said, _language(said, asked.get("filter-lang"))) if said else "",
        fields=None if listed is None else _names(listed),
        at=read_time(at) if at else None,
    )
    return None if query == TileQuery() else query


def written(asked: Mapping[str, str]) -> str:
    """Return the parameters of a query as they stand in an address."""
    return urlencode({name: asked[name] for name in PARAMETERS if name in asked})


def check(layer: Layer, query: TileQuery) -> None:
    """Refuse what ``layer`` cannot be asked; what is asked of its past is looked at with that.

    Raises:
        BadRequest: it is no vector layer, or has no such field, or none that is to be seen.
    """
    if layer.kind is not LayerKind.VECTOR:
        raise BadRequest(
            f"layer {layer.slug!r} is a {layer.kind} layer: its tiles take no filter, fields or at",
            vi=f"lớp {layer.slug!r} là lớp ảnh: ô bản đồ không nhận filter, fields, at",
        )
    if query.at is None:
        chosen(layer, query)
        asked_fields(layer, query)


def chosen(layer: Layer, query: TileQuery) -> Filter | None:
    """Return the filter compiled for ``layer``, or None.

    Raises:
        BadRequest: it names what the layer has not, or has not to be seen.
    """
    return filters.of_tree(layer, json.loads(query.filter)) if query.filter else None


def asked_fields(layer: Layer, query: TileQuery) -> tuple[Field, ...] | None:
    """Return the fields asked for in the order of ``layer``; None: those that the zoom has.

    Raises:
        BadRequest: the layer has no such field, or none that is to be seen.
    """
    if query.fields is None:
        return None
    unknown = set(query.fields) - {one.name for one in layer.fields}
    if unknown:
        name = min(unknown)[:80]
        known = ", ".join(one.name for one in layer.fields)[:300]
        raise BadRequest(
            f"layer {layer.slug!r} has no property {name!r}; it has: {known}",
            vi=f"lớp {layer.slug!r} không có thuộc tính {name!r}; các thuộc tính: {known}",
        )
    return tuple(one for one in layer.fields if one.name in query.fields)


def _language(text: str, said: str | None) -> str:
    """Return the language of a filter: as said, else by how it begins."""
    return said or ("cql2-json" if text.lstrip().startswith("{") else "cql2-text")


@lru_cache(maxsize=256)
def _canonical(text: str, language: str) -> str:
    tree = filter_text.tree(text, language)
    return json.dumps(tree, sort_keys=True, separators=(",", ":"))


def _names(text: str) -> tuple[str, ...]:
    """Return the names in a list, sorted; one that holds a comma stands in double quotes.

    Raises:
        BadRequest: it cannot be read.
    """
    if len(text) > _LONGEST_LIST:
        raise _unreadable()
    try:
        rows = list(csv.reader([text], strict=True, skipinitialspace=True))
    except csv.Error as error:
        raise _unreadable() from error
    names = (unicodedata.normalize("NFC", name.strip()) for row in rows for name in row)
    return tuple(sorted({name for name in names if name}))


def _unreadable() -> BadRequest:
    return BadRequest(
        "fields is a list of names with commas between them; one that holds a comma stands in "
        'double quotes: fields=ten,"a, b"',
        vi="fields là danh sách tên cách nhau bằng dấu phẩy; tên có dấu phẩy đặt trong nháy kép: "
        'fields=ten,"a, b"',
    )
