"""The database: pools of connections, and the schema brought to its newest step."""

import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import cache
from importlib.resources import files
from typing import Final

import psycopg
from psycopg import AsyncConnection
from psycopg.rows import TupleRow
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from gishue.core.errors import Busy, Unavailable
from gishue.core.settings import Settings

Connection = AsyncConnection[TupleRow]
Pool = AsyncConnectionPool[Connection]

_STEP: Final = re.compile(r'^(down_)?revision = "(\d+)"', re.MULTILINE)


# Operational to PostgreSQL, but said of one statement and not of the server.
_OF_THE_STATEMENT = (
    psycopg.errors.QueryCanceled,
    psycopg.errors.LockNotAvailable,
    psycopg.errors.SerializationFailure,
    psycopg.errors.DeadlockDetected,
)


def pool(url: str, settings: Settings, *, statement_timeout_ms: int = 0) -> Pool:
    """Return a closed pool on ``url``; open it in the process's lifespan.

    Args:
        url: a libpq URL.
        settings: gives size and waiting time.
        statement_timeout_ms: longest a statement may run; 0 for no bound.
    """
    return AsyncConnectionPool(
        url,
        min_size=1,
        max_size=settings.pool_size,
        timeout=settings.pool_timeout_s,
        open=False,
        kwargs={
            "options": f"-c statement_timeout={statement_timeout_ms} -c timezone=UTC"
            " -c idle_in_transaction_session_timeout=300000 -c jit=off",
        },
        check=AsyncConnectionPool.check_connection,
    )


@asynccontextmanager
async def transaction(connections: Pool) -> AsyncGenerator[Connection]:
    """Lend a connection inside one transaction: committed at the end, undone on error.

    Raises:
        Busy: no connection came free in time.
        Unavailable: the database is away.
    """
    try:
        async with connections.connection() as conn:
            yield conn
    except PoolTimeout as error:
        raise Busy(
            "no database connection came free in time; try again",
            vi="chưa có kết nối cơ sở dữ liệu rảnh; hãy thử lại",
        ) from error
    except psycopg.OperationalError as error:
        if isinstance(error, _OF_THE_STATEMENT):
            raise
        raise Unavailable(
            "the database is away or restarting; try again in a moment",
            vi="cơ sở dữ liệu tạm ngắt hoặc đang khởi động lại; hãy thử lại sau giây lát",
        ) from error


async def step(conn: Connection) -> str:
    """Return the name of the newest step the database has taken."""
    row = await (await conn.execute("SELECT version_num FROM public.schema_step")).fetchone()
    return str(row[0]) if row else ""


@cache
def newest_step() -> str:
    """Return the name of the newest migration this code knows: on it no other stands.

    It need not have the greatest number: numbers are given before steps are written.
    """
    paths = files("gishue.core.migrations.versions").iterdir()
    texts = [path.read_text("utf-8") for path in paths if path.name[:4].isdigit()]
    said = [found for text in texts for found in _STEP.findall(text)]
    stood_on = {name for kind, name in said if kind}
    (newest,) = (name for kind, name in said if not kind and name not in stood_on)
    return newest


def migrate(url: str) -> str:
    """Bring the schema at ``url`` to its newest step and return that step's name.

    Safe to call twice and from two processes at once: the second waits for the first. Alembic is
    imported here, since most processes that read the database never migrate it.
    """
    from gishue.core.migrations.run import to_newest

    return to_newest(url)
