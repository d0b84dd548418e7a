"""The porter: connections that wait are let in between answers, and nobody is lost on the way."""

import asyncio
import socket

from gishue.server.listening import listen
from gishue.server.porter import Porter


class Greeting(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        transport.write(b"xin chao")
        transport.close()


async def test_who_waits_is_let_in_after_some_answers() -> None:
    with listen("127.0.0.1", 0) as listener:
        listener.setblocking(False)
        porter = Porter(listener)
        guests = [socket.create_connection(listener.getsockname()[:2]) for _ in range(40)]
        loop = asyncio.get_running_loop()
        for answers in (31, 33, 64):
            for _ in range(answers):
                porter.look(Greeting)
        for guest in guests:
            guest.setblocking(False)
            assert await asyncio.wait_for(loop.sock_recv(guest, 64), 5) == b"xin chao"
            guest.close()


async def test_a_closed_door_and_a_guest_who_left_are_nobodys_failure() -> None:
    listener = listen("127.0.0.1", 0)
    listener.setblocking(False)
    porter = Porter(listener)
    socket.create_connection(listener.getsockname()[:2]).close()
    for _ in range(64):
        porter.look(Greeting)
    await asyncio.sleep(0.05)
    listener.close()
    for _ in range(64):
        porter.look(Greeting)


async def test_a_round_has_so_many_answers_and_the_rest_comes_in_its_order() -> None:
    with listen("127.0.0.1", 0) as listener:
        listener.setblocking(False)
        porter = Porter(listener)
        answered: list[bytes] = []
        rounds: list[int] = []

        def take(data: bytes) -> None:
            answered.append(data)
            porter.look(Greeting)

        said = [b"%d" % number for number in range(2_500)]
        for data in said:
            if not porter.puts_off(take, data):
                take(data)
        while len(answered) < len(said):
            rounds.append(len(answered))
            await asyncio.sleep(0)
        assert answered == said
        assert rounds[0] == 1_000
        assert len(rounds) >= 2
