"""The page docs/reference/findings.md: every finding a file may get, from the code that says it."""

import ast
from collections.abc import Iterator
from pathlib import Path

from conversion.findings.of_reader import SENTENCES
from conversion.findings.rule import Rule
from conversion.findings.rules import RULES

_ROOM = Path(__file__).resolve().parent.parent / "conversion"
_HEAD = (
    "# Findings\n\n"
    "What is told of a file on its way in (`findings` of an upload, `gishue ingest`, "
    "`gishue uploads findings`). An *error* stops the publishing; a *warning* and an *info* do "
    "not, and no check removes or changes a row. Counts are exact; of each code at most 1,000 "
    "features are listed with their place.\n"
)


def findings(note: str) -> str:
    """Return the page."""
    return "".join([note, _HEAD, _checked(), _readers(), _decided()])


def _checked() -> str:
    rows = [_rule(rule) for rule in RULES.values()]
    return (
        "\n## In the features\n\n| code | severity | meaning · ý nghĩa | what to do · cách xử lý | "
        "from where on |\n|---|---|---|---|---|\n" + "\n".join(rows) + "\n"
    )


def _rule(rule: Rule) -> str:
    advice = " · ".join(one for one in (rule.advice, rule.advice_vi) if one)
    cells = (f"{rule.title} · {rule.title_vi}", advice, rule.tolerance)
    return f"| `{rule.code}` | {rule.severity} | {' | '.join(map(_cell, cells))} |"


def _readers() -> str:
    rows = [
        f"| `{code}` | {one.severity} | {_cell(f'{one.message} · {one.vi}')} | "
        f"{_cell(' · '.join(part for part in (one.advice, one.advice_vi) if part))} |"
        for code, one in sorted(SENTENCES.items())
    ]
    return (
        "\n## In the file\n\n| code | severity | sentence · câu | what to do · cách xử lý |\n"
        "|---|---|---|---|\n" + "\n".join(rows) + "\n"
    )


def _decided() -> str:
    rows = [
        f"| `{code}` | {severity} | {_cell(said)} |"
        for module in ("crs/findings", "findings/of_file", "aim")
        for code, severity, said in sorted(_of_module(_ROOM / f"{module}.py"))
    ]
    return (
        "\n## In what was decided: system, encoding, schema\n\n| code | severity | it says |\n"
        "|---|---|---|\n" + "\n".join(rows) + "\n"
    )


def _of_module(path: Path) -> Iterator[tuple[str, str, str]]:
    """Yield code, severity and the first line of the function's docstring of each finding made."""
    for function in ast.parse(path.read_text("utf-8")).body:
        if not isinstance(function, ast.FunctionDef):
            continue
        said = (ast.get_docstring(function) or "").split("\n")[0]
        for call in ast.walk(function):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "Finding":
                code, severity = call.args[:2]
                if isinstance(code, ast.Constant) and isinstance(severity, ast.Attribute):
                    yield str(code.value), severity.attr.lower(), said.removeprefix("Say ")


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
