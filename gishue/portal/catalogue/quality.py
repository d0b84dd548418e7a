"""What is known of a layer's quality: the findings of its last upload, and what has no geometry."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from conversion.findings import places
from conversion.findings.rules import RULES
from gishue.core.db import transaction
from layers.catalogue import Entry, Language
from layers.catalogue_store import without_geometry
from layers.layer import LayerKind
from layers.services import Services


class Found(NamedTuple):
    """One kind of finding, and how many features it concerns."""

    code: str
    severity: str
    title: str
    title_en: str
    matches: int

    def said(self, language: Language) -> str:
        """Return what was found, in one language."""
        return self.title if language == "vi" else self.title_en


@dataclass(frozen=True, slots=True)
class Quality:
    """``without_geometry`` is None where it says nothing: a raster, or rows not all to be seen."""

    found: Sequence[Found] = ()
    without_geometry: int | None = None


async def quality(services: Services, entry: Entry) -> Quality:
    """Return what is known of a layer's quality now."""
    layer = entry.layer
    is_whole = layer.shown_count is not None
    async with transaction(services.pool) as conn:
        by_revision = await places.counts_by_revision(conn, layer.slug)
        counted = layer.kind is LayerKind.VECTOR and is_whole
        empty = await without_geometry(conn, layer) if counted else None
    counts = by_revision.get(entry.freshness.revision, {}) if is_whole else {}
    found = [_found(code, count) for code, count in counts.items()]
    return Quality(sorted(found, key=lambda one: (one.severity, -one.matches)), empty)


def _found(code: str, count: int) -> Found:
    rule = RULES.get(code)
    if rule is None:
        return Found(code, "info", code, code, count)
    return Found(code, str(rule.severity), rule.title_vi, rule.title, count)
