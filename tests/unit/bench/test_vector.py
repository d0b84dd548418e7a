"""What the table reads out of the reports of the single benchmarks."""

from bench import zooms
from bench.vector import (
    edit_figures,
    far_figures,
    hit_figures,
    lacking,
    near_figures,
    seconds,
    seed_figures,
)


def spread(median: float) -> dict[str, float]:
    return {"median": median, "least": median - 0.1, "most": median + 0.1}


def test_near_zooms_are_compared_at_the_same_fields() -> None:
    cases = ("z16", "z14", "tipg z16", "tipg z14", "tipg z14, our fields")
    report = {
        "rows": 100,
        "rounds": 5,
        "parity": {z: {"tiles": 3, "features": 39_572} for z in ("14", "16")},
        "cpu_ms_per_tile": {name: spread(10.0 + i) for i, name in enumerate(cases)},
        "ratios": {
            "z16, all fields": spread(1.9),
            "z14, same four fields": spread(1.5),
            "z14, ours four fields, tipg all": spread(2.2),
        },
    }
    found = near_figures(report)
    assert (found["z14"].ours, found["z14"].peer) == (11.0, 14.0)
    assert found["z14"].spread == (1.4, 1.6)
    assert found["z16"].measured == 1.9
    assert found["z16"].note is not None
    assert found["z16"].note.vi == "đã so: 3 ô, 39.572 đối tượng như nhau"
    assert found["z14"].note is not None
    assert found["z14"].note.en.endswith("tipg with all its fields: 2.20 ×")


def zoom(z: int, kilobytes: float, p99_ms: float, ratio: float | None) -> dict[str, object]:
    told: dict[str, object] = {"z": z, "most_bytes": kilobytes * 1000, "p99_ms": p99_ms}
    told |= {"tiles": 2, "times": 40, "cpu_ms": 3.0}
    return told | ({"peer_cpu_ms": 90.0, "peer_drawn": 12, "ratio": spread(ratio)} if ratio else {})


def test_far_zooms_tell_the_worst_of_each_and_nothing_of_near_ones() -> None:
    zooms = [zoom(6, 20, 4, 900.0), zoom(12, 30, 9, 89.0), zoom(15, 800, 99, None)]
    found = far_figures({"rows": 10, "rounds": 3, "zooms": zooms})
    assert found["far_bytes"].measured == 30
    assert found["far_p99"].measured == 9
    assert found["far_p99"].times == 80
    assert found["far_bytes"].note == ("ở mức 12", "at zoom 12")
    assert (found["far_cpu"].measured, found["far_cpu"].peer) == (89.0, 90.0)


def test_far_zooms_without_the_peer_still_tell_bytes_and_time() -> None:
    found = far_figures({"rows": 10, "rounds": 3, "zooms": [zoom(6, 20, 4, None)]})
    assert set(found) == {"far_bytes", "far_p99"}


def test_a_crowd_counts_every_failure() -> None:
    efficiency = {"memory": 0.32, "archive": 0.29, "behind nginx": 0.95}
    report = {
        "rounds": 5,
        "body_bytes": 8_987,
        "heavy": {"body_bytes": 48_943, "efficiency": efficiency},
        "cpu_us_per_request": {"nginx": 28, "memory": 70, "archive": 90, "behind nginx": 29},
        "efficiency": {"memory": 0.4, "archive": 0.31, "behind nginx": 0.97},
        "crowd": {
            "clients": 10_000,
            "requests": 19_277,
            "p99": "1.36s",
            "socket_errors": [1, 0, 0, 2],
            "refused": 4,
            "quick_again_after_s": 1.6,
        },
    }
    found = hit_figures(report, 20_000)
    assert found["crowd_errors"].measured == 7
    assert (found["crowd_p99"].measured, found["crowd_p99"].times) == (1.36, 19_277)
    assert (found["archive"].ours, found["archive"].peer) == (90, 28)
    assert found["hit"].note == (
        "ô 9 kB; ô nặng 49 kB: 0,32",
        "a tile of 9 kB; a heavy one of 49 kB: 0.32",
    )


def test_durations_of_wrk_are_read_in_every_unit() -> None:
    assert [seconds(said) for said in ("250.00us", "897.60ms", "1.36s", "2.00m")] == [
        0.00025,
        0.8976,
        1.36,
        120.0,
    ]


def test_edits_and_seeding_are_taken_as_they_are() -> None:
    edits = {"rows": 9, "edits": 320, "stale": 1, "writers": 8, "edit_ms": {"p50": 310.4}}
    edits |= {"fresh_ms": {"p50": 20.0, "p99": 90.0}}
    note = edit_figures(edits)["stale"].note
    assert note is not None
    assert note.en.endswith("until it p50 310 ms")
    assert {key: one.measured for key, one in edit_figures(edits).items()} == {
        "fresh_p50": 20.0,
        "fresh_p99": 90.0,
        "stale": 1,
    }
    seeded = seed_figures(
        {"rows": 9, "derived_cpu_s": 7.0, "seeded": {"cpu_s": 33.0, "peak_mb": 120.0}}
    )
    assert {key: one.measured for key, one in seeded.items()} == {"seed_cpu": 40, "seed_mb": 120}


def test_a_part_says_what_it_cannot_be_measured_without() -> None:
    said = lacking("hits", ["tipg", "nginx"])
    assert said is not None
    assert said == ("máy này chưa cài nginx", "not installed here: nginx")
    assert lacking("far", ["tipg", "nginx", "wrk"]) is None
    assert lacking("near", ["nginx", "wrk"]) is None


def test_features_of_a_tile_are_counted_without_decoding_it() -> None:
    feature = bytes([0x12, 0x02, 0x08, 0x07])
    layer = bytes([0x0A, 0x01, 0x61]) + feature * 3 + bytes([0x28, 0x80, 0x20, 0x78, 0x02])
    assert zooms.drawn(bytes([0x1A, len(layer)]) + layer) == 3
    assert zooms.drawn(b"") == 0
