"""A small city to develop the front end against, when the real server is not running.

    uv run python web/dev/server.py [--port 8765] [--away] [--empty]

It serves the real pages and answers the public API from ``sample/sources``, slowly and simply:
tiles are cut with shapely on request. Not shipped, not for measuring. ``--away`` refuses every
API question, ``--empty`` has no layers. ``GET /dev/touch/{slug}`` publishes a new revision.
"""

import argparse
import asyncio
import json
import math
import sys
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import mapbox_vector_tile
import uvicorn
from shapely import box, make_valid
from shapely.affinity import affine_transform
from shapely.geometry import mapping, shape
from shapely.strtree import STRtree
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from gishue.core.errors import GishueError, NotFound, NotSignedIn  # noqa: E402
from gishue.core.vietnamese import vn_key  # noqa: E402
from gishue.portal.pages import routes  # noqa: E402

SOURCES = ROOT / "sample" / "sources"


@dataclass(frozen=True)
class Toy:
    """One layer of the small city."""

    slug: str
    title: str
    title_en: str
    file: str
    geometry: str
    theme: tuple[str, str, str, int]
    unit: tuple[str, str, str]
    fields: tuple[tuple[str, str, str, str], ...]
    style: tuple[dict[str, Any], ...]
    legend: tuple[dict[str, Any], ...]
    order: int
    on: bool = True
    simulated: bool = False
    minzoom: int = 0
    revision: int = 1


BORDERS = ("borders", "Địa giới hành chính", "Administrative borders", 1)
TRAFFIC = ("transport", "Giao thông", "Transport", 2)
WATER = ("water", "Thủy văn và thủy lợi", "Water", 3)
PLACES = ("places", "Địa danh", "Place names", 4)
LAND = ("land", "Đất đai", "Land", 5)
HOME_AFFAIRS = ("SNV", "Sở Nội vụ", "Department of Home Affairs")
BUILD = ("SXD", "Sở Xây dựng", "Department of Construction")
FARM = ("SNNMT", "Sở Nông nghiệp và Môi trường", "Department of Agriculture and Environment")


def _text(field: str, size: float, font: str = "Noto Sans Regular") -> dict[str, Any]:
    return {
        "type": "symbol",
        "layout": {"text-field": ["get", field], "text-font": [font], "text-size": size},
        "paint": {"text-color": "#2b2640", "text-halo-color": "#ffffff", "text-halo-width": 1.4},
    }


NAMES = (("full_name", "Tên đầy đủ", "Full name", "text"), ("name", "Tên", "Name", "text"),
         ("code", "Mã", "Code", "text"), ("area_km2", "Diện tích (km²)", "Area (km²)", "real"))  # fmt: skip
