"""The tree of everything that can be refused.

::

    GishueError
    ├── BadRequest 400            the request itself is malformed
    ├── NotSignedIn 401           a wrong or missing credential
    ├── Forbidden 403             known, but not allowed
    ├── NotFound 404              absent, or not visible: the answer is the same
    ├── Conflict 409              somebody was faster, or the state forbids it
    ├── TooLarge 413              beyond a limit
    ├── UnsupportedMedia 415      a body of a kind this door does not take
    ├── InvalidInput 422          understood, but wrong
    ├── TooManyRequests 429       asked more often than anybody may
    ├── Busy 503                  try again in a moment
    └── Unavailable 503           a part of the platform is down

Each class knows its HTTP status and its stable slug; only the rim knows HTTP.
"""

from collections.abc import Sequence
from typing import Any, ClassVar


class GishueError(Exception):
    """Something was refused, said in one sentence of English and one of Vietnamese."""

    status: ClassVar[int] = 500
    slug: ClassVar[str] = "internal"
    title: ClassVar[str] = "Internal error"
    title_vi: ClassVar[str] = "Lỗi nội bộ"

    def __init__(self, detail: str, *, vi: str | None = None, **extra: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.detail_vi = vi or detail
        self.extra = extra

    def problem(self, instance: str | None = None) -> dict[str, Any]:
        """Return the RFC 9457 members of this refusal."""
        body: dict[str, Any] = {
            "type": f"/problems/{self.slug}",
            "title": self.title,
            "title_vi": self.title_vi,
            "status": self.status,
            "detail": self.detail,
            "detail_vi": self.detail_vi,
        }
        if instance is not None:
            body["instance"] = instance
        return body | self.extra


class BadRequest(GishueError):
    """The request is malformed: a parameter unknown, unreadable or out of range."""

    status = 400
    slug = "bad-request"
    title = "Request not understood"
    title_vi = "Yêu cầu không hợp lệ"


class NotSignedIn(GishueError):
    """The credential is missing, wrong or expired."""

    status = 401
    slug = "not-signed-in"
    title = "Sign-in needed"
    title_vi = "Cần đăng nhập"


class Forbidden(GishueError):
    """The actor is known and may not do this."""

    status = 403
    slug = "forbidden"
    title = "Not allowed"
    title_vi = "Không được phép"


class NotFound(GishueError):
    """It does not exist, or the actor may not see it."""

    status = 404
    slug = "not-found"
    title = "Not found"
    title_vi = "Không tìm thấy"


class Conflict(GishueError):
    """The state of the thing forbids it, or somebody changed it meanwhile."""

    status = 409
    slug = "conflict"
    title = "Conflict"
    title_vi = "Xung đột"


class TooLarge(GishueError):
    """The body or the job is beyond a limit."""

    status = 413
    slug = "too-large"
    title = "Too large"
    title_vi = "Quá lớn"


class UnsupportedMedia(GishueError):
    """The body is of a kind this door does not take."""

    status = 415
    slug = "unsupported-media"
    title = "Kind of content not taken here"
    title_vi = "Loại nội dung không được nhận"


class InvalidInput(GishueError):
    """The input was understood and is wrong."""

    status = 422
    slug = "invalid-input"
    title = "Input not valid"
    title_vi = "Dữ liệu vào không hợp lệ"


class TooManyRequests(GishueError):
    """The actor asked more often than it may; ``headers`` say when the next is taken."""

    status = 429
    slug = "too-many-requests"
    title = "Too many requests"
    title_vi = "Quá nhiều yêu cầu"

    def __init__(
        self, detail: str, *, vi: str, headers: Sequence[tuple[str, str]] = (), **extra: Any
    ) -> None:
        super().__init__(detail, vi=vi, **extra)
        self.headers = headers


class Busy(GishueError):
    """Too much work at once; the same request will succeed in a moment."""

    status = 503
    slug = "busy"
    title = "Busy"
    title_vi = "Đang quá tải"


class Unavailable(GishueError):
    """A part of the platform that this needs is not running."""

    status = 503
    slug = "unavailable"
    title = "Not available now"
    title_vi = "Tạm thời không dùng được"
