"""Which held tiles an edit touches: no fewer than show it, found without looking at all of them."""

from hypothesis import given
from hypothesis import strategies as st

from gishue.core.bounds import Bounds
from layers.layer import LayerId
from tiles.held import HeldTiles, shows
from tiles.ready import TileKey

HERE = (11_975_000.0, 1_857_000.0)


def key(z: int, x: int, y: int, layer: int = 1, view: str = "") -> TileKey:
    return TileKey(LayerId(layer), 1, False, view, z, x, y, "mvt")


def keys() -> st.SearchStrategy[TileKey]:
    def around(z: int, dx: int, dy: int, layer: int, view: str) -> TileKey:
        side = 2 * 20037508.342789244 / (1 << z)
        x = int((HERE[0] + 20037508.342789244) // side) + dx
        y = int((20037508.342789244 - HERE[1]) // side) + dy
        return key(z, x, y, layer, view)

    near = st.integers(-3, 3)
    return st.builds(
        around, st.integers(8, 18), near, near, st.integers(1, 2), st.sampled_from("ab")
    )


boxes = st.builds(
    lambda x, y, w, h: Bounds(HERE[0] + x, HERE[1] + y, HERE[0] + x + w, HERE[1] + y + h),
    st.floats(-9_000, 9_000),
    st.floats(-9_000, 9_000),
    st.floats(0, 6_000),
    st.floats(0, 6_000),
)


@given(st.sets(keys(), max_size=60), boxes)
def test_what_is_found_is_what_shows_the_box(held: set[TileKey], box: Bounds) -> None:
    index = HeldTiles()
    for one in held:
        index.put(one)
    expected = {one for one in held if one.layer_id == 1 and shows(one, box)}
    assert set(index.showing(LayerId(1), box)) == expected


@given(st.lists(st.tuples(keys(), st.booleans()), max_size=60))
def test_what_was_dropped_is_not_found(steps: list[tuple[TileKey, bool]]) -> None:
    index, held = HeldTiles(), set[TileKey]()
    for one, is_put in steps:
        (index.put if is_put else index.drop)(one)
        held = held | {one} if is_put else held - {one}
    for layer in (1, 2):
        assert set(index.of(LayerId(layer))) == {one for one in held if one.layer_id == layer}
