"""GML with its numbers in full: GDAL rounds them to 15 digits, so they go through it as texts.

The schema beside the file, which says that they are numbers, is put right afterwards.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import pyarrow as pa

from conversion.export import write_gdal
from conversion.export.fit import Tally
from conversion.export.spec import Spec

_TYPE: Final = (
    r'(<xs:element name="{name}"[^>]*>\s*<xs:simpleType>\s*<xs:restriction base=")xs:string"'
)


def write(spec: Spec, rows: pa.RecordBatchReader, tally: Tally) -> None:
    """Write ``rows`` to the file of ``spec``, and the schema beside it.

    Raises:
        Unwritable: GDAL cannot.
    """
    reals = [one.name for one in list(rows.schema)[1:-1] if pa.types.is_floating(one.type)]
    write_gdal.write(spec, _as_texts(rows, reals), tally)
    _declare(Path(spec.path).with_suffix(".xsd"), reals)


def _as_texts(rows: pa.RecordBatchReader, reals: Sequence[str]) -> pa.RecordBatchReader:
    text = pa.large_string()
    schema = pa.schema([pa.field(f.name, text if f.name in reals else f.type) for f in rows.schema])

    def produced() -> Iterator[pa.RecordBatch]:
        for batch in rows:
            arrays = [
                column.cast(text) if name in reals else column
                for name, column in zip(schema.names, batch.columns, strict=True)
            ]
            yield pa.RecordBatch.from_arrays(arrays, schema=schema)

    return pa.RecordBatchReader.from_batches(schema, produced())


def _declare(schema: Path, reals: Sequence[str]) -> None:
    """Say in the schema that these fields hold numbers."""
    said = schema.read_text("utf-8")
    for name in reals:
        said = re.sub(_TYPE.replace("{name}", re.escape(name)), r'\1xs:double"', said, count=1)
    schema.write_text(said, "utf-8")