TOYS = [
    Toy("tinh_thanh", "Tỉnh, thành phố", "Provinces", "vn_provinces_2025_simplified", "polygon", BORDERS, HOME_AFFAIRS,
        NAMES, ({"type": "fill", "paint": {"fill-color": "#f6f3ea"}},
                {"type": "line", "paint": {"line-color": "#b9ab8a", "line-width": 1}}),
        ({"label": "Tỉnh, thành phố", "label_en": "Province", "symbol": {"type": "fill", "color": "#f6f3ea", "outline": "#b9ab8a"}},), 10),
    Toy("phuong_xa", "Phường, xã (từ 1/7/2025)", "Wards and communes (from 1 July 2025)", "hue_wards_2025", "polygon", BORDERS, HOME_AFFAIRS,
        NAMES, ({"type": "fill", "paint": {"fill-color": ["case", ["==", ["slice", ["get", "full_name"], 0, 2], "Xã"], "#dfe8d2", "#eadcf0"], "fill-opacity": 0.75}},
                {"type": "line", "paint": {"line-color": "#8b6fae", "line-width": ["interpolate", ["linear"], ["zoom"], 8, 0.8, 14, 2]}},
                _text("name", 12) | {"minzoom": 9}),
        ({"label": "Phường", "label_en": "Ward", "symbol": {"type": "fill", "color": "#eadcf0", "outline": "#8b6fae"}},
         {"label": "Xã", "label_en": "Commune", "symbol": {"type": "fill", "color": "#dfe8d2", "outline": "#8b6fae"}}), 20),
    Toy("duong_chinh", "Đường chính", "Main roads", "main_roads", "line", TRAFFIC, BUILD,
        (("ten", "Tên tuyến", "Name", "text"), ("loai_duong", "Loại đường", "Kind", "text"), ("cap_duong", "Cấp", "Class", "text"), ("chieu_dai", "Chiều dài (m)", "Length (m)", "real")),
        ({"type": "line", "paint": {"line-color": "#ffffff", "line-width": 4}}, {"type": "line", "paint": {"line-color": "#c2703d", "line-width": 2.2}},
         _text("ten", 11, "Noto Sans Italic") | {"minzoom": 10, "layout": {"symbol-placement": "line", "text-field": ["get", "ten"], "text-font": ["Noto Sans Italic"], "text-size": 11}}),
        ({"label": "Đường chính", "label_en": "Main road", "symbol": {"type": "line", "color": "#c2703d", "width": 2.2}},), 50),
    Toy("ho_dap", "Hồ, đập thủy điện", "Dams", "dams", "point", WATER, FARM,
        (), ({"type": "circle", "paint": {"circle-color": "#2f6f9f", "circle-radius": 5, "circle-stroke-color": "#fff", "circle-stroke-width": 1.5}},),
        ({"label": "Đập", "label_en": "Dam", "symbol": {"type": "circle", "color": "#2f6f9f", "outline": "#ffffff", "radius": 5}},), 60, on=False, simulated=True),
    Toy("dia_danh", "Địa danh", "Places", "hue_places_osm_2017", "point", PLACES, FARM,
        (("name", "Tên", "Name", "text"), ("place", "Loại", "Kind", "text"), ("osm_id", "Mã OSM", "OSM id", "integer")),
        ({"type": "circle", "paint": {"circle-color": "#fff", "circle-radius": 3.5, "circle-stroke-color": "#3b2a5c", "circle-stroke-width": 1.6}},
         _text("name", 12, "Noto Sans Bold") | {"layout": {"text-field": ["get", "name"], "text-font": ["Noto Sans Bold"], "text-size": 12, "text-offset": [0, 1], "text-anchor": "top"}}),
        ({"label": "Địa danh", "label_en": "Place", "symbol": {"type": "circle", "color": "#ffffff", "outline": "#3b2a5c", "radius": 3.5}},), 80),
    Toy("thua_dat", "Thửa đất (dữ liệu mô phỏng)", "Parcels (simulated data)", "hue_city_2025", "polygon", LAND, FARM,
        NAMES, ({"type": "line", "paint": {"line-color": "#a8862b", "line-width": 0.8}},),
        ({"label": "Thửa đất", "label_en": "Parcel", "symbol": {"type": "fill", "color": "#fff8e6", "outline": "#a8862b"}},), 30, simulated=True, minzoom=13),
]  # fmt: skip
LAYERS: dict[str, Toy] = {toy.slug: toy for toy in TOYS}
CHANGES: list[asyncio.Queue[str]] = []


@cache
def content(slug: str) -> tuple[list[Any], list[dict[str, Any]], STRtree]:
    """Return the geometries (EPSG:4326), the attributes and an index of one layer."""
    features = json.loads((SOURCES / f"{LAYERS[slug].file}.geojson").read_text("utf-8"))["features"]
    shapes = [make_valid(shape(feature["geometry"])) for feature in features]
    return shapes, [feature["properties"] for feature in features], STRtree(shapes)


def fields(toy: Toy) -> list[dict[str, Any]]:
    """Return the fields, made up from the data where none are written down."""
    known = toy.fields or tuple((name, name, name, "text") for name in content(toy.slug)[1][0])
    return [{"name": n, "title": t, "title_en": e, "type": k} for n, t, e, k in known]


def summary(toy: Toy) -> dict[str, Any]:
    """Return a layer as ``/api/v1/layers`` describes it."""
    shapes, _, _ = content(toy.slug)
    boxes = [one.bounds for one in shapes]
    theme, unit, api = toy.theme, toy.unit, f"/api/v1/layers/{toy.slug}"
    bounds = [min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)]  # fmt: skip
    return {
        "slug": toy.slug, "title": toy.title, "title_en": toy.title_en, "description": "Địa giới các đơn vị sau sắp xếp, phục vụ tra cứu.",
        "kind": "vector", "theme": theme[0], "theme_title": theme[1], "theme_title_en": theme[2], "theme_order": theme[3],
        "unit": unit[0], "unit_title": unit[1], "unit_title_en": unit[2], "visibility": "open", "state": "published",
        "revision": toy.revision, "bounds": bounds, "crs": "EPSG:9214", "geometry_type": toy.geometry, "minzoom": toy.minzoom, "maxzoom": 14,
        "feature_count": len(shapes), "licence": "MIT", "source": "vietnamese-provinces-database", "attribution": "© thanglequoc, OpenStreetMap",
        "simulated": toy.simulated, "draw_order": toy.order, "visible_by_default": toy.on,
        "operation": "VN-2000 to WGS 84 (2), EPSG:6960", "accuracy_m": 1.0,
        "published_at": "2026-11-20T02:00:00Z", "updated_at": "2026-11-21T03:30:00Z",
        "links": {"self": api, "features": f"{api}/features", "tilejson": f"/tiles/{toy.slug}/tilejson.json", "style": f"/tiles/{toy.slug}/style.json",
                  "legend": f"/tiles/{toy.slug}/legend.json", "files": {"gpkg": f"/files/{toy.slug}/{toy.slug}.gpkg", "geojson": f"/files/{toy.slug}/{toy.slug}.geojson"}},
    }  # fmt: skip


