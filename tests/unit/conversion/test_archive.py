"""The rules of the unpacker, each with an archive that breaks it."""

import gzip
import io
import json
import os
import stat
import struct
import tarfile
import unicodedata
import zipfile
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest

from conversion.archive.member import MAX_MEMBERS
from conversion.archive.unpack import Budget, unpack
from conversion.formats import Kind
from conversion.refusal import Refusal

SHP = b"\0\0\x27\x0a" + bytes(96)
ROOM = Budget(one=1 << 20, all=4 << 20)

type Writing = Callable[[zipfile.ZipFile], None]


def packed(folder: Path, write: Writing) -> Path:
    path = folder / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        write(archive)
    return path


def out(folder: Path) -> Path:
    made = folder / "out"
    made.mkdir()
    return made


def refused(folder: Path, write: Writing, budget: Budget = ROOM) -> str:
    with pytest.raises(Refusal) as caught:
        unpack(packed(folder, write), out(folder), budget)
    return caught.value.code


def test_parts_of_one_shapefile_share_a_name_of_ours(tmp_path: Path) -> None:
    def write(archive: zipfile.ZipFile) -> None:
        archive.writestr("Dữ liệu/Ranh giới.SHP", SHP)
        archive.writestr("Dữ liệu/Ranh giới.dbf", b"d")
        archive.writestr("Dữ liệu/khac.shp", SHP)
        archive.writestr("__MACOSX/Dữ liệu/._Ranh giới.shp", b"x")
        archive.writestr("Thumbs.db", b"x")
        archive.writestr("doc.pdf", b"x")

    target = out(tmp_path)
    said = unpack(packed(tmp_path, write), target, ROOM)
    assert sorted(path.name for path in target.iterdir()) == ["0000.dbf", "0000.shp", "0001.shp"]
    assert said["files"] == {
        "0000.shp": "Dữ liệu/Ranh giới.SHP",
        "0000.dbf": "Dữ liệu/Ranh giới.dbf",
        "0001.shp": "Dữ liệu/khac.shp",
    }
    assert (said["dropped"], said["extensions"]) == (3, [".db", ".pdf", ".shp"])


@pytest.mark.parametrize(
    "name", ["../x.shp", "/etc/x.shp", "a/../../x.shp", "C:x.shp", "a\x01.shp", "a\u202e.shp"]
)
def test_a_name_that_points_out_or_deceives_is_refused(tmp_path: Path, name: str) -> None:
    assert refused(tmp_path, lambda archive: archive.writestr(name, SHP)) == "archive-path"


def test_a_backslash_is_refused(tmp_path: Path) -> None:
    info = zipfile.ZipInfo("a.shp")
    info.filename = info.orig_filename = "..\\x.shp"
    assert refused(tmp_path, lambda archive: archive.writestr(info, SHP)) == "archive-path"


def test_a_link_is_refused(tmp_path: Path) -> None:
    info = zipfile.ZipInfo("a.shp")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    assert (
        refused(tmp_path, lambda archive: archive.writestr(info, "/etc/passwd")) == "archive-link"
    )


def test_two_names_that_differ_by_case_or_normal_form_are_refused(tmp_path: Path) -> None:
    def write(archive: zipfile.ZipFile) -> None:
        archive.writestr("Huế.shp", SHP)
        archive.writestr("HUE\u0302\u0301.SHP", SHP)

    assert refused(tmp_path, write) == "archive-names"


def test_too_many_members_are_refused_before_the_directory_is_read(tmp_path: Path) -> None:
    path = packed(tmp_path, lambda archive: archive.writestr("a.shp", SHP))
    body = bytearray(path.read_bytes())
    struct.pack_into("<H", body, body.rfind(b"PK\x05\x06") + 10, MAX_MEMBERS + 1)
    path.write_bytes(body)
    with pytest.raises(Refusal, match="archive-members"):
        unpack(path, out(tmp_path), ROOM)


def test_a_locked_archive_is_refused(tmp_path: Path) -> None:
    path = packed(tmp_path, lambda archive: archive.writestr("a.shp", SHP))
    body = bytearray(path.read_bytes())
    at = body.rfind(b"PK\x01\x02")
    body[at + 8] |= 1
    path.write_bytes(body)
    with pytest.raises(Refusal, match="archive-encrypted"):
        unpack(path, out(tmp_path), ROOM)


