"""An archive gives back what was put into it, and any other reader of PMTiles finds the same."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pmtiles.reader import MmapSource, Reader
from pmtiles.tile import zxy_to_tileid

from gishue.core.bounds import Bounds
from tiles.archive import Archive, BrokenArchive
from tiles.binding import Binder, Told
from tiles.grid import Tile
from tiles.hilbert import tile_id
from tiles.ready import ReadyTile, zipped
from tiles.source import MappedFile

TOLD = Told(0, 6, Bounds(107.0, 16.0, 108.0, 17.0), {"name": "Thửa đất"})
NOTE = "features too small or too dense for this zoom are left out"


@st.composite
def tiles(draw: st.DrawFn) -> dict[Tile, ReadyTile]:
    """Draw tiles of zooms 0 to 6, of few different bodies, some with a note and some empty."""
    found: dict[Tile, ReadyTile] = {}
    for z in draw(st.lists(st.integers(0, 6), min_size=1, max_size=60)):
        place = st.integers(0, (1 << z) - 1)
        body = draw(st.sampled_from([b"", b"a", b"bb" * 50, b"c" * 4_000]))
        note = draw(st.sampled_from(["", NOTE]))
        found[Tile(z, draw(place), draw(place))] = zipped(body, note)
    return found


def write(path: Path, made: dict[Tile, ReadyTile]) -> None:
    with Binder(path.parent) as binder:
        for tile, ready in made.items():
            binder.add(tile_id(*tile), ready.body, ready.digest, ready.note)
        binder.write(path, TOLD)


@given(
    st.integers(0, 24).flatmap(lambda z: st.tuples(st.just(z), *[st.integers(0, (1 << z) - 1)] * 2))
)
def test_tile_ids_are_those_of_the_format(tile: tuple[int, int, int]) -> None:
    assert tile_id(*tile) == zxy_to_tileid(*tile)


@settings(max_examples=40, deadline=None)
@given(made=tiles())
def test_what_was_put_in_comes_out(
    made: dict[Tile, ReadyTile], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("archive") / "a.pmtiles"
    write(path, made)
    archive = Archive(MappedFile(path))
    for tile, ready in made.items():
        assert archive.get(tile) == ready
    lacking = next(Tile(6, x, 63) for x in range(64) if Tile(6, x, 63) not in made)
    assert archive.get(lacking) == zipped(b"")


@settings(max_examples=20, deadline=None)
@given(made=tiles())
def test_another_reader_finds_the_same(
    made: dict[Tile, ReadyTile], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("archive") / "a.pmtiles"
    write(path, made)
    with path.open("rb") as file:
        reader = Reader(MmapSource(file))
        assert reader.metadata()["name"] == "Thửa đất"
        header = reader.header()
        assert header["clustered"]
        assert header["addressed_tiles_count"] == sum(bool(one.body) for one in made.values())
        for tile, ready in made.items():
            assert (reader.get(*tile) or b"") == ready.body


def test_what_an_old_archive_holds_is_copied(tmp_path: Path) -> None:
    first = {Tile(3, x, 2): zipped(b"%d" % x, NOTE if x == 5 else "") for x in range(8)}
    write(tmp_path / "old.pmtiles", first)
    old = Archive(MappedFile(tmp_path / "old.pmtiles"))
    with Binder(tmp_path, old) as binder:
        for entry in old.entries():
            if entry.first != tile_id(3, 1, 2):
                binder.keep(entry.first, entry.offset, entry.length, entry.digest)
        for wanted, note in old.notes().items():
            binder.remark(wanted, note)
        changed = zipped(b"new")
        binder.add(tile_id(3, 1, 2), changed.body, changed.digest)
        binder.write(tmp_path / "new.pmtiles", TOLD)
    new = Archive(MappedFile(tmp_path / "new.pmtiles"))
    assert {tile: new.get(tile) for tile in first} == {**first, Tile(3, 1, 2): changed}


def test_equal_bodies_stand_in_the_file_once(tmp_path: Path) -> None:
    same = zipped(b"".join(b"%d," % n for n in range(5_000)))
    write(tmp_path / "a.pmtiles", {Tile(5, x, 7): same for x in range(32)})
    assert (tmp_path / "a.pmtiles").stat().st_size < 2 * len(same.body)


@pytest.mark.parametrize("left", [5, 127, 200, -5])
def test_half_a_file_is_refused(left: int, tmp_path: Path) -> None:
    path = tmp_path / "a.pmtiles"
    write(path, {Tile(5, x, 7): zipped(b"%d" % x) for x in range(32)})
    path.write_bytes(path.read_bytes()[:left])
    with pytest.raises(BrokenArchive):
        Archive(MappedFile(path))
