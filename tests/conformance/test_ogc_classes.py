"""``/conformance`` declares what the tests beside this file prove, and nothing else."""

import ast
from pathlib import Path

import pytest

from tests.conformance.conftest import Reader

HERE = Path(__file__).parent
PART_1 = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/"
RECORDS = "http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/"
PART_2 = "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/"

# Requirement ids: OGC 17-069r4 clauses 7 to 9 and annex A; OGC 18-058r1 annex A; OGC 20-004r1.
REQUIREMENTS: dict[str, str] = {
    PART_1 + "core": """
        root-op root-success api-definition-op api-definition-success conformance-op
        conformance-success http query-param-unknown query-param-invalid crs84 fc-md-op
        fc-md-success fc-md-links fc-md-items fc-md-items-links fc-md-extent fc-md-extent-multi
        sfc-md-op sfc-md-success fc-op fc-limit-definition fc-limit-response-1 fc-bbox-definition
        fc-bbox-response fc-time-definition fc-time-response fc-response fc-links fc-rel-type
        fc-timeStamp fc-numberMatched fc-numberReturned f-op f-success f-links""",
    PART_1 + "geojson": "definition content",
    PART_1 + "html": "definition content",
    PART_1 + "oas30": """
        oas-definition-1 oas-definition-2 oas-impl completeness exceptions-codes security""",
    PART_2 + "crs": """
        crs-uri fc-md-crs-list fc-md-crs-list-defaultCrs fc-md-crs-list-global fc-md-storageCrs
        fc-md-storageCrs-valid-value fc-crs-definition fc-crs-default-value fc-crs-action
        fc-crs-valid-value fc-crs-action-exception fc-bbox-crs-definition fc-bbox-crs-valid-values
        fc-bbox-crs-default-value fc-bbox-crs-action ogc-crs-header ogc-crs-header-value geojson""",
    RECORDS + "record-core": """
        mandatory-properties-record contact license links time-interval""",
    RECORDS + "record-core-query-parameters": """
        bbox datetime empty-value limit q-definition q-response type-definition type-response
        ids-definition ids-response externalIds-definition externalIds-response""",
    RECORDS + "record-collection": """
        mandatory-properties-collection itemType contact links-records""",
    RECORDS + "json": "record-response record-content collection-response collection-content",
}


def proved(module: str) -> set[str]:
    """Return the names of the tests in a file of this folder, without underscores or case."""
    tree = ast.parse((HERE / f"test_{module}.py").read_text("utf-8"))
    functions = [node.name for node in tree.body if isinstance(node, ast.AsyncFunctionDef)]
    return {name.removeprefix("test_").replace("_", "") for name in functions}


async def test_what_is_declared_is_what_is_proved(reader: Reader) -> None:
    document = await reader.json("/ogc/conformance")
    assert sorted(document["conformsTo"]) == sorted(REQUIREMENTS)


@pytest.mark.parametrize("uri", REQUIREMENTS)
def test_every_requirement_has_its_test(uri: str) -> None:
    names = {one.replace("-", "").lower() for one in REQUIREMENTS[uri].split()}
    assert names - proved(_module(uri)) == set()


def _module(uri: str) -> str:
    name = uri.rpartition("/")[2].replace("-", "_")
    return f"records_{name.removeprefix('record_')}" if "records" in uri else f"features_{name}"
