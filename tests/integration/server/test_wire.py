"""The wire: HTTP/1.1 as everybody speaks it, whether or not an answer is given again."""

import asyncio
import socket
from pathlib import Path

import pytest
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from gishue.core.db import Connection
from layers.layer import Layer
from tests.integration.tiles.conftest import middle, path
from tests.support.parcels import add_parcels
from tests.support.wires import Line, Wires, open_wires, request
from tiles.grid import Tile

GZIP = ("accept-encoding", "gzip")


@pytest.fixture
async def layer(wires: Wires, writer: Connection) -> Layer:
    made = await add_parcels(writer, "thua_dat", 2_000)
    await wires.reload()
    return made


@pytest.fixture
async def ready(wires: Wires, layer: Layer) -> str:
    """The address of a tile that is given again."""
    where = path(layer, middle(layer, 15))
    for _ in range(20):
        if await wires.is_replayed(where, GZIP):
            return where
        await asyncio.sleep(0.05)  # news of the layer may still come
    pytest.fail("never given again")


def cold(layer: Layer, number: int) -> str:
    """Return the address of a tile that nobody asked for yet."""
    z, x, y = middle(layer, 19)
    return path(layer, Tile(z, x + number, y))


async def test_requests_sent_in_one_go_are_answered_in_their_order(
    wires: Wires, layer: Layer, ready: str
) -> None:
    sent = [ready, cold(layer, 0), ready, "/healthz", ready, ready, cold(layer, 1), "/nothing"]
    wanted = [await wires.both(where, GZIP) for where in (ready, "/healthz", "/nothing")]
    known = dict(zip((ready, "/healthz", "/nothing"), wanted, strict=True))
    async with wires.line() as line:
        line.writer.write(b"".join(request(where, GZIP) for where in sent))
        for where in sent:
            given = await line.answer()
            if where in known:
                assert given.alike() == known[where].alike()
            else:
                assert given.status in (200, 204)
                assert given["etag"] != known[ready]["etag"]


async def test_a_request_may_come_in_pieces(wires: Wires, ready: str) -> None:
    wanted = await wires.both(ready, GZIP)
    asked = request(ready, GZIP, ("user-agent", "x" * 4_000))
    async with wires.line() as line:
        for at in range(0, len(asked), 97):
            line.writer.write(asked[at : at + 97])
            await line.writer.drain()
            await asyncio.sleep(0)
        assert (await line.answer()).alike() == wanted.alike()
        line.writer.write(request(ready, GZIP))
        assert (await line.answer()).alike() == wanted.alike()


@pytest.mark.parametrize("version", ["1.0", "1.1"])
async def test_who_asks_for_the_end_of_the_line_gets_it(
    wires: Wires, ready: str, version: str
) -> None:
    async with wires.line() as line:
        line.writer.write(request(ready, GZIP, ("connection", "close"), version=version))
        answer = await line.answer()
        assert answer.status == 200
        assert answer["connection"] == "close"
        assert await line.is_closed()


async def test_an_old_client_is_answered_once(wires: Wires, ready: str) -> None:
    async with wires.line() as line:
        line.writer.write(request(ready, GZIP, version="1.0"))
        assert (await line.answer()).status == 200
        assert await line.is_closed()


async def test_the_head_alone_has_no_body_behind_it(wires: Wires, ready: str) -> None:
    whole = await wires.both(ready, GZIP)
    async with wires.line() as line:
        line.writer.write(request(ready, GZIP, method="HEAD") + request(ready, GZIP))
        head = await line.answer("HEAD")
        assert head["content-length"] == str(len(whole.body))
        assert (await line.answer()).alike() == whole.alike()


@pytest.mark.parametrize(
    "spoilt",
    [
        b"GET /tiles\x00 HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nbad header\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00",
    ],
)
async def test_what_is_no_http_ends_the_line_and_nothing_else(
    wires: Wires, ready: str, spoilt: bytes
) -> None:
    async with wires.line() as line:
        line.writer.write(request(ready, GZIP) + spoilt)
        assert (await line.answer()).status == 200
        assert (await line.answer()).status == 400
        assert await line.is_closed()
    assert await wires.is_replayed(ready, GZIP)


async def test_a_body_after_a_ready_tile_is_no_second_request(wires: Wires, ready: str) -> None:
    inner = request("/nothing").decode()
    asked = request(ready, GZIP, ("content-length", str(len(inner)))) + inner.encode()
    async with wires.line() as line:
        line.writer.write(asked + request("/healthz"))
        assert (await line.answer()).status == 200
        assert (await line.answer()).body == b"ok\n"


async def test_who_does_not_read_holds_no_more_than_a_few_answers(wires: Wires, ready: str) -> None:
    wires.servers[0].config.timeout_keep_alive = 1
    size = len((await wires.both(ready, GZIP)).body)
    count = 8_000_000 // size + 200
    with socket.create_connection(("127.0.0.1", wires.quick)) as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
        deaf.setblocking(False)
        sender = asyncio.create_task(_send(deaf, request(ready, GZIP) * count))
        await asyncio.sleep(1.5)  # longer than a line may be silent
        held = [one.transport.get_write_buffer_size() for one in _connections(wires)]
        assert max(held) < 1 << 20
        loop = asyncio.get_running_loop()
        got = 0
        while got < count * size:  # it reads after all: nothing is lost
            part = await asyncio.wait_for(loop.sock_recv(deaf, 1 << 16), 20)
            assert part
            got += len(part)
        await sender


async def _send(deaf: socket.socket, data: bytes) -> None:
    await asyncio.get_running_loop().sock_sendall(deaf, data)


def _connections(wires: Wires) -> list[HttpToolsProtocol]:
    held = wires.servers[0].server_state.connections
    return [one for one in held if isinstance(one, HttpToolsProtocol)]


async def test_a_line_that_is_asked_on_stays_and_one_that_is_not_ends(
    wires: Wires, ready: str
) -> None:
    wires.servers[0].config.timeout_keep_alive = 1
    async with wires.line() as busy, wires.line() as idle:
        await idle.ask(ready, GZIP)
        for _ in range(8):
            assert (await busy.ask(ready, GZIP)).status == 200
            await asyncio.sleep(0.25)
        assert idle.reader.at_eof()
        assert not busy.reader.at_eof()
        assert await busy.is_closed()


async def test_a_stopping_process_ends_idle_lines_at_once(
    own_database_url: str, tmp_path: Path, writer: Connection
) -> None:
    async with open_wires(own_database_url, tmp_path) as wires:
        layer = await add_parcels(writer, "thua_dat", 100)
        await wires.reload()
        where = path(layer, middle(layer, 15))
        await wires.both(where, GZIP)
        async with wires.line() as line:
            whole = await line.ask(where, GZIP)
            assert whole.status == 200
            wires.servers[0].should_exit = True
            assert await line.is_closed()


async def test_it_is_reached_over_ipv6_too(own_database_url: str, tmp_path: Path) -> None:
    async with open_wires(own_database_url, tmp_path, host="::") as wires:
        for host in ("::1", "127.0.0.1"):
            reader, sender = await asyncio.open_connection(host, wires.quick)
            line = Line(reader, sender)
            assert (await line.ask("/healthz")).body == b"ok\n"
            sender.close()
