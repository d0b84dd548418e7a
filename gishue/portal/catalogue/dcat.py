"""The catalogue as DCAT-AP 3 in JSON-LD, whole or in pages (hydra) as CKAN harvests it.

Source: DCAT-AP 3.0.0 (SEMIC), https://semiceu.github.io/DCAT-AP/releases/3.0.0/; pages as
ckanext-dcat reads them: ``hydra:PagedCollection`` with ``hydra:nextPage``.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from gishue.core.access import Visibility
from gishue.portal.catalogue.site import ABSTRACT, TITLE, Site, downloads
from layers.catalogue import CITY, Download, Entry, box_wkt
from layers.layer import Layer
from layers.licence import licences

type Node = dict[str, Any]

MEDIA: Final = "application/ld+json"
PAGE: Final = 250
"""Datasets in one page: about 2 MB, where ckanext-dcat reads 50 MB at most."""

_EU: Final = "http://publications.europa.eu/resource/authority/"
_VIETNAMESE: Final = {"@id": f"{_EU}language/VIE", "@type": "dct:LinguisticSystem"}
_ENGLISH: Final = {"@id": f"{_EU}language/ENG", "@type": "dct:LinguisticSystem"}
_REGIONS: Final = {"@id": f"{_EU}data-theme/REGI", "@type": "skos:Concept"} | {
    "skos:prefLabel": {"@language": "en", "@value": "Regions and cities"}
}
_RIGHTS: Final = {
    Visibility.OPEN: "PUBLIC",
    Visibility.INTERNAL: "RESTRICTED",
    Visibility.RESTRICTED: "NON_PUBLIC",
}
"""Codes of the EU's access-right vocabulary."""
_MUNICIPAL: Final = {
    "@id": "http://purl.org/adms/publishertype/LocalAuthority",
    "@type": "skos:Concept",
    "skos:prefLabel": {"@language": "en", "@value": "Local Authority"},
}
_FILE_TYPE: Final = {
    "geojson": "GEOJSON",
    "shp": "SHP",
    "csv": "CSV",
    "xlsx": "XLSX",
    "kml": "KML",
    "kmz": "KMZ",
    "gml": "GML",
    "gpkg": "GPKG",
    "parquet": "PARQUET",
}
"""Codes of the EU's file-type vocabulary; other formats are named by their media type alone."""

CONTEXT: Final = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geosparql": "http://www.opengis.net/ont/geosparql#",
    "hydra": "http://www.w3.org/ns/hydra/core#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def catalogue(site: Site, entries: Sequence[Entry], page: int = 1) -> Node:
    """Return one page of the catalogue; beyond the last one it has no datasets."""
    shown = entries[(page - 1) * PAGE : page * PAGE]
    told: Node = {
        "@id": site.data,
        "@type": "dcat:Catalog",
        "dct:title": _both(TITLE),
        "dct:description": _both(ABSTRACT),
        "dct:publisher": _city(site),
        "dct:language": [_VIETNAMESE, _ENGLISH],
        "foaf:homepage": {"@id": site.data, "@type": "foaf:Document"},
        "dcat:themeTaxonomy": {"@id": f"{_EU}data-theme", "@type": "skos:ConceptScheme"}
        | {"dct:title": {"@language": "en", "@value": "Dataset types"}},
        "dcat:dataset": [{"@id": site.page(entry.layer.slug)} for entry in shown],
        "dcat:service": [{"@id": one["@id"]} for one in _services(site, shown)],
    }
    if entries:
        told["dct:modified"] = _moment(max(entry.layer.updated_at for entry in entries).isoformat())
    graph = [told, *(dataset(site, entry) for entry in shown), *_services(site, shown)]
    if len(entries) > PAGE:
        graph.append(_pages(site, len(entries), page))
    return {"@context": CONTEXT, "@graph": graph}


def record(site: Site, entry: Entry) -> Node:
    """Return one dataset by itself."""
    graph = [dataset(site, entry), *_services(site, [entry])]
    return {"@context": CONTEXT, "@graph": graph}


