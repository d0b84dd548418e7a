"""``items`` and ``items/{id}``: GeoJSON that the database writes itself, or a page for people.

Our own, not pygeoapi's: its items hold every feature as dictionaries, count all rows for every
page and answer several malformed parameters with a server error.
"""

import json
import re
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote, urlencode

import psycopg
from psycopg.sql import Composed
from starlette.requests import Request
from starlette.responses import Response

from gishue.core.db import Connection, transaction
from gishue.core.errors import BadRequest, Busy
from layers import feature_store, past
from layers.layer import Layer
from layers.moment import read_time
from ogc import asked as asking
from ogc import items_query, pages
from ogc.answer import answer
from ogc.asked import Asked, Form
from ogc.crs_uri import NamedCrs

_ID = re.compile(r"0|-?[1-9]\d{0,18}", re.ASCII)
GEOJSON = "application/geo+json"
_FORMS = frozenset({Form.JSON, Form.HTML})
_MEDIA = {Form.JSON: GEOJSON, Form.HTML: "text/html"}

type Link = dict[str, str]


async def items(request: Request) -> Response:
    """Serve ``GET /ogc/collections/{slug}/items``."""
    asked = asking.read(request, _FORMS, known=None)
    layer = asked.collection(request.path_params["slug"])
    async with _reading(asked) as conn:
        layer, source = await _of_then(conn, layer, asked.parameters)
        wanted = items_query.read_items(layer, asked.parameters)
        page = await feature_store.page(conn, layer, wanted.features, source)
        matched = await feature_store.matched(conn, layer, wanted.features, source)
    head: dict[str, Any] = {
        "type": "FeatureCollection",
        "timeStamp": asked.services.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
        "numberReturned": len(page.features),
        "links": _links(asked, layer, page.next_id),
    }
    if matched is not None:
        head["numberMatched"] = matched
    if asked.form is Form.HTML:
        return _people(asked, layer, wanted.crs, "items.html", head | _parsed(page.features))
    text = _member(head, "features", f"[{','.join(page.features)}]")
    return answer(asked, text, GEOJSON, _headers(wanted.crs))


async def item(request: Request) -> Response:
    """Serve ``GET /ogc/collections/{slug}/items/{id}``."""
    asked = asking.read(request, _FORMS, items_query.ITEM)
    layer = asked.collection(request.path_params["slug"])
    feature_id = _id(layer, request.path_params["id"])
    async with _reading(asked) as conn:
        layer, source = await _of_then(conn, layer, asked.parameters)
        named = items_query.read_crs(layer, asked.parameters)
        feature = await feature_store.one(
            conn, layer, feature_id, named.srid, flip=named.flip, source=source
        )
    links = {"links": _links(asked, layer)}
    if asked.form is Form.HTML:
        return _people(asked, layer, named, "item.html", json.loads(feature) | links)
    text = f"{feature[:-1]},{json.dumps(links, ensure_ascii=False)[1:]}"
    return answer(asked, text, GEOJSON, _headers(named))


@asynccontextmanager
async def _reading(asked: Asked) -> AsyncGenerator[Connection]:
    """Lend a connection; what the database refuses becomes a refusal of ours.

    Raises:
        Busy: the statement took too long.
        BadRequest: a value or a coordinate has no image in its type or CRS.
    """
    try:
        async with transaction(asked.services.pool) as conn:
            yield conn
    except psycopg.errors.QueryCanceled as error:
        raise Busy(
            "reading took too long; ask for a smaller box or fewer features",
            vi="đọc dữ liệu quá lâu; hãy thu nhỏ khung hoặc giảm số đối tượng",
        ) from error
    except (psycopg.DataError, psycopg.errors.InternalError_) as error:
        raise BadRequest(
            "a value is beyond its type, or a coordinate does not exist in the CRS asked for",
            vi="có giá trị vượt kiểu dữ liệu, hoặc tọa độ không tồn tại trong hệ được yêu cầu",
        ) from error


async def _of_then(
    conn: Connection, layer: Layer, parameters: Mapping[str, str]
) -> tuple[Layer, Composed | None]:
    """Return the layer as of the time that is asked for and where its rows stand; None: as it is.

    Raises:
        BadRequest: the time cannot be read.
        NotKept: the features of then are not kept, or not shown to whoever asks.
    """
    text = parameters.get("as_of")
    if text is None:
        return layer, None
    at = read_time(text)
    await past.begin(conn)
    then = await past.as_of(conn, layer, at)
    return then.layer, then.source


def _id(layer: Layer, text: str) -> int:
    if not _ID.fullmatch(text):
        raise feature_store.no_feature(layer, text[:40])
    return int(text)


def _links(asked: Asked, layer: Layer, next_id: int | None = None) -> list[Link]:
    here = f"{asked.origin}{quote(asked.path)}"
    words = pages.words(asked.language)
    other = {Form.JSON: Form.HTML, Form.HTML: Form.JSON}[asked.form]
    as_other = urlencode({**asked.parameters, "f": str(other)})
    own = urlencode(dict(asked.parameters))
    media, other_media = _MEDIA[asked.form], _MEDIA[other]
    links = [
        _link("self", media, words["this_document"], f"{here}?{own}" if own else here),
        _link("alternate", other_media, words["other_form"], f"{here}?{as_other}"),
    ]
    if next_id is not None:
        query = items_query.following(asked.parameters, next_id)
        links.append(_link("next", media, words["next_page"], f"{here}?{query}"))
    home = f"{asked.base}/collections/{layer.slug}"
    return [*links, _link("collection", "application/json", layer.title, home)]


def _link(rel: str, media_type: str, title: str, href: str) -> Link:
    return {"rel": rel, "type": media_type, "title": title, "href": href}


def _headers(named: NamedCrs) -> dict[str, str]:
    return {"content-crs": f"<{named.uri}>"}


def _member(head: dict[str, Any], name: str, value: str) -> str:
    """Return ``head`` as JSON with one more member that is JSON text already."""
    return f'{json.dumps(head, ensure_ascii=False)[:-1]}, "{name}": {value}}}'


def _parsed(features: list[str]) -> dict[str, Any]:
    return {"features": [json.loads(feature) for feature in features]}


def _people(
    asked: Asked, layer: Layer, named: NamedCrs, template: str, document: dict[str, Any]
) -> Response:
    body = pages.render(asked, template, document, layer=layer, crs=named.uri)
    return answer(asked, body, "text/html", _headers(named) | pages.SAFE)
