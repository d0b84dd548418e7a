"""The XMP packet of a photo: one flat reader, no entities, no document type.

Makers write a value as an attribute or as an element; both occur in one fleet.
"""

import re
from xml.parsers import expat

from gishue.core.errors import InvalidInput

MAX_PACKET_BYTES = 1 << 20

# The namespaces we read, by the prefix the makers' documents use. A file may choose its own.
_PREFIX = {
    "http://www.dji.com/drone-dji/1.0/": "drone-dji",
    "http://ns.adobe.com/tiff/1.0/": "tiff",
    "http://ns.adobe.com/xap/1.0/": "xmp",
}
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


class UnsafePacket(InvalidInput):
    """The packet declares a document type or an entity, or is no well-formed XML."""

    slug = "unsafe-xmp"
    title = "XMP packet refused"
    title_vi = "Từ chối khối XMP"


def read_xmp(packet: bytes) -> dict[str, str]:
    """Return the simple values of ``packet`` by ``prefix:name``; the first of a name wins.

    Raises:
        UnsafePacket: too long, not UTF-8, not well formed, or with declarations of its own.

    Source: ISO 16684-1:2019 (XMP), 7.4 and 7.5.
    """
    body = packet.strip(b"\0 \r\n\t")
    if len(body) > MAX_PACKET_BYTES or _DECLARATION.search(body) or not _is_utf8(body):
        raise _refusal()
    return _parse(body) if body else {}


def _is_utf8(body: bytes) -> bool:
    """Return whether the bytes say what they seem to: no UTF-16 may hide a declaration."""
    try:
        return "\0" not in body.decode("utf-8")
    except UnicodeDecodeError:
        return False


def _parse(body: bytes) -> dict[str, str]:
    values: dict[str, str] = {}
    open_names: list[str | None] = []
    text: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        for key, value in attributes.items():
            _keep(values, _short(key), value)
        open_names.append(_short(name))
        text.clear()

    def end(_name: str) -> None:
        _keep(values, open_names.pop(), "".join(text))
        text.clear()

    def refuse(*_: object) -> None:
        raise _refusal()

    parser = expat.ParserCreate("utf-8", namespace_separator=" ")
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text.append
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(body, True)
    except expat.ExpatError as error:
        raise _refusal() from error
    return values


def _short(name: str) -> str | None:
    namespace, _, local = name.rpartition(" ")
    prefix = _PREFIX.get(namespace)
    return f"{prefix}:{local}" if prefix else None


def _keep(values: dict[str, str], name: str | None, value: str) -> None:
    if name is not None and (stripped := value.strip()):
        values.setdefault(name, stripped)


def _refusal() -> UnsafePacket:
    return UnsafePacket(
        "the photo's XMP packet is damaged or declares entities; its angles are not used",
        vi="khối XMP của ảnh bị hỏng hoặc khai báo thực thể; không dùng các góc trong đó",
    )
