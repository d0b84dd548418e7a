"""The files of a format as one archive, with a page that says what is in it and what was lost."""

import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from conversion.export_formats import OutFormat
from conversion.export_query import Part
from conversion.export_refusals import loss_lines
from gishue.core.crs import accepted, operation

_NOTES = "THONG_TIN.txt"


def packed(out: OutFormat, asked: Part, changed: Mapping[str, Any], main: Path) -> Path:
    """Return the archive of everything that lies beside ``main``."""
    members = sorted(main.parent.iterdir())
    archive = main.with_name(f"{main.stem}.packed")
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as target:
        for member in members:
            name = "doc.kml" if out.key == "kmz" else member.name
            target.write(member, name)
        if out.key != "kmz":
            # The mark lets Notepad show Vietnamese.
            target.writestr(_NOTES, "\ufeff" + "\r\n".join(_notes(out, asked, changed)))
    return archive


def _notes(out: OutFormat, asked: Part, changed: Mapping[str, Any]) -> list[str]:
    layer, crs = asked.layer, accepted()[asked.srid]
    moved = operation(layer.srid)
    lines = [
        layer.title,
        layer.title_en,
        "",
        f"EPSG:{asked.srid} — {crs.title_vi} / {crs.title_en}",
        f"{moved.note_vi} / {moved.note}" if asked.srid != layer.srid else "",
        f"Phiên bản / revision {layer.revision}, {layer.updated_at:%Y-%m-%d}",
        f"Giấy phép / licence: {layer.licence}" if layer.licence else "",
        f"Nguồn / source: {layer.source}" if layer.source else "",
        "",
        f"{out.name}: {out.lost_vi} / {out.lost}",
        *loss_lines(changed),
    ]
    return [line for position, line in enumerate(lines) if line or position in (2, 8)]
