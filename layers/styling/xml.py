"""XML of strangers, read without entities, doctypes or anything from outside."""

from collections.abc import Iterator
from typing import Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from gishue.core.errors import InvalidInput, TooLarge

MOST_BYTES: Final = 512 * 1024
DEEPEST: Final = 60


class UnreadableStyle(InvalidInput):
    """The file is no style that is understood here."""

    slug = "unreadable-style"
    title = "Style file not understood"
    title_vi = "Không đọc được tệp kiểu hiển thị"


def parsed(body: bytes) -> Element:
    """Return the root of an XML document.

    Raises:
        TooLarge: it has more than ``MOST_BYTES``.
        UnreadableStyle: it is no XML, brings entities, or is nested too deep.
    """
    if len(body) > MOST_BYTES:
        raise TooLarge(
            f"a style file has at most {MOST_BYTES // 1024} KiB",
            vi=f"tệp kiểu hiển thị tối đa {MOST_BYTES // 1024} KiB",
        )
    try:
        # QGIS writes a doctype without entities into its QML: that alone is harmless.
        root: Element = fromstring(body, forbid_dtd=False, forbid_entities=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise UnreadableStyle("the file is no plain XML", vi="tệp không phải XML thuần") from error
    if _depth(root) > DEEPEST:
        raise UnreadableStyle("the file is nested too deep", vi="tệp lồng quá sâu")
    return root


def _depth(root: Element) -> int:
    level, depth = [root], 0
    while level and depth <= DEEPEST:
        level, depth = [child for one in level for child in one], depth + 1
    return depth


def local(element: Element) -> str:
    """Return the name of an element without its namespace."""
    return element.tag.rpartition("}")[2]


def children(element: Element, *names: str) -> Iterator[Element]:
    """Yield the children of that name, or of any of these."""
    return (child for child in element if local(child) in names)


def child(element: Element | None, *path: str) -> Element | None:
    """Return the first descendant along ``path``, or None."""
    for name in path:
        element = next(children(element, name), None) if element is not None else None
    return element


def text(element: Element | None, *path: str) -> str:
    """Return the trimmed text at ``path``; empty where there is none."""
    found = child(element, *path)
    return (found.text or "").strip() if found is not None else ""


def inside(element: Element, *path: str) -> list[Element]:
    """Return the children of the descendant along ``path``; none where there is no such one."""
    found = child(element, *path)
    return list(found) if found is not None else []
