"""A staging table becomes a layer's while somebody else looks after it."""

import asyncio

from psycopg import AsyncConnection

from layers import tables
from layers.layer import GeometryType


async def test_a_vacuum_that_holds_the_table_is_waited_for(own_database_url: str) -> None:
    async with (
        await AsyncConnection.connect(own_database_url, autocommit=True) as publisher,
        await AsyncConnection.connect(own_database_url, autocommit=True) as vacuum,
    ):
        await tables.create_staging(publisher, "u_1", (), GeometryType.POINT, 9214)
        await tables.index(publisher, tables.staging("u_1"))

        async def publish() -> None:
            async with publisher.transaction():
                await tables.adopt(publisher, "u_1", "l1_r1", 1)

        async with vacuum.transaction():
            # What a vacuum locks, in its order: the table, and then each of its indexes.
            await vacuum.execute("LOCK TABLE staging.u_1 IN SHARE UPDATE EXCLUSIVE MODE")
            publishing = asyncio.create_task(publish())
            await asyncio.sleep(0.5)
            await vacuum.execute("ALTER INDEX staging.u_1_pkey SET (fillfactor = 90)")
        await asyncio.wait_for(publishing, 20)
        kept = await (
            await publisher.execute("SELECT reloptions FROM pg_class WHERE relname = 'l1_r1'")
        ).fetchone()
    assert kept == (None,)
