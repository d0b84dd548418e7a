"""What the person who brings a file wants done with it; answers to questions are options too."""

import dataclasses
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePath
from typing import Any, Self

from gishue.core.access import Visibility
from gishue.core.vietnamese import vn_key
from layers.description import DAYS, Description, from_json
from layers.layer import Closure
from layers.publish import Mode

AUTO = "auto"
NO_KEY = "-"
"""Said instead of a field: rows are told apart by their whole content."""
_PATH = re.compile(r".*[/\\]", re.DOTALL)


@dataclass(frozen=True, slots=True)
class IngestOptions:
    """How to read a file and what to make of it.

    ``layer`` empty: named after the file. ``description``: all that is to be known of the layer;
    None: the file's name as title for a new layer, and no change for an existing one. ``said``: the
    fields of a description that were named one by one; they are laid over it. ``fields`` maps a
    field's name in the file to its titles (Vietnamese, English). ``publish`` False: stop at the
    staged table.

    ``x``, ``y``, ``address``: columns of a table that hold easting or longitude, northing or
    latitude, an address; empty: found out. ``mapping``: a column's name to the field of the layer
    it goes into, empty: left out; None: as suggested. ``key``: the field that names each feature
    once, ``-`` for none, empty: as the layer has it. ``keep_history``: whether what a replace
    takes away can be read as of its time; None: as the layer has it. ``or_create``: to replace a
    layer that is not there makes it; for programs, since a person's name may be mistyped.
    ``is_blind``: whoever sent the file may not read the layer, so its schema is not told of.
    """

    layer: str = ""
    description: Description | None = None
    said: Mapping[str, Any] = field(default_factory=dict[str, Any])
    crs: str = AUTO
    encoding: str = AUTO
    source_layer: str = ""
    mode: Mode = Mode.CREATE
    key: str = ""
    fields: Mapping[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])
    message: str = ""
    publish: bool = True
    x: str = ""
    y: str = ""
    address: str = ""
    mapping: Mapping[str, str] | None = None
    keep_history: bool | None = None
    or_create: bool = False
    is_blind: bool = False

    @property
    def told_key(self) -> str | None:
        """The key that was asked for, empty for none; None where nothing was said of it."""
        return None if not self.key else "" if self.key == NO_KEY else self.key

    def as_dict(self) -> dict[str, Any]:
        """Return the options as they are stored."""
        stored = dataclasses.asdict(self)
        for name in ("description", "said"):
            stored[name] = _written(stored[name])
        return stored

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """Return the options from their stored form; what is not ours in it is left out."""
        names = {f.name for f in dataclasses.fields(cls)}
        values = {name: value for name, value in stored.items() if name in names}
        if values.get("description") is not None:
            values["description"] = Description(**_read(values["description"]))
        values["said"] = _read(values.get("said") or {})
        values["mode"] = Mode(values.get("mode", Mode.CREATE))
        titles = values.get("fields") or {}
        values["fields"] = {name: (pair[0], pair[1]) for name, pair in titles.items()}
        return cls(**values)


def _written(said: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return a description's fields as JSON takes them."""
    if said is None:
        return None
    days = {name: said[name].isoformat() for name in DAYS if said.get(name) is not None}
    if (closure := said.get("closure")) is not None:
        days["closure"] = closure | {"expires_at": closure["expires_at"].isoformat()}
    return said | days


def _read(stored: Mapping[str, Any]) -> dict[str, Any]:
    """Return a description's fields from their stored form."""
    said = from_json(stored)
    if (closure := said.get("closure")) is not None:
        ends_at = datetime.fromisoformat(closure["expires_at"])
        said["closure"] = Closure(**(closure | {"expires_at": ends_at}))
    if "visibility" in said:
        said["visibility"] = Visibility(said["visibility"])
    return said


def stem(filename: str) -> str:
    """Return the bare name of a file, whatever system its path comes from.

    >>> stem("C:\\\\Ban do\\\\Ranh giới.shp")
    'Ranh giới'
    """
    name = _PATH.sub("", filename)
    return PurePath(name).stem or name


def slug_of(filename: str) -> str:
    """Return a layer's name made from a file's name.

    >>> slug_of("Ranh giới phường 2025.zip"), slug_of("2025.zip")
    ('ranh_gioi_phuong_2025', 'lop_2025')
    """
    key = vn_key(stem(filename)).replace(" ", "_")[:56].strip("_")
    return key if key[:1].isalpha() else f"lop_{key}".strip("_")


def each_layer(filename: str, options: IngestOptions, names: Sequence[str]) -> list[IngestOptions]:
    """Return the options for each of several layers of one file; without names the given ones.

    Each becomes a layer of its own, called after the file (or ``options.layer``) and itself.
    """
    wanted = list(dict.fromkeys(name for name in names if name))
    if not wanted:
        return [options]
    if len(wanted) == 1:
        return [dataclasses.replace(options, source_layer=wanted[0])]
    base = (options.layer or slug_of(filename))[:40]
    slugs = [slug_of(name)[:20].strip("_") for name in wanted]
    return [
        dataclasses.replace(
            options,
            source_layer=name,
            layer=f"{base}_{slug}" if slugs.count(slug) == 1 else f"{base}_{slug}_{number}",
        )
        for number, (name, slug) in enumerate(zip(wanted, slugs, strict=True), start=1)
    ]