def test_an_unusual_compression_is_refused(tmp_path: Path) -> None:
    def write(archive: zipfile.ZipFile) -> None:
        archive.writestr("a.shp", SHP, zipfile.ZIP_LZMA)

    assert refused(tmp_path, write) == "archive-method"


def test_a_member_beyond_its_budget_is_refused(tmp_path: Path) -> None:
    def write(archive: zipfile.ZipFile) -> None:
        archive.writestr("a.geojson", b" " * (2 << 20))

    assert refused(tmp_path, write) == "archive-too-large"


def test_all_members_share_one_budget(tmp_path: Path) -> None:
    def write(archive: zipfile.ZipFile) -> None:
        for number in range(5):
            archive.writestr(f"{number}.geojson", b" " * 900_000)

    assert refused(tmp_path, write) == "archive-too-large"


def test_a_bomb_is_refused_by_its_ratio_even_where_its_content_is_not_wanted(
    tmp_path: Path,
) -> None:
    def write(archive: zipfile.ZipFile) -> None:
        archive.writestr("a.csv", bytes(80 << 20), zipfile.ZIP_DEFLATED, 9)

    assert refused(tmp_path, write, Budget(1 << 30, 2 << 30)) == "archive-bomb"


def test_a_lie_about_the_size_does_not_raise_the_budget(tmp_path: Path) -> None:
    def write(archive: zipfile.ZipFile) -> None:
        archive.writestr("a.geojson", b" " * (2 << 20), zipfile.ZIP_DEFLATED)

    path = packed(tmp_path, write)
    body = bytearray(path.read_bytes())
    for at in (body.find(b"PK\x03\x04") + 22, body.rfind(b"PK\x01\x02") + 24):
        struct.pack_into("<I", body, at, 100)
    path.write_bytes(body)
    target = out(tmp_path)
    with pytest.raises(Refusal, match="archive"):
        unpack(path, target, ROOM)
    assert sum(file.stat().st_size for file in target.iterdir()) <= ROOM.one


@pytest.mark.parametrize("cut", [3, 40, 150])
def test_a_cut_archive_is_refused(tmp_path: Path, cut: int) -> None:
    path = packed(tmp_path, lambda archive: archive.writestr("a.shp", SHP))
    path.write_bytes(path.read_bytes()[:-cut])
    with pytest.raises(Refusal, match="archive-broken"):
        unpack(path, out(tmp_path), ROOM)


@pytest.mark.parametrize("cut", [0, 30])
def test_of_two_joined_archives_none_is_read(tmp_path: Path, cut: int) -> None:
    first = packed(tmp_path, lambda archive: archive.writestr("a.shp", SHP)).read_bytes()
    path = packed(tmp_path, lambda archive: archive.writestr("b.shp", SHP))
    second = path.read_bytes()
    path.write_bytes(first + second[: len(second) - cut])
    with pytest.raises(Refusal, match="archive-joined"):
        unpack(path, out(tmp_path), ROOM)


def test_an_end_of_another_archive_in_a_comment_is_refused(tmp_path: Path) -> None:
    def write(archive: zipfile.ZipFile) -> None:
        archive.writestr("a.shp", SHP)
        archive.comment = b"PK\x05\x06" + bytes(18)

    assert refused(tmp_path, write) == "archive-joined"


def test_a_directory_that_lists_none_of_its_members_is_refused(tmp_path: Path) -> None:
    path = packed(tmp_path, lambda archive: archive.writestr("a.shp", SHP))
    path.write_bytes(path.read_bytes().partition(b"PK\x01\x02")[0] + b"PK\x05\x06" + bytes(18))
    with pytest.raises(Refusal, match="archive-joined"):
        unpack(path, out(tmp_path), ROOM)


def test_a_member_that_its_directory_calls_otherwise_is_refused(tmp_path: Path) -> None:
    path = packed(tmp_path, lambda archive: archive.writestr("a.shp", SHP))
    body = path.read_bytes()
    at = body.rfind(b"a.shp")
    path.write_bytes(body[:at] + b"b" + body[at + 1 :])
    with pytest.raises(Refusal, match="archive-broken"):
        unpack(path, out(tmp_path), ROOM)


