"""The pages alone: they need no database."""

from collections.abc import AsyncGenerator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gishue.core.errors import GishueError
from gishue.portal.pages import routes


async def refuse(_: Request, error: Exception) -> Response:
    """Answer a refusal as the whole application does."""
    assert isinstance(error, GishueError)
    return JSONResponse(error.problem(), error.status)


@pytest.fixture
async def client() -> AsyncGenerator[httpx.AsyncClient]:
    """A browser before the pages."""
    app = Starlette(routes=routes(), exception_handlers={GishueError: refuse})
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as browser:
        yield browser
