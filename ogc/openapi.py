"""The OpenAPI 3.0 definition of the service: constant, with ``{collectionId}`` in its paths.

One description for all collections: naming each would show the caller layers that may not be
seen, and grow with the city. QGIS takes its page size from ``components.parameters.limit``.
"""

from typing import Any

from gishue.core.version import VERSION
from ogc.config import DEFAULT_ITEMS, MAX_ITEMS
from ogc.crs_uri import CRS84
from ogc.records_query import MOST, USUAL

type Json = dict[str, Any]

_SECURITY: Json = {
    "keyInHeader": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
    "keyInQuery": {"type": "apiKey", "in": "query", "name": "key"},
    "bearer": {"type": "http", "scheme": "bearer"},
    "session": {"type": "apiKey", "in": "cookie", "name": "gishue_session"},
}
"""How staff show who they are; open layers need none of it."""


def document(base: str) -> Json:
    """Return the definition for a service whose landing page is at ``base``."""
    return {
        "openapi": "3.0.3",
        "info": {
            "title": "GISHue OGC API",
            "description": "The map layers of the city of Huế: OGC API Features, Parts 1 and 2; "
            "their records: OGC API Records, Part 1.",
            "version": VERSION,
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
        },
        "servers": [{"url": base}],
        "tags": [
            {"name": "Capabilities"},
            {"name": "Data"},
            {"name": "Tiles"},
            {"name": "Records"},
        ],
        "paths": _paths(),
        "security": [{}, *({name: []} for name in _SECURITY)],
        "components": {
            "parameters": _parameters(),
            "schemas": _schemas(),
            "responses": _responses(),
            "securitySchemes": _SECURITY,
        },
    }


def _paths() -> Json:
    one = "/collections/{collectionId}"
    items = ["limit", "offset", "cursor", "bbox", "bbox-crs", "crs", "datetime", "as_of"]
    items += ["properties"]
    return {
        "/": _get("Capabilities", "Landing page", "LandingPage", linked=True),
        "/conformance": _get("Capabilities", "Conformance classes", "Conformance"),
        "/openapi": _get("Capabilities", "This definition", "Definition"),
        "/collections": _get("Capabilities", "Collections", "Collections", linked=True),
        one: _get("Capabilities", "One collection", "Collection", ["collectionId"], linked=True),
        f"{one}/schema": _get("Data", "Fields of a collection", "Schema", ["collectionId"]),
        f"{one}/queryables": _get("Data", "What may be filtered", "Schema", ["collectionId"]),
        f"{one}/items": _get("Data", "Features", "Features", ["collectionId", *items]),
        f"{one}/items/{{featureId}}": _get(
            "Data", "One feature", "Feature", ["collectionId", "featureId", "crs", "as_of"]
        ),
        f"{one}/tiles": _get("Tiles", "Tile sets", "TileSets", ["collectionId"]),
        f"{one}/tiles/WebMercatorQuad": _get("Tiles", "A tile set", "TileSet", ["collectionId"]),
        **_records(),
    }


def _records() -> Json:
    """Return the paths of the catalogue, which people read at ``/data``."""
    one = "/collections/_records"
    asked = ["q", "ids", "externalIds", "recordType", "recordsBbox", "recordsDatetime"]
    asked += ["recordsLimit", "offset"]
    return {
        "/records": _get("Records", "The catalogue", "Catalog", form="fJson"),
        one: _get("Records", "The catalogue as a collection", "Catalog", form="fJson"),
        f"{one}/items": _get("Records", "Records", "Records", asked, form="fJson"),
        f"{one}/items/{{recordId}}": _get(
            "Records", "One record", "Record", ["recordId"], form="fJson"
        ),
    }


