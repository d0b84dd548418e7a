"""The tiles in the OpenAPI document: their routes are plain ones, which describe nothing."""

from typing import Any, Final

from fastapi import FastAPI

type Json = dict[str, Any]

_MVT: Final = "application/vnd.mapbox-vector-tile"
_PROBLEM: Final = {"application/problem+json": {"schema": {"type": "object"}}}


def _parameter(name: str, where: str, kind: str, said: str) -> Json:
    schema = {"type": "string", "format": kind} if kind == "date-time" else {"type": kind}
    return {
        "name": name,
        "in": where,
        "required": where == "path",
        "description": said,
        "schema": schema,
    }


_PLACE: Final = [
    _parameter(name, "path", "integer", "of the tile in WebMercatorQuad") for name in "zxy"
]
_LAYERS: Final = _parameter(
    "slug", "path", "string", "a layer, or up to 16 vector layers with commas between them"
)
_ASKED: Final = [
    _parameter("filter", "query", "string", "CQL2, degrees; JSON where it begins with {"),
    _parameter("filter-lang", "query", "string", "cql2-text or cql2-json"),
    _parameter("fields", "query", "string", "names with commas between them; empty: none"),
    _parameter("at", "query", "date-time", "the layer as it was then"),
    _parameter("rev", "query", "string", "its revision, one for each layer: kept for a year"),
]


def _get(summary: str, media: str, *parameters: Json) -> Json:
    refused = {
        "400": "not to be asked",
        "404": "not there, or not to be seen",
        "503": "too much just now; come again after Retry-After",
    }
    answers: Json = {
        status: {"description": said, "content": _PROBLEM} for status, said in refused.items()
    }
    answers["200"] = {"description": summary, "content": {media: {}}}
    answers["204"] = {"description": "nothing there"}
    return {
        "get": {
            "tags": ["tiles"],
            "summary": summary,
            "parameters": list(parameters),
            "responses": answers,
        }
    }


_NAME: Final = _parameter("name", "path", "string", "a function layer; see /api/v1/functions")
_FUNCTION: Final = "The tile of a function, which takes the parameters that it declares"
PATHS: Final = {
    "/tiles/{slug}/{z}/{x}/{y}.mvt": _get("A vector tile", _MVT, _LAYERS, *_PLACE, *_ASKED),
    "/tiles/{slug}/tilejson.json": _get("TileJSON", "application/json", _LAYERS, *_ASKED),
    "/tiles/functions/{name}/{z}/{x}/{y}.mvt": _get(_FUNCTION, _MVT, _NAME, *_PLACE),
    "/tiles/functions/{name}/tilejson.json": _get("TileJSON", "application/json", _NAME),
}


def describe(app: FastAPI) -> None:
    """Let the OpenAPI document of ``app`` tell of the tiles too."""
    of_routers = app.openapi

    def openapi() -> Json:
        document = of_routers()
        document["paths"] = document["paths"] | PATHS
        return document

    app.openapi = openapi
