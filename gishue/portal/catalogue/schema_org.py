"""A layer as a Schema.org Dataset, which search engines read in its page.

Source: https://schema.org/Dataset and https://developers.google.com/search/docs/appearance/structured-data/dataset
"""

from typing import Any, Final

from gishue.portal.catalogue.site import TITLE, Site, downloads
from layers.catalogue import Entry, Language
from layers.licence import licences

_LEAST: Final = 50
_MOST: Final = 5_000
"""Characters of a description, as dataset searches take it."""


def dataset(site: Site, language: Language, entry: Entry) -> dict[str, Any]:
    """Return the dataset in one language."""
    layer, here = entry.layer, site.page(entry.layer.slug)
    told: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": here,
        "url": here,
        "name": entry.title(language),
        "description": _description(entry, language),
        "inLanguage": "vi",
        "identifier": here,
        "version": str(layer.revision),
        "keywords": entry.keywords(language),
        "isAccessibleForFree": True,
        "creator": {"@type": "Organization", "name": entry.publisher(language)},
        "dateModified": entry.modified_at.isoformat(),
        "includedInDataCatalog": {
            "@type": "DataCatalog",
            "name": TITLE[language],
            "url": site.data,
        },
        "spatialCoverage": _place(entry),
        "distribution": _files(site, entry),
        "variableMeasured": [
            {"@type": "PropertyValue", "name": field.name, "description": field.title}
            for field in layer.fields
        ],
    }
    if layer.published_at is not None:
        told["datePublished"] = layer.published_at.isoformat()
    if found := licences(layer.licence):
        told["license"] = [one.uri or one.name for one in found]
    if layer.covers_from or layer.covers_until:
        ends = [day.isoformat() if day else ".." for day in (layer.covers_from, layer.covers_until)]
        told["temporalCoverage"] = "/".join(ends)
    return told


def _description(entry: Entry, language: Language) -> str:
    """Return what it is in 50 to 5,000 characters, as dataset searches ask for."""
    said = entry.abstract(language)
    if len(said) < _LEAST:
        said = f"{said} {entry.title(language)}, {entry.publisher(language)}. {TITLE[language]}."
    return said[:_MOST]


def _place(entry: Entry) -> dict[str, Any]:
    """Return where it lies; Schema.org writes a box latitude first."""
    west, south, east, north = entry.bounds
    box = f"{south!r} {west!r} {north!r} {east!r}"
    return {"@type": "Place", "geo": {"@type": "GeoShape", "box": box}}


def _files(site: Site, entry: Entry) -> list[dict[str, Any]]:
    return [
        {
            "@type": "DataDownload",
            "name": one.name,
            "encodingFormat": one.media.partition(";")[0],
            "contentUrl": site.origin + one.href,
        }
        for one in downloads(entry.layer)
    ]
