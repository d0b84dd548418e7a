"""The page of one layer: everything it shows, ready to be written down."""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from markupsafe import Markup

from gishue.core.access import Visibility
from gishue.core.crs import accepted
from gishue.portal.catalogue import schema_org
from gishue.portal.catalogue.quality import Quality
from gishue.portal.catalogue.site import Site, downloads
from gishue.portal.catalogue.snippets import citation, snippets
from gishue.portal.catalogue.words import calendar_day, day, number, span
from layers.cadence import Cadence
from layers.catalogue import Entry, Language, pick
from layers.layer import Layer, LayerKind
from layers.licence import licences


class FieldLine(NamedTuple):
    """One field as the page tells of it."""

    name: str
    title: str
    type: str


def values(site: Site, language: Language, entry: Entry, quality: Quality) -> dict[str, Any]:
    """Return what the template of a layer's page needs."""
    layer = entry.layer
    return {
        "site": site,
        "entry": entry,
        "layer": layer,
        "is_open": layer.is_live and layer.visibility is Visibility.OPEN,
        "title": entry.title(language),
        "abstract": pick(language, layer.description, layer.description_en),
        "publisher": entry.publisher(language),
        "theme": entry.theme(language),
        "keywords": entry.keywords(language),
        "licences": licences(layer.licence),
        "count": _count(layer, language),
        "covers": _covers(language, layer),
        "crs": _crs(language, layer.crs),
        "source_crs": _crs(language, layer.source_crs),
        "freshness": _freshness(site, language, entry),
        "fields": _fields(language, layer),
        "quality": quality,
        "quality_found": [
            (one.said(language), number(one.matches, language), one.severity)
            for one in quality.found
        ],
        "downloads": downloads(layer),
        "snippets": snippets(site, entry),
        "citation": citation(site, entry, language),
        "structured": structured(schema_org.dataset(site, language, entry)),
    }


def structured(document: dict[str, Any]) -> Markup:
    """Return JSON that may stand inside a script element: nothing in it can end the element."""
    text = json.dumps(document, ensure_ascii=False)
    safe = text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return Markup(safe)  # noqa: S704  the three signs that HTML reads are written as escapes


def _count(layer: Layer, language: Language) -> str:
    if layer.kind is not LayerKind.VECTOR or layer.shown_count is None:
        return ""
    return number(layer.shown_count, language)


def _covers(language: Language, layer: Layer) -> str:
    ends = (layer.covers_from, layer.covers_until)
    first, last = (one and calendar_day(one, language) for one in ends)
    if first and last:
        return f"{first} – {last}"
    since, until = ("từ", "đến") if language == "vi" else ("since", "until")
    return f"{since} {first}" if first else f"{until} {last}" if last else ""


def _crs(language: Language, code: str) -> str:
    """Return a CRS by its name and code, if it is one of ours."""
    srid = code.removeprefix("EPSG:")
    known = accepted().get(int(srid)) if srid.isdecimal() else None
    if known is None:
        return code
    return f"{known.title_vi if language == 'vi' else known.title_en} ({code})"


def _freshness(site: Site, language: Language, entry: Entry) -> dict[str, Any]:
    """Return the stated cadence beside what history says."""
    fresh, cadence = entry.freshness, entry.layer.cadence
    told: dict[str, Any] = {
        "stated": cadence is not Cadence.UNKNOWN,
        "cadence": cadence.words.vi if language == "vi" else cadence.words.en,
        "is_late": fresh.is_late(cadence, site.now),
        "changed": day(entry.modified_at, language),
        "age": span((site.now - entry.modified_at).total_seconds() / 86_400, language),
        "checked": "",
        "every": "" if fresh.every_days is None else span(fresh.every_days, language),
    }
    if fresh.supplied_at and fresh.changed_at and fresh.supplied_at > fresh.changed_at:
        told["checked"] = day(fresh.supplied_at, language)
    return told


def _fields(language: Language, layer: Layer) -> Sequence[FieldLine]:
    return [
        FieldLine(field.name, pick(language, field.title, field.title_en), str(field.type))
        for field in layer.fields
    ]
