"""Why a file is not taken, or no longer worked on: the errors of this room."""

from gishue.core.errors import Conflict, InvalidInput, TooLarge, UnsupportedMedia
from layers import fields


class Refusal(Exception):
    """Raised inside the sandbox: a code of ``refusal_codes``, and where in the file it holds."""

    def __init__(self, code: str, where: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.where = where


class NotADataset(UnsupportedMedia):
    """The file holds no geodata that anybody could read."""

    slug = "not-a-dataset"
    title = "Not a geodata file"
    title_vi = "Không phải tệp dữ liệu địa lý"


class EmptyFile(InvalidInput):
    """The file, or the layer in it, holds nothing."""

    slug = "empty-file"
    title = "Nothing in the file"
    title_vi = "Tệp rỗng"


class FormatLater(UnsupportedMedia):
    """A format that the platform recognises and does not read yet."""

    slug = "format-later"
    title = "Format not taken yet"
    title_vi = "Định dạng chưa được nhận"


class UnsafeArchive(InvalidInput):
    """The archive breaks a rule that keeps the platform safe."""

    slug = "unsafe-archive"
    title = "Archive not accepted"
    title_vi = "Tệp nén không được chấp nhận"


class BrokenFile(InvalidInput):
    """The file is damaged, incomplete or not what it says."""

    slug = "broken-file"
    title = "File damaged or incomplete"
    title_vi = "Tệp hỏng hoặc thiếu"


class OutsideCrs(InvalidInput):
    """Coordinates that do not exist in the CRS."""

    slug = "outside-crs"
    title = "Coordinates outside the reference system"
    title_vi = "Tọa độ nằm ngoài hệ tọa độ"


class BeyondLimit(TooLarge):
    """Reading the file needs more than one file may use."""

    slug = "beyond-limit"
    title = "File needs too much work"
    title_vi = "Tệp cần quá nhiều tài nguyên"


class NeedsAnswer(Conflict):
    """The file can be read in more than one way; a person must choose."""

    slug = "needs-answer"
    title = "A question is open"
    title_vi = "Cần trả lời câu hỏi"


class NoSuchSourceLayer(InvalidInput):
    """The file has no layer of that name."""

    slug = "no-such-source-layer"
    title = "No such layer in the file"
    title_vi = "Tệp không có lớp này"


KeyNotUnique = fields.KeyNotUnique


class ErrorsFound(InvalidInput):
    """What was found in the file forbids its publishing."""

    slug = "errors-found"
    title = "Errors in the file"
    title_vi = "Tệp có lỗi"


class SampleMissed(BrokenFile):
    """A row is other than the sample of a large file had promised: it is to be read whole."""


class Abandoned(Conflict):
    """The work on an upload was given up."""

    slug = "abandoned"
    title = "Work on the file given up"
    title_vi = "Đã dừng xử lý tệp"


class Cancelled(Conflict):
    """A person stopped the work on an upload."""

    slug = "cancelled"
    title = "Stopped on request"
    title_vi = "Đã dừng theo yêu cầu"
