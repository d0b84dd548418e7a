"""The catalogue as OGC API Records: one collection of records, one record a layer that is seen.

Source: OGC 20-004r1 (OGC API – Records – Part 1: Core), clauses 7 and 8. People read the pages at
``/data``; here is what programs read.
"""

import json
from collections.abc import Callable, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from gishue.core.bounds import Bounds
from layers.catalogue import CITY, Download, Entry, Language
from layers.catalogue_store import Chronicle
from layers.layer import Layer
from layers.licence import licences
from ogc import asked as asking
from ogc import records_query
from ogc.answer import answer
from ogc.asked import Asked, Form
from ogc.records_query import RecordsQuery

type Downloads = Callable[[Layer], Sequence[Download]]
type Node = dict[str, Any]

CATALOGUE: Final = "_records"
"""Name of the collection; no layer can be called so. It is not listed among the others: GDAL would
offer it as a layer. The landing page leads to it."""
GEOJSON: Final = "application/geo+json"
CATALOG_JSON: Final = "application/ogc-catalog+json"
_JSONLD: Final = "application/ld+json"
RECORD_CORE: Final = "http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/record-core"

_TITLE: Final = {
    "vi": "Danh mục dữ liệu không gian thành phố Huế",
    "en": "Catalogue of the geographic data of the city of Huế",
}


def no_downloads(_: Layer) -> Sequence[Download]:
    """Return no files: what the records tell of where nobody says what can be downloaded."""
    return ()


class Records:
    """Answers with records; ``downloads`` tells the files of a layer, behind other doors."""

    def __init__(self, downloads: Downloads = no_downloads) -> None:
        self._downloads = downloads
        self._chronicle = Chronicle()

    async def catalogue(self, request: Request) -> Response:
        """Serve ``GET /ogc/records``: the collection of records."""
        asked = asking.read(request, {Form.JSON})
        return answer(asked, _json(described(asked)), CATALOG_JSON)

    async def items(self, request: Request) -> Response:
        """Serve ``GET /ogc/collections/_records/items``: the records that are searched for."""
        asked = asking.read(request, {Form.JSON}, records_query.NAMES)
        query = records_query.read(asked.parameters)
        entries = await self._chronicle.entries(asked.services.pool, asked.snapshot, asked.actor)
        found = records_query.found(query, entries, _scheme(asked))
        shown = found[query.offset : query.offset + query.limit]
        document = {
            "type": "FeatureCollection",
            "timeStamp": asked.services.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
            "numberMatched": len(found),
            "numberReturned": len(shown),
            "links": _paging(asked, query, len(shown), len(found)),
            "features": [record(asked, entry, self._downloads(entry.layer)) for entry in shown],
        }
        return answer(asked, _json(document), GEOJSON)

    async def item(self, request: Request) -> Response:
        """Serve ``GET /ogc/collections/_records/items/{slug}``: one record."""
        asked = asking.read(request, {Form.JSON})
        slug = request.path_params["slug"]
        pool = asked.services.pool
        entry = await self._chronicle.entry(pool, asked.snapshot, asked.actor, slug)
        return answer(asked, _json(record(asked, entry, self._downloads(entry.layer))), GEOJSON)


def described(asked: Asked) -> Node:
    """Return the collection of records."""
    here = f"{asked.base}/collections/{CATALOGUE}"
    language = _language(asked)
    return {
        "id": CATALOGUE,
        "type": "Catalog",
        "itemType": "record",
        "title": _TITLE[language],
        "description": _TITLE[language],
        "language": {"code": language},
        "recordLanguages": [{"code": "vi"}, {"code": "en"}],
        "contacts": [{"organization": CITY[language], "roles": ["publisher"]}],
        "links": [
            _link(here, "self", CATALOG_JSON, _TITLE[language]),
            _link(f"{here}/items", "items", GEOJSON, _TITLE[language]),
            _link(f"{asked.origin}/data", "alternate", "text/html", _TITLE[language]),
            _link(f"{asked.origin}/data/catalog.jsonld", "alternate", _JSONLD, "DCAT-AP"),
            _link(asked.base, "root", "application/json", "OGC API"),
        ],
    }


def catalogue_link(asked: Asked) -> Node:
    """Return the link by which the landing page leads to the records."""
    relation = "http://www.opengis.net/def/rel/ogc/1.0/ogc-catalog"
    return _link(f"{asked.base}/records", relation, CATALOG_JSON, _TITLE[_language(asked)])


