"""Which encodings to undo, column by column: the evidence of the detector, or a person's answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from conversion.charsets import to_bytes
from conversion.columns import decoded
from conversion.encoding import Encoding, Guess, decide_columns, decode
from conversion.options import AUTO
from gishue.core.errors import InvalidInput

_PLAIN = (Encoding.ASCII, Encoding.UTF8)


@dataclass(frozen=True, slots=True)
class TextPlan:
    """``chains``: the encodings to undo, by the reader's column name; ``encoding`` sums them up.

    ``unsure`` names the columns that a person should look at first.
    """

    chains: Mapping[str, tuple[Encoding, ...]]
    guesses: Mapping[str, Guess]
    encoding: str
    unsure: tuple[str, ...]

    def name_of(self, column: str) -> str:
        """Return a column's name as text: it was written as the values were."""
        if column.isascii() or self.encoding not in set(Encoding):
            return decode(column, Encoding.UTF8)
        raw_is_utf8 = self.encoding == Encoding.UTF8 and _is_utf8([column])
        return decode(column, Encoding.UTF8_AS_1252 if raw_is_utf8 else self.encoding)


def plan(values: Mapping[str, Sequence[str]], *, raw: bool, wanted: str = AUTO) -> TextPlan:
    """Return what to do with each text column.

    Args:
        values: samples by column, as the reader gave them.
        raw: whether each character is one byte of the file (a shapefile) and not Unicode yet.
        wanted: ``auto``, or the encoding a person says all columns are in.

    Raises:
        InvalidInput: ``wanted`` names no encoding that we know.
    """
    bases = {name: _base(texts) if raw else () for name, texts in values.items()}
    if wanted != AUTO:
        return _as_told(_encoding(wanted), bases, raw=raw)
    texts = {n: [decoded(one, bases[n]) for one in some] for n, some in values.items()}
    guesses = decide_columns(texts)
    chains = {name: _chain(bases[name], guess) for name, guess in guesses.items()}
    unsure = tuple(n for n, g in guesses.items() if _is_unsure(g, bases[n], raw=raw))
    return TextPlan(chains, guesses, _summed_up(guesses, texts), unsure)


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


def _as_told(told: Encoding, bases: Mapping[str, tuple[Encoding, ...]], *, raw: bool) -> TextPlan:
    undo = (Encoding.UTF8_AS_1252,) if raw else ()
    chain = undo if told in _PLAIN else (told,)
    return TextPlan(dict.fromkeys(bases, chain), {}, told.value, ())


def _encoding(wanted: str) -> Encoding:
    try:
        return Encoding(wanted.strip().lower())
    except ValueError:
        known = ", ".join(Encoding)
        raise InvalidInput(
            f"{wanted[:40]!r} is not an encoding we know; choose auto, {known}",
            vi=f"{wanted[:40]!r} không phải bảng mã được hỗ trợ; hãy chọn auto, {known}",
        ) from None


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
            weight[guess.encoding] = weight.get(guess.encoding, 0.0) + guess.good + 0.01 * foreign
    return max(weight, key=weight.__getitem__).value if weight else Encoding.ASCII.value
