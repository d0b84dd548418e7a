"""Why a layer is not open: what its publisher must name, and when the question opens again."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from gishue.core.access import Visibility
from gishue.core.errors import InvalidInput
from layers.description import Description
from layers.layer import Closure, Layer

MAX_YEARS: Final = 5
LONGEST: Final = timedelta(days=MAX_YEARS * 366)
"""For how long a layer may be closed before the question is asked again."""
SOON: Final = timedelta(days=30)
"""How long before its end a closure is shown as ending."""

_NAMES: Final = {
    "reason": "lý do (reason)",
    "legal_basis": "căn cứ pháp lý (legal_basis)",
    "approver": "người phê duyệt (approver)",
    "expires_at": "thời hạn (expires_at)",
}
_KEPT: Final = ("reason", "reason_en", "legal_basis")
"""What a renewal need not say again; whoever approves it, and until when, it must."""


class ClosureMissing(InvalidInput):
    """A layer is to be closed, or closed for longer, without all that the city's rule asks for."""

    slug = "closure-missing"
    title = "Reason for not opening a layer is missing"
    title_vi = "Chưa nêu đủ lý do không mở lớp"


class ClosureEnd(InvalidInput):
    """A layer is to be closed until a time that has passed, or for longer than anybody may."""

    slug = "closure-end"
    title = "End of a closure not taken"
    title_vi = "Thời hạn không mở lớp không hợp lệ"


class Standing(StrEnum):
    """How it stands with the reason why a layer is closed."""

    VALID = "valid"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    UNNAMED = "unnamed"


def read(said: Mapping[str, Any], now: datetime, before: Closure | None = None) -> Closure:
    """Return the closure that ``said`` names; over ``before`` it renews what stands there.

    Raises:
        ClosureMissing: something of it is not said.
        ClosureEnd: it ends before now, or too late.
    """
    kept = {name: getattr(before, name) for name in _KEPT} if before is not None else {}
    clean = {n: v.strip() if isinstance(v, str) else v for n, v in said.items()}
    words = {name: value for name, value in clean.items() if value not in (None, "")}
    whole: dict[str, Any] = {"reason_en": ""} | kept | words
    lacking = [name for name in _NAMES if not whole.get(name)]
    if lacking:
        raise missing(lacking)
    _check_end(whole["expires_at"], now)
    return Closure(**whole)


def _check_end(ends_at: datetime, now: datetime) -> None:
    if not now < ends_at <= now + LONGEST:
        raise ClosureEnd(
            f"a layer is closed until a time to come, within {MAX_YEARS} years; renew it then",
            vi=f"thời hạn không mở lớp phải ở tương lai và trong vòng {MAX_YEARS} năm; "
            "đến hạn có thể gia hạn",
        )


def settled(wanted: Description, before: Layer | None) -> Description:
    """Return the description as it is to be written: open without, else with a closure.

    A layer that was closed before reasons were asked for stays so until somebody changes it.

    Raises:
        ClosureMissing: it is not open, and nothing says why.
        InvalidInput: reasons are given for a layer that is open.
    """
    known = before.closure if before is not None else None
    if wanted.visibility is Visibility.OPEN:
        if wanted.closure not in (None, known):
            raise _open_with_reasons()
        return replace(wanted, closure=None)
    stays = before is not None and before.visibility is wanted.visibility
    closure = wanted.closure or known
    if closure is None and not stays:
        raise missing(list(_NAMES))
    return replace(wanted, closure=closure)


def standing(layer: Layer, now: datetime) -> Standing | None:
    """Return how it stands with the reason of ``layer``; None for an open one."""
    if layer.visibility is Visibility.OPEN:
        return None
    if layer.closure is None:
        return Standing.UNNAMED
    if layer.closure.expires_at <= now:
        return Standing.EXPIRED
    return Standing.EXPIRING if layer.closure.expires_at <= now + SOON else Standing.VALID


def missing(names: Sequence[str]) -> ClosureMissing:
    """Return the refusal that names what is not said of a layer that is not open."""
    listed, listed_vi = ", ".join(names), ", ".join(_NAMES[name] for name in names)
    return ClosureMissing(
        "a layer is open unless its publisher names reason, legal_basis, approver and "
        f"expires_at; missing in closure: {listed}",
        vi="lớp được mở, trừ khi người công bố nêu lý do, căn cứ pháp lý, người phê duyệt và "
        f"thời hạn; closure còn thiếu: {listed_vi}",
        missing=list(names),
    )


def _open_with_reasons() -> InvalidInput:
    return InvalidInput(
        "the layer is open and needs no reasons; say visibility internal or restricted as well",
        vi="lớp đang mở nên không cần lý do; muốn đóng hãy chọn thêm visibility "
        "internal hoặc restricted",
    )
