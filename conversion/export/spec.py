"""What the writing process is told: one layer, one file, one system. Goes over as JSON."""

import json
from dataclasses import asdict, dataclass

from conversion.export.formats import BY_KEY, OutFormat
from layers.clip import DEGREES


@dataclass(frozen=True, slots=True)
class Spec:
    """One file to write.

    ``path``: where the main file goes; ``layer``: its name inside the file; ``geometry_type``: a
    value of ``GeometryType``; ``label``: the field that names a feature, empty without one;
    ``extent``: xmin, ymin, xmax, ymax in ``srid``; ``has_gaps``: some have no geometry; both are
    known where the format wants to be measured for.
    """

    format: str
    path: str
    layer: str
    title: str
    srid: int
    geometry_type: str
    label: str = ""
    extent: tuple[float, float, float, float] | None = None
    has_gaps: bool = False
    minzoom: int = 0
    maxzoom: int = 14

    @property
    def out(self) -> OutFormat:
        """The format's row in the table."""
        return BY_KEY[self.format]

    @property
    def is_geographic(self) -> bool:
        """Whether the coordinates are degrees."""
        return self.srid in DEGREES

    def as_json(self) -> str:
        """Return the text that ``read`` understands."""
        return json.dumps(asdict(self))


def read(text: str) -> Spec:
    """Return the spec that was written as ``text``."""
    said = json.loads(text)
    extent = tuple(said.pop("extent") or ()) or None
    return Spec(**said, extent=extent)


class Unwritable(Exception):
    """The format cannot hold this layer; ``code`` is a key of ``export_refusals.SENTENCES``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
