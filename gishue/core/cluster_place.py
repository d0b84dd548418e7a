"""Where an embedded cluster lives, and as whom it runs.

Normally ``<data_dir>/postgres``. PostgreSQL refuses to run as root, so root hands the folder to
an unprivileged account; where that account cannot reach it (a clone under ``/root``), the cluster
lives in ``/var/lib/gishue/<hash of the data directory>`` and ``<data_dir>/postgres.place``
points there. Both ends carry the same token, so that the folder of a removed or copied data
directory is never mistaken for this one's.
"""

import hashlib
import os
import pwd
import re
import secrets
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from gishue.core.errors import Unavailable

FAR_ROOT = Path("/var/lib/gishue")
PORT = 5432
_ACCOUNTS = ("gishue", "postgres")
# A Unix socket's name holds 107 bytes; libpq splits hosts at commas and percent-decodes them.
_PLAIN = re.compile(rb"[A-Za-z0-9._/-]{1,85}")


class ClusterMisplaced(Unavailable):
    """The folder of the embedded cluster cannot be used as it is."""

    slug = "cluster-misplaced"
    title = "Folder of the embedded database not usable"
    title_vi = "Thư mục của cơ sở dữ liệu nhúng không dùng được"


@dataclass(frozen=True, slots=True)
class Account:
    """The operating-system account that owns and runs a cluster."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True, slots=True)
class Place:
    """The folders of one cluster."""

    home: Path
    account: Account
    token: str

    @property
    def data(self) -> Path:
        """PGDATA."""
        return self.home / "data"

    @property
    def log(self) -> Path:
        """The folder of the server's logs."""
        return self.home / "log"

    @property
    def socket_dir(self) -> Path:
        """The folder of the Unix socket: in ``home`` where its name is short and plain."""
        near = self.home / "run"
        if _PLAIN.fullmatch(os.fsencode(near)):
            return near
        name = hashlib.sha256(os.fsencode(self.home) + self.token.encode()).hexdigest()[:12]
        if os.geteuid() == 0:
            return Path("/run") / f"gishue-{name}"
        return Path("/tmp") / f"gishue-{self.account.uid}-{name}"  # noqa: S108 (checked below)


class _Pointer(NamedTuple):
    home: Path
    token: str


class _Owner(NamedTuple):
    token: str
    data_dir: Path


def find(data_dir: Path) -> Place | None:
    """Return the place of the cluster of ``data_dir``, or None where none was prepared.

    Raises:
        ClusterMisplaced: it is gone, or belongs to another account or data directory.
    """
    pointer = _read_pointer(data_dir)
    if pointer is not None:
        _check_pointer(data_dir, pointer)
        return _open(*pointer)
    near = data_dir / "postgres"
    if not near.is_dir() or not _exists(near / "data"):
        return None
    return _open(near, _read_owner(near).token)


def prepare(data_dir: Path) -> Place:
    """Make, or find, the folders of the cluster of ``data_dir``; harmless to repeat.

    Raises:
        ClusterMisplaced: no folder can be made that the cluster's account may use.
    """
    found = find(data_dir)
    if found is not None:
        _check_reach(found)
        if _read_owner(found.home).data_dir != data_dir:  # the data directory was moved
            _claim(found, data_dir)
        return found
    account = _new_account()
    near = Place(data_dir / "postgres", account, secrets.token_hex(16))
    if _make(near, data_dir):
        return near
    return _prepare_far(data_dir, account)


def make_socket_dir(place: Place) -> None:
    """Make the socket folder, or trust the one that is there only if it is the account's own.

    Raises:
        ClusterMisplaced: somebody else made a folder of that name.
    """
    path = place.socket_dir
    try:
        path.mkdir(mode=0o700)
        if os.geteuid() == 0:
            os.chown(path, place.account.uid, place.account.gid, follow_symlinks=False)
    except FileExistsError:
        pass
    found = path.lstat()
    private = stat.S_ISDIR(found.st_mode) and not stat.S_IMODE(found.st_mode) & 0o077
    if not private or found.st_uid != place.account.uid:
        raise ClusterMisplaced(
            f"{path} belongs to somebody else; remove it and start again",
            vi=f"{path} thuộc về người khác; hãy xóa thư mục đó rồi khởi động lại",
        )


def strays(data_dir: Path) -> list[Place]:
    """Return the far clusters made for a ``data_dir`` that was removed and made anew."""
    pointer = _read_pointer(data_dir)
    homes = [owner.parent for owner in FAR_ROOT.glob("*/owner")] if os.geteuid() == 0 else []
    return [
        _open(home, _read_owner(home).token)
        for home in homes
        if _read_owner(home).data_dir == data_dir and (pointer is None or pointer.home != home)
    ]


def as_account(account: Account, command: list[str]) -> list[str]:
    """Return ``command`` so that it runs as ``account`` without a way back to root."""
    if os.geteuid() != 0:
        return command
    drop = [f"--reuid={account.uid}", f"--regid={account.gid}", "--init-groups"]
    return ["setpriv", *drop, "--no-new-privs", "--", *command]


def run_as(
    account: Account, script: str, *args: str | Path, text: str = "", bin_dir: Path | None = None
) -> bool:
    """Run a shell ``script`` as ``account`` with ``text`` as its input; say whether it worked.

    Everything inside the account's folders is written by the account itself: root following a
    link planted there would be a way up.
    """
    command = as_account(account, ["sh", "-c", script, "sh", *map(str, args)])
    env = environment(bin_dir)
    done = subprocess.run(
        command,
        input=text,
        text=True,
        capture_output=True,
        check=False,
        cwd="/",
        env=env,
        start_new_session=True,  # Ctrl-C must not leave half a folder
    )
    return done.returncode == 0


