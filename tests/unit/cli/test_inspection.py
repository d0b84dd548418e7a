"""What `gishue inspect` prints for a person."""

import pytest

from conversion.crs.candidate import CrsCandidate
from gishue.cli.inspection import show_inspection


def test_an_inspection_reads_well(capsys: pytest.CaptureFixture[str]) -> None:
    first = CrsCandidate(3405, False, 1.0, 12, 1.0, roads_m=9.24)
    other = CrsCandidate(32648, True, 0.99, 12, None, 0.001, distance_m=1225.2, hint="UTM 48")
    candidates = [first.as_dict(), other.as_dict()]
    finding = {
        "code": "crs_ambiguous",
        "severity": "warning",
        "message": "choose",
        "vi": "hãy chọn",
        "where": "",
        "advice": "look",
        "advice_vi": "xem",
    }
    field = {"name": "TEN", "type": "text", "encoding": "tcvn3", "samples": ["Vỹ Dạ"]}
    show_inspection(
        {
            "kind": "shapefile",
            "fields": [field | {"confidence": 1.5, "preview": [["Vü D¹", "Vỹ Dạ"]]}],
            "crs": {"declared": "", "taken": None, "title": "", "candidates": candidates},
            "points": [[1.0, 2.0]],
            "findings": [finding],
            "questions": [
                {"code": "crs", "message": "which?", "vi": "hệ nào?", "candidates": candidates}
            ],
        }
    )
    said = capsys.readouterr().out
    for line in (
        "TEN   Vü D¹   Vỹ Dạ",
        "taken / chọn         asked",
        "9.2 m",
        "EPSG:32648 turned ×0.001",
        "1,225 m",
        "warning: crs_ambiguous: choose",
        "→ look / xem",
        "--crs EPSG:3405 | EPSG:32648",
    ):
        assert line in said
    assert "points" not in said