def dataset(site: Site, entry: Entry) -> Node:
    """Return a layer as a dataset, with its distributions."""
    layer, here = entry.layer, site.page(entry.layer.slug)
    told: Node = {
        "@id": here,
        "@type": "dcat:Dataset",
        "dct:identifier": here,
        "dct:title": _both({"vi": entry.title("vi"), "en": entry.title("en")}),
        "dct:description": _both({"vi": entry.abstract("vi"), "en": entry.abstract("en")}),
        "dct:publisher": _publisher(site, entry),
        "dcat:contactPoint": _contact(site, entry),
        "dcat:keyword": [
            {"@language": language, "@value": word}
            for language in ("vi", "en")
            for word in entry.keywords(language)
        ],
        "dcat:theme": [_REGIONS, _theme(site, entry)],
        "dct:language": _VIETNAMESE,
        "dct:accessRights": {
            "@id": f"{_EU}access-right/{_RIGHTS[layer.visibility]}",
            "@type": "dct:RightsStatement",
        },
        "dct:accrualPeriodicity": {"@id": layer.cadence.uri, "@type": "dct:Frequency"},
        "dct:modified": _moment(entry.modified_at.isoformat()),
        "dct:spatial": _place(entry),
        "dcat:landingPage": {"@id": here, "@type": "foaf:Document"},
        "dcat:version": str(layer.revision),
        "dcat:distribution": _distributions(site, layer),
    }
    if layer.published_at is not None:
        told["dct:issued"] = _moment(layer.published_at.isoformat())
    return told | _where_from(layer) | _period(layer)


def _where_from(layer: Layer) -> Node:
    told: Node = {}
    said = "; ".join(text for text in (layer.source, layer.operation) if text)
    if said:
        told["dct:provenance"] = {"@type": "dct:ProvenanceStatement", "rdfs:label": said}
    if layer.srid:
        address = f"http://www.opengis.net/def/crs/EPSG/0/{layer.srid}"
        told["dct:conformsTo"] = {"@id": address, "@type": "dct:Standard", "dct:title": layer.crs}
    return told


def _period(layer: Layer) -> Node:
    ends = {"dcat:startDate": layer.covers_from, "dcat:endDate": layer.covers_until}
    told = {
        name: {"@type": "xsd:date", "@value": day.isoformat()}
        for name, day in ends.items()
        if day is not None
    }
    return {"dct:temporal": {"@type": "dct:PeriodOfTime", **told}} if told else {}


def _distributions(site: Site, layer: Layer) -> list[Node]:
    files = [_file(site, layer, one) for one in downloads(layer)]
    tiles: Node = {
        "@id": f"{site.page(layer.slug)}#tiles",
        "@type": "dcat:Distribution",
        "dct:title": _both({"vi": "Ô bản đồ (TileJSON)", "en": "Map tiles (TileJSON)"}),
        "dcat:accessURL": _resource(site.tilejson(layer.slug)),
        "dcat:accessService": {"@id": f"{site.origin}/tiles"},
        "dcat:mediaType": _media("application/json"),
    }
    if not files:
        return [tiles | _licence(layer)]
    items: Node = {
        "@id": f"{site.page(layer.slug)}#ogc",
        "@type": "dcat:Distribution",
        "dct:title": "OGC API – Features",
        "dcat:accessURL": _resource(site.collection(layer.slug)),
        "dcat:accessService": {"@id": f"{site.origin}/ogc"},
        "dcat:mediaType": _media("application/geo+json"),
    }
    return [one | _licence(layer) for one in (*files, items, tiles)]


def _file(site: Site, layer: Layer, download: Download) -> Node:
    address = site.origin + download.href
    told: Node = {
        "@id": f"{site.page(layer.slug)}#{download.key}",
        "@type": "dcat:Distribution",
        "dct:title": download.name,
        "dcat:accessURL": _resource(address),
        "dcat:downloadURL": _resource(address),
        "dcat:mediaType": _media(download.media),
        "dct:modified": _moment(layer.updated_at.isoformat()),
    }
    if download.key in _FILE_TYPE:
        kind = f"{_EU}file-type/{_FILE_TYPE[download.key]}"
        told["dct:format"] = {"@id": kind, "@type": "dct:MediaTypeOrExtent"}
    return told


