"""What crawlers and feed readers ask for: the sitemap, robots.txt and the newest changes (Atom).

Sources: https://www.sitemaps.org/protocol.html, RFC 9309, RFC 4287.
"""

from collections.abc import Sequence
from typing import Final
from xml.etree import ElementTree as ET

from gishue.portal.catalogue.site import TITLE, Site
from gishue.portal.catalogue.xml_text import clean
from layers.catalogue import Entry, Language

_SITEMAP: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"
_XHTML: Final = "http://www.w3.org/1999/xhtml"
_ATOM: Final = "http://www.w3.org/2005/Atom"
MOST_URLS: Final = 50_000
"""What one sitemap may hold."""
_NEWEST: Final = 50


def sitemap(site: Site, entries: Sequence[Entry]) -> bytes:
    """Return the addresses of the pages, with when each last changed and its other language."""
    ET.register_namespace("", _SITEMAP)
    ET.register_namespace("xhtml", _XHTML)
    root = ET.Element(f"{{{_SITEMAP}}}urlset")
    _url(root, f"{site.origin}/")
    _url(root, site.data)
    for entry in entries[: MOST_URLS - 2]:
        _url(
            root, site.page(entry.layer.slug), entry.layer.updated_at.isoformat(timespec="seconds")
        )
    return ET.tostring(root, "utf-8", xml_declaration=True)


def _url(root: ET.Element, address: str, changed_at: str = "") -> None:
    url = ET.SubElement(root, f"{{{_SITEMAP}}}url")
    ET.SubElement(url, f"{{{_SITEMAP}}}loc").text = address
    if changed_at:
        ET.SubElement(url, f"{{{_SITEMAP}}}lastmod").text = changed_at
    for language in ("vi", "en"):
        other = ET.SubElement(url, f"{{{_XHTML}}}link")
        other.set("rel", "alternate")
        other.set("hreflang", language)
        other.set("href", f"{address}?lang={language}")


def robots(site: Site) -> str:
    """Return what crawlers may read: pages and metadata, not the machinery behind them."""
    closed = ("/api/", "/tiles/", "/files/", "/ogc/", "/studio", "/login", "/report/")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed), "Allow: /"]
    return "\n".join([*lines, "", f"Sitemap: {site.origin}/sitemap.xml", ""])


def atom(site: Site, language: Language, entries: Sequence[Entry]) -> bytes:
    """Return the layers that changed last, as a feed."""
    newest = sorted(entries, key=lambda entry: entry.modified_at, reverse=True)[:_NEWEST]
    ET.register_namespace("", _ATOM)
    root = ET.Element(f"{{{_ATOM}}}feed")
    root.set("{http://www.w3.org/XML/1998/namespace}lang", language)
    here = f"{site.data}/feed.atom"
    _said(root, "title", TITLE[language])
    _said(root, "id", here)
    _said(root, "updated", (newest[0].modified_at if newest else site.now).isoformat())
    _link(root, "self", f"{here}?lang={language}")
    _link(root, "alternate", site.data)
    for entry in newest:
        one = ET.SubElement(root, f"{{{_ATOM}}}entry")
        page = site.page(entry.layer.slug)
        _said(one, "title", entry.title(language))
        _said(one, "id", f"{page}?revision={entry.layer.revision}")
        _said(one, "updated", entry.modified_at.isoformat())
        _said(ET.SubElement(one, f"{{{_ATOM}}}author"), "name", entry.publisher(language))
        _link(one, "alternate", page)
        _said(one, "summary", entry.abstract(language))
    return ET.tostring(root, "utf-8", xml_declaration=True)


def _said(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, f"{{{_ATOM}}}{name}").text = clean(text)


def _link(parent: ET.Element, rel: str, address: str) -> None:
    link = ET.SubElement(parent, f"{{{_ATOM}}}link")
    link.set("rel", rel)
    link.set("href", address)