def test_a_comment_and_bytes_behind_the_archive_do_no_harm(tmp_path: Path) -> None:
    def write(archive: zipfile.ZipFile) -> None:
        archive.writestr("a.shp", SHP)
        archive.comment = "Sở Xây dựng".encode()

    path = packed(tmp_path, write)
    path.write_bytes(path.read_bytes() + b"\r\n")
    assert unpack(path, out(tmp_path), ROOM)["files"] == {"0000.shp": "a.shp"}


def test_a_damaged_member_is_refused(tmp_path: Path) -> None:
    path = packed(tmp_path, lambda archive: archive.writestr("a.shp", SHP))
    body = bytearray(path.read_bytes())
    body[body.find(SHP) + 50] ^= 0xFF
    path.write_bytes(body)
    with pytest.raises(Refusal, match="archive-broken"):
        unpack(path, out(tmp_path), ROOM)


def test_a_geodatabase_keeps_its_folder_and_plain_names_only(tmp_path: Path) -> None:
    def write(archive: zipfile.ZipFile) -> None:
        archive.writestr("Đất đai.GDB/a00000001.gdbtable", b"x")
        archive.writestr("Đất đai.GDB/A00000001.gdbtablx", b"x")
        archive.writestr("Đất đai.GDB/gdb", b"x")
        archive.writestr("Đất đai.GDB/_gdb.MAY1.1.2.sr.lock", b"x")
        archive.writestr("Đất đai.GDB/lạ.txt", b"x")

    target = out(tmp_path)
    said = unpack(packed(tmp_path, write), target, ROOM)
    assert said["files"] == {"0000.gdb": "Đất đai.GDB"}
    inside = sorted(path.name for path in (target / "0000.gdb").iterdir())
    assert inside == ["a00000001.gdbtable", "a00000001.gdbtablx", "gdb"]
    assert said["dropped"] == 2


def test_a_geodatabase_whose_folder_was_not_packed_is_found(tmp_path: Path) -> None:
    def write(archive: zipfile.ZipFile) -> None:
        for name in ("a00000001.gdbtable", "a00000001.gdbtablx"):
            archive.writestr(name, b"x")

    target = out(tmp_path)
    assert list(unpack(packed(tmp_path, write), target, ROOM)["files"]) == ["0000.gdb"]
    assert len(list((target / "0000.gdb").iterdir())) == 2


def test_parts_of_different_kinds_do_not_share_a_number(tmp_path: Path) -> None:
    def write(archive: zipfile.ZipFile) -> None:
        for name in ("a.shp", "a.TAB", "a.dbf", "A.dat", "a.mif", "a.mid", "a.gml", "a.xsd"):
            archive.writestr(name, b"x")

    said = unpack(packed(tmp_path, write), out(tmp_path), ROOM)
    numbers = {shown: name[:4] for name, shown in said["files"].items()}
    assert numbers["a.shp"] == numbers["a.dbf"]
    assert numbers["a.TAB"] == numbers["A.dat"]
    assert numbers["a.mif"] == numbers["a.mid"]
    assert numbers["a.gml"] == numbers["a.xsd"]
    assert len(set(numbers.values())) == 4


def bytes_of(write: Writing) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        write(archive)
    return target.getvalue()


def test_one_archive_inside_the_archive_is_opened(tmp_path: Path) -> None:
    inner = bytes_of(lambda archive: archive.writestr("Thửa.shp", SHP))
    deeper = bytes_of(lambda archive: archive.writestr("trong.zip", inner))

    def write(archive: zipfile.ZipFile) -> None:
        archive.writestr("Thửa.shp", SHP)
        archive.writestr("Quận/dat.zip", inner)
        archive.writestr("diem.kmz", bytes_of(lambda one: one.writestr("doc.kml", b"<kml/>")))
        archive.writestr("sau.zip", deeper)

    target = out(tmp_path)
    said = unpack(packed(tmp_path, write), target, ROOM)
    assert list(said["files"].values()) == ["Thửa.shp", "Thửa.shp", "doc.kml"]
    assert list(said["inner"].values()) == ["Quận/dat.zip", "diem.kmz"]
    assert (said["dropped"], said["extensions"]) == (1, [".zip"])
    assert sorted(path.name for path in target.iterdir()) == sorted(said["files"])


