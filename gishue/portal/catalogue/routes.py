"""The addresses of the catalogue, and how each answers."""

import hashlib
import json
from collections.abc import Callable, Sequence
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from gishue.core.access import Act, Visibility, may
from gishue.core.actor import ANONYMOUS, Actor
from gishue.core.errors import NotFound
from gishue.portal.catalogue import data_json, dcat, feeds, iso19139, layer_page, listing
from gishue.portal.catalogue.quality import Quality, quality
from gishue.portal.catalogue.shelf import Open, Shelf, site_of
from gishue.portal.catalogue.site import ABSTRACT, TITLE, Site
from gishue.portal.catalogue.words import day, number
from gishue.portal.language import Language, language_of
from gishue.portal.pages import page
from layers.catalogue import Entry
from layers.services import Services

_XML: Final = "application/xml"


def routes() -> list[BaseRoute]:
    """Return the routes; what they keep is this process's own."""
    door = _Door()
    return [
        Route("/data", door.listed),
        Route("/data/catalog.jsonld", door.dcat),
        Route("/data/data.json", door.data_json),
        Route("/data/feed.atom", door.atom),
        Route("/data/{slug}.jsonld", door.record),
        Route("/data/{slug}.iso.xml", door.iso),
        Route("/data/{slug}", door.layer),
        Route("/sitemap.xml", door.sitemap),
        Route("/robots.txt", robots),
    ]


class _Door:
    """Answers from one shelf."""

    def __init__(self) -> None:
        self._shelf = Shelf()
        self._qualities: dict[tuple[str, int], Quality] = {}

    async def listed(self, request: Request) -> Response:
        """Serve ``GET /data``: the open layers."""
        language, site = language_of(request), site_of(request)
        on_shelf = await self._shelf.open(_services(request))
        wanted = listing.read(request.query_params)
        found = listing.listing(wanted, on_shelf.entries, on_shelf.keys, language)
        return page(
            request,
            "data_list",
            bundle="data",
            site=site,
            found=found,
            cards=[_card(entry, language) for entry in found.shown],
            closed=on_shelf.closed,
            abstract=ABSTRACT[language],
            heading=TITLE[language],
            day=lambda at: day(at, language),
            number=lambda value: number(value, language),
        )

    async def layer(self, request: Request) -> Response:
        """Serve ``GET /data/{slug}``: the page of one layer."""
        services, actor, slug = _services(request), _actor(request), request.path_params["slug"]
        language, site = language_of(request), site_of(request)
        try:
            entry = await self._shelf.entry(services, actor, slug)
        except NotFound:
            if "text/html" not in request.headers.get("accept", ""):
                raise
            return page(request, "data_missing", bundle="data", status=404, slug=slug)
        known = await self._quality(services, entry)
        told = layer_page.values(site, language, entry, known)
        response = page(request, "data_layer", bundle="data", **told)
        if not _is_open(entry):
            response.headers["cache-control"] = "private, no-store"
        return response

    async def dcat(self, request: Request) -> Response:
        """Serve ``GET /data/catalog.jsonld``: DCAT-AP, in pages where there are many layers."""
        return await self._paged(request, "dcat", dcat.PAGE, dcat.MEDIA, dcat.catalogue)

    async def data_json(self, request: Request) -> Response:
        """Serve ``GET /data/data.json``: DCAT-US, as CKAN harvests it."""
        language = language_of(request)

        def make(site: Site, entries: Sequence[Entry], number: int) -> dict[str, Any]:
            return data_json.catalogue(site, language, entries, number)

        key = f"data.json {language}"
        return await self._paged(request, key, data_json.PAGE, "application/json", make)

    async def atom(self, request: Request) -> Response:
        """Serve ``GET /data/feed.atom``: the layers that changed last."""
        language = language_of(request)
        return await self._whole(
            request,
            f"atom {language}",
            "application/atom+xml",
            lambda site, on_shelf: feeds.atom(site, language, on_shelf.entries),
        )

    async def sitemap(self, request: Request) -> Response:
        """Serve ``GET /sitemap.xml``."""
        return await self._whole(
            request, "sitemap", _XML, lambda site, on_shelf: feeds.sitemap(site, on_shelf.entries)
        )

    async def record(self, request: Request) -> Response:
        """Serve ``GET /data/{slug}.jsonld``: one layer in DCAT-AP."""
        entry = await self._seen(request)
        return _answer(request, _json(dcat.record(site_of(request), entry)), dcat.MEDIA, entry)

    async def iso(self, request: Request) -> Response:
        """Serve ``GET /data/{slug}.iso.xml``: one layer by ISO 19139."""
        entry = await self._seen(request)
        return _answer(request, iso19139.record(site_of(request), entry), iso19139.MEDIA, entry)

    async def _seen(self, request: Request) -> Entry:
        slug = request.path_params["slug"]
        return await self._shelf.entry(_services(request), _actor(request), slug)

    async def _quality(self, services: Services, entry: Entry) -> Quality:
        """Return the layer's quality, read once a revision; a veiled layer's is read anew."""
        layer = entry.layer
        key = (layer.slug, layer.revision)
        if layer.is_veiled or key not in self._qualities:
            known = await quality(services, entry)
            if layer.is_veiled:
                return known
            if len(self._qualities) >= _MOST_KEPT:
                self._qualities.clear()
            self._qualities[key] = known
        return self._qualities[key]

    async def _paged(
        self,
        request: Request,
        key: str,
        size: int,
        media: str,
        make: Callable[[Site, Sequence[Entry], int], dict[str, Any]],
    ) -> Response:
        on_shelf = await self._shelf.open(_services(request))
        number = _page(request, len(on_shelf.entries), size)
        return await self._whole(
            request,
            f"{key} {number}",
            media,
            lambda site, held: _json(make(site, held.entries, number)),
        )

    async def _whole(
        self, request: Request, key: str, media: str, make: Callable[[Site, Open], bytes]
    ) -> Response:
        """Answer with a document about all open layers, made once a generation."""
        on_shelf = await self._shelf.open(_services(request))
        site = site_of(request)
        body = self._shelf.kept(
            on_shelf.generation, (key, site.origin), lambda: make(site, on_shelf)
        )
        return _answer(request, body, media)


