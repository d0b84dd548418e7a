"""Every refusal as ``application/problem+json`` (RFC 9457), with nothing internal in it."""

import psycopg
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from gishue.api import faults
from gishue.api.refusal import answer, defect, response
from gishue.core.errors import BadRequest, GishueError, InvalidInput, NotFound
from gishue.core.log import logger, pairs

_LOG = logger(__name__)


async def on_refusal(request: Request, error: Exception) -> Response:
    """Answer a refusal of ours."""
    if not isinstance(error, GishueError):
        raise error
    return answer(error, request)


class MethodNotAllowed(GishueError):
    """The address exists and takes other methods."""

    status = 405
    slug = "method-not-allowed"
    title = "Method not allowed"
    title_vi = "Phương thức không được nhận"


async def on_http(request: Request, error: Exception) -> Response:
    """Answer what the router itself refuses: no such path, no such method."""
    if not isinstance(error, HTTPException):
        raise error
    if isinstance(error.__cause__, GishueError):  # what FastAPI caught while it read the body
        return answer(error.__cause__, request)
    if error.status_code == 404:
        return answer(
            NotFound("there is nothing at this address", vi="không có gì ở địa chỉ này"), request
        )
    kind = MethodNotAllowed if error.status_code == 405 else BadRequest
    refusal = kind(
        f"this address does not take {request.method}: {error.detail}",
        vi=f"địa chỉ này không nhận {request.method}",
    )
    body = refusal.problem(request.url.path) | {"status": error.status_code}
    return response(body, error.status_code, dict(error.headers or {}))


async def on_invalid(request: Request, error: Exception) -> Response:
    """Answer a body or parameter that does not fit its description, naming it."""
    if not isinstance(error, RequestValidationError):
        raise error
    found = [
        {
            "where": faults.place(fault),
            "message": str(fault["msg"]),
            "message_vi": faults.say_vi(fault),
        }
        for fault in error.errors()
    ]
    unknown = {"where": "request", "message": "not understood", "message_vi": "không hiểu được"}
    first = found[0] if found else unknown
    kind = InvalidInput if first["where"].startswith("body") else BadRequest
    refusal = kind(
        f"{first['where']}: {first['message']}",
        vi=f"{first['where']} {first['message_vi']}",
        errors=found,
    )
    return answer(refusal, request)


async def on_unstorable(request: Request, error: Exception) -> Response:
    """Answer a value that PostgreSQL cannot hold: a NUL character, a number beyond its range."""
    if not isinstance(error, psycopg.DataError):
        raise error
    _LOG.info("value not taken %s", pairs(path=request.url.path, error=type(error).__name__))
    refusal = BadRequest(
        "a value holds a character or a number that cannot be stored",
        vi="có giá trị chứa ký tự hoặc con số không lưu được",
    )
    return answer(refusal, request)


async def on_fault(request: Request, error: Exception) -> Response:
    """Answer a defect of ours."""
    return defect(request, error)