def test_an_inner_archive_shares_the_budget(tmp_path: Path) -> None:
    inner = bytes_of(lambda archive: archive.writestr("a.geojson", b" " * 1_000_000))

    def write(archive: zipfile.ZipFile) -> None:
        for number in range(3):
            archive.writestr(f"{number}.zip", inner)

    assert refused(tmp_path, write) == "archive-too-large"


def test_an_inner_archive_shares_the_count_of_members(tmp_path: Path) -> None:
    def many(archive: zipfile.ZipFile) -> None:
        for number in range(1_100):
            archive.writestr(f"{number}.txt", b"")

    def write(archive: zipfile.ZipFile) -> None:
        archive.writestr("1.zip", bytes_of(many))
        archive.writestr("2.zip", bytes_of(many))

    assert refused(tmp_path, write) == "archive-members"


def test_a_broken_rule_in_an_inner_archive_counts(tmp_path: Path) -> None:
    inner = bytes_of(lambda archive: archive.writestr("../x.shp", SHP))
    code = refused(tmp_path, lambda archive: archive.writestr("1.zip", inner))
    assert code == "archive-path"


def legacy_zip(folder: Path, names: list[bytes]) -> Path:
    """Return a zip whose names are bytes without the UTF-8 flag."""
    path = folder / "cu.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number, name in enumerate(names):
            archive.writestr("#" * (len(name) - 1) + chr(ord("a") + number), SHP)
    body = path.read_bytes()
    for number, name in enumerate(names):
        body = body.replace(b"#" * (len(name) - 1) + bytes([ord("a") + number]), name)
    path.write_bytes(body)
    return path


NAMES = ["Dữ liệu/Điểm xã cũ.shp", "Dữ liệu/Ranh giới phường.shp"]


@pytest.mark.parametrize("encoding", ["tcvn3", "vni", "cp1258", "utf-8", "utf-8-nfd"])
def test_names_in_any_code_page_come_out_as_text(tmp_path: Path, encoding: str) -> None:
    path = legacy_zip(tmp_path, [raw(name, encoding) for name in NAMES])
    assert list(unpack(path, out(tmp_path), ROOM)["files"].values()) == NAMES


def raw(name: str, encoding: str) -> bytes:
    if encoding == "utf-8-nfd":
        return unicodedata.normalize("NFD", name).encode()
    if encoding == "utf-8":
        return name.encode()
    if encoding == "cp1258":
        return cp1258(name)
    coded: dict[str, str] = charsets()[encoding]
    return b"".join(
        bytes.fromhex(coded[char]) if char in coded else char.encode("latin-1") for char in name
    )


def charsets() -> dict[str, dict[str, str]]:
    """Return, by charset, the bytes (hex) of each letter; TCVN3 has no toned capitals."""
    tables: dict[str, dict[str, str]] = json.loads(
        files("conversion").joinpath("data/vn_charsets.json").read_text("utf-8")
    )
    return {
        "tcvn3": {char: code for code, char in tables["tcvn3"].items()},
        "vni": {char: code for code, char in tables["vni"].items()},
    }


def cp1258(name: str) -> bytes:
    """Return text as Vietnamese Windows wrote it: base letter, then a combining tone."""
    parts: list[bytes] = []
    for char in name:
        try:
            parts.append(char.encode("cp1258"))
        except UnicodeEncodeError:
            base = unicodedata.normalize("NFD", char)
            tone = next(one for one in base if one in TONES)
            bare = unicodedata.normalize("NFC", base.replace(tone, ""))
            parts.append(bare.encode("cp1258") + tone.encode("cp1258"))
    return b"".join(parts)


TONES = "\u0300\u0301\u0303\u0309\u0323"


def test_a_dos_name_comes_out_as_dos_had_it(tmp_path: Path) -> None:
    path = legacy_zip(tmp_path, ["Café été.shp".encode("cp437")])
    assert list(unpack(path, out(tmp_path), ROOM)["files"].values()) == ["Café été.shp"]


def tarred(folder: Path, name: str, members: list[tuple[tarfile.TarInfo, bytes]]) -> Path:
    path = folder / name
    mode = "w:gz" if name.endswith("gz") else "w"
    with tarfile.open(path, mode, encoding="utf-8") as archive:  # pyright: ignore[reportCallIssue, reportArgumentType]  the mode varies
        for info, body in members:
            info.size = len(body)
            archive.addfile(info, io.BytesIO(body))
    return path


