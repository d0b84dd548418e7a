"""``gishue serve-tiles`` as a process: keys open what they open elsewhere."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Generator
from pathlib import Path

import httpx
import pytest

from gishue.core.access import Visibility
from gishue.core.actor import Role
from gishue.core.db import transaction
from layers.services import Services
from tests.support import people
from tests.support.city import add_layer


@pytest.fixture
def tiles(own_database_url: str, tmp_path: Path) -> Generator[httpx.Client]:
    """Asks a running ``gishue serve-tiles`` over the test's database."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = str(listener.getsockname()[1])
    command = [sys.executable, "-m", "gishue.cli", "serve-tiles", "--host", "127.0.0.1"]
    environment = os.environ | {
        "GISHUE_DATABASE_URL": own_database_url,
        "GISHUE_DATA_DIR": str(tmp_path),
    }
    with (
        subprocess.Popen([*command, "--port", port], env=environment) as process,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client,
    ):
        try:
            _await_health(process, client)
            yield client
        finally:
            process.terminate()


def _await_health(process: subprocess.Popen[bytes], client: httpx.Client) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        assert process.poll() is None
        try:
            assert client.get("/healthz").text == "ok\n"
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("no answer from /healthz")


async def test_a_key_opens_what_its_unit_owns_and_a_wrong_one_is_refused(
    services: Services, tiles: httpx.Client
) -> None:
    async with transaction(services.pool) as conn:
        await people.add_unit(conn, "so_xd")
        await add_layer(conn, "han_che", visibility=Visibility.RESTRICTED, unit="so_xd")
        key = await people.add_key(conn, Role.VIEWER, "so_xd")
    address = "/tiles/han_che/tilejson.json"
    deadline = time.monotonic() + 15  # the process hears of the layer, or polls
    while tiles.get(address, params={"key": key}).status_code != 200:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert tiles.get(address, headers={"x-api-key": key}).status_code == 200
    assert tiles.get(address).status_code == 404
    in_url = tiles.get(address, params={"key": "gh_x"})
    in_header = tiles.get(address, headers={"authorization": "Bearer abc"})
    for answer in (in_url, in_header):
        assert answer.status_code == 401
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.json()["type"] == "/problems/not-signed-in"


def test_an_address_of_nothing_is_a_problem_document(tiles: httpx.Client) -> None:
    for answer, status in ((tiles.get("/nothing"), 404), (tiles.post("/healthz"), 405)):
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["instance"] == answer.url.path


def test_its_answers_are_safe_in_a_browser_and_read_from_everywhere(tiles: httpx.Client) -> None:
    answer = tiles.get("/styles/base.json", headers={"origin": "https://elsewhere.example"})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert len(answer.headers["x-request-id"]) == 32
    proxied = {"x-forwarded-proto": "https", "host": "tiles.example.vn"}
    tilejson = tiles.get("/styles/base.json", headers=proxied)
    assert "https://tiles.example.vn/" in tilejson.text
    assert tiles.get("/styles/base.json", headers={"host": "a.vn/x"}).status_code == 400