def environment(bin_dir: Path | None = None) -> dict[str, str]:
    """Return the whole environment of a child of the cluster."""
    path = "/usr/sbin:/usr/bin:/sbin:/bin"
    first = f"{bin_dir}:" if bin_dir else ""
    return {"PATH": first + path, "LANG": "C.UTF-8", "HOME": "/nonexistent"}


def _prepare_far(data_dir: Path, account: Account) -> Place:
    token = secrets.token_hex(16)
    key = hashlib.sha256(os.fsencode(data_dir) + token.encode()).hexdigest()[:16]
    place = Place(FAR_ROOT / key, account, token)
    if os.geteuid() == 0:
        FAR_ROOT.mkdir(mode=0o755, parents=True, exist_ok=True)
        if _make(place, data_dir):
            _replace(data_dir / "postgres.place", f"{place.home}\n{token}\n")
            return place
    raise ClusterMisplaced(
        f"the account {account.name} can use neither {data_dir} nor {FAR_ROOT} for the database; "
        "choose another GISHUE_DATA_DIR",
        vi=f"tài khoản {account.name} không dùng được {data_dir} lẫn {FAR_ROOT} "
        "cho cơ sở dữ liệu; hãy chọn GISHUE_DATA_DIR khác",
    )


def _make(place: Place, data_dir: Path) -> bool:
    """Make the home of a cluster; say whether its account can really use it."""
    try:
        place.home.mkdir(mode=0o700, exist_ok=True)
        if os.geteuid() == 0:
            os.chown(place.home, place.account.uid, place.account.gid, follow_symlinks=False)
    except OSError:
        return False
    return _claim(place, data_dir)


def _claim(place: Place, data_dir: Path) -> bool:
    script = 'cd "$1" && mkdir -p log && cat > owner.new && mv owner.new owner'
    return run_as(place.account, script, place.home, text=f"{place.token}\n{data_dir}\n")


def _open(home: Path, token: str) -> Place:
    uid = home.stat().st_uid
    if os.geteuid() not in {0, uid}:
        raise ClusterMisplaced(
            f"the database in {home} belongs to {_name(uid)}: start it as that account or as root",
            vi=f"cơ sở dữ liệu trong {home} thuộc tài khoản {_name(uid)}: "
            "hãy khởi động bằng tài khoản đó hoặc bằng root",
        )
    return Place(home, Account(_name(uid), uid, home.stat().st_gid), token)


def _check_reach(place: Place) -> None:
    if not run_as(place.account, 'cd "$1"', place.home):
        raise ClusterMisplaced(
            f"the account {place.account.name} cannot reach {place.home}: "
            "chmod o+x every folder above it, or move the data directory back",
            vi=f"tài khoản {place.account.name} không vào được {place.home}: "
            "hãy chmod o+x các thư mục cha, hoặc chuyển thư mục dữ liệu về chỗ cũ",
        )


def _check_pointer(data_dir: Path, pointer: _Pointer) -> None:
    owner = _read_owner(pointer.home)
    if owner.token != pointer.token:
        raise ClusterMisplaced(
            f"the database folder {pointer.home} of {data_dir} is gone: restore a backup, or "
            f"remove {data_dir / 'postgres.place'} to start with an empty database",
            vi=f"thư mục cơ sở dữ liệu {pointer.home} của {data_dir} không còn: hãy phục hồi bản "
            f"sao lưu, hoặc xóa {data_dir / 'postgres.place'} để bắt đầu với cơ sở dữ liệu trống",
        )
    if owner.data_dir != data_dir and _read_pointer(owner.data_dir) == pointer:
        raise ClusterMisplaced(
            f"{data_dir} is a copy of {owner.data_dir}: both point to the database in "
            f"{pointer.home}; use gishue backup and gishue restore to make a second instance",
            vi=f"{data_dir} là bản sao của {owner.data_dir}: cả hai cùng trỏ tới cơ sở dữ liệu "
            f"{pointer.home}; hãy dùng gishue backup và gishue restore để tạo hệ thống thứ hai",
        )


def _new_account() -> Account:
    if os.geteuid() != 0:
        return Account(_name(os.geteuid()), os.geteuid(), os.getegid())
    for name in _ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise ClusterMisplaced(
        "PostgreSQL does not run as root and there is no account gishue or postgres: "
        "useradd --system gishue",
        vi="PostgreSQL không chạy bằng root và máy chưa có tài khoản gishue hay postgres: "
        "useradd --system gishue",
    )


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"#{uid}"


def _read_pointer(data_dir: Path) -> _Pointer | None:
    lines = _lines(data_dir / "postgres.place")
    return _Pointer(Path(lines[0]), lines[1]) if len(lines) == 2 else None


def _read_owner(home: Path) -> _Owner:
    lines = _lines(home / "owner")
    return _Owner(lines[0], Path(lines[1])) if len(lines) == 2 else _Owner("", Path())


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return []


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except PermissionError:
        return True


def _replace(path: Path, text: str) -> None:
    fresh = path.with_name(path.name + ".new")
    fresh.write_text(text)
    fresh.replace(path)
