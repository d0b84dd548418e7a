from datetime import UTC, date, datetime

import pyarrow as pa
import pytest

from conversion.columns import TextTally, as_text, as_type, field_type
from conversion.text.encoding import Encoding
from layers.fields import FieldType


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        (pa.int16(), FieldType.INTEGER),
        (pa.float32(), FieldType.REAL),
        (pa.bool_(), FieldType.BOOLEAN),
        (pa.date32(), FieldType.DATE),
        (pa.timestamp("ms"), FieldType.DATETIME),
        (pa.time32("s"), FieldType.TEXT),
        (pa.binary(), None),
        (pa.list_(pa.int32()), None),
    ],
)
def test_a_readers_type_has_its_field_type(kind: pa.DataType, wanted: FieldType | None) -> None:
    assert field_type(kind) is wanted


def test_a_time_without_zone_is_vietnamese() -> None:
    naive = pa.array([datetime(2025, 7, 1, 7, 0), None], pa.timestamp("ms"))  # noqa: DTZ001
    assert as_type(naive, FieldType.DATETIME).to_pylist() == [
        datetime(2025, 7, 1, 0, 0, tzinfo=UTC),
        None,
    ]


def test_numbers_and_dates_keep_their_values() -> None:
    assert as_type(pa.array([1, None], pa.int8()), FieldType.INTEGER).to_pylist() == [1, None]
    assert as_type(pa.array([date(1999, 1, 2)]), FieldType.DATE).to_pylist() == [date(1999, 1, 2)]


def test_text_arrives_in_nfc() -> None:
    tally = TextTally()
    decomposed = pa.array(["Huê\u0301", "abc", None])
    assert as_text(decomposed, (), tally).to_pylist() == ["Huế", "abc", None]
    assert tally == TextTally()


def test_a_chain_of_encodings_is_undone_value_by_value() -> None:
    raw = "Phường Phú Xuân".encode().decode("latin-1")
    text = as_text(pa.array([raw, "so 1", None, raw]), (Encoding.UTF8_AS_1252,), TextTally())
    assert text.to_pylist() == ["Phường Phú Xuân", "so 1", None, "Phường Phú Xuân"]
    legacy = as_text(pa.array(["Ph\xadêng Phó Xu©n"]), (Encoding.TCVN3,), TextTally())
    assert legacy.to_pylist() == ["Phường Phú Xuân"]


def test_bytes_that_are_no_text_and_zero_characters_are_counted() -> None:
    tally = TextTally()
    bad = pa.array([b"a\xff", b"tot", b"b\0c"]).view(pa.string())
    assert as_text(bad, (), tally).to_pylist() == ["a\ufffd", "tot", "bc"]
    assert tally == TextTally(undecodable=1, nul=1)


def test_a_time_keeps_the_zone_it_names_and_is_local_without_one() -> None:
    texts = pa.array(
        ["2025-01-02T03:04:05Z", "2025-06-02T03:04:05+07:00", "2025-06-02T03:04:05.250", None]
    )
    assert [one and one.isoformat() for one in as_type(texts, FieldType.DATETIME).to_pylist()] == [
        "2025-01-02T03:04:05+00:00",
        "2025-06-01T20:04:05+00:00",
        "2025-06-01T20:04:05.250000+00:00",
        None,
    ]
