"""``gishue audit`` as a person types it."""

import hashlib
import json
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner, Result

from gishue.cli.main import make_app
from gishue.core.errors import InvalidInput
from tests.support.upload import geojson, points


@pytest.fixture
def url(own_database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database in which commands have left entries."""
    monkeypatch.setenv("GISHUE_DATABASE_URL", own_database_url)
    monkeypatch.setenv("GISHUE_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.chdir(tmp_path)
    for code in ("so_xd", "so_tnmt"):
        assert typed("unit", "add", code, code).exit_code == 0
    return own_database_url


def typed(*words: str) -> Result:
    return CliRunner().invoke(make_app(words[0]), list(words))


def _touch(url: str) -> None:
    with psycopg.connect(url) as conn:
        conn.execute("SET session_replication_role = replica")
        conn.execute("UPDATE gis.audit SET object = 'ai' WHERE seq = 2")


def test_a_whole_chain_is_verified_and_a_touched_one_names_the_place(url: str) -> None:
    good = typed("audit", "verify", "--json")
    assert good.exit_code == 0, good.output
    assert json.loads(good.stdout)["entries"] == 2
    _touch(url)
    bad = typed("audit", "verify")
    assert bad.exit_code == 1
    assert "broken at 2" in bad.output
    assert "hỏng tại bản ghi 2" in bad.output
    told = json.loads(typed("audit", "verify", "--json").stdout)
    assert (told["entries"], told["broken"]["seq"]) == (1, 2)


def test_what_a_command_did_is_shown_in_the_order_in_which_it_was_done(url: str) -> None:
    shown = typed("audit", "tail", "--json").stdout.splitlines()
    said = [json.loads(line) for line in shown]
    assert [(one["actor_name"], one["act"], one["object"]) for one in said] == [
        ("operator", "unit.put", "so_xd"),
        ("operator", "unit.put", "so_tnmt"),
    ]
    assert len(typed("audit", "tail", "-n", "1", "--unit", "so_xd").stdout.splitlines()) == 1
    assert typed("audit", "tail", "--actor", "ai").stdout == ""


def test_an_export_can_be_checked_without_us_and_holds_the_head(url: str) -> None:
    assert typed("audit", "export", "ra.jsonl").exit_code == 0
    *lines, last = Path("ra.jsonl").read_text("utf-8").splitlines()
    prev = "00" * 32
    for line in lines:
        said = json.loads(line)
        stored = said.pop("hash")
        assert said["prev"] == prev
        text = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert hashlib.sha256(text.encode()).hexdigest() == stored
        prev = stored
    assert json.loads(last) == {"head": {"seq": len(lines), "hash": prev}}
    assert typed("unit", "add", "to_gt", "Tổ").exit_code == 0
    assert typed("audit", "verify", "--head", "ra.jsonl").exit_code == 0
    assert typed("audit", "verify", "--head", f"{len(lines)}:{prev}").exit_code == 0
    other = typed("audit", "verify", "--head", f"1:{prev}")
    assert (other.exit_code, "broken at 1" in other.output) == (1, True)


@pytest.mark.parametrize("head", ["", "một", "1:zz", "1:ab", "-1:" + "00" * 32, "vắng.jsonl"])
def test_what_is_no_head_is_refused_in_words(url: str, head: str) -> None:
    Path("trống.jsonl").write_text("")
    refused = typed("audit", "verify", "--head", head or "trống.jsonl")
    assert isinstance(refused.exception, InvalidInput)
    assert "gishue audit export" in refused.exception.detail_vi


def test_a_schema_given_and_a_source_fetched_by_command_are_told(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GISHUE_PULL_HOSTS", "data.invalid")
    Path("cay.geojson").write_bytes(geojson(points(2)))
    Path("schema.json").write_text('{"fields": [{"name": "ma", "type": "text"}]}', "utf-8")
    words = ("ingest", "cay.geojson", "--layer", "cay", "--unit", "so_xd", "--crs", "EPSG:4326")
    assert typed(*words).exit_code == 0
    assert typed("layers", "schema", "cay", "--set", "schema.json").exit_code == 0
    assert typed("layers", "schema", "cay").exit_code == 0
    added = typed("pull", "add", "https://data.invalid/a.geojson", "--layer", "lay", "--json")
    assert added.exit_code == 0, added.output
    pull = str(json.loads(added.stdout)["id"])
    assert typed("pull", "run", pull).exit_code == 1
    shown = [json.loads(line) for line in typed("audit", "tail", "--json").stdout.splitlines()]
    told = {(one["act"], one["object"], one["object_unit"], one["door"]) for one in shown}
    assert ("layer.schema_changed", "cay", "so_xd", "local") in told
    assert ("pull.run", pull, None, "local") in told
    assert sum(one["act"] == "layer.schema_changed" for one in shown) == 1
