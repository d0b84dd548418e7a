"""How often a layer is said to be updated: the codes of the EU's frequency vocabulary."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Cadence(StrEnum):
    """A stated update cadence.

    Source: http://publications.europa.eu/resource/authority/frequency, of which these are the codes
    that a city's layers need.
    """

    CONTINUOUS = "UPDATE_CONT"
    HOURLY = "HOURLY"
    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    BIWEEKLY = "BIWEEKLY"
    MONTHLY = "MONTHLY"
    QUARTERLY = "QUARTERLY"
    SEMIANNUAL = "ANNUAL_2"
    ANNUAL = "ANNUAL"
    BIENNIAL = "BIENNIAL"
    IRREGULAR = "IRREG"
    NEVER = "NEVER"
    UNKNOWN = "UNKNOWN"

    @property
    def uri(self) -> str:
        """Its address in the vocabulary."""
        return f"http://publications.europa.eu/resource/authority/frequency/{self.value}"

    @property
    def words(self) -> "CadenceWords":
        """What it is called elsewhere, and after how many days one waits in vain."""
        return _WORDS[self]


@dataclass(frozen=True, slots=True)
class CadenceWords:
    """One cadence in other vocabularies.

    ``iso``: code of ISO 19115 MD_MaintenanceFrequencyCode; ``period``: as DCAT-US writes it, an
    ISO 8601 repeating duration; ``days``: longest time between two updates, None without a promise.
    """

    vi: str
    en: str
    iso: str
    period: str
    days: float | None


_WORDS: Final = {
    Cadence.CONTINUOUS: CadenceWords("liên tục", "continuously", "continual", "R/PT1S", 1),
    Cadence.HOURLY: CadenceWords("hằng giờ", "every hour", "continual", "R/PT1H", 1 / 24),
    Cadence.DAILY: CadenceWords("hằng ngày", "every day", "daily", "R/P1D", 1),
    Cadence.WEEKLY: CadenceWords("hằng tuần", "every week", "weekly", "R/P1W", 7),
    Cadence.BIWEEKLY: CadenceWords("hai tuần một lần", "fortnightly", "fortnightly", "R/P2W", 14),
    Cadence.MONTHLY: CadenceWords("hằng tháng", "every month", "monthly", "R/P1M", 31),
    Cadence.QUARTERLY: CadenceWords("hằng quý", "every quarter", "quarterly", "R/P3M", 92),
    Cadence.SEMIANNUAL: CadenceWords("nửa năm một lần", "twice a year", "biannually", "R/P6M", 184),
    Cadence.ANNUAL: CadenceWords("hằng năm", "every year", "annually", "R/P1Y", 366),
    Cadence.BIENNIAL: CadenceWords("hai năm một lần", "every two years", "irregular", "R/P2Y", 731),
    Cadence.IRREGULAR: CadenceWords("không định kỳ", "irregularly", "irregular", "irregular", None),
    Cadence.NEVER: CadenceWords("không cập nhật", "never again", "notPlanned", "irregular", None),
    Cadence.UNKNOWN: CadenceWords("chưa nêu", "not stated", "unknown", "", None),
}
