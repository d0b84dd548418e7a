import os
from pathlib import Path

from conversion.sandbox import Limits
from drone_imagery.pictures import Picture, Pictures, find_pictures, read_pictures
from tests.integration.drone_imagery.conftest import jpeg

PLACE = (107.5776, 16.4677)


def test_a_file_that_hangs_its_reader_costs_only_itself(tmp_path: Path) -> None:
    files = [tmp_path / f"{n}.jpg" for n in range(3)]
    for path in files:
        path.write_bytes(jpeg(*PLACE))
    files[1].unlink()
    os.mkfifo(files[1])  # opening it waits for ever
    pictures = Pictures(tmp_path, tuple(Picture(path.name, path) for path in files), 0)
    answers = list(read_pictures(pictures, Limits(wall_s=5)))
    assert [answer.photo is not None for answer in answers] == [True, False, True]
    assert [answer.picture.name for answer in answers] == ["0.jpg", "1.jpg", "2.jpg"]


def test_only_plain_files_of_a_folder_are_pictures(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "Ảnh 1.JPEG").write_bytes(jpeg(*PLACE))
    (tmp_path / "notes.txt").write_text("x")
    (tmp_path / "link.jpg").symlink_to(tmp_path / "notes.txt")
    os.mkfifo(tmp_path / "pipe.jpg")
    found = find_pictures(tmp_path, tmp_path, Limits())
    assert [picture.name for picture in found.files] == ["b/Ảnh 1.JPEG"]
    assert found.ignored == 3


def test_a_name_that_is_no_text_is_shown_as_one(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\x1b.jpg")).write_bytes(jpeg(*PLACE))
    found = find_pictures(tmp_path, tmp_path, Limits())
    [answer] = read_pictures(found, Limits())
    assert answer.photo is not None
    assert answer.picture.name == "?_.jpg"