def _licence(layer: Layer) -> Node:
    found = licences(layer.licence)
    if not found:
        return {}
    name = "; ".join(one.name for one in found)
    told: Node = {"@type": "dct:LicenseDocument", "dct:title": name}
    if len(found) == 1 and found[0].uri:
        told["@id"] = found[0].uri
    return {"dct:license": told}


def _services(site: Site, entries: Iterable[Entry]) -> list[Node]:
    """Return the two services that serve the datasets, as far as they do."""
    shown = list(entries)
    with_features = [entry for entry in shown if entry.layer.table_name]
    ogc = _service(f"{site.origin}/ogc", "OGC API – Features", with_features, site)
    ogc["dcat:endpointDescription"] = _resource(f"{site.origin}/ogc/openapi")
    ogc["dct:conformsTo"] = {
        "@id": "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
        "@type": "dct:Standard",
    }
    tiles = _service(f"{site.origin}/tiles", "Map tiles (XYZ, TileJSON 3.0)", shown, site)
    return [one for one in (ogc, tiles) if one["dcat:servesDataset"]]


def _service(address: str, title: str, entries: Sequence[Entry], site: Site) -> Node:
    return {
        "@id": address,
        "@type": "dcat:DataService",
        "dct:title": {"@language": "en", "@value": title},
        "dcat:endpointURL": _resource(address),
        "dct:publisher": _city(site),
        "dcat:servesDataset": [{"@id": site.page(entry.layer.slug)} for entry in entries],
    }


def _pages(site: Site, total: int, page: int) -> Node:
    last = -(-total // PAGE)
    here = f"{site.data}/catalog.jsonld?page="
    told: Node = {
        "@id": f"{here}{page}",
        "@type": "hydra:PagedCollection",
        "hydra:totalItems": total,
        "hydra:itemsPerPage": PAGE,
        "hydra:firstPage": f"{here}1",
        "hydra:lastPage": f"{here}{last}",
    }
    if page < last:
        told["hydra:nextPage"] = f"{here}{page + 1}"
    if page > 1:
        told["hydra:previousPage"] = f"{here}{page - 1}"
    return told


def _publisher(site: Site, entry: Entry) -> Node:
    if not entry.layer.unit:
        return _city(site)
    return _agent(
        f"{site.data}?unit={entry.layer.unit}", entry.publisher("vi"), entry.publisher("en")
    )


def _city(site: Site) -> Node:
    return _agent(f"{site.origin}/#city", CITY["vi"], CITY["en"])


def _agent(address: str, vietnamese: str, english: str) -> Node:
    return {
        "@id": address,
        "@type": "foaf:Agent",
        "foaf:name": _both({"vi": vietnamese, "en": english}),
        "dct:type": _MUNICIPAL,
    }


def _contact(site: Site, entry: Entry) -> Node:
    unit = entry.layer.unit
    address = f"{site.data}?unit={unit}" if unit else site.data
    return {
        "@id": f"{address}#contact",
        "@type": ["vcard:Kind", "vcard:Organization"],
        "vcard:fn": entry.publisher("vi"),
        "vcard:hasURL": {"@id": address},
    }


def _theme(site: Site, entry: Entry) -> Node:
    names = {"vi": entry.theme("vi"), "en": entry.theme("en")}
    address = f"{site.data}?theme={entry.layer.theme}"
    return {"@id": address, "@type": "skos:Concept", "skos:prefLabel": _both(names)}


def _place(entry: Entry) -> Node:
    wkt = {"@type": "geosparql:wktLiteral", "@value": box_wkt(entry.bounds)}
    return {"@type": "dct:Location", "dcat:bbox": wkt}


def _media(media: str) -> Node:
    name = media.partition(";")[0]
    address = f"https://www.iana.org/assignments/media-types/{name}"
    return {"@id": address, "@type": "dct:MediaType"}


def _resource(address: str) -> Node:
    return {"@id": address, "@type": "rdfs:Resource"}


def _moment(text: str) -> Node:
    return {"@type": "xsd:dateTime", "@value": text}


def _both(said: dict[str, str]) -> list[Node]:
    """Return a text in the languages it has; each language names it once."""
    told = [{"@language": language, "@value": text} for language, text in said.items() if text]
    return told if len(told) == 1 or said["vi"] != said["en"] else told[:1]