def record(asked: Asked, entry: Entry, files: Sequence[Download]) -> Node:
    """Return the record of one layer as GeoJSON."""
    layer, language = entry.layer, _language(asked)
    return {
        "id": layer.slug,
        "type": "Feature",
        "conformsTo": [RECORD_CORE],
        "time": _time(layer),
        "geometry": _rectangle(entry.bounds) if layer.bounds else None,
        "properties": _properties(asked, entry, language, files),
        "links": _links(asked, entry, language, files),
    }


def _properties(asked: Asked, entry: Entry, language: Language, files: Sequence[Download]) -> Node:
    layer = entry.layer
    told: Node = {
        "type": records_query.TYPE,
        "title": entry.title(language),
        "description": entry.abstract(language),
        "keywords": entry.keywords(language),
        "language": {"code": language},
        "languages": [{"code": "vi"}, {"code": "en"}],
        "resourceLanguages": [{"code": "vi"}],
        "updated": entry.modified_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "externalIds": [{"scheme": _scheme(asked), "value": layer.slug}],
        "themes": [
            {
                "scheme": _scheme(asked),
                "concepts": [{"id": layer.theme, "title": entry.theme(language)}],
            }
        ],
        "contacts": [
            {
                "identifier": layer.unit or "",
                "organization": entry.publisher(language),
                "roles": ["publisher", "pointOfContact"],
            }
        ],
        "formats": [{"name": one.name, "mediaType": one.media} for one in files],
    }
    if layer.published_at is not None:
        told["created"] = layer.published_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    if found := licences(layer.licence):
        told["license"] = (found[0].spdx if len(found) == 1 else "") or "other"
    rights = "; ".join(text for text in (layer.licence, layer.attribution) if text)
    return told | ({"rights": rights} if rights else {})


def _links(asked: Asked, entry: Entry, language: Language, files: Sequence[Download]) -> list[Node]:
    layer, title = entry.layer, entry.title(language)
    here = f"{asked.base}/collections/{CATALOGUE}"
    page = f"{asked.origin}/data/{layer.slug}"
    told = [
        _link(f"{here}/items/{layer.slug}", "self", GEOJSON, title),
        _link(here, "collection", CATALOG_JSON, _TITLE[language]),
        _link(page, "alternate", "text/html", title),
        _link(f"{page}.jsonld", "alternate", _JSONLD, "DCAT-AP"),
        _link(f"{page}.iso.xml", "describedby", "application/xml", "ISO 19139"),
        *(_link(asked.origin + one.href, "enclosure", one.media, one.name) for one in files),
    ]
    if asking.is_collection(layer):
        items = f"{asked.base}/collections/{layer.slug}"
        told.append(_link(items, "data", "application/json", "OGC API – Features"))
    tiles = f"{asked.origin}/tiles/{layer.slug}/tilejson.json"
    told.append(_link(tiles, "service", "application/json", "TileJSON"))
    named = licences(layer.licence)
    # Terms without a page of their own are told on the page of the layer.
    return told + [_link(one.uri or page, "license", "text/html", one.name) for one in named]


def _time(layer: Layer) -> Node | None:
    if layer.covers_from is None and layer.covers_until is None:
        return None
    ends = (layer.covers_from, layer.covers_until)
    return {"interval": [day.isoformat() if day else ".." for day in ends]}


def _rectangle(box: Bounds) -> Node:
    west, south, east, north = box
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def _paging(asked: Asked, query: RecordsQuery, shown: int, matched: int) -> list[Node]:
    here = f"{asked.base}/collections/{CATALOGUE}/items"
    told = [_link(_with(asked, here, query.offset), "self", GEOJSON, "")]
    if query.offset:
        before = max(0, query.offset - query.limit)
        told.append(_link(_with(asked, here, before), "prev", GEOJSON, ""))
    if shown and query.offset + shown < matched:
        told.append(_link(_with(asked, here, query.offset + shown), "next", GEOJSON, ""))
    told.append(_link(f"{asked.base}/collections/{CATALOGUE}", "collection", CATALOG_JSON, ""))
    return told


def _with(asked: Asked, here: str, offset: int) -> str:
    dropped = ("key", "offset")
    kept = {name: value for name, value in asked.parameters.items() if name not in dropped}
    kept |= {"offset": str(offset)} if offset else {}
    return f"{here}?{urlencode(kept)}" if kept else here


def _scheme(asked: Asked) -> str:
    """Return whose names the slugs are: the open-data catalogue's."""
    return f"{asked.origin}/data"


def _link(href: str, rel: str, media: str, title: str) -> Node:
    told = {"href": href, "rel": rel, "type": media}
    return told | {"title": title} if title else told


def _language(asked: Asked) -> Language:
    return "en" if asked.language == "en" else "vi"


def _json(document: Node) -> str:
    return json.dumps(document, ensure_ascii=False)
