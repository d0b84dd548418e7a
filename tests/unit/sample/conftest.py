"""A city of a few thousand parcels, and the small city's files: made once for all tests."""

from pathlib import Path

import pytest

from sample.generate import generate, order_for
from sample.prepare import prepare
from sample.table import Table

PARCELS = 6_000


@pytest.fixture(scope="session")
def city() -> dict[str, Table]:
    return generate(order_for(PARCELS))


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("city")
    prepare(folder, small=True)
    return folder