_MOST_KEPT: Final = 10_000


async def robots(request: Request) -> Response:
    """Serve ``GET /robots.txt``."""
    return Response(feeds.robots(site_of(request)), media_type="text/plain")


def _card(entry: Entry, language: Language) -> dict[str, Any]:
    """Return what the list shows of one layer."""
    layer = entry.layer
    return {
        "slug": layer.slug,
        "title": entry.title(language),
        "abstract": entry.abstract(language),
        "publisher": entry.publisher(language),
        "theme": entry.theme(language),
        "simulated": layer.simulated,
        "kind": layer.kind,
        "geometry": layer.geometry_type,
        "count": None if layer.shown_count is None else number(layer.shown_count, language),
        "changed": day(entry.modified_at, language),
        "changed_at": entry.modified_at.isoformat(timespec="seconds"),
        "licence": layer.licence,
    }


def _page(request: Request, total: int, size: int) -> int:
    """Return the page asked for.

    Raises:
        NotFound: there is none of that number; a harvester stops there.
    """
    said = request.query_params.get("page", "1")
    number = int(said) if said.isascii() and said.isdigit() and len(said) < 7 else 0
    if number < 1 or number > max(1, -(-total // size)):
        raise NotFound(
            f"the catalogue has no page {said[:20]!r}; begin with page=1",
            vi=f"danh mục không có trang {said[:20]!r}; hãy bắt đầu từ page=1",
        )
    return number


def _answer(request: Request, body: bytes, media: str, entry: Entry | None = None) -> Response:
    """Return ``body``; of an open layer anybody may keep it, if they ask whether it is still so."""
    etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    shared = entry is None or _is_open(entry)
    headers = {
        "etag": etag,
        "cache-control": "public, no-cache" if shared else "private, no-store",
        "vary": "accept-language, cookie",
    }
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type=media)


def _is_open(entry: Entry) -> bool:
    """Return whether everybody may read it, and sees it as this entry does."""
    layer = entry.layer
    is_public = layer.visibility is Visibility.OPEN and may(ANONYMOUS, Act.READ, layer)
    return is_public and not layer.is_veiled


def _json(document: dict[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _services(request: Request) -> Services:
    return request.app.state.services


def _actor(request: Request) -> Actor:
    return getattr(request.state, "actor", ANONYMOUS)
