"""Every refusal as ``application/problem+json`` (RFC 9457), with nothing internal in it."""

import json
from typing import Any

import psycopg
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from gishue.api import faults
from gishue.core.errors import BadRequest, GishueError, InvalidInput, NotFound, NotSignedIn
from gishue.core.log import logger, pairs

PROBLEM_JSON = "application/problem+json"
_LOG = logger(__name__)


def answer(error: GishueError, request: Request) -> Response:
    """Return the problem document of ``error``."""
    headers: dict[str, str] = {}
    if error.status == 503:
        headers["retry-after"] = "2"
    if isinstance(error, NotSignedIn):
        headers["www-authenticate"] = "Bearer"
    return _response(error.problem(request.url.path), error.status, headers)


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
    return _response(body, error.status_code, dict(error.headers or {}))


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
    """Answer a defect of ours: logged whole, told as little as possible."""
    _LOG.error("unhandled %s", pairs(path=request.url.path), exc_info=error)
    fault = GishueError(
        "something went wrong here; it has been recorded",
        vi="đã có lỗi phía hệ thống; lỗi đã được ghi lại",
    )
    return answer(fault, request)


def _response(body: dict[str, Any], status: int, headers: dict[str, str]) -> Response:
    text = json.dumps(body, ensure_ascii=False)
    return Response(text, status, headers, PROBLEM_JSON)
