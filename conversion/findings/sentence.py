"""The noun: how the note of a reader reads, in both languages."""

from dataclasses import dataclass

from conversion.findings.finding import Severity


@dataclass(frozen=True, slots=True)
class Sentence:
    """How a note reads; ``advice``: what its owner can do.

    ``title``: what is wrong at one place, where the reader gives the places of its ``count``.
    """

    severity: Severity
    message: str
    vi: str
    advice: str = ""
    advice_vi: str = ""
    title: str = ""
    title_vi: str = ""
