"""The catalogue as ``data.json`` (DCAT-US 1.1), which ckanext-dcat's JSON harvester reads in pages.

Source: https://resources.data.gov/resources/dcat-us/; the harvester asks for ``?page=2`` and so on
until it gets 404.
"""

from collections.abc import Sequence
from typing import Any, Final

from gishue.portal.catalogue.site import Site, downloads
from layers.cadence import Cadence
from layers.catalogue import Entry, Language
from layers.licence import licences

PAGE: Final = 500


def catalogue(
    site: Site, language: Language, entries: Sequence[Entry], page: int = 1
) -> dict[str, Any]:
    """Return one page of the catalogue in one language."""
    shown = entries[(page - 1) * PAGE : page * PAGE]
    return {
        "@context": "https://project-open-data.cio.gov/v1.1/schema/catalog.jsonld",
        "@id": f"{site.data}/data.json",
        "@type": "dcat:Catalog",
        "conformsTo": "https://project-open-data.cio.gov/v1.1/schema",
        "describedBy": "https://project-open-data.cio.gov/v1.1/schema/catalog.json",
        "dataset": [_dataset(site, language, entry) for entry in shown],
    }


def _dataset(site: Site, language: Language, entry: Entry) -> dict[str, Any]:
    layer, here = entry.layer, site.page(entry.layer.slug)
    publisher = {"@type": "org:Organization", "name": entry.publisher(language)}
    told: dict[str, Any] = {
        "@type": "dcat:Dataset",
        "identifier": here,
        "title": entry.title(language),
        "description": entry.abstract(language),
        "keyword": entry.keywords(language),
        "theme": [entry.theme(language)],
        "modified": entry.modified_at.isoformat(),
        "publisher": publisher,
        "contactPoint": {"@type": "vcard:Contact", "fn": entry.publisher(language)},
        "accessLevel": "public",
        "spatial": ",".join(f"{side!r}" for side in entry.bounds),
        "landingPage": here,
        "language": ["vi"],
        "distribution": _distributions(site, entry),
    }
    if layer.published_at is not None:
        told["issued"] = layer.published_at.isoformat()
    if layer.cadence is not Cadence.UNKNOWN:
        told["accrualPeriodicity"] = layer.cadence.words.period
    if layer.covers_from and layer.covers_until:
        told["temporal"] = f"{layer.covers_from.isoformat()}/{layer.covers_until.isoformat()}"
    found = [one for one in licences(layer.licence) if one.uri]
    if found:
        told["license"] = found[0].uri
    if layer.licence:
        told["rights"] = layer.licence
    return told


def _distributions(site: Site, entry: Entry) -> list[dict[str, Any]]:
    slug = entry.layer.slug
    files = [
        {
            "@type": "dcat:Distribution",
            "title": one.name,
            "downloadURL": site.origin + one.href,
            "mediaType": one.media.partition(";")[0],
            "format": one.name,
        }
        for one in downloads(entry.layer)
    ]
    services = [("TileJSON", site.tilejson(slug))]
    if files:
        services.insert(0, ("OGC API – Features", site.collection(slug)))
    return files + [
        {"@type": "dcat:Distribution", "title": name, "accessURL": address, "format": "API"}
        for name, address in services
    ]
