"""The parameters of ``items``: what is understood, and in which order of axes."""

import dataclasses
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import QueryParams

from gishue.core.access import Visibility
from gishue.core.bounds import Bounds
from gishue.core.errors import BadRequest
from layers.fields import Field, FieldType
from layers.layer import GeometryType, Layer, LayerId, LayerKind, LayerState
from ogc import crs_uri, items_query
from ogc.crs_uri import CRS84, epsg
from ogc.instants import read_datetime


def field(name: str, type_: FieldType) -> Field:
    return Field(name, name, type_, f"c{name}")


def layer(*fields: Field, srid: int = 9214) -> Layer:
    texts: dict[str, Any] = {one.name: "" for one in dataclasses.fields(Layer)}
    said: dict[str, Any] = {
        "id": LayerId(1),
        "slug": "cay_xanh",
        "kind": LayerKind.VECTOR,
        "geometry_type": GeometryType.POINT,
        "visibility": Visibility.OPEN,
        "state": LayerState.PUBLISHED,
        "srid": srid,
        "table_name": "l1_r1",
        "bounds": Bounds(107.0, 16.0, 108.0, 17.0),
        "fields": fields,
    }
    return Layer(**(texts | said))


def read(text: str, *fields: Field) -> items_query.ItemsQuery:
    return items_query.read_items(layer(*fields), QueryParams(text))


def test_nothing_asked_is_the_first_ten_in_crs84() -> None:
    found, named = read("")
    assert (found.limit, found.offset, found.after_id, found.bounds) == (10, 0, None, None)
    assert (named, found.srid, found.flip) == (CRS84, 4326, False)
    assert not found.is_filtered


def test_a_page_is_at_most_ten_thousand() -> None:
    assert read("limit=999999")[0].limit == 10_000


@pytest.mark.parametrize(
    ("text", "code", "expected"),
    [
        ("1,2,3,4", 0, (1, 2, 3, 4)),
        ("1,2,9,3,4,10", 0, (1, 2, 3, 4)),
        (" 1 , +2e0 , 3. , .4e1 ", 0, (1, 2, 3, 4)),
        ("2,1,4,3", 4326, (1, 2, 3, 4)),
        ("170,-20,-170,20", 0, (170, -20, -170, 20)),
        ("561476,1821417,561477,1821418", 9214, (561476, 1821417, 561477, 1821418)),
    ],
)
def test_a_box_is_read_x_first(text: str, code: int, expected: tuple[float, ...]) -> None:
    assert items_query.read_bbox(text, epsg(code) if code else CRS84) == expected


@pytest.mark.parametrize("code", [9214, 3405, 3406, 3857, 32648, 32649])
def test_projected_systems_of_the_city_have_their_easting_first(code: int) -> None:
    assert not epsg(code).flip


@pytest.mark.parametrize("code", [4326, 4756])
def test_degrees_of_epsg_have_their_latitude_first(code: int) -> None:
    assert epsg(code).flip


def test_the_storage_crs_is_offered_and_the_default_comes_first() -> None:
    offered = crs_uri.offered(layer(srid=9218))
    assert (offered[0], offered[1]) == (CRS84, epsg(9218))
    assert len(offered) == len(set(offered))


@pytest.mark.parametrize("srid", [4326, 990044, 2044])
def test_a_crs_without_a_name_of_its_own_order_is_offered_as_crs84(srid: int) -> None:
    assert crs_uri.storage(layer(srid=srid)) == CRS84


def test_properties_are_asked_for_by_name() -> None:
    found = read("tên=Huế", field("tên", FieldType.TEXT))[0]
    assert (found.equal, found.is_filtered) == ({"tên": "Huế"}, True)


def test_an_unknown_property_is_refused_by_name() -> None:
    with pytest.raises(BadRequest, match="'tên'"):
        read("tên=Huế", field("name", FieldType.TEXT))


def test_a_property_called_like_a_parameter_leaves_the_parameter_its_meaning() -> None:
    found = read("limit=3", field("limit", FieldType.TEXT))[0]
    assert (found.limit, found.equal) == (3, {})


def test_the_only_date_says_when_a_feature_is() -> None:
    found = read("datetime=2024-10-01T20:00:00-07:00/..", field("ngày", FieldType.DATE))[0]
    assert found.period is not None
    assert (found.period.first, found.period.last) == (date(2024, 10, 2), None)


def test_of_two_dates_none_says_when_a_feature_is() -> None:
    fields = field("từ", FieldType.DATE), field("đến", FieldType.DATE)
    assert read("datetime=2024-10-01", *fields)[0].period is None


def test_a_time_is_taken_as_utc() -> None:
    found = read(
        "datetime=2024-10-01T07:00:00+07:00".replace("+", "%2B"), field("lúc", FieldType.DATETIME)
    )
    assert found.features.period is not None
    assert found.features.period.first == datetime(2024, 10, 1, tzinfo=UTC)


@given(st.integers(min_value=-(2**63) + 1, max_value=2**63 - 1))
def test_the_next_link_goes_on_where_the_page_ended(feature_id: int) -> None:
    asked = {"limit": "7", "crs": CRS84.uri, "offset": "20", "tên": "Ô & 1"}
    query = items_query.following(asked, feature_id)
    found = read(query, field("tên", FieldType.TEXT))[0]
    assert (found.after_id, found.offset, found.limit) == (feature_id, 0, 7)
    assert parse_qs(query)["tên"] == ["Ô & 1"]


@given(st.text())
def test_no_box_breaks_the_reader(text: str) -> None:
    try:
        box = items_query.read_bbox(text, CRS84)
    except BadRequest:
        return
    assert -90 <= box.ymin <= box.ymax <= 90


@given(st.text() | st.from_regex(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)(/\.\.)?"))
def test_no_time_breaks_the_reader(text: str) -> None:
    try:
        start, end = read_datetime(text)
    except BadRequest:
        return
    assert start is None or end is None or start <= end