def wanted(request: Request) -> Toy:
    """Return the layer of the address."""
    toy = LAYERS.get(request.path_params["slug"])
    if toy is None:
        raise NotFound("no such layer", vi="không có lớp này")
    return toy


async def layers(request: Request) -> Response:
    """List the layers."""
    await asyncio.sleep(0.2)
    return JSONResponse({"items": [summary(toy) for toy in LAYERS.values()], "next": None})


async def layer(request: Request) -> Response:
    """Describe one layer with its fields."""
    toy = wanted(request)
    return JSONResponse(summary(toy) | {"fields": fields(toy)})


async def feature(request: Request) -> Response:
    """Return one feature."""
    shapes, rows, _ = content(wanted(request).slug)
    at = int(request.path_params["id"]) - 1
    if not 0 <= at < len(shapes):
        raise NotFound("no such feature", vi="không có đối tượng này")
    return JSONResponse({"type": "Feature", "id": at + 1, "properties": rows[at], "geometry": mapping(shapes[at])})  # fmt: skip


async def style(request: Request) -> Response:
    """Return one layer's MapLibre style."""
    toy = wanted(request)
    address = f"/tiles/{toy.slug}/{{z}}/{{x}}/{{y}}.mvt?rev={toy.revision}"
    drawn = [
        one | {"id": toy.slug if at == 0 else f"{toy.slug}:{at}", "source": toy.slug, "source-layer": toy.slug}
        for at, one in enumerate(toy.style)
    ]  # fmt: skip
    source = {"type": "vector", "tiles": [address], "minzoom": toy.minzoom, "maxzoom": 14}
    return JSONResponse({"version": 8, "glyphs": "/fonts/{fontstack}/{range}.pbf", "sources": {toy.slug: source}, "layers": drawn})  # fmt: skip


async def legend(request: Request) -> Response:
    """Return one layer's legend."""
    toy = wanted(request)
    return JSONResponse({"title": toy.title, "title_en": toy.title_en, "items": toy.legend})


async def base(request: Request) -> Response:
    """Return the base style."""
    return JSONResponse({"version": 8, "glyphs": "/fonts/{fontstack}/{range}.pbf", "sources": {},
                         "layers": [{"id": "background", "type": "background", "paint": {"background-color": "#dbe8ee"}}]})  # fmt: skip


def tile_bounds(z: int, x: int, y: int) -> tuple[float, float, float, float]:
    """Return (west, south, east, north) of a tile in degrees."""
    n = 2**z
    lat = [math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * row / n)))) for row in (y + 1, y)]
    return x / n * 360 - 180, lat[0], (x + 1) / n * 360 - 180, lat[1]


async def tile(request: Request) -> Response:
    """Cut one tile."""
    toy, at = wanted(request), request.path_params
    return await asyncio.to_thread(cut, toy, (at["z"], at["x"], at["y"]))


def cut(toy: Toy, address: tuple[int, int, int]) -> Response:
    """Cut one tile; degrees are near enough to Mercator inside one tile."""
    west, south, east, north = tile_bounds(*address)
    shapes, rows, index = content(toy.slug)
    pad = (east - west) / 16
    window = box(west - pad, south - pad, east + pad, north + pad)
    sx, sy = 4096 / (east - west), 4096 / (north - south)
    found = []
    for at in index.query(window, predicate="intersects"):
        part = shapes[at].simplify((east - west) / 2048).intersection(window)
        if part.is_empty:
            continue
        moved = affine_transform(part, [sx, 0, 0, sy, -west * sx, -south * sy])
        properties = {k: v for k, v in rows[at].items() if v is not None}
        found.append({"geometry": moved, "properties": properties, "id": int(at) + 1})
    if not found:
        return Response(status_code=204)
    body = mapbox_vector_tile.encode([{"name": toy.slug, "features": found}])
    return Response(body, media_type="application/vnd.mapbox-vector-tile")