def _get(
    tag: str,
    summary: str,
    answer: str,
    parameters: list[str] | None = None,
    *,
    linked: bool = False,
    form: str = "f",
) -> Json:
    named = [*(parameters or []), "fLinked" if linked else form, "lang"]
    answers = {"200": _ref("responses", answer), "400": _ref("responses", "Problem")}
    if parameters:
        answers["404"] = _ref("responses", "Problem")
    for status in ("401", "405", "500", "503"):
        answers[status] = _ref("responses", "Problem")
    operation = {
        "tags": [tag],
        "summary": summary,
        "operationId": f"get{summary.title().replace(' ', '')}",
        "parameters": [_ref("parameters", name) for name in named],
        "responses": answers,
    }
    return {"get": operation}


def _parameters() -> Json:
    number = {"type": "number"}
    return {
        "collectionId": _path("collectionId", "slug of a collection"),
        "featureId": _path("featureId", "id of a feature"),
        "limit": _query(
            "limit",
            f"features a page; {DEFAULT_ITEMS} when left out, at most {MAX_ITEMS}",
            {
                "type": "integer",
                "minimum": 1,
                "maximum": MAX_ITEMS,
                "default": DEFAULT_ITEMS,
            },
        ),
        "offset": _query(
            "offset", "features to leave out", {"type": "integer", "minimum": 0, "default": 0}
        ),
        "cursor": _query("cursor", "where a next link goes on", {"type": "string"}),
        "bbox": _query(
            "bbox",
            "features that meet this box, or have no geometry; longitude and latitude unless "
            "bbox-crs says otherwise; west > east crosses the antimeridian",
            {
                "type": "array",
                "oneOf": [{"minItems": 4, "maxItems": 4}, {"minItems": 6, "maxItems": 6}],
                "items": number,
            },
        ),
        "bbox-crs": _query("bbox-crs", "CRS of bbox, one of the collection's crs", _uri()),
        "crs": _query("crs", "CRS of the coordinates, one of the collection's crs", _uri()),
        "datetime": _query(
            "datetime",
            "features of this time or without one: an RFC 3339 time, or start/end with .. for an "
            "open end; the time of a feature is its collection's only date or time field",
            {"type": "string"},
        ),
        "as_of": _query(
            "as_of",
            "the collection as readers saw it at that date or RFC 3339 time; an extension of ours, "
            "404 where the features of then are not kept",
            {"type": "string"},
        ),
        "properties": {
            "name": "properties",
            "in": "query",
            "description": "equal values, by the names that /queryables lists",
            "required": False,
            "schema": {"type": "object", "additionalProperties": {"type": "string"}},
            "style": "form",
            "explode": True,
        },
        "f": _query("f", "representation", {"type": "string", "enum": ["json", "html"]}),
        "fLinked": _query(
            "f", "representation", {"type": "string", "enum": ["json", "html", "jsonld"]}
        ),
        "fJson": _query("f", "representation", {"type": "string", "enum": ["json"]}),
        **_record_parameters(),
        "lang": _query("lang", "language", {"type": "string", "enum": ["vi", "en"]}),
    }


def _record_parameters() -> Json:
    words = {"type": "array", "items": {"type": "string"}}
    box = {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6}
    limit = {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL}
    return {
        "recordId": _path("recordId", "id of a record: the slug of its layer"),
        "q": _query("q", "terms, one of which a text holds; diacritics are optional", words),
        "ids": _query("ids", "ids of records", words),
        "externalIds": _query("externalIds", "names of the layers, as [scheme:]value", words),
        "recordType": _query("type", "what the records describe: dataset", words),
        "recordsBbox": _query("bbox", "records that meet this box, in longitude and latitude", box),
        "recordsDatetime": _query(
            "datetime",
            "records of this time or without one: an RFC 3339 time, or start/end with .. for an "
            "open end; the time of a record is what its layer covers",
            {"type": "string"},
        ),
        "recordsLimit": _query("limit", f"records a page; {USUAL} when left out", limit),
    }


def _query(name: str, description: str, schema: Json) -> Json:
    return {
        "name": name,
        "in": "query",
        "description": description,
        "required": False,
        "schema": schema,
        "style": "form",
        "explode": False,
    }


