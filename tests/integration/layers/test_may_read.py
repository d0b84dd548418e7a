"""``gis.may_read`` decides in SQL as ``access.may`` does for READ, for every actor and layer."""

from itertools import product

from gishue.accounts import units
from gishue.accounts.unit import Unit
from gishue.core.access import Act, Visibility, may, readable
from gishue.core.actor import ANONYMOUS, OPERATOR, Actor, ActorKind, Limits, Role
from gishue.core.db import Connection
from layers import store
from layers.layer import LayerKind

KIND = ActorKind.ACCOUNT
UNITS = ("so_xd", "so_yte")
LIMITS = (
    Limits(),
    Limits(frozenset({"l0"}), None),
    Limits(None, frozenset({"read"})),
    Limits(None, frozenset({"download"})),
)
ACTORS = [
    ANONYMOUS,
    OPERATOR,
    Actor(KIND, "staff", 1, None, {"": Role.VIEWER}),
    *(
        Actor(KIND, f"{unit} {role}", 2, unit, {unit: role}, limits)
        for unit, role, limits in product(UNITS, (Role.VIEWER, Role.EDITOR), LIMITS)
    ),
]
STATES = ("draft", "published", "retired")
SHARES = (
    "'so_yte', '{read}', null, null",
    "'so_yte', '{read}', now() - interval '1 minute', null",
    "'so_yte', '{read}', now() + interval '1 minute', now()",
    "'so_yte', '{download}', null, null",
)


async def _layers(conn: Connection) -> None:
    for unit in UNITS:
        await units.put(conn, Unit(unit, unit))
    kinds = product(Visibility, STATES, (None, *UNITS), (None, *SHARES))
    for number, (visibility, state, unit, share) in enumerate(kinds):
        made = await store.create(conn, f"l{number}", "Lớp", LayerKind.VECTOR)
        await conn.execute(
            "UPDATE gis.layer SET visibility = %s, state = %s, unit = %s WHERE id = %s",
            (visibility, state, unit, made),
        )
        if share is not None:
            await conn.execute(
                "INSERT INTO gis.share (layer_id, unit, acts, expires_at, revoked_at, granted_by)"
                f" VALUES ({made}, {share}, 'x')".encode()
            )


async def test_the_predicate_and_the_decision_agree(conn: Connection) -> None:
    await _layers(conn)
    layers = await store.all_layers(conn)
    for actor in ACTORS:
        cur = await conn.execute(
            "SELECT l.slug FROM gis.layer l WHERE gis.may_read(l, %(limit_to)s, %(reads)s,"
            " %(is_admin)s, %(is_staff)s, %(viewing)s, %(editing)s)",
            readable(actor),
        )
        told = {row[0] for row in await cur.fetchall()}
        assert told == {one.slug for one in layers if may(actor, Act.READ, one)}, actor
    assert len(layers) == 3 * 3 * 3 * 5
