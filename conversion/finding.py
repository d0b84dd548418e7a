"""A finding: one thing about a file that its owner should know, in two languages."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding matters: an error stops the publishing."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found, and where: a file, a layer, a column or a feature (empty: the whole)."""

    code: str
    severity: Severity
    message: str
    vi: str
    where: str = ""

    def as_dict(self) -> dict[str, str]:
        """Return the finding as it stands in JSON answers."""
        return {
            "code": self.code,
            "severity": self.severity.value,
            "message": self.message,
            "vi": self.vi,
            "where": self.where,
        }
