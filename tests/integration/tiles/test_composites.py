"""Several layers in one tile: the same features as each alone, the rights of each, never old."""

import asyncio
from urllib.parse import quote

import mapbox_vector_tile
import pytest

from gishue.core.access import Visibility
from gishue.core.db import Connection
from layers.layer import Layer
from layers.publish import Mode
from tests.integration.tiles.conftest import Site, middle, path
from tests.support.city import NGO_MON, add_layer
from tests.support.parcels import add_parcels
from tests.support.people import add_unit
from tests.support.veiled import add_veiled
from tiles.composite import MOST
from tiles.grid import Tile

NEAR = ("Cổng", 1, 560010.0, 1820010.0)
FAR = ("Cầu", 2, 562757.0, 1821553.0)
"""A point in the block of parcels, and one outside it; EPSG:9214."""

YEAR = "max-age=31536000, immutable"


async def _two(site: Site, writer: Connection) -> tuple[Layer, Layer, Tile]:
    parcels = await add_parcels(writer, "thua_dat", 60)
    places = await add_layer(writer, "di_tich", points=[NEAR, FAR])
    await site.reload()
    return parcels, places, middle(parcels, 16)


def _address(tile: Tile, *slugs: str) -> str:
    return f"/tiles/{','.join(slugs)}/{tile.z}/{tile.x}/{tile.y}.mvt"


async def test_a_composite_holds_what_each_layers_own_tile_holds(
    site: Site, writer: Connection
) -> None:
    parcels, places, tile = await _two(site, writer)
    alone = [await site.get(path(one, tile)) for one in (places, parcels)]
    assert [one.status_code for one in alone] == [200, 200], alone[1].text[:200]
    own = [mapbox_vector_tile.decode(one.content) for one in alone]

    answer = await site.get(_address(tile, "di_tich", "thua_dat"))

    both = mapbox_vector_tile.decode(answer.content)
    assert both == own[0] | own[1]
    assert list(both) == ["di_tich", "thua_dat"]
    assert answer.headers["content-encoding"] == "gzip"
    again = await site.get(
        _address(tile, "di_tich", "thua_dat"), if_none_match=answer.headers["etag"]
    )
    assert again.status_code == 304


async def test_a_composite_changes_as_soon_as_one_of_its_layers_does(
    site: Site, writer: Connection
) -> None:
    _, places, tile = await _two(site, writer)
    where = _address(tile, "thua_dat", "di_tich")
    before = await site.get(where)
    async with writer.transaction():
        await add_layer(writer, "di_tich", mode=Mode.REPLACE, points=[("Mới", 2, *NEAR[2:])])
    await site.reload()

    after = await site.get(where, if_none_match=before.headers["etag"])

    assert after.status_code == 200
    said = mapbox_vector_tile.decode(after.content)
    assert [one["properties"] for one in said["di_tich"]["features"]] == [{"tên": "Mới", "năm": 2}]
    assert places.revision == 1


async def test_a_layer_that_does_not_reach_there_is_empty_and_none_is_404(
    site: Site, writer: Connection
) -> None:
    _, places, _ = await _two(site, writer)
    near = Tile(18, *_cell(places, 18))
    answer = await site.get(_address(near, "thua_dat", "di_tich"))
    assert answer.status_code == 200
    assert list(mapbox_vector_tile.decode(answer.content)) == ["di_tich"]
    assert (await site.get(_address(Tile(18, 0, 0), "thua_dat", "di_tich"))).status_code == 404
    assert (await site.get(_address(Tile(3, 99, 0), "thua_dat", "di_tich"))).status_code == 404


def _cell(layer: Layer, z: int) -> tuple[int, int]:
    from tiles.grid import column, row

    assert layer.bounds is not None
    return int(column(layer.bounds.xmax, z)), int(row(layer.bounds.ymax, z))


async def test_one_layer_that_may_not_be_read_makes_all_of_it_404(
    site: Site, writer: Connection
) -> None:
    await add_unit(writer, "so-tnmt")
    await add_parcels(writer, "mat", 60, visibility=Visibility.RESTRICTED, unit="so-tnmt")
    places = await add_layer(writer, "di_tich")
    await site.reload()
    tile = middle(places, 11)
    for kind in (_address(tile, "di_tich", "mat"), "/tiles/di_tich,mat/tilejson.json"):
        for who in ("staff", "visitor", "staff", "visitor"):
            answer = await site.get(kind, x_test=who)
            if who == "staff":
                assert answer.status_code == 200
                assert answer.headers["cache-control"].startswith("private")
                assert "access-control-allow-origin" not in answer.headers
            else:
                absent = await site.get(kind.replace("mat", "vang"))
                assert answer.status_code == 404
                assert answer.text.replace("mat", "vang") == absent.text


