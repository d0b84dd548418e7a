"""A form with one file, read as it comes: the file goes to the store, never whole into memory."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from email.message import Message
from enum import Enum

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import Request

from gishue.core.blobs import Blob, Blobs
from gishue.core.errors import BadRequest, TooLarge, UnsupportedMedia
from gishue.core.vietnamese import vn_number

MAX_FIELD_BYTES = 64 << 10
MAX_FIELDS = 100
_OVERHEAD = 1 << 20


class _Kind(Enum):
    PART = "part"
    DATA = "data"
    END = "end"


type _Event = tuple[_Kind, bytes]


@dataclass(slots=True)
class Form:
    """What came: the file in the store, its name as sent, and the other fields as text."""

    blob: Blob | None = None
    filename: str = ""
    fields: dict[str, str] = field(default_factory=dict[str, str])


class _Parts:
    """Turns the parser's callbacks into a list of events."""

    def __init__(self, boundary: bytes) -> None:
        self.events: list[_Event] = []
        self._name = b""
        self._disposition = b""
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": lambda data, a, b: self._header(data[a:b]),
                "on_header_value": lambda data, a, b: self._value(data[a:b]),
                "on_header_end": self._forget_name,
                "on_headers_finished": self._opened,
                "on_part_data": lambda data, a, b: self.events.append((_Kind.DATA, data[a:b])),
                "on_part_end": lambda: self.events.append((_Kind.END, b"")),
            },
        )

    def feed(self, chunk: bytes) -> list[_Event]:
        """Return the events of one more piece of the body."""
        self.events = []
        self._parser.write(chunk)
        return self.events

    def _begin(self) -> None:
        self._name = self._disposition = b""

    def _header(self, data: bytes) -> None:
        self._name += data

    def _value(self, data: bytes) -> None:
        if self._name.lower() == b"content-disposition":
            self._disposition += data

    def _forget_name(self) -> None:
        self._name = b""

    def _opened(self) -> None:
        self.events.append((_Kind.PART, self._disposition))


async def receive(request: Request, blobs: Blobs, limit: int) -> Form:
    """Read the form of ``request``; its part ``file`` goes to ``blobs``.

    Raises:
        UnsupportedMedia: the body is no form.
        TooLarge: the file is larger than ``limit`` bytes.
        BadRequest: the form is broken, holds no file, or more than one.
    """
    events = _events(request, limit)
    form = Form()
    async for kind, data in events:
        if kind is not _Kind.PART:
            continue
        name, filename = _named(data)
        if filename is None:
            if len(form.fields) >= MAX_FIELDS:
                raise TooLarge("the form has too many fields", vi="biểu mẫu có quá nhiều trường")
            form.fields[name] = await _text(events)
        elif form.blob is not None:
            raise BadRequest("send one file at a time", vi="mỗi lần chỉ gửi một tệp")
        else:
            form.filename = filename
            form.blob = await blobs.put_chunks(_data(events), limit)
    if form.blob is None:
        raise BadRequest(
            "the form holds no file; send it as the part named 'file'",
            vi="biểu mẫu không có tệp; hãy gửi tệp trong phần tên 'file'",
        )
    return form


async def _events(request: Request, limit: int) -> AsyncGenerator[_Event]:
    kind, options = parse_options_header(request.headers.get("content-type"))
    if kind != b"multipart/form-data" or not options.get(b"boundary"):
        raise UnsupportedMedia(
            "send the file as multipart/form-data", vi="hãy gửi tệp dạng multipart/form-data"
        )
    if _announced(request) > limit + _OVERHEAD:
        raise TooLarge(
            f"the file is larger than {limit:,} bytes", vi=f"tệp lớn hơn {vn_number(limit)} byte"
        )
    try:
        parts = _Parts(options[b"boundary"])
        async for chunk in request.stream():
            for event in parts.feed(chunk):
                yield event
    except FormParserError as error:
        raise BadRequest("the form is broken", vi="biểu mẫu bị hỏng") from error


async def _data(events: AsyncGenerator[_Event]) -> AsyncGenerator[bytes]:
    """Yield the content of the part that was just opened."""
    async for kind, data in events:
        if kind is _Kind.END:
            return
        yield data
    raise BadRequest("the form broke off", vi="biểu mẫu bị cắt giữa chừng")


async def _text(events: AsyncGenerator[_Event]) -> str:
    said = b""
    async for data in _data(events):
        said += data
        if len(said) > MAX_FIELD_BYTES:
            raise TooLarge("a field of the form is too long", vi="một trường của biểu mẫu quá dài")
    return said.decode("utf-8", "replace")


def _announced(request: Request) -> int:
    length = request.headers.get("content-length", "")
    return int(length) if length.isdecimal() else 0


def _named(disposition: bytes) -> tuple[str, str | None]:
    """Return the name of a part, and the file's name where it is one.

    Browsers send UTF-8; ``filename*`` (RFC 5987) comes from programs.
    """
    message = Message()
    message["content-disposition"] = disposition.decode("utf-8", "replace")
    name = message.get_param("name", "", header="content-disposition")
    is_file = message.get_param("filename", None, header="content-disposition") is not None
    filename = message.get_filename() if is_file else None
    return str(name), filename
