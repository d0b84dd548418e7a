"""People of two units who ask one process for tiles in turns, without a socket between them."""

import asyncio
import gzip
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from prometheus_client import REGISTRY
from starlette.types import ASGIApp, Message

from gishue.core.access import Act, Audience, Visibility, audience, may
from gishue.core.actor import ANONYMOUS, Actor
from gishue.core.db import Connection
from layers.layer import Layer
from tests.support.people import staff
from tests.support.veiled import add_veiled, shown
from tiles.grid import Tile, column, row

UNITS: Final = ("so_a", "so_b")
PEOPLE: Final = {unit: staff("an", number, unit) for number, unit in enumerate(UNITS)}
AT_ONCE: Final = 16
ZOOMS: Final = (12, 14, 16)


class Answer(NamedTuple):
    """What the application sent."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(slots=True)
class Tally:
    """What was answered: bodies and tags that crossed from one audience to another, the statuses.

    ``judged``: by layer, audience and body, whether it holds what the audience does not see;
    ``owners``: by path and tag, the audience that was first answered with it.
    """

    crossed: list[str] = field(default_factory=list[str])
    statuses: Counter[int] = field(default_factory=Counter[int])
    built: int = 0
    cached: int = 0
    judged: dict[tuple[str, str, bytes], bool] = field(
        default_factory=dict[tuple[str, str, bytes], bool]
    )
    owners: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])

    def judge(self, layer: Layer, who: Actor, path: str, answer: Answer) -> None:
        """Note an answer that says what ``who`` does not see, or has the tag of others."""
        self.statuses[answer.status] += 1
        sees = str(audience(who, layer)) if may(who, Act.READ, layer) else ""
        key = (layer.slug, sees, answer.body)
        if key not in self.judged:
            self.judged[key] = _holds(answer.body, sees)
        owner = self.owners.setdefault((path, answer.headers.get("etag", sees)), sees)
        if self.judged[key] or owner != sees or (not sees and answer.status != 404):
            self.crossed.append(f"{path} {who.unit} {answer.status} {owner}")


def _holds(body: bytes, sees: str) -> bool:
    text = gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body
    hidden = shown(Audience(sees)).hidden if sees else shown(Audience.UNIT).seen
    return any(word.encode() in text for word in hidden)


async def ask(app: ASGIApp, actor: Actor, path: str, **headers: str) -> Answer:
    """Return the answer to ``GET path`` by ``actor``; ``app`` recognises nobody itself."""
    target, _, query = path.partition("?")
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope: dict[str, Any] = {"type": "http", "method": "GET", "path": target, "headers": named}
    scope |= {"query_string": query.encode(), "scheme": "http", "server": ("hue.test", 80)}
    scope |= {"root_path": "", "http_version": "1.1", "state": {"actor": actor}}
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    head = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return Answer(int(sent[0]["status"]), head, b"".join(part.get("body", b"") for part in sent))


async def interleave(app: ASGIApp, layers: Sequence[Layer], requests: int, seed: int = 1) -> Tally:
    """Have both, and now and then nobody known, ask for the same tiles at once; judge every body.

    Half of the requests carry the ETag that somebody else was given for that tile.
    """
    chance = random.Random(seed)
    asked = [(layer, tile) for layer in layers for z in ZOOMS for tile in _tiles(layer, z)]
    tags: dict[str, list[str]] = {}
    tally = Tally()
    before = _ways()
    for _ in range(requests // AT_ONCE):
        layer, tile = chance.choice(asked)
        path = f"/tiles/{layer.slug}/{tile.z}/{tile.x}/{tile.y}.mvt"
        actors = chance.choices([*PEOPLE.values(), ANONYMOUS], [9, 9, 2], k=AT_ONCE)
        held = tags.setdefault(path, [])
        sent = [
            {"if_none_match": chance.choice(held)} if held and chance.random() < 0.5 else {}
            for _ in actors
        ]
        waiting = [ask(app, who, path, **more) for who, more in zip(actors, sent, strict=True)]
        for who, answer in zip(actors, await asyncio.gather(*waiting), strict=True):
            tally.judge(layer, who, path, answer)
            tag = answer.headers.get("etag")
            if tag is not None and tag not in held:
                held.append(tag)
    built, cached = (int(now - was) for now, was in zip(_ways(), before, strict=True))
    tally.built, tally.cached = built, cached
    return tally


def _tiles(layer: Layer, z: int) -> list[Tile]:
    """Return the tiles at ``z`` that the bounds of ``layer`` meet."""
    assert layer.bounds is not None
    west, south, east, north = layer.bounds
    columns = range(int(column(west, z)), int(column(east, z)) + 1)
    rows = range(int(row(north, z)), int(row(south, z)) + 1)
    return [Tile(z, x, y) for x in columns for y in rows]


def _ways() -> tuple[float, float]:
    """Return how many tiles this process has built, and how many were ready."""
    values = [
        REGISTRY.get_sample_value("gishue_tiles_total", {"kind": "vector", "how": how})
        for how in ("built", "cached")
    ]
    return (values[0] or 0.0, values[1] or 0.0)


async def add_layers(conn: Connection, rows: int = 2_400) -> list[str]:
    """Publish a veiled layer of each unit, and one that only the first may read at all."""
    made = [await add_veiled(conn, f"cua_{unit}", unit, rows=rows) for unit in UNITS]
    closed = Visibility.RESTRICTED
    made.append(
        await add_veiled(conn, "kin", UNITS[0], rows=rows, masks={}, rules={}, visibility=closed)
    )
    return [layer.slug for layer in made]
