"""The noun: where an edit touched a layer; and the journal of it, ``layers/sql/touched.sql``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from gishue.core.bounds import Bounds
from gishue.core.db import Connection
from gishue.core.sql import load
from layers.layer import Layer, LayerId

_SQL = load("layers", "touched")

MOST_BOXES: Final = 500
"""An edit of more places counts as one of the whole layer."""
KEPT_S: Final = 7 * 86_400
"""So long the journal is kept; whoever was away longer than half of it begins anew."""


@dataclass(frozen=True, slots=True)
class Touched:
    """What edits did to a layer between ``before`` and ``after``, as a process comes to know it.

    ``boxes``: the bounds of each feature before and after it, EPSG:3857, metres; None: anywhere.
    """

    before: Layer
    after: Layer
    boxes: tuple[Bounds, ...] | None

    @property
    def layer(self) -> LayerId:
        """The layer."""
        return self.after.id

    @property
    def revision(self) -> int:
        """The revision that it has now."""
        return self.after.revision


async def record(conn: Connection, layer: LayerId, revision: int, boxes: Sequence[Bounds]) -> None:
    """Write where ``revision`` touched the layer, in the transaction of the edit."""
    flat = [number for box in boxes for number in box]
    await conn.execute(_SQL["record"], {"id": layer, "revision": revision, "boxes": flat})


async def since(
    conn: Connection, revisions: Mapping[LayerId, int]
) -> dict[LayerId, tuple[Bounds, ...]]:
    """Return where the layers were touched after these revisions; those that were are keys."""
    if not revisions:
        return {}
    values = {"ids": list(revisions), "revisions": list(revisions.values())}
    found: dict[LayerId, tuple[Bounds, ...]] = {}
    for layer, flat in await (await conn.execute(_SQL["since"], values)).fetchall():
        found[LayerId(layer)] = found.get(LayerId(layer), ()) + boxes_of(flat)
    return found


def boxes_of(flat: Sequence[float]) -> tuple[Bounds, ...]:
    """Return the boxes that ``flat`` lists, four numbers each."""
    return tuple(Bounds(*flat[at : at + 4]) for at in range(0, len(flat), 4))


async def sweep(conn: Connection) -> int:
    """Forget what nobody needs to be told any more; return how many rows."""
    return (await conn.execute(_SQL["sweep"], {"kept_s": KEPT_S})).rowcount
