"""Which encodings to undo, column by column: the evidence of the detector, or a person's answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from conversion.columns import decoded
from conversion.options import AUTO
from conversion.text.charsets import to_bytes
from conversion.text.encoding import Encoding, Guess, decide_columns, decode, plain
from conversion.text.encoding_choice import Choice, parse_choice
from gishue.core.errors import InvalidInput

_PLAIN = (Encoding.ASCII, Encoding.UTF8)


@dataclass(frozen=True, slots=True)
class TextPlan:
    """``chains``: the encodings to undo, by the reader's column name; ``encoding`` sums them up.

    ``unsure`` names the columns that a person should look at first; ``from_bytes`` those whose
    bytes are UTF-8. ``raw``: the reader gave bytes, of the names too.
    """

    chains: Mapping[str, tuple[Encoding, ...]]
    guesses: Mapping[str, Guess]
    encoding: str
    unsure: tuple[str, ...]
    from_bytes: frozenset[str] = frozenset()
    raw: bool = False

    def name_of(self, column: str) -> str:
        """Return a column's name as text: it was written as the values were."""
        if column.isascii() or self.encoding not in set(Encoding):
            return decode(column, Encoding.UTF8)
        raw_is_utf8 = self.raw and self.encoding == Encoding.UTF8 and _is_utf8([column])
        return decode(column, Encoding.UTF8_AS_1252 if raw_is_utf8 else self.encoding)


def plan(values: Mapping[str, Sequence[str]], *, raw: bool, wanted: str = AUTO) -> TextPlan:
    """Return what to do with each text column.

    Args:
        values: samples by column, as the reader gave them.
        raw: whether each character is one byte of the file (a shapefile) and not Unicode yet.
        wanted: ``auto``, the encoding a person says all columns are in, or ``COLUMN=encoding;…``
            for some of them, named as in the file or as they are shown.

    Raises:
        InvalidInput: ``wanted`` names no encoding that we know, or a column that is not there.
    """
    choice = parse_choice(wanted)
    bases = {name: _base(texts) if raw else () for name, texts in values.items()}
    if choice.whole is not None:
        return _as_told(choice.whole, bases, raw=raw)
    texts = {n: [decoded(one, bases[n]) for one in some] for n, some in values.items()}
    guesses = decide_columns(texts)
    chains = {name: _chain(bases[name], guess) for name, guess in guesses.items()}
    unsure = tuple(n for n, g in guesses.items() if _is_unsure(g, bases[n], raw=raw))
    summed_up, from_bytes = _summed_up(guesses, texts), _from_bytes(chains, raw=raw)
    found = TextPlan(chains, guesses, summed_up, unsure, from_bytes, raw)
    return _overruled(found, choice, raw=raw) if choice.columns else found


def pairs(text: TextPlan, column: str, values: Sequence[str], most: int) -> list[list[str]]:
    """Return up to ``most`` different values of a column before and after, changed ones only.

    Before: as a reader that knows of Unicode alone shows them.
    """
    chain = text.chains.get(column, ())
    base = chain[:1] if column in text.from_bytes else ()
    shown = ([decoded(value, base), decoded(value, chain)] for value in dict.fromkeys(values))
    return list(islice((pair for pair in shown if pair[0] != pair[1]), most))


def question(text: TextPlan) -> dict[str, Any]:
    """Return the question to ask about the columns that are not sure."""
    listed = ", ".join(text.name_of(name) for name in text.unsure)
    return {
        "code": "encoding",
        "message": f"in which encoding is the text of {listed}?",
        "vi": f"văn bản ở cột {listed} dùng bảng mã nào?",
        "candidates": [
            {"encoding": guess.encoding.value, "column": name, "preview": list(guess.preview)}
            for name, guess in text.guesses.items()
            if name in text.unsure
        ],
    }


def _overruled(found: TextPlan, choice: Choice, *, raw: bool) -> TextPlan:
    """Return the plan with what a person said of single columns."""
    named = {shown: column for column in found.chains for shown in (found.name_of(column), column)}
    missing = [column for column in choice.columns if column not in named]
    if missing:
        raise InvalidInput(
            f"there is no text column {missing[0][:60]!r}; there are: {', '.join(found.chains)}",
            vi=f"không có cột văn bản {missing[0][:60]!r}; có các cột: {', '.join(found.chains)}",
        )
    told = {named[column]: encoding for column, encoding in choice.columns.items()}
    chains = {**found.chains, **{c: _told_chain(e, raw=raw) for c, e in told.items()}}
    return replace(
        found,
        chains=chains,
        guesses={name: guess for name, guess in found.guesses.items() if name not in told},
        unsure=tuple(name for name in found.unsure if name not in told),
        from_bytes=_from_bytes(chains, raw=raw),
    )


def _told_chain(told: Encoding, *, raw: bool) -> tuple[Encoding, ...]:
    undo = (Encoding.UTF8_AS_1252,) if raw else ()
    return undo if told in _PLAIN else (told,)


def _from_bytes(chains: Mapping[str, tuple[Encoding, ...]], *, raw: bool) -> frozenset[str]:
    """Return the columns whose bytes are read as UTF-8 first: no repair, only reading."""
    first = {name: chain[:1] for name, chain in chains.items()}
    return frozenset(n for n, one in first.items() if raw and one == (Encoding.UTF8_AS_1252,))


def _as_told(told: Encoding, bases: Mapping[str, tuple[Encoding, ...]], *, raw: bool) -> TextPlan:
    chains = dict.fromkeys(bases, _told_chain(told, raw=raw))
    return TextPlan(chains, {}, plain(told).value, (), _from_bytes(chains, raw=raw), raw)


def _base(texts: Sequence[str]) -> tuple[Encoding, ...]:
    """Return the way from single bytes to Unicode, where the bytes are UTF-8."""
    foreign = [text for text in texts if not text.isascii()]
    return (Encoding.UTF8_AS_1252,) if foreign and _is_utf8(foreign) else ()


def _is_utf8(texts: Sequence[str]) -> bool:
    """Return whether every text is UTF-8 seen byte by byte; one cut at its end still is."""
    for text in texts:
        raw = to_bytes(text)
        if raw is None:
            return False
        try:
            raw.decode("utf-8")
        except UnicodeDecodeError as error:
            if error.reason != "unexpected end of data":
                return False
    return True


def _chain(base: tuple[Encoding, ...], guess: Guess) -> tuple[Encoding, ...]:
    return base if guess.encoding in _PLAIN else (*base, guess.encoding)


def _is_unsure(guess: Guess, base: Sequence[Encoding], *, raw: bool) -> bool:
    """Return whether a person should decide: a weak guess, or bytes that read as nothing known.

    Unicode that stays Unicode never spoils text; single signs (m², Ø110) are no words.
    """
    if guess.encoding not in _PLAIN:
        return guess.asks
    return raw and not base and guess.encoding is Encoding.UTF8 and guess.bad > guess.good


def _summed_up(guesses: Mapping[str, Guess], texts: Mapping[str, Sequence[str]]) -> str:
    """Return the encoding that most of the file's foreign text is in."""
    weight: dict[Encoding, float] = {}
    for name, guess in guesses.items():
        foreign = sum(not text.isascii() for text in texts[name])
        if guess.encoding is Encoding.VIQR or foreign:
            encoding = plain(guess.encoding)
            weight[encoding] = weight.get(encoding, 0.0) + guess.good + 0.01 * foreign
    return max(weight, key=weight.__getitem__).value if weight else Encoding.ASCII.value
