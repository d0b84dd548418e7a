"""The generated pages of the documentation say what the code says."""

import pytest

from scripts import reference

PAGES = ["settings.md", "cli.md", "problems.md", "access.md", "access.vi.md"]


@pytest.mark.parametrize("name", PAGES)
def test_a_generated_page_is_up_to_date(name: str) -> None:
    written = (reference.FOLDER / name).read_text(encoding="utf-8")
    assert written == reference.pages()[name], "run: .venv/bin/python -m scripts.reference"
