"""Joining tiles."""

import pytest

from gishue.core.errors import BadRequest
from tests.unit.tiles.layer import orthophoto, parcel
from tiles.composite import check_vector, composite_tilejson, joined, slugs_in
from tiles.ready import unzipped, zipped


def test_bodies_stand_one_after_the_other_and_notes_once() -> None:
    tile = joined([zipped(b"abc", "left out"), zipped(b""), zipped(b"de", "left out")])
    assert unzipped(tile) == b"abcde"
    assert tile.note == "left out"
    assert joined([zipped(b""), zipped(b"")]).body == b""
    one = joined([zipped(b"", "left out"), zipped(b"abc")])
    assert (one.body, one.note) == (zipped(b"abc").body, "left out")


def test_layers_are_named_once_and_are_few() -> None:
    assert slugs_in("a,b") == ["a", "b"]
    for text in ("a,a", ",".join(map(str, range(17)))):
        with pytest.raises(BadRequest):
            slugs_in(text)
    with pytest.raises(BadRequest):
        check_vector([parcel(), orthophoto()])


def test_tilejson_of_several_is_around_them_all() -> None:
    other = parcel(slug="nha", revision=9, minzoom=3, maxzoom=14, attribution="Sở Xây dựng")
    document = composite_tilejson([parcel(), other], "https://h")
    assert document["tiles"] == ["https://h/tiles/thua_dat,nha/{z}/{x}/{y}.mvt?rev=3,9"]
    assert (document["minzoom"], document["maxzoom"]) == (0, 22)
    assert document["bounds"] == [107.5, 16.4, 107.6, 16.5]
    assert [one["id"] for one in document["vector_layers"]] == ["thua_dat", "nha"]
    assert document["attribution"] == "Sở Nông nghiệp và Môi trường; Sở Xây dựng"
