"""A sample's claims held against the rows."""

import pyarrow as pa
import pytest
import shapely

from conversion.claims import check_columns, check_geometry, read_claims
from conversion.reading import Column
from conversion.refusal import Refusal
from conversion.wkb import Heads
from layers.fields import FieldType

POINT, TWO = "POINT (107 16)", "MULTIPOINT (107 16, 108 16)"
LINE, RING = "LINESTRING (0 0, 1 1)", "POLYGON ((0 0, 1 0, 1 1, 0 0))"


def heads(*texts: str | None) -> Heads:
    return Heads(pa.array([text and shapely.to_wkb(shapely.from_wkt(text)) for text in texts]))


@pytest.mark.parametrize(
    ("geometry", "texts", "fits"),
    [
        ("point", (POINT, None), True),
        ("point", (POINT, LINE), False),
        ("point", (POINT, TWO), False),
        ("line", (LINE, "MULTILINESTRING ((0 0, 1 1))"), True),
        ("polygon", (RING, "GEOMETRYCOLLECTION (POINT (1 1))"), False),
        ("mixed", (POINT, LINE, RING, TWO), True),
    ],
)
def test_a_geometry_the_layer_cannot_hold_breaks_off(
    geometry: str, texts: tuple[str | None, ...], fits: bool
) -> None:
    claims = read_claims({"claims": [], "geometry": geometry})
    if fits:
        check_geometry(claims, heads(*texts))
        return
    with pytest.raises(Refusal, match="sample-missed"):
        check_geometry(claims, heads(*texts))


def test_another_column_breaks_off() -> None:
    claims = read_claims({"claims": [["so", "integer"], ["ten", "text"]], "geometry": "point"})
    so, ten = Column(0, "so", FieldType.INTEGER), Column(1, "ten", FieldType.TEXT)
    check_columns(claims, [so, ten])
    for others in ([so], [ten, so], [Column(0, "so", FieldType.REAL), ten], [so, ten, so]):
        with pytest.raises(Refusal, match="sample-missed"):
            check_columns(claims, others)


def test_where_every_row_was_seen_nothing_is_claimed() -> None:
    claims = read_claims({"geometry": "point"})
    check_columns(claims, [])
    check_geometry(claims, heads(LINE))
