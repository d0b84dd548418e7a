"""The documents about the service and its collections: pygeoapi's, put right, and our own."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from pygeoapi import api as stock
from starlette.requests import Request
from starlette.responses import Response

from layers.layer import GeometryType, Layer
from ogc import asked as asking
from ogc import items_query, openapi, pages, records, tilesets
from ogc.answer import answer
from ogc.asked import Asked, Form
from ogc.config import GEOMETRY_FORMAT
from ogc.conformance import CLASSES
from ogc.service import Document, OgcService
from ogc.words import LINK_TITLES_VI

type Make = Callable[[OgcService, Asked, Layer | None], Awaitable[Document]]

_PLAIN = frozenset({Form.JSON, Form.HTML})
_LINKED = frozenset({Form.JSON, Form.HTML, Form.JSONLD})
_SCHEMA_JSON = "application/schema+json"
_OPENAPI_JSON = "application/vnd.oai.openapi+json;version=3.0"


@dataclass(frozen=True, slots=True)
class Page:
    """One kind of document: how it is made, drawn and named."""

    make: Make
    template: str
    forms: frozenset[Form] = _PLAIN
    json_type: str = "application/json"
    titled: str = field(kw_only=True)


async def serve(service: OgcService, page: Page, request: Request) -> Response:
    """Answer with the document of ``page``; it is made once a generation of the registry."""
    asked = asking.read(request, page.forms)
    layer = asked.collection(request.path_params["slug"]) if request.path_params else None
    slug = layer.slug if layer else ""
    key = (page.titled, slug, asked.actor.scope, asked.base, asked.language, asked.form)
    generation = asked.snapshot.generation
    body = service.bodies.get(generation, key)
    if body is None:
        document = await page.make(service, asked, layer)
        body = _written(page, asked, layer, document).encode()
        service.bodies.put(generation, key, body)
    media = {Form.HTML: "text/html", Form.JSONLD: "application/ld+json"}
    headers = pages.SAFE if asked.form is Form.HTML else {}
    return answer(asked, body, media.get(asked.form, page.json_type), headers)


def _written(page: Page, asked: Asked, layer: Layer | None, document: Document) -> str:
    if asked.form is not Form.HTML:
        return json.dumps(document, ensure_ascii=False)
    heading = pages.words(asked.language)[page.titled]
    return pages.render(asked, page.template, document, layer=layer, heading=heading)


async def _landing(service: OgcService, asked: Asked, _: Layer | None) -> Document:
    document = _put_right(asked, await service.ask(asked, stock.landing_page))
    if "links" in document:
        document["links"].append(records.catalogue_link(asked))
    return document


async def _collections(service: OgcService, asked: Asked, _: Layer | None) -> Document:
    document = await service.ask(asked, stock.describe_collections)
    for one in document.get("collections", []):
        _put_right(asked, one)
    return _put_right(asked, document)


async def _collection(service: OgcService, asked: Asked, layer: Layer | None) -> Document:
    document = await service.ask(asked, stock.describe_collections, _slug(layer))
    return _put_right(asked, document)


async def _schema(service: OgcService, asked: Asked, layer: Layer | None) -> Document:
    document = await service.ask(asked, stock.get_collection_schema, _slug(layer))
    return _typed(document, layer) | {"additionalProperties": False}


async def _queryables(service: OgcService, asked: Asked, layer: Layer | None) -> Document:
    """Return the schema with only what may stand in a query."""
    document = await _schema(service, asked, layer)
    names = {f.name for f in items_query.queryables(layer)} if layer else set[str]()
    kept = {"geometry", *names}
    properties = {name: said for name, said in document["properties"].items() if name in kept}
    address = document["$id"].removesuffix("/schema") + "/queryables"
    return document | {"$id": address, "properties": properties}


async def _conformance(_: OgcService, __: Asked, ___: Layer | None) -> Document:
    return {"conformsTo": list(CLASSES)}


async def _openapi(_: OgcService, asked: Asked, __: Layer | None) -> Document:
    return openapi.document(asked.base)


async def _tilesets(_: OgcService, asked: Asked, layer: Layer | None) -> Document:
    return tilesets.listed(asked, layer) if layer else {}


async def _tileset(_: OgcService, asked: Asked, layer: Layer | None) -> Document:
    return tilesets.described(asked, layer) if layer else {}


LANDING = Page(_landing, "landing.html", _LINKED, titled="home")
COLLECTIONS = Page(_collections, "collections.html", _LINKED, titled="collections")
COLLECTION = Page(_collection, "collection.html", _LINKED, titled="collection")
SCHEMA = Page(_schema, "schema.html", json_type=_SCHEMA_JSON, titled="schema")
QUERYABLES = Page(_queryables, "schema.html", json_type=_SCHEMA_JSON, titled="queryables")
CONFORMANCE = Page(_conformance, "conformance.html", titled="conformance")
OPENAPI = Page(_openapi, "openapi.html", json_type=_OPENAPI_JSON, titled="definition")
TILESETS = Page(_tilesets, "tilesets.html", titled="tiles")
TILESET = Page(_tileset, "tilesets.html", titled="tileset")


def _slug(layer: Layer | None) -> str:
    return layer.slug if layer else ""


def _put_right(asked: Asked, document: Document) -> Document:
    """Keep the links that lead somewhere here, whole and in the reader's language."""
    if "links" in document:
        document["links"] = [_told(asked, link) for link in document["links"] if _is_served(link)]
    return document


def _is_served(link: dict[str, Any]) -> bool:
    """Return whether we answer at a link of pygeoapi's; it names what it cannot know we lack."""
    rel, media_type = link["rel"], link["type"]
    if rel.endswith(("/processes", "/tiling-schemes")):
        return False
    return rel != "items" or media_type in ("application/geo+json", "text/html")


def _told(asked: Asked, link: dict[str, Any]) -> dict[str, Any]:
    title, href = link["title"], link["href"]
    if asked.language == "vi":
        title = LINK_TITLES_VI.get(title, title)
    return link | {"title": title, "href": asked.origin + href if href[0] == "/" else href}


def _typed(document: Document, layer: Layer | None) -> Document:
    """Say which geometry the layer has, and that ids are the server's to give."""
    kind = (layer.geometry_type if layer else None) or GeometryType.MIXED
    properties = document["properties"]
    properties["geometry"] |= {"format": GEOMETRY_FORMAT[kind]}
    field_of_time = items_query.temporal(layer) if layer else None
    if field_of_time is not None:
        properties[field_of_time.name]["x-ogc-role"] = "primary-instant"
    return document
