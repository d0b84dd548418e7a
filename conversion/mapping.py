"""Which column of a file goes into which field of a layer's schema: suggested, editable, kept.

A name or title that is the same but for case and diacritics is taken; one that is only alike is a
suggestion that a person confirms. No I/O.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any, Final

from gishue.core.errors import InvalidInput
from gishue.core.vietnamese import vn_key
from layers.schema import FieldRule, LayerSchema

ALIKE_FROM: Final = 0.75
"""Ratio of equal characters (Ratcliff/Obershelp) from which a name is suggested; judgement."""


class How(StrEnum):
    """What a mapping rests on."""

    NAME = "name"
    ALIKE = "alike"
    REMEMBERED = "remembered"
    SAID = "said"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Match:
    """One field of the schema and the column that fills it; empty: none does."""

    field: str
    column: str
    how: How
    score: float

    def as_dict(self) -> dict[str, Any]:
        """Return the match as it stands in an inspection."""
        return {
            "field": self.field,
            "column": self.column,
            "how": self.how.value,
            "score": round(self.score, 2),
        }


@dataclass(frozen=True, slots=True)
class FieldMapping:
    """A match for every field of the schema; ``left_out``: columns that go nowhere."""

    matches: tuple[Match, ...]
    left_out: tuple[str, ...]

    @property
    def chosen(self) -> dict[str, str]:
        """Column by field, where there is one."""
        return {match.field: match.column for match in self.matches if match.column}

    @property
    def by_column(self) -> dict[str, str]:
        """Field by column, as it is remembered and answered."""
        return {column: field for field, column in self.chosen.items()}

    def asks(self, schema: LayerSchema) -> bool:
        """Whether a person must look: a guess, or a required field without a column."""
        required = {rule.name for rule in schema.fields if rule.required}
        return any(
            match.how is How.ALIKE or (match.how is How.NONE and match.field in required)
            for match in self.matches
        )


def signature(columns: Sequence[str]) -> str:
    """Return what files with the same columns, in any order, have in common."""
    keys = "\n".join(sorted(vn_key(column) for column in columns))
    return hashlib.sha256(keys.encode()).hexdigest()[:32]


def suggest(
    columns: Sequence[str], schema: LayerSchema, known: Mapping[str, str] | None = None
) -> FieldMapping:
    """Return the mapping of a file's columns; ``known``: one that was used for such a file."""
    if known is not None:
        return _as_known(columns, schema, known, How.REMEMBERED)
    pairs = [
        (_likeness(column, rule), -position, column, rule.name)
        for position, column in enumerate(columns)
        for rule in schema.fields
    ]
    found: dict[str, Match] = {}
    used: set[str] = set()
    for score, _, column, name in sorted(pairs, reverse=True):
        if score >= ALIKE_FROM and name not in found and column not in used:
            how = How.NAME if score == 1.0 else How.ALIKE
            found[name] = Match(name, column, how, score)
            used.add(column)
    return _whole(columns, schema, found)


def as_said(columns: Sequence[str], schema: LayerSchema, said: Mapping[str, str]) -> FieldMapping:
    """Return the mapping that a person gave: field by column, an empty field leaves it out.

    Raises:
        InvalidInput: it names a column that the file has not, a field that the schema has not, or
            one field twice.
    """
    names = {rule.name for rule in schema.fields}
    fields = [field for field in said.values() if field]
    wrong = [c for c in said if c not in columns] + [f for f in fields if f not in names]
    if wrong:
        raise InvalidInput(
            f"the mapping names {wrong[0]!r}, which is neither in the file nor in the schema",
            vi=f"bảng ghép trường có {wrong[0]!r}, không có trong tệp hoặc trong lược đồ",
        )
    if len(set(fields)) < len(fields):
        raise InvalidInput(
            "two columns are mapped to one field", vi="hai cột cùng được ghép vào một trường"
        )
    return _as_known(columns, schema, said, How.SAID)


def _as_known(
    columns: Sequence[str], schema: LayerSchema, known: Mapping[str, str], how: How
) -> FieldMapping:
    found = {
        name: Match(name, column, how, 1.0)
        for column, name in known.items()
        if name and column in columns
    }
    return _whole(columns, schema, found)


def _whole(columns: Sequence[str], schema: LayerSchema, found: Mapping[str, Match]) -> FieldMapping:
    matches = tuple(
        found.get(rule.name, Match(rule.name, "", How.NONE, 0.0)) for rule in schema.fields
    )
    used = {match.column for match in matches}
    return FieldMapping(matches, tuple(column for column in columns if column not in used))


def _likeness(column: str, rule: FieldRule) -> float:
    """Return 1.0 for the same name or title but for case and diacritics, less for alike ones."""
    key = vn_key(column)
    names = [vn_key(name) for name in (rule.name, rule.title, rule.title_en) if name]
    if key in names:
        return 1.0
    joined = key.replace(" ", "")
    alike = [SequenceMatcher(None, joined, name.replace(" ", "")).ratio() for name in names]
    return min(0.99, max(alike, default=0.0))
