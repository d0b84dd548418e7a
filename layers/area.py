"""Where somebody may edit a layer: everywhere, or on the ground of the units it is shared with.

Asked of both the old and the new shape of a feature, so that none is taken out of a ward or put
into one.
"""

from collections.abc import Sequence
from typing import Final

from psycopg.sql import SQL, Composable, Literal

from gishue.core.access import Act, Target
from gishue.core.actor import Actor, Role
from gishue.core.errors import Forbidden
from gishue.core.sql import load
from layers.filter import Filter

_SQL = load("layers", "area")
SLACK_DEG: Final = 1e-6
"""How far a shape may reach over the border, a decimetre: borders are drawn in other systems."""


def bounds_of(actor: Actor, layer: Target) -> list[str] | None:
    """Return the units on whose ground ``actor`` may edit ``layer``; None: everywhere.

    An empty list: nowhere.
    """
    if not actor.limits.allow(Act.EDIT, layer.slug):
        return []
    if actor.has(Role.EDITOR, layer.unit):
        return None
    shares = [
        share
        for share in layer.shares
        if Act.EDIT in share.acts and actor.has(Role.EDITOR, share.unit)
    ]
    if any(not share.within_area for share in shares):
        return None
    return sorted({share.unit for share in shares})


def check_whole(actor: Actor, layer: Target) -> None:
    """Raise Forbidden where ``actor`` edits by a share, and this concerns the whole layer.

    A share gives features: fields, licence and source stay with the owner. Whether they may edit at
    all is asked by ``may``.
    """
    if not actor.has(Role.EDITOR, layer.unit):
        raise Forbidden(
            f"{actor.name} may edit the features of layer {layer.slug!r}, which is shared, but not "
            "what concerns the whole layer; ask its unit",
            vi=f"{actor.name} chỉ được sửa đối tượng của lớp {layer.slug!r} được chia sẻ, không "
            "sửa những gì thuộc cả lớp; hãy liên hệ đơn vị chủ quản",
        )


def inside(units: Sequence[str], geometry: Composable, srid: int) -> Filter:
    """Return the predicate that ``geometry`` lies on the ground of ``units``.

    Args:
        units: by code; the ground of all of them together counts.
        geometry: an expression of SQL, such as ``t.geom``.
        srid: its CRS.
    """
    where = SQL(_SQL["inside"]).format(geometry=geometry, srid=Literal(srid))
    return Filter(where, {"area_units": list(units), "area_slack": SLACK_DEG})
