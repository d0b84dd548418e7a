"""What a refusal looks like: a problem document, or the sign-in page to whoever came back there."""

from starlette.requests import Request
from starlette.responses import Response

from gishue.api import problem
from gishue.core.errors import GishueError
from gishue.portal import pages


async def on_refusal(request: Request, error: Exception) -> Response:
    """Answer a refusal of ours; a browser on its way to or from the issuer sees a page."""
    is_page = request.url.path.startswith("/auth/") and request.method == "GET"
    accepts = "text/html" in request.headers.get("accept", "")
    if is_page and accepts and isinstance(error, GishueError):
        return pages.sign_in_refused(request, error)
    return await problem.on_refusal(request, error)
