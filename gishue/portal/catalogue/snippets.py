"""What people copy from a layer's page to use it elsewhere."""

from typing import NamedTuple

from gishue.portal.catalogue.site import Site, downloads
from gishue.portal.catalogue.words import day
from layers.catalogue import Entry, Language
from layers.layer import LayerKind


class Snippet(NamedTuple):
    """One thing to copy: ``key`` names its title and hint among the words of the pages."""

    key: str
    text: str


def snippets(site: Site, entry: Entry) -> list[Snippet]:
    """Return the addresses and commands of a layer, the most asked for first."""
    slug, layer = entry.layer.slug, entry.layer
    extension = "mvt" if layer.kind is LayerKind.VECTOR else "webp"
    tiles = f"{site.origin}/tiles/{slug}/{{z}}/{{x}}/{{y}}.{extension}"
    told = [Snippet("tiles", tiles), Snippet("tilejson", site.tilejson(slug))]
    if not downloads(layer):
        return [*told, Snippet("curl", f'curl "{site.origin}/api/v1/layers/{slug}"')]
    file = f"{site.origin}/files/{slug}/{slug}.gpkg"
    return [
        Snippet("qgis", f"{site.origin}/ogc"),
        Snippet("ogc", f"{site.collection(slug)}/items?f=json&limit=10"),
        Snippet("curl", f'curl "{site.origin}/api/v1/layers/{slug}/features?limit=10"'),
        Snippet("python", f'import geopandas\n\nframe = geopandas.read_file("{file}")\n'),
        Snippet("gdal", f'ogr2ogr {slug}.gpkg "OAPIF:{site.origin}/ogc" {slug}'),
        *told,
    ]


def citation(site: Site, entry: Entry, lang: Language) -> str:
    """Return how to name the layer as a source, with the revision and the day it was read."""
    words = {"vi": ("phiên bản", "truy cập ngày"), "en": ("revision", "accessed on")}[lang]
    named = f"{entry.publisher(lang)} ({entry.modified_at.year}). {entry.title(lang)}"
    licence = f" {entry.layer.licence}." if entry.layer.licence else ""
    read = f"{site.page(entry.layer.slug)} ({words[1]} {day(site.now, lang)})."
    return f"{named}, {words[0]} {entry.layer.revision}.{licence} {read}"
