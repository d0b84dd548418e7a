"""A shapefile lying in a folder becomes one zip, so that there is one way in for it."""

import zipfile
from pathlib import Path

PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")


def gather(path: Path, folder: Path) -> Path:
    """Return ``path``, or for a ``.shp`` a zip in ``folder`` with the parts that lie beside it.

    The parts are found whatever their case; they are stored, not compressed.
    """
    if path.suffix.lower() != ".shp":
        return path
    target = folder / f"{path.stem}.zip"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for part in sorted(path.parent.iterdir()):
            if part.stem == path.stem and part.suffix.lower() in PARTS and part.is_file():
                archive.write(part, part.name)
    return target
