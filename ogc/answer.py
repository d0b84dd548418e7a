"""How every OGC answer leaves: its language, what it varies with, and who may keep it."""

from collections.abc import Mapping

from starlette.responses import Response

from ogc.asked import Asked


def answer(
    asked: Asked, body: str | bytes, media_type: str, headers: Mapping[str, str] | None = None
) -> Response:
    """Return ``body`` as ``media_type``.

    What an actor may read depends on the actor, so no shared cache may keep it.
    """
    named = {
        "content-language": asked.language,
        "vary": "Accept, Accept-Language, Cookie, Authorization, X-API-Key",
        "cache-control": "private, no-cache",
    }
    return Response(body, 200, named | dict(headers or {}), media_type)
