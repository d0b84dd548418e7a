"""What cannot be said of a layer, or asked of the catalogue, is refused in both languages."""

from typing import Any

import httpx
import pytest


@pytest.mark.parametrize(
    "said",
    [
        {"cadence": "sometimes"},
        {"cadence": None},
        {"keywords": [""]},
        {"keywords": ["a\u0000b"]},
        {"keywords": ["x"] * 51},
        {"keywords": ["x" * 101]},
        {"covers_from": "31/12/2025"},
        {"covers_from": "2025-12-31", "covers_until": "2025-01-01"},
        {"covers_until": "2023-01-01"},
    ],
)
async def test_what_makes_no_sense_is_refused_and_changes_nothing(
    administrator: httpx.AsyncClient, said: dict[str, Any]
) -> None:
    before = (await administrator.get("/api/v1/layers/cau")).json()
    answer = await administrator.patch("/api/v1/layers/cau", json=said)
    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail_vi"]
    assert (await administrator.get("/api/v1/layers/cau")).json() == before


@pytest.mark.parametrize("page", ["0", "-1", "2", "x", "1e9", "9" * 40, "１"])
@pytest.mark.parametrize("path", ["/data/catalog.jsonld", "/data/data.json"])
async def test_a_page_that_is_not_there_is_404(
    reader: httpx.AsyncClient, path: str, page: str
) -> None:
    answer = await reader.get(path, params={"page": page})
    assert answer.status_code == 404
    assert answer.json()["detail_vi"].startswith("danh mục không có trang")


@pytest.mark.parametrize("slug", ["..%2f..%2fetc%2fpasswd", "cau%00", "CAU", "cau'--", "%E1%BA%A7"])
@pytest.mark.parametrize("ending", ["", ".jsonld", ".iso.xml"])
async def test_a_name_of_no_layer_is_404(reader: httpx.AsyncClient, slug: str, ending: str) -> None:
    assert (await reader.get(f"/data/{slug}{ending}")).status_code == 404


async def test_nothing_is_written_by_reading(reader: httpx.AsyncClient) -> None:
    for path in ("/data", "/data/cau", "/data/catalog.jsonld"):
        assert (await reader.post(path)).status_code in (403, 405)
