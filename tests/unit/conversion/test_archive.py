"""The rules of the unpacker, each with an archive that breaks it."""

import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from conversion.archive import MAX_MEMBERS, Budget, unpack
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
    assert [one["name"] for one in said["datasets"]] == [
        "Dữ liệu/Ranh giới.SHP",
        "Dữ liệu/khac.shp",
    ]
    assert said["dropped"] == 3


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

    assert refused(tmp_path, write) == "archive-bomb"


def test_all_members_share_one_budget(tmp_path: Path) -> None:
    def write(archive: zipfile.ZipFile) -> None:
        for number in range(5):
            archive.writestr(f"{number}.geojson", b" " * 900_000)

    assert refused(tmp_path, write) == "archive-bomb"


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


def test_a_damaged_member_is_refused(tmp_path: Path) -> None:
    path = packed(tmp_path, lambda archive: archive.writestr("a.shp", SHP))
    body = bytearray(path.read_bytes())
    body[body.find(SHP) + 50] ^= 0xFF
    path.write_bytes(body)
    with pytest.raises(Refusal, match="archive-broken"):
        unpack(path, out(tmp_path), ROOM)


def test_an_archive_of_a_format_to_come_says_so(tmp_path: Path) -> None:
    def write(archive: zipfile.ZipFile) -> None:
        archive.writestr("dat.gdb/a00000001.gdbtable", b"x")

    said = unpack(packed(tmp_path, write), out(tmp_path), ROOM)
    assert said["datasets"] == []
    assert said["later"] == ["File Geodatabase"]
