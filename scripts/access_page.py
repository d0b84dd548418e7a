"""The page about access: what ``may`` decides of every role and visibility, what each door asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from gishue.core.access import Act, Share, Visibility, may
from gishue.core.actor import ANONYMOUS, WHOLE_CITY, Actor, ActorKind, Limits, Role
from gishue.server.doors import DOORS, MEANING, Door

_UNIT, _OTHER = "unit", "other"
_ACCOUNT = ActorKind.ACCOUNT


@dataclass(frozen=True, slots=True)
class _Layer:
    """A layer as the decision sees it, and how the page calls it."""

    words: tuple[str, str]
    visibility: Visibility
    is_live: bool = True
    shares: tuple[Share, ...] = ()
    unit: str | None = _UNIT
    slug: str = "layer"


_SHARED = (Share(_OTHER, frozenset({Act.READ, Act.EDIT})),)
_LAYERS: Final = (
    _Layer(("open", "mở"), Visibility.OPEN),
    _Layer(("internal", "nội bộ"), Visibility.INTERNAL),
    _Layer(("restricted", "hạn chế"), Visibility.RESTRICTED),
    _Layer(
        ("restricted, shared with another unit to read and edit", "hạn chế, chia sẻ đọc và sửa"),
        Visibility.RESTRICTED,
        shares=_SHARED,
    ),
    _Layer(("draft or retired", "bản nháp hoặc ngừng công bố"), Visibility.OPEN, is_live=False),
)


def _of(role: Role, unit: str = _UNIT) -> Actor:
    return Actor(_ACCOUNT, "", 1, unit, {unit: role})


_ACTORS: Final = (
    (("nobody known", "khách"), ANONYMOUS),
    (("signed in, no role", "đăng nhập, không vai trò"), Actor(_ACCOUNT, "", 1)),
    (("viewer of another unit", "người xem đơn vị khác"), _of(Role.VIEWER, _OTHER)),
    (("editor of another unit", "biên tập đơn vị khác"), _of(Role.EDITOR, _OTHER)),
    (("viewer", "người xem"), _of(Role.VIEWER)),
    (("editor", "biên tập"), _of(Role.EDITOR)),
    (("publisher", "người công bố"), _of(Role.PUBLISHER)),
    (("unit admin", "quản trị đơn vị"), _of(Role.UNIT_ADMIN)),
    (
        ("city admin", "quản trị thành phố"),
        Actor(_ACCOUNT, "", 1, None, {WHOLE_CITY: Role.CITY_ADMIN}),
    ),
    (
        ("publisher's key for another layer", "khóa công bố cho lớp khác"),
        Actor(ActorKind.KEY, "", None, _UNIT, {_UNIT: Role.PUBLISHER}, Limits(frozenset({"x"}))),
    ),
)
_ACTS: Final = {
    Act.READ: ("read", "đọc"),
    Act.DOWNLOAD: ("download", "tải"),
    Act.EDIT: ("edit", "sửa"),
    Act.PUBLISH: ("publish", "công bố"),
    Act.ADMINISTER: ("administer", "quản trị"),
}
_TEXTS: Final = (
    (
        "# Access\n\nOne function decides, `gishue.core.access.may`; this page is written by asking"
        " it. A role is held in a unit and in those below it; *another unit* is one that does not "
        "own the layer. A test asks every door below as every actor, for a layer of every "
        "visibility, and fails where a route is not in the table. A layer that one may not read "
        "answers 404 everywhere, like one that is not there.",
        "# Quyền truy cập\n\nMột hàm quyết định, `gishue.core.access.may`; trang này được viết "
        "bằng cách hỏi hàm đó. Vai trò có hiệu lực trong một đơn vị và các đơn vị trực "
        "thuộc; *đơn vị khác* là đơn vị không sở hữu lớp. Một bài kiểm thử hỏi từng cửa "
        "dưới đây với từng người và từng mức chia sẻ, và báo lỗi khi có đường dẫn chưa ghi ở "
        "đây. Lớp không được đọc thì mọi nơi đều trả 404, như lớp không tồn tại.",
    ),
    ("who", "ai"),
    ("## What each may do with a layer", "## Mỗi người được làm gì với một lớp"),
    ("## What each door asks", "## Mỗi cửa hỏi gì"),
    ("| door | who comes in |", "| cửa | ai được vào |"),
    ("all", "tất cả"),
)


def access(note: str, language: int = 0) -> str:
    """Return the page, in English (0) or Vietnamese (1)."""
    intro, who, decisions, doors, head, _ = (pair[language] for pair in _TEXTS)
    parts = [f"{note}{intro}\n\n{decisions}\n\n{_decided(who, language)}\n\n{doors}\n"]
    by_protocol = sorted(DOORS, key=lambda door: (door.protocol, door.path, door.method))
    for protocol, some in groupby(by_protocol, key=lambda door: door.protocol):
        rows = "\n".join(_row(door, language) for door in some)
        parts.append(f"\n### {protocol}\n\n{head}\n|---|---|\n{rows}\n")
    return "".join(parts)


def _decided(who: str, language: int) -> str:
    head = f"| {who} | " + " | ".join(layer.words[language] for layer in _LAYERS) + " |"
    rows = [
        f"| {words[language]} | "
        + " | ".join(_acts(actor, layer, language) for layer in _LAYERS)
        + " |"
        for words, actor in _ACTORS
    ]
    return "\n".join([head, "|---" * (len(_LAYERS) + 1) + "|", *rows])


def _acts(actor: Actor, layer: _Layer, language: int) -> str:
    allowed = [act for act in Act if may(actor, act, layer)]
    if len(allowed) == len(Act):
        return _TEXTS[-1][language]
    return _listed([_ACTS[act][language] for act in allowed])


def _listed(words: Sequence[str]) -> str:
    return ", ".join(words) or "–"


def _row(door: Door, language: int) -> str:
    path = door.path.replace("|", "\\|")
    return f"| `{door.method} {path}` | {MEANING[door.asks][language]} |"
