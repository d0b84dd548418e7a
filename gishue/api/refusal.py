"""The answer to a refusal: ``application/problem+json`` (RFC 9457), with nothing internal in it."""

import json
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from gishue.core.errors import GishueError, NotSignedIn, TooManyRequests
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
    if isinstance(error, TooManyRequests):
        headers.update(error.headers)
    return response(error.problem(request.url.path), error.status, headers)


def defect(request: Request, error: Exception) -> Response:
    """Answer a defect of ours: logged whole, told as little as possible."""
    _LOG.error("unhandled %s", pairs(path=request.url.path), exc_info=error)
    told = GishueError(
        "something went wrong here; it has been recorded",
        vi="đã có lỗi phía hệ thống; lỗi đã được ghi lại",
    )
    return answer(told, request)


def response(body: Mapping[str, Any], status: int, headers: Mapping[str, str]) -> Response:
    """Return a problem document as it leaves."""
    text = json.dumps(body, ensure_ascii=False)
    return Response(text, status, dict(headers), PROBLEM_JSON)
