"""The sample city of Huế, brought in through the front door that every department uses.

``sample/`` stands beside the packages in a checkout and is not part of the wheel.
"""

import asyncio
import importlib.util
import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from conversion import warm
from conversion.ingest import ingest_file
from conversion.options import IngestOptions
from gishue.accounts import units
from gishue.accounts.unit import Unit, UnitKind
from gishue.cli.instance import say
from gishue.core import cluster as clusters
from gishue.core.access import Visibility
from gishue.core.actor import OPERATOR
from gishue.core.cluster import Cluster
from gishue.core.db import transaction
from gishue.core.errors import GishueError, NotFound
from gishue.core.settings import Settings
from gishue.core.vietnamese import vn_key
from layers import store
from layers.description import Description, from_json
from layers.layer import Closure
from layers.services import Services, open_services

CITY = "hue"
"""Code of the unit above all others."""
AT_ONCE = 2
"""Files on their way in at the same time."""


class NoSample(NotFound):
    """The sample city is not here."""

    slug = "no-sample"
    title = "No sample city here"
    title_vi = "Không có thành phố mẫu"


def loader(settings: Settings, *, parcels: int, small: bool) -> Callable[[], None]:
    """Return what loads the sample into the instance of ``settings``.

    Raises:
        NoSample: this is an installed wheel, not a checkout.
    """
    root = Path(__file__).resolve().parent.parent
    if not (root / "sample" / "prepare.py").is_file() or importlib.util.find_spec("sample") is None:
        raise NoSample(
            "the sample city is part of the source tree, not of the installed package; "
            "run gishue up --demo from a checkout",
            vi="thành phố mẫu nằm trong mã nguồn, không nằm trong gói cài đặt; "
            "hãy chạy gishue up --demo từ thư mục mã nguồn",
        )

    def load() -> None:
        server = settings.database_url.get_secret_value()
        url = server or clusters.url(Cluster(settings.root))
        asyncio.run(_load(settings, url, root, _arguments(parcels, small=small)))

    return load


def _arguments(parcels: int, *, small: bool) -> list[str]:
    return ["--small"] if small else ["--parcels", str(parcels)]


async def _load(settings: Settings, url: str, root: Path, arguments: Sequence[str]) -> None:
    outline = json.loads((root / "sample" / "city.json").read_text(encoding="utf-8"))
    async with open_services(settings, url) as services:
        await _write_people(services, outline, _wards(root))
        known = services.registry.current.layers
        wanted = [entry for entry in outline["layers"] if entry["slug"] not in known]
        if not wanted:
            return
        began = time.monotonic()
        folder = settings.root / "sample"
        say("preparing the sample city · đang chuẩn bị thành phố mẫu")
        command = [sys.executable, "-m", "sample.prepare", "--out", str(folder), *arguments]
        await asyncio.to_thread(subprocess.run, command, cwd=root, check=True, capture_output=True)
        warm.keep(AT_ONCE)
        gate = asyncio.Semaphore(AT_ONCE)
        await asyncio.gather(*(_bring(services, folder, entry, gate) for entry in wanted))
        say(f"{len(wanted)} sample layers in {time.monotonic() - began:.0f} s")


def _wards(root: Path) -> list[tuple[Unit, Mapping[str, Any]]]:
    """Return the city's wards and communes as units, each with its ground."""
    source = root / "sample" / "sources" / "hue_wards_2025.geojson"
    found = json.loads(source.read_text(encoding="utf-8"))["features"]
    return [(_ward(one["properties"]), one["geometry"]) for one in found]


def _ward(said: Mapping[str, Any]) -> Unit:
    code = vn_key(said["full_name"]).replace(" ", "-")
    kind_en = "Ward" if code.startswith("phuong") else "Commune"
    title_en = f"{said['name_en']} {kind_en}"
    return Unit(code, said["full_name"], title_en, CITY, UnitKind.WARD)


async def _write_people(
    services: Services,
    outline: Mapping[str, Any],
    wards: Sequence[tuple[Unit, Mapping[str, Any]]],
) -> None:
    async with transaction(services.pool) as conn:
        for unit in outline["units"]:
            kind = UnitKind(unit.get("kind", UnitKind.DEPARTMENT))
            one = Unit(unit["code"], unit["title"], unit["title_en"], unit.get("parent"), kind)
            await units.put(conn, one)
        for ward, ground in wards:
            await units.put(conn, ward)
            await units.set_area(conn, ward.code, ground)
        for theme in outline["themes"]:
            await store.put_theme(
                conn, theme["code"], theme["title"], theme["title_en"], position=theme["order"]
            )


async def _bring(
    services: Services, folder: Path, entry: Mapping[str, Any], gate: asyncio.Semaphore
) -> None:
    async with gate:
        began = time.monotonic()
        try:
            path = folder / entry["file"]
            result = await ingest_file(services, OPERATOR, path, options(entry, services.now()))
        except GishueError as error:
            say(f"  {entry['slug']}: {error.detail}")
            return
        count = f"{result.features:,} features" if result.features else "raster"
        say(f"  {entry['slug']}: {count}, {result.crs}, {time.monotonic() - began:.1f} s")


def _closure(said: Mapping[str, Any] | None, now: datetime) -> Closure | None:
    if said is None:
        return None
    words = {name: text for name, text in said.items() if name != "days"}
    return Closure(**words, expires_at=now + timedelta(days=said["days"]))


def options(entry: Mapping[str, Any], now: datetime) -> IngestOptions:
    """Return the options of one layer of ``city.json``, brought in at ``now``."""
    said = {
        name: entry[name]
        for name in Description.__dataclass_fields__
        if name in entry and name not in ("visibility", "closure")
    }
    description = Description(
        **from_json(said),
        visibility=Visibility(entry.get("visibility", "open")),
        closure=_closure(entry.get("closure"), now),
        draw_order=entry.get("order", 100),
        visible_by_default=entry.get("visible", False),
    )
    how = entry.get("options", {})
    titles = {
        name: (field["title"], field.get("title_en", ""))
        for name, field in entry.get("fields", {}).items()
    }
    return IngestOptions(
        layer=entry["slug"],
        description=description,
        crs=how.get("crs", "auto"),
        encoding=how.get("encoding", "auto"),
        key=how.get("key", ""),
        fields=titles,
        message="sample city",
    )