async def test_each_part_is_as_its_reader_sees_it(site: Site, writer: Connection) -> None:
    await add_unit(writer, "so-tnmt")
    layer = await add_veiled(writer, "ho_dan", "so-tnmt")
    await add_layer(writer, "di_tich")
    await site.reload()
    where = _address(middle(layer, 10), "di_tich", "ho_dan")
    tags: set[str] = set()
    for who, rows in (("visitor", 4), ("staff", 12), ("visitor", 4)):
        answer = await site.get(f"{where}?rev=1,{layer.revision}", x_test=who)
        features = mapbox_vector_tile.decode(answer.content)["ho_dan"]["features"]
        assert len(features) == rows
        assert ("chủ" in features[0]["properties"]) == (who == "staff")
        assert "immutable" not in answer.headers["cache-control"]
        tags.add(answer.headers["etag"])
    assert len(tags) == 2
    masked = await site.get(f"{where}?fields=chủ")
    assert masked.status_code == 400


async def test_each_revision_is_named_in_a_lasting_address(site: Site, writer: Connection) -> None:
    _, _, tile = await _two(site, writer)
    where = _address(tile, "thua_dat", "di_tich")
    assert YEAR in (await site.get(f"{where}?rev=1,1")).headers["cache-control"]
    for query in ("", "?rev=1,2"):
        assert "immutable" not in (await site.get(where + query)).headers["cache-control"]
    for query in ("rev=1", "rev=1,x", "rev=1,1,1"):
        assert (await site.get(f"{where}?{query}")).status_code == 400


@pytest.mark.parametrize(
    ("slugs", "status"),
    [
        ("thua_dat,thua_dat", 400),
        (",".join(f"l{i}" for i in range(MOST + 1)), 400),
        ("thua_dat,", 404),
        (",", 400),
        ("thua_dat,x y", 404),
    ],
)
async def test_an_odd_list_of_layers_is_refused(
    site: Site, writer: Connection, slugs: str, status: int
) -> None:
    _, _, tile = await _two(site, writer)
    answer = await site.get(_address(tile, slugs))
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert (await site.get(f"/tiles/{slugs}/tilejson.json")).status_code == status


async def test_only_mvt_of_vectors_is_joined(site: Site, writer: Connection) -> None:
    _, _, tile = await _two(site, writer)
    where = _address(tile, "thua_dat", "di_tich")
    assert (await site.get(where.replace(".mvt", ".webp"))).status_code == 400
    await writer.execute("UPDATE gis.layer SET kind = 'raster' WHERE slug = 'di_tich'")
    await site.reload()
    assert (await site.get(where)).status_code == 400


async def test_a_query_holds_for_every_layer(site: Site, writer: Connection) -> None:
    await add_layer(writer, "a", points=[("x", 1, *NGO_MON), ("y", 2, *NGO_MON)])
    layer = await add_layer(writer, "b", points=[("x", 1, *NGO_MON)])
    await site.reload()
    where = _address(middle(layer, 12), "a", "b")
    said = await site.get(f"{where}?filter={quote('năm = 2')}&fields=năm&at=2099-01-01")
    assert mapbox_vector_tile.decode(said.content).keys() == {"a"}
    document = (await site.get("/tiles/a,b/tilejson.json?fields=tên")).json()
    assert [one["id"] for one in document["vector_layers"]] == ["a", "b"]
    assert document["tiles"] == [
        "http://hue.test/tiles/a,b/{z}/{x}/{y}.mvt?rev=1,1&fields=t%C3%AAn"
    ]


async def test_many_visitors_of_one_composite_get_one_that_is_kept(
    site: Site, writer: Connection
) -> None:
    _, _, tile = await _two(site, writer)
    where = _address(tile, "thua_dat", "di_tich")
    answers = await asyncio.gather(*[site.get(where) for _ in range(16)])
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert len(site.tiles.queries.cache) == 1
