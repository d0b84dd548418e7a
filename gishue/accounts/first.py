"""The first account of an instance: somebody must be able to administer it."""

import psycopg

from gishue.accounts import secret, store
from gishue.core.actor import Role
from gishue.core.settings import Settings

ADMIN = "admin"


async def ensure_administrator(settings: Settings, url: str) -> str | None:
    """Make the account ``admin`` if nobody can administer; return a password made up for it.

    The password is ``GISHUE_ADMIN_PASSWORD`` where that is set (and None is returned).
    """
    given = settings.admin_password.get_secret_value()
    made = None if given else secret.made_up_password()
    async with await psycopg.AsyncConnection.connect(url) as conn:
        if await store.has_administrator(conn):
            return None
        await store.add(conn, ADMIN, given or made or "", role=Role.CITY_ADMIN)
    return made
