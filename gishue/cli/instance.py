"""How a command finds its instance: the data directory, its database, its services."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager

from gishue.core import cluster as clusters
from gishue.core import db
from gishue.core.cluster import Cluster, State
from gishue.core.settings import Settings
from layers.services import Services, open_services


@contextmanager
def database(settings: Settings) -> Generator[str]:
    """Lend the URL of the instance's database.

    An embedded cluster that is down is started for the command and stopped after it.
    """
    server = settings.database_url.get_secret_value()
    if server:
        yield server
        return
    embedded = Cluster(settings.root)
    was_down = clusters.status(embedded).state in (State.ABSENT, State.STOPPED)
    url = clusters.start(embedded)
    try:
        yield url
    finally:
        if was_down:
            clusters.stop(embedded)


def with_services[T](work: Callable[[Services], Awaitable[T]]) -> T:
    """Run ``work`` on the instance's services, its schema at the newest step."""
    settings = Settings()
    with database(settings) as url:
        db.migrate(url)
        return asyncio.run(_open(settings, url, work))


async def _open[T](settings: Settings, url: str, work: Callable[[Services], Awaitable[T]]) -> T:
    async with open_services(settings, url) as services:
        return await work(services)


def say(text: str) -> None:
    """Write a line for a person, beside what a program reads."""
    print(text, file=sys.stderr, flush=True)