async def search(request: Request) -> Response:
    """Find layers and wards."""
    key = vn_key(request.query_params.get("q", ""))
    items = [
        {"kind": "layer", "title": toy.title, "subtitle": "Lớp bản đồ", "layer": toy.slug, "id": None, "bounds": summary(toy)["bounds"], "point": None}
        for toy in LAYERS.values() if key in vn_key(toy.title)
    ]  # fmt: skip
    for slug in ("phuong_xa", "dia_danh"):
        shapes, rows, _ = content(slug)
        for at, row in enumerate(rows):
            name = row.get("full_name") or row.get("name") or ""
            if key and key in vn_key(name):
                point = shapes[at].representative_point()
                items.append({"kind": "feature", "title": name, "subtitle": LAYERS[slug].title, "layer": slug,
                              "id": at + 1, "bounds": shapes[at].bounds, "point": [point.x, point.y]})  # fmt: skip
    return JSONResponse({"items": items[:10], "next": None})


async def me(request: Request) -> Response:
    """Say who is asking."""
    name = request.cookies.get("dev_name")
    return JSONResponse({"kind": "account" if name else "anonymous", "name": name})


async def session(request: Request) -> Response:
    """Sign in with the password ``hue``, or out."""
    response = JSONResponse({"name": None})
    if request.method == "DELETE":
        response.delete_cookie("dev_name")
        return response
    body = await request.json()
    if body["password"] != "hue":  # noqa: S105
        raise NotSignedIn("wrong name or password", vi="Tên hoặc mật khẩu không đúng.")
    response.set_cookie("dev_name", body["name"])
    return response


async def events(request: Request) -> Response:
    """Send the news as it comes."""
    news: asyncio.Queue[str] = asyncio.Queue()
    CHANGES.append(news)

    async def stream() -> Any:
        yield ": hello\n\n"
        while True:
            yield f"event: layer\ndata: {await news.get()}\n\n"

    return StreamingResponse(stream(), media_type="text/event-stream")


async def touch(request: Request) -> Response:
    """Publish a new revision of one layer."""
    toy = wanted(request)
    LAYERS[toy.slug] = replace(toy, revision=toy.revision + 1)
    for news in CHANGES:
        news.put_nowait(json.dumps({"slug": toy.slug, "revision": toy.revision + 1}))
    return JSONResponse({"revision": toy.revision + 1})


async def refuse(request: Request, error: Exception) -> Response:
    """Answer a refusal as a problem document."""
    assert isinstance(error, GishueError)
    return JSONResponse(error.problem(), error.status, media_type="application/problem+json")


async def away(request: Request) -> Response:
    """Pretend the database is down."""
    body = {"title": "Unavailable", "detail": "The database is not answering; try again soon.",
            "detail_vi": "Cơ sở dữ liệu chưa trả lời; hãy thử lại sau ít phút."}  # fmt: skip
    return JSONResponse(body, 503, media_type="application/problem+json")


API = [
    Route("/api/v1/layers", layers),
    Route("/api/v1/layers/{slug}", layer),
    Route("/api/v1/layers/{slug}/features/{id:int}", feature),
    Route("/api/v1/search", search),
    Route("/api/v1/me", me),
    Route("/api/v1/session", session, methods=["POST", "DELETE"]),
    Route("/api/v1/events", events),
    Route("/tiles/{slug}/style.json", style),
    Route("/tiles/{slug}/legend.json", legend),
    Route("/tiles/{slug}/{z:int}/{x:int}/{y:int}.mvt", tile),
    Route("/styles/base.json", base),
    Route("/dev/touch/{slug}", touch),
]


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8765)
    parser.add_argument("--away", action="store_true")
    parser.add_argument("--empty", action="store_true")
    options = parser.parse_args()
    if options.empty:
        LAYERS.clear()
    missing = [Route("/api/{rest:path}", away), Route("/styles/{rest:path}", away)]
    served = missing if options.away else API
    app = Starlette(routes=[*served, *routes()], exception_handlers={GishueError: refuse})
    uvicorn.run(app, host="127.0.0.1", port=options.port, log_level="warning")


if __name__ == "__main__":
    main()
