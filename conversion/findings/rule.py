"""One kind of finding: its code, weight, meaning, sentence and advice, in both languages."""

from dataclasses import dataclass

from conversion.findings.finding import Severity


@dataclass(frozen=True, slots=True)
class Rule:
    """What is told of all features of one code.

    ``title`` is what is wrong with one feature; ``message`` speaks of all of them, with
    ``{count}`` and the values of the finding; ``tolerance``: from where on it is told, empty where
    always.
    """

    code: str
    severity: Severity
    title: str
    title_vi: str
    message: str
    vi: str
    advice: str = ""
    advice_vi: str = ""
    tolerance: str = ""
