"""The parts of the site by their first path segment: what is open to other sites, what is ours."""

from typing import Final

from gishue.api.rates import RouteClass

DOORS: Final = frozenset(
    {
        "3dtiles",
        "api",
        "data",
        "files",
        "fonts",
        "healthz",
        "metrics",
        "ogc",
        "readyz",
        "sprites",
        "static",
        "stac",
        "styles",
        "tiles",
        "wms",
        "wmts",
    }
)
"""What metrics tell apart; everything else is a page."""
_OPEN: Final = DOORS - {"healthz", "readyz", "metrics", "static"}
_PROBES: Final = frozenset({"/healthz", "/readyz", "/metrics"})
_DRAWN: Final = frozenset({"tiles", "fonts", "static", "sprites", "styles", "3dtiles"})
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_SIGN_IN: Final = frozenset({"/api/v1/session", "/api/v1/invitations/accept"})
_OFTEN: Final = ("/api/v1/uploads/tus/", "/auth/backchannel-logout")
"""Pieces of a resumable file, and the issuer's word that somebody signed out there."""
_OWN_SESSION: Final = ("/api/v1/session", "/api/v1/me")


def door(path: str) -> str:
    """Return the first segment of ``path`` where it is a door of its own, else ``page``."""
    return first if (first := path[1:].partition("/")[0]) in DOORS else "page"


def is_open_area(path: str) -> bool:
    """Return whether open data is answered here, which any page of the world may read."""
    return door(path) in _OPEN and path not in _OWN_SESSION


def is_probe(path: str) -> bool:
    """Return whether machines look here whether we live; they know no host and pay nothing."""
    return path in _PROBES


def is_drawn(path: str) -> bool:
    """Return whether what is here is drawn: tiles, fonts, files of pages, hundreds a page."""
    return door(path) in _DRAWN


def is_sign_in(method: str, path: str) -> bool:
    """Return whether the request tries to sign somebody in."""
    if method == "GET":
        return path.startswith("/auth/")
    return method == "POST" and path in _SIGN_IN


def route_class(method: str, path: str) -> RouteClass:
    """Return what the request counts as. Sign-ins come from a whole office at eight o'clock."""
    if method in _SAFE:
        return RouteClass.TILE if door(path) in _DRAWN else RouteClass.READ
    is_often = path in _SIGN_IN or path.startswith(_OFTEN)
    return RouteClass.READ if is_often else RouteClass.WRITE
