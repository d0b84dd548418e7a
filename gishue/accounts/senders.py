"""Whoever began work that goes on without them, as they stand now.

What an account or a key started ends with it: its rights are read anew each time the work goes on.
The caller opens the transaction.
"""

from dataclasses import replace
from datetime import datetime

from gishue.accounts import keys, store
from gishue.core.access import may_send, may_work
from gishue.core.actor import OPERATOR, Actor, ActorKind, Sender
from gishue.core.db import Connection
from gishue.core.errors import Forbidden


class SenderGone(Forbidden):
    """The key or account that began the work is no more, or may not do it any more."""

    slug = "sender-gone"
    title = "Sender may do this no more"
    title_vi = "Người gửi không còn quyền"


async def acting(
    conn: Connection, sender: Sender, unit: str | None, layer: str, now: datetime
) -> Actor:
    """Return whoever began work for ``unit`` that is to become ``layer``, with the rights of now.

    What an account may still do the work itself asks: roles that an access token gave are not known
    here, so that one without roles brings files in, and publishes nothing.

    Raises:
        SenderGone: the account is blocked, the key revoked or expired, or narrowed to others.
    """
    found = await _living(conn, sender, now)
    if found is None:
        raise _gone(sender)
    is_key = found.kind is ActorKind.KEY
    if is_key and not (may_send(found, layer) and may_work(found, unit, sender, layer)):
        raise SenderGone(
            f"{sender.name}, who began this, may bring in data for {layer!r} no more; "
            "somebody who may has to begin it again",
            vi=f"{sender.name} đã bắt đầu việc này nhưng không còn được đưa dữ liệu vào {layer!r}; "
            "người có quyền cần làm lại từ đầu",
        )
    return replace(found, unit=unit)


async def _living(conn: Connection, sender: Sender, now: datetime) -> Actor | None:
    if sender.account_id is not None:
        return await store.actor_by_id(conn, sender.account_id)
    if sender.key_id is not None:
        return await keys.living(conn, sender.key_id, now)
    return OPERATOR if sender.kind is ActorKind.OPERATOR else None


def _gone(sender: Sender) -> SenderGone:
    if sender.kind is ActorKind.ACCOUNT:
        return SenderGone(
            f"the account {sender.name!r} that began this is blocked; "
            "somebody else has to begin it again",
            vi=f"tài khoản {sender.name!r} đã bắt đầu việc này nhưng đã bị khóa; "
            "người khác cần làm lại từ đầu",
        )
    return SenderGone(
        f"the key {sender.name!r} that began this is revoked or has expired; "
        "begin it again with a valid one",
        vi=f"khóa {sender.name!r} đã bắt đầu việc này nhưng đã bị thu hồi hoặc hết hạn; "
        "hãy làm lại bằng khóa còn hiệu lực",
    )
