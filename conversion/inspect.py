"""The decisions about a file: which layer, which encoding, which CRS; taken or asked.

The sandboxed reader gathers facts and decides nothing; this module decides and opens nothing.
"""

import asyncio
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory
from typing import Any

from conversion import source_layers
from conversion.city import hue, ward_column
from conversion.columns import decoded
from conversion.crs import findings as crs_findings
from conversion.crs import guess as guess_crs
from conversion.crs.candidate import CrsGuess
from conversion.crs.roads import Roads
from conversion.dataset import Dataset, Opened, open_file
from conversion.facts import Facts, read_facts
from conversion.findings import of_file
from conversion.findings.finding import Finding
from conversion.formats import BY_KIND, Kind
from conversion.gather import gather
from conversion.options import AUTO, IngestOptions
from conversion.raster import RasterFacts, crs_of, crs_said, inspect_raster
from conversion.reading import LayerHead
from conversion.refusal import NoSuchSourceLayer
from conversion.refusal_codes import from_code
from conversion.sandbox import Limits, answer
from conversion.text import columns
from conversion.text.columns import TextPlan
from gishue.core.bounds import Bounds
from gishue.core.crs import HUE, accepted, parse_crs
from gishue.core.settings import Settings
from layers.fields import Field, build

STORED = frozenset({4326, 3405, 3406, 32648, 32649, *range(5896, 5900), *range(9205, 9219)})
"""Systems that a table is kept in as received; from the others it is moved to the city's own."""

DRAWN = 500
"""Points that an upload keeps while its CRS is asked."""

