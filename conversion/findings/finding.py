"""A finding: one thing about a file that its owner should know, in two languages."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self


class Severity(StrEnum):
    """How much a finding matters: an error stops the publishing."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found, and where: a file, a layer, a column or a feature (empty: the whole).

    ``advice``: what its owner can do about it. ``count``: how many features it concerns; each of
    them stands in the list of places (``conversion.findings.places``) as far as that is kept.
    """

    code: str
    severity: Severity
    message: str
    vi: str
    where: str = ""
    advice: str = ""
    advice_vi: str = ""
    count: int = 0

    def as_dict(self) -> dict[str, Any]:
        """Return the finding as it stands in JSON answers."""
        return {
            "code": self.code,
            "severity": self.severity.value,
            "message": self.message,
            "vi": self.vi,
            "where": self.where,
            "advice": self.advice,
            "advice_vi": self.advice_vi,
            "count": self.count,
        }

    @classmethod
    def from_dict(cls, said: Mapping[str, Any]) -> Self:
        """Return a finding from its stored form; older ones have no advice and no count."""
        return cls(
            str(said["code"]),
            Severity(said["severity"]),
            str(said["message"]),
            str(said.get("vi") or said["message"]),
            str(said.get("where", "")),
            str(said.get("advice", "")),
            str(said.get("advice_vi", "")),
            int(said.get("count", 0)),
        )
