"""The files of a format as one archive, with a page that says what is in it and what was lost."""

import html
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from conversion.export.formats import OutFormat
from conversion.export.query import Part
from conversion.export.refusals import loss_lines
from gishue.core.crs import accepted, operation

_NOTES: Final = "thong_tin.html"
"""No ending that anybody reads as data: sent back, it is left aside."""
_PAGE: Final = '<!doctype html><meta charset="utf-8"><title>{}</title><pre>{}</pre>\n'


def packed(out: OutFormat, asked: Part, changed: Mapping[str, Any], main: Path) -> Path:
    """Return the archive of everything that lies beside ``main``."""
    members = sorted(main.parent.iterdir())
    archive = main.with_name(f"{main.stem}.packed")
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as target:
        for member in members:
            name = "doc.kml" if out.key == "kmz" else member.name
            target.write(member, name)
        if out.key != "kmz":
            target.writestr(_NOTES, _page(asked.layer.title, _notes(out, asked, changed)))
    return archive


def _page(title: str, lines: Sequence[str]) -> str:
    return _PAGE.format(html.escape(title), html.escape("\n".join(lines)))


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
