"""Who hears of what on ``/api/v1/events``."""

from datetime import UTC, datetime
from typing import Any

from gishue.api.events import told
from gishue.core.access import Visibility
from gishue.core.actor import ANONYMOUS, OPERATOR
from gishue.core.db import transaction
from gishue.core.events import Event
from layers.services import Services
from tests.support.city import add_layer


def _news(kind: str, **payload: Any) -> Event:
    return Event(1, datetime(2026, 1, 1, tzinfo=UTC), kind, payload)


async def test_visitors_hear_of_open_layers_and_of_their_end_only(services: Services) -> None:
    async with transaction(services.pool) as conn:
        await add_layer(conn, "mo")
        await add_layer(conn, "kin", visibility=Visibility.RESTRICTED)
    await services.registry.reload(services.pool)
    heard = {
        name: told(services, ANONYMOUS, event) is not None
        for name, event in {
            "open": _news("layer", slug="mo", visibility="open", action="replaced"),
            "restricted": _news("layer", slug="kin", visibility="restricted", action="replaced"),
            "gone": _news("layer", slug="cu", visibility="open", action="deleted"),
            "draft": _news("layer", slug="nhap", visibility="open", action="described"),
            "hidden end": _news("layer", slug="kin2", visibility="internal", action="deleted"),
            "upload": _news("upload", id="1"),
            "report": _news("report", code="7QX2K"),
        }.items()
    }
    assert {name for name, is_heard in heard.items() if is_heard} == {"open", "gone", "report"}
    restricted = _news("layer", slug="kin", visibility="restricted", action="replaced")
    nowhere_in_particular = {"touched": None, "features": None}
    assert told(services, OPERATOR, restricted) == restricted.payload | nowhere_in_particular