def tar_refused(folder: Path, name: str, info: tarfile.TarInfo, body: bytes = b"") -> str:
    with pytest.raises(Refusal) as caught:
        unpack(tarred(folder, name, [(info, body)]), out(folder), ROOM, kind=Kind.TAR, name=name)
    return caught.value.code


@pytest.mark.parametrize("name", ["a.tar", "a.tar.gz", "a.tgz"])
def test_a_tar_is_unpacked(tmp_path: Path, name: str) -> None:
    folder = tarfile.TarInfo("./Dữ liệu")
    folder.type = tarfile.DIRTYPE
    path = tarred(
        tmp_path,
        name,
        [
            (folder, b""),
            (tarfile.TarInfo("./Dữ liệu/Ranh giới.shp"), SHP),
            (tarfile.TarInfo("./Dữ liệu/ranh giới.DBF"), b"d"),
            (tarfile.TarInfo("doc.pdf"), b"x"),
        ],
    )
    target = out(tmp_path)
    said = unpack(path, target, ROOM, kind=Kind.TAR, name=name)
    assert said["files"] == {
        "0000.shp": "Dữ liệu/Ranh giới.shp",
        "0000.dbf": "Dữ liệu/ranh giới.DBF",
    }
    assert said["dropped"] == 1


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE])
def test_a_link_or_device_in_a_tar_is_refused(tmp_path: Path, kind: bytes) -> None:
    info = tarfile.TarInfo("a.shp")
    info.type, info.linkname = kind, "/etc/passwd"
    assert tar_refused(tmp_path, "a.tar", info) == "archive-link"


@pytest.mark.parametrize("name", ["../x.shp", "/etc/x.shp", "a\u202e.shp"])
def test_a_tar_name_that_points_out_is_refused(tmp_path: Path, name: str) -> None:
    assert tar_refused(tmp_path, "a.tar.gz", tarfile.TarInfo(name), SHP) == "archive-path"


def test_a_gzip_bomb_is_refused_though_nothing_in_it_is_wanted(tmp_path: Path) -> None:
    path = tarred(tmp_path, "a.tar.gz", [(tarfile.TarInfo("a.bin"), bytes(80 << 20))])
    target, room = out(tmp_path), Budget(1 << 30, 2 << 30)
    with pytest.raises(Refusal, match="archive-bomb"):
        unpack(path, target, room, kind=Kind.TAR, name="a.tar.gz")


def test_a_cut_tar_is_refused(tmp_path: Path) -> None:
    path = tarred(tmp_path, "a.tar.gz", [(tarfile.TarInfo("a.geojson"), os.urandom(9_000))])
    path.write_bytes(path.read_bytes()[:-3_000])
    with pytest.raises(Refusal, match="archive-broken"):
        unpack(path, out(tmp_path), ROOM, kind=Kind.TAR, name="a.tar.gz")


def test_a_single_file_packed_with_gzip_is_that_file(tmp_path: Path) -> None:
    path = tmp_path / "Ranh.geojson.gz"
    path.write_bytes(gzip.compress(b'{"type":"FeatureCollection"}'))
    target = out(tmp_path)
    said = unpack(path, target, ROOM, kind=Kind.TAR, name=path.name)
    assert said["files"] == {"0000.geojson": "Ranh.geojson"}
    assert (target / "0000.geojson").read_bytes().startswith(b"{")


@pytest.mark.parametrize(("count", "code"), [(1, ""), (MAX_MEMBERS + 1, "archive-members")])
def test_the_count_of_a_large_archive_is_read_where_it_stands(
    tmp_path: Path, count: int, code: str
) -> None:
    """An archive beyond 4 GB keeps its count in a second record; the first says 65,535."""
    path = packed(tmp_path, lambda archive: archive.writestr("a.shp", SHP))
    body = path.read_bytes()
    at = body.rfind(b"PK\x05\x06")
    size, start = struct.unpack_from("<II", body, at + 12)
    record = struct.pack("<4sQHHIIQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, size, start)
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, at, 1)
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    path.write_bytes(body[:at] + record + locator + end)
    if code:
        with pytest.raises(Refusal, match=code):
            unpack(path, out(tmp_path), ROOM)
    else:
        assert unpack(path, out(tmp_path), ROOM)["files"] == {"0000.shp": "a.shp"}
