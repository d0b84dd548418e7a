from collections.abc import Iterator

import pyarrow as pa

from conversion.export.fit import fitted
from conversion.export.formats import BY_KEY


def test_numbers_that_a_dbf_cannot_hold_are_empty_and_counted() -> None:
    schema = pa.schema([("fid", pa.int64()), ("v", pa.float64()), ("geom", pa.large_binary())])
    values = [1e25, -2.5e-20, 1e15, 0.0, -12.5, 999_999_999_999_999.0, None]
    batch = pa.RecordBatch.from_arrays(
        [
            pa.array(range(len(values)), pa.int64()),
            pa.array(values, pa.float64()),
            pa.nulls(len(values), pa.large_binary()),
        ],
        schema=schema,
    )

    def batches() -> Iterator[pa.RecordBatch]:
        yield batch

    tally: dict[str, int] = {}
    made = fitted(BY_KEY["shp"], batches(), schema, tally).read_all()
    assert made["v"].to_pylist() == [None, None, None, 0.0, -12.5, 999_999_999_999_999.0, None]
    assert tally == {"number-beyond": 3}
    whole = fitted(BY_KEY["gpkg"], batches(), schema, {}).read_all()
    assert whole["v"].to_pylist() == values