_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Inspection:
    """What is in a file and how it will be read; with ``questions`` nothing goes on.

    ``dropped``: members of its archive that were left aside.
    """

    dataset: Dataset
    facts: Facts | None
    text: TextPlan | None
    crs: CrsGuess | None
    fields: tuple[Field, ...]
    findings: tuple[Finding, ...]
    questions: tuple[Mapping[str, Any], ...]
    raster: RasterFacts | None = None
    reader_options: Mapping[str, str] = field(default_factory=dict[str, str])
    dropped: int = 0

    def as_dict(self) -> dict[str, Any]:
        """Return the inspection as it is stored and printed."""
        body: dict[str, Any] = {
            "kind": self.dataset.kind.value,
            "name": self.dataset.name,
            "findings": [finding.as_dict() for finding in self.findings],
            "questions": list(self.questions),
        }
        raw_name = self.dataset.raw_name
        if raw_name and raw_name != self.dataset.hints[-1]:
            body["member"] = {"before": raw_name, "after": self.dataset.hints[-1]}
        if self.facts is not None and self.text is not None and self.crs is not None:
            body |= _described(self.facts, self.text, self.crs, self.fields)
            body |= _layers_said(self.dataset, self.facts)
        if self.crs is not None and self.crs.asks:
            body["points"] = self._points()
        if self.raster is not None and self.crs is not None:
            body |= self.raster.as_dict() | {"crs": crs_said(self.raster, self.crs)}
        return body

    @property
    def source_layers(self) -> list[str]:
        """The layers that a person would choose from, where there are several."""
        asked = [one for one in self.questions if one["code"] == "source_layer"]
        if asked:
            return [str(one["source_layer"]) for one in asked[0]["candidates"]]
        offered = source_layers.choices(self.facts.heads) if self.facts is not None else []
        return [self.dataset.prefix + one.name for one in offered]

    def _points(self) -> list[list[float]]:
        """Return at most 500 points as received, spread over the file, to be drawn on a map."""
        facts = self.raster or self.facts
        points = (point for point in (facts.points if facts else ()) if point is not None)
        found = [list(point) for point in points if all(map(math.isfinite, point))]
        return found[:: -(-len(found) // DRAWN) or 1]


def inspect(
    opened: Opened, options: IngestOptions, limits: Limits, *, is_whole: bool = False
) -> Inspection:
    """Read a file in the sandbox and decide how it is to be taken in.

    Of a large file some rows are read, unless ``is_whole``.

    Raises:
        GishueError: it cannot be read, or holds nothing.
    """
    dataset = _chosen(opened, options.source_layer)
    if dataset is None:
        names = [LayerHead(one.name, BY_KIND[one.kind].name) for one in opened.datasets]
        first = opened.datasets[0]
        return Inspection(first, None, None, None, (), (), (source_layers.question(names),))
    if dataset.kind is Kind.GEOTIFF:
        return _picture(dataset, inspect_raster(dataset, limits), options.crs)
    job = {
        "act": "inspect",
        "kind": dataset.kind.value,
        "file": dataset.file,
        "layer": dataset.layer_in(options.source_layer),
        "plan": {},
        "options": reader_options(options),
        "sample": not is_whole,
    }
    facts = read_facts(_answered(job, dataset, limits))
    return _decided(dataset, facts, options, opened.dropped, None)


def _answered(job: Mapping[str, Any], dataset: Dataset, limits: Limits) -> Mapping[str, Any]:
    """Return the reader's answer; the name of the dataset stands for its only layer."""
    try:
        return answer(job, dataset.place, limits)
    except NoSuchSourceLayer:
        if job["layer"] != dataset.name:
            raise
        return answer({**job, "layer": ""}, dataset.place, limits)


def beside_roads(found: Inspection, options: IngestOptions, roads: Roads | None) -> Inspection:
    """Return the inspection decided again, now that there are roads to compare with."""
    if found.facts is None or roads is None:
        return found
    return _decided(found.dataset, found.facts, options, found.dropped, roads)


async def inspect_file(path: Path, options: IngestOptions, settings: Settings) -> Inspection:
    """Inspect a file of this machine without a database: ``gishue inspect``.

    Raises:
        GishueError: it cannot be read, or holds nothing.
    """
    scratch = settings.root / "tmp"
    scratch.mkdir(parents=True, exist_ok=True)
    limits = Limits.of(settings)
    with TemporaryDirectory(dir=scratch) as name:
        folder = Path(name)
        whole = await asyncio.to_thread(gather, path, folder)
        inside = folder / "unpacked"
        inside.mkdir()
        opened = await asyncio.to_thread(open_file, whole, whole.name, inside, limits)
        return await asyncio.to_thread(inspect, opened, options, limits)


def stored_srid(srid: int) -> int:
    """Return the CRS that a table of data in ``srid`` is kept in."""
    return srid if srid in STORED else HUE


def _decided(
    dataset: Dataset, facts: Facts, options: IngestOptions, dropped: int, roads: Roads | None
) -> Inspection:
    text = columns.plan(facts.values, raw=facts.raw_text, wanted=options.encoding)
    crs = _crs(facts, text, options.crs, (*dataset.hints, *facts.hints), roads)
    fields = _fields(facts, text, options)
    questions: list[Mapping[str, Any]] = []
    offered = source_layers.choices(facts.heads)
    told = dataset.layer_in(options.source_layer) == facts.layer
    if len(offered) > 1 and not told and not facts.chosen:
        questions.append(source_layers.question(offered, dataset.prefix))
    if crs.taken is None:
        questions.append(_which_crs(crs))
    if text.unsure:
        questions.append(columns.question(text))
    findings = [*of_file.of_file(facts, dropped), *crs.findings]
    findings += of_file.of_text(text)
    if crs.taken is not None and crs.taken not in STORED:
        findings.append(of_file.reprojected(crs.taken, HUE))
    return Inspection(
        dataset,
        facts,
        text,
        crs,
        fields,
        tuple(findings),
        tuple(questions),
        reader_options=reader_options(options),
        dropped=dropped,
    )


def reader_options(options: IngestOptions) -> dict[str, str]:
    """Return what a person said of the columns, as readers are told."""
    return {"x": options.x, "y": options.y, "address": options.address}


def _picture(dataset: Dataset, facts: RasterFacts, wanted: str) -> Inspection:
    crs = crs_of(facts, wanted, dataset.hints)
    questions = (_which_crs(crs),) if crs.taken is None else ()
    return Inspection(dataset, None, None, crs, (), crs.findings, questions, facts)


def _crs(
    facts: Facts, text: TextPlan, wanted: str, hints: Sequence[str], roads: Roads | None
) -> CrsGuess:
    named = _names(facts, text)
    pairs = [
        (point, named[at] if named else "")
        for at, point in enumerate(facts.points)
        if point is not None
    ]
    points = [point for point, _ in pairs]
    names = [name for _, name in pairs] if named else []
    if wanted == AUTO:
        return guess_crs.guess(facts.crs, points, names, hints=hints, roads=roads)
    return _as_told(parse_crs(wanted), guess_crs.guess(wanted, points, names))


def _as_told(srid: int, found: CrsGuess) -> CrsGuess:
    """Return the CRS a person named; columns are turned, and units changed, where only that puts
    it in place.
    """
    if not srid or (found.taken == srid and not found.guessed):
        return found
    fitting = [c for c in found.candidates if c.srid == srid and c.fits]
    findings = tuple(f for f in found.findings if f.code == "crs_declared_false")
    if not fitting:
        return CrsGuess(srid, found.candidates, findings)
    first = fitting[0]
    findings = (*findings, *crs_findings.of_reading(first))
    return replace(
        found,
        taken=srid,
        findings=findings,
        guessed=False,
        swapped=first.swapped,
        scale=first.scale,
    )


def _names(facts: Facts, text: TextPlan) -> list[str]:
    """Return the values of the column that names wards, decoded, beside the points; or nothing."""
    texts = {
        column: [decoded(value, text.chains.get(column, ())) for value in values]
        for column, values in facts.values.items()
        if len(values) == len(facts.points)
    }
    column = ward_column(hue(), texts)
    return texts[column] if column is not None else []


def _fields(facts: Facts, text: TextPlan, options: IngestOptions) -> tuple[Field, ...]:
    names = [text.name_of(name) for name, _ in facts.columns]
    fields = build(names, [type_ for _, type_ in facts.columns])
    return tuple(_titled(field, options.fields) for field in fields)


def _titled(field: Field, titles: Mapping[str, tuple[str, str]]) -> Field:
    if field.name not in titles:
        return field
    title, title_en = titles[field.name]
    return Field(field.name, title or field.title, field.type, field.column, title_en)


def _chosen(opened: Opened, wanted: str) -> Dataset | None:
    """Return the dataset to read, or None where a person must choose one."""
    if len(opened.datasets) == 1:
        return opened.datasets[0]
    named = [one for one in opened.datasets if f"{wanted}/".startswith(one.prefix)]
    if wanted and not named:
        raise from_code("no-such-layer")
    return max(named, key=lambda one: len(one.prefix), default=None)


def _which_crs(crs: CrsGuess) -> dict[str, Any]:
    fits = [candidate.as_dict() for candidate in crs.candidates]
    return {
        "code": "crs",
        "message": "in which reference system are the coordinates?",
        "vi": "tọa độ thuộc hệ quy chiếu nào?",
        "candidates": fits,
    }


def _described(
    facts: Facts, text: TextPlan, crs: CrsGuess, fields: Sequence[Field]
) -> dict[str, Any]:
    return {
        "driver": facts.driver,
        "features": facts.rows,
        "sampled": facts.sampled,
        "null_geometries": facts.types.get(0, 0),
        "geometry_type": facts.geometry_type.value,
        "fields": [
            _field_said(field, column, facts, text)
            for field, (column, _) in zip(fields, facts.columns, strict=True)
        ],
        "encoding": text.encoding,
        "crs": _crs_said(facts, crs),
        "bounds": _bounds(facts.points),
    }


def _layers_said(dataset: Dataset, facts: Facts) -> dict[str, Any]:
    """Return the layers by name; one that is called as our file is has the name of the dataset."""
    ours = PurePath(dataset.file).stem
    shown = {name: dataset.name if name == ours else name for name in (*facts.layers, facts.layer)}
    return {"layers": [shown[name] for name in facts.layers], "source_layer": shown[facts.layer]}


def _field_said(field: Field, column: str, facts: Facts, text: TextPlan) -> dict[str, Any]:
    said: dict[str, Any] = {"name": field.name, "type": field.type.value}
    if field.name != column:
        said["source_name"] = column
    if column not in facts.values:
        return said
    chain = text.chains.get(column, ())
    filled = list(dict.fromkeys(value for value in facts.values[column] if value))
    said["samples"] = [decoded(value, chain) for value in filled[:_SHOWN]]
    said["preview"] = columns.pairs(text, column, filled, _SHOWN)
    guess = text.guesses.get(column)
    if guess is not None:
        said |= {
            "encoding": guess.encoding.value,
            "confidence": guess.confidence,
            "evidence": guess.evidence,
            "evidence_vi": guess.evidence_vi,
            "asks": column in text.unsure,
        }
    elif chain:
        said |= {"encoding": chain[-1].value, "told": True}
    return said


def _crs_said(facts: Facts, crs: CrsGuess) -> dict[str, Any]:
    return {
        "declared": facts.crs[:2000],
        "taken": f"EPSG:{crs.taken}" if crs.taken else None,
        "title": accepted()[crs.taken].title_en if crs.taken else "",
        "title_vi": accepted()[crs.taken].title_vi if crs.taken else "",
        "guessed": crs.guessed,
        "swapped": crs.swapped,
        "scale": crs.scale,
        "candidates": [candidate.as_dict() for candidate in crs.candidates],
    }


def _bounds(points: Sequence[tuple[float, float] | None]) -> list[float] | None:
    """Return the box of the sampled points, in the file's own CRS."""
    found = [point for point in points if point is not None]
    if not found:
        return None
    xs, ys = [x for x, _ in found], [y for _, y in found]
    return list(Bounds(min(xs), min(ys), max(xs), max(ys)))
