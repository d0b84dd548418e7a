"""Requests for access in PostgreSQL. The only module that runs ``layers/sql/access_request.sql``.

The caller opens the transaction.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from gishue.core import audit, events
from gishue.core.access import Act, may
from gishue.core.actor import Actor, Role
from gishue.core.audit import Object
from gishue.core.db import Connection
from gishue.core.errors import Conflict, InvalidInput, NotFound
from gishue.core.sql import load
from layers import sharing, sharing_store, store
from layers.access_request import AccessRequest, RequestState
from layers.layer import Layer
from layers.sharing import Grant, Wish

_SQL = load("layers", "access_request")
_DONE: Final = {
    RequestState.GRANTED: "grant",
    RequestState.REFUSED: "refuse",
    RequestState.WITHDRAWN: "withdraw",
}
_EVERYTHING: dict[str, Any] = {"id": None, "before": None, "state": None, "limit": 1}


async def add(
    conn: Connection, layer: Layer, wish: Wish, purpose: str, actor: Actor, now: datetime
) -> AccessRequest:
    """Write the request of ``actor`` for the unit that ``wish`` names.

    Raises:
        Conflict: they may already, or the unit waits for an answer.
        InvalidInput: there is no such unit, or it cannot be shared so.
    """
    acts = sharing.acts_of(wish.acts)
    sharing.end_of(wish.until, now)
    await store.check_unit(conn, wish.unit)
    if all(may(actor, act, layer) for act in acts):
        raise Conflict(
            f"you may do this already: layer {layer.slug!r}",
            vi=f"bạn đã có quyền này với lớp {layer.slug!r}",
            layer=layer.slug,
        )
    values = {"layer_id": layer.id, "unit": wish.unit, "account_id": actor.account_id}
    values |= {"by": actor.name, "purpose": purpose, "acts": sorted(acts), "until": wish.until}
    row = await (await conn.execute(_SQL["add"], values)).fetchone()
    if row is None:
        raise Conflict(
            f"unit {wish.unit!r} has asked already and waits for the answer",
            vi=f"đơn vị {wish.unit!r} đã gửi yêu cầu và đang chờ trả lời",
        )
    made = await by_id(conn, int(row[0]), actor)
    await _tell(conn, made)
    await _audit(conn, made, actor, "access_request.ask")
    return made


async def page(
    conn: Connection,
    actor: Actor,
    limit: int,
    *,
    before: int | None = None,
    state: RequestState | None = None,
) -> list[AccessRequest]:
    """Return the newest requests that ``actor`` decides, or that a unit of theirs made."""
    values = _seen_by(actor) | {"before": before, "state": state, "limit": limit}
    return [_request(row) for row in await (await conn.execute(_SQL["page"], values)).fetchall()]


async def by_id(conn: Connection, request: int, actor: Actor) -> AccessRequest:
    """Return one request that ``actor`` may see.

    Raises:
        NotFound: it is absent or not visible; the answer is the same.
    """
    row = await (await conn.execute(_SQL["page"], _seen_by(actor) | {"id": request})).fetchone()
    if row is None:
        raise NotFound(f"there is no request {request}", vi=f"không có yêu cầu {request}")
    return _request(row)


async def lock(conn: Connection, request: int, actor: Actor) -> AccessRequest:
    """Return the request, locked for this transaction; NotFound as ``by_id``."""
    await by_id(conn, request, actor)
    await conn.execute(_SQL["lock"], {"id": request})
    return await by_id(conn, request, actor)


async def grant(
    conn: Connection,
    request: AccessRequest,
    layer: Layer,
    wish: Wish,
    actor: Actor,
    *,
    answer: str,
    now: datetime,
) -> Grant:
    """Share the locked layer as ``wish`` says, in answer to the locked request.

    Raises:
        Conflict: it is answered already.
        InvalidInput: it cannot be shared so.
    """
    request.check_move(RequestState.GRANTED)
    given = await sharing_store.give(conn, layer, wish, actor, now)
    await _answer(conn, request, RequestState.GRANTED, actor, answer, given.id)
    return given


async def refuse(conn: Connection, request: AccessRequest, actor: Actor, answer: str) -> None:
    """Refuse the locked request and say why.

    Raises:
        Conflict: it is answered already.
        InvalidInput: no reason is given.
    """
    request.check_move(RequestState.REFUSED)
    if not answer:
        raise InvalidInput(
            "say in answer why the request is refused", vi="hãy nêu lý do từ chối trong answer"
        )
    await _answer(conn, request, RequestState.REFUSED, actor, answer)


async def withdraw(conn: Connection, request: AccessRequest, actor: Actor) -> None:
    """Take the locked request back.

    Raises:
        Conflict: it is answered already.
    """
    request.check_move(RequestState.WITHDRAWN)
    await _answer(conn, request, RequestState.WITHDRAWN, actor, "")


async def _answer(
    conn: Connection,
    request: AccessRequest,
    to: RequestState,
    actor: Actor,
    answer: str,
    share: int | None = None,
) -> None:
    values = {"id": request.id, "to": to, "answer": answer, "by": actor.name, "share": share}
    await conn.execute(_SQL["answer"], values)
    await _tell(conn, request, to)
    await _audit(conn, request, actor, f"access_request.{_DONE[to]}")


async def _audit(conn: Connection, request: AccessRequest, actor: Actor, act: str) -> None:
    """Write into the audit what ``actor`` did to the request; its words stay in the request."""
    said = {"layer": request.slug, "unit": request.unit, "acts": sorted(request.acts)}
    on = Object("access_request", str(request.id), request.owner)
    await audit.record(conn, actor, act, on, said)


async def _tell(
    conn: Connection, request: AccessRequest, to: RequestState = RequestState.PENDING
) -> None:
    news = {"id": request.id, "layer": request.slug, "unit": request.unit, "state": to}
    await events.record(conn, "access_request", news)


def _seen_by(actor: Actor) -> dict[str, Any]:
    return _EVERYTHING | {
        "all": actor.is_admin,
        "account_id": actor.account_id,
        "asking": actor.units(Role.VIEWER),
        "deciding": actor.units(Role.PUBLISHER),
    }


def _request(row: Sequence[Any]) -> AccessRequest:
    values = list(row)
    values[10] = tuple(map(Act, values[10]))
    values[12] = RequestState(values[12])
    return AccessRequest(*values)