def _path(name: str, description: str) -> Json:
    return {
        "name": name,
        "in": "path",
        "description": description,
        "required": True,
        "schema": {"type": "string"},
    }


def _uri() -> Json:
    return {"type": "string", "format": "uri", "default": CRS84.uri}


def _responses() -> Json:
    html = {"text/html": {"schema": {"type": "string"}}}

    def answer(description: str, media_type: str, schema: str) -> Json:
        content = {media_type: {"schema": _ref("schemas", schema)}, **html}
        return {"description": description, "content": content}

    header = {
        "Content-Crs": {"description": "CRS of the coordinates", "schema": {"type": "string"}}
    }
    return {
        "LandingPage": answer("links to all there is", "application/json", "Linked"),
        "Conformance": answer("requirement classes", "application/json", "Conformance"),
        "Definition": answer(
            "this definition", "application/vnd.oai.openapi+json;version=3.0", "Any"
        ),
        "Collections": answer("collections", "application/json", "Collections"),
        "Collection": answer("a collection", "application/json", "Collection"),
        "Schema": answer("JSON Schema", "application/schema+json", "Any"),
        "Features": answer("features", "application/geo+json", "Features") | {"headers": header},
        "Feature": answer("a feature", "application/geo+json", "Feature") | {"headers": header},
        "TileSets": answer("tile sets", "application/json", "Any"),
        "TileSet": answer("a tile set", "application/json", "Linked"),
        "Catalog": _only("the catalogue", "application/ogc-catalog+json", "Collection"),
        "Records": _only("records", "application/geo+json", "Features"),
        "Record": _only("a record", "application/geo+json", "Feature"),
        "Problem": {
            "description": "a refusal: what is wrong and what to do",
            "content": {"application/problem+json": {"schema": _ref("schemas", "Problem")}},
        },
    }


def _only(description: str, media_type: str, schema: str) -> Json:
    content = {media_type: {"schema": _ref("schemas", schema)}}
    return {"description": description, "content": content}


def _schemas() -> Json:
    text = {"type": "string"}
    links = _array(_ref("schemas", "Link"))
    collection = {"id": text, "title": text, "description": text, "links": links}
    collection |= {"extent": _any(), "itemType": text, "crs": _array(text), "storageCrs": text}
    feature = {"type": {"type": "string", "enum": ["Feature"]}, "id": _any(), "links": links}
    feature |= {"geometry": _any() | {"nullable": True}, "properties": _any()}
    features = {
        "type": {"type": "string", "enum": ["FeatureCollection"]},
        "features": _array(_ref("schemas", "Feature")),
        "links": links,
        "timeStamp": {"type": "string", "format": "date-time"},
        "numberMatched": {"type": "integer", "minimum": 0},
        "numberReturned": {"type": "integer", "minimum": 0},
    }
    problem = {"type": text, "title": text, "detail": text, "status": {"type": "integer"}}
    return {
        "Any": _any(),
        "Link": _object(["href", "rel"], {"href": text, "rel": text, "type": text, "title": text}),
        "Linked": _object(["links"], {"links": links, "title": text, "description": text}),
        "Conformance": _object(["conformsTo"], {"conformsTo": _array(text)}),
        "Collections": _object(
            ["links", "collections"],
            {"links": links, "collections": _array(_ref("schemas", "Collection"))},
        ),
        "Collection": _object(["id", "links"], collection),
        "Features": _object(["type", "features"], features),
        "Feature": _object(["type", "geometry", "properties"], feature),
        "Problem": _object(["type", "title", "status"], problem),
    }


def _any() -> Json:
    return {"type": "object"}


def _array(items: Json) -> Json:
    return {"type": "array", "items": items}


def _object(required: list[str], properties: Json) -> Json:
    return {"type": "object", "required": required, "properties": properties}


def _ref(kind: str, name: str) -> Json:
    return {"$ref": f"#/components/{kind}/{name}"}
