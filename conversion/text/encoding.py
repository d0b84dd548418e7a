"""Which encoding a text column is in, found from what it says; one decision per column.

The yardstick is the Vietnamese syllable: the right encoding turns nearly every word with a
non-ASCII letter into one, the wrong ones do not. Code pages and ``.cpg`` files are not asked,
for they lie. The thresholds are judgement; columns of five values and more were all right in
trials on 9,387 unit names, and 1,400 cases are kept in ``tests/data/encoding``.
"""

import re
import string
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from conversion.text import charsets
from conversion.text.capitals import is_capital_column
from conversion.text.syllable import LETTERS, is_syllable
from gishue.core.vietnamese import nfc

FEWEST_VALUES: Final = 5
"""A column with fewer values borrows the decision of the file's other columns."""

TAKEN_FROM: Final = 0.5
"""A guess at least this sure is taken; below it the upload asks."""

_SAMPLE: Final = 2_000
_FEW_UNICODE: Final = 0.4


class Encoding(StrEnum):
    """How text was written; ``UTF8`` is Unicode as it stands.

    ``TCVN3_CAPITALS``: TCVN3 shown in a capital font, whose toned letters are stored as small ones.
    """

    ASCII = "ascii"
    UTF8 = "utf-8"
    TCVN3 = "tcvn3"
    TCVN3_CAPITALS = "tcvn3-capitals"
    VNI = "vni"
    VIQR = "viqr"
    CP1258 = "cp1258"
    UTF8_AS_1252 = "utf8-as-1252"
    UTF8_AS_1252_TWICE = "utf8-as-1252x2"


@dataclass(frozen=True, slots=True)
class Guess:
    """The encoding of one column, and why. ``good`` and ``bad`` count syllables and non-words."""

    encoding: Encoding
    confidence: float
    good: float
    bad: float
    values: int
    preview: tuple[tuple[str, str], ...] = ()
    borrowed: bool = False

    @property
    def asks(self) -> bool:
        """Whether a person should look at the preview before this is used."""
        return self.confidence < TAKEN_FROM

    @property
    def evidence(self) -> str:
        """Return one sentence that says what the guess rests on."""
        source = "as the file's other columns" if self.borrowed else f"from {self.values} values"
        return f"{source}: {self.good:g} Vietnamese syllables, {self.bad:g} words that are none"

    @property
    def evidence_vi(self) -> str:
        """Return the same sentence in Vietnamese."""
        source = "theo các cột khác của tệp" if self.borrowed else f"từ {self.values} giá trị"
        return f"{source}: {self.good:g} âm tiết tiếng Việt, {self.bad:g} từ không phải"


@dataclass(frozen=True, slots=True)
class _Score:
    encoding: Encoding
    good: float
    bad: float
    bonus: float = 0.0

    @property
    def value(self) -> float:
        return self.good - 1.2 * self.bad + self.bonus


# Order decides ties. The bonus prefers undoing a known accident over a legacy reading of it.
_DECODERS: Final[Mapping[Encoding, tuple[Callable[[str], str | None], float]]] = {
    Encoding.UTF8_AS_1252_TWICE: (charsets.repair_utf8_twice, 0.6),
    Encoding.UTF8_AS_1252: (charsets.repair_utf8, 0.5),
    Encoding.TCVN3: (charsets.decode_tcvn3, 0.0),
    Encoding.VNI: (charsets.decode_vni, 0.0),
    Encoding.CP1258: (charsets.decode_cp1258, 0.0),
}
_LEGACY: Final = frozenset({Encoding.TCVN3, Encoding.VNI, Encoding.CP1258})
_UNSCORED: Final[Mapping[Encoding, Callable[[str], str | None]]] = {
    Encoding.TCVN3_CAPITALS: charsets.decode_tcvn3_capitals,
}
_OWN_BYTES: Final = _LEGACY | _UNSCORED.keys()

_VIQR_MARK = re.compile(r"[aeo]\^|a\(|[ou]\+|dd[aeiouy]", re.IGNORECASE)
_ASCII_WORD = re.compile(r"[A-Za-z]{2,}")


def decode(value: str, encoding: Encoding | str) -> str:
    """Return ``value`` as Unicode NFC; what cannot be in ``encoding`` stays as it is."""
    encoding = Encoding(encoding)
    if encoding is Encoding.VIQR:
        return charsets.decode_viqr(value) if value.isascii() else nfc(value)
    if value.isascii() or encoding in (Encoding.ASCII, Encoding.UTF8):
        return nfc(value)
    if encoding in _OWN_BYTES and (unicode := charsets.vietnamese_utf8(value)) is not None:
        return unicode
    decoder = _UNSCORED.get(encoding) or _DECODERS[encoding][0]
    return decoder(value) or nfc(value)


def detect(values: Sequence[str]) -> Guess:
    """Return the encoding of one column, read as ISO-8859-1, cp1252 or already Unicode."""
    texts = _thinned([value for value in values if value and not value.isspace()])
    if all(text.isascii() for text in texts):
        return _detect_ascii(texts)
    scores = _scores(texts)
    best, second = _choose(scores, texts)
    weight = best.good + best.bad
    if best.encoding is Encoding.UTF8 and second is None:
        confidence = 1.0
    else:
        gap = best.value - (second.value if second else 0.0)
        confidence = max(0.0, gap / weight) if weight else 0.0
    if best.encoding is Encoding.TCVN3 and _is_capital(texts):
        best = replace(best, encoding=Encoding.TCVN3_CAPITALS)
    return _guess(best, texts, confidence)


def _is_capital(texts: Sequence[str]) -> bool:
    return is_capital_column(decode(text, Encoding.TCVN3) for text in texts)


def decide_columns(columns: Mapping[str, Sequence[str]]) -> dict[str, Guess]:
    """Return the decision of each text column of one file; small ones follow the others."""
    own = {name: detect(values) for name, values in columns.items()}
    whole = _of_file(own, columns)
    return {name: _borrow(guess, whole, columns[name]) for name, guess in own.items()}


def _of_file(own: Mapping[str, Guess], columns: Mapping[str, Sequence[str]]) -> Guess:
    """Return what the file's text is in as a whole; that a column is in capitals is its own."""
    found = _leading(own, columns)
    return replace(found, encoding=plain(found.encoding))


def plain(encoding: Encoding) -> Encoding:
    """Return the encoding of text whose case nothing is known of."""
    return Encoding.TCVN3 if encoding is Encoding.TCVN3_CAPITALS else encoding


def _leading(own: Mapping[str, Guess], columns: Mapping[str, Sequence[str]]) -> Guess:
    sure = [g for g in own.values() if g.values >= FEWEST_VALUES and not g.asks and g.good > 0]
    if not sure:
        return detect([value for values in columns.values() for value in values])
    weight = {plain(guess.encoding): 0.0 for guess in sure}
    for guess in sure:
        weight[plain(guess.encoding)] += guess.good
    leading = max(weight, key=weight.__getitem__)
    return max((g for g in sure if plain(g.encoding) is leading), key=lambda guess: guess.good)


def _borrow(own: Guess, whole: Guess, values: Sequence[str]) -> Guess:
    """Return the file's decision for a column too small to decide, unless it reads worse."""
    texts = [value for value in values if value and decode(value, whole.encoding) != nfc(value)]
    if not texts or (own.values >= FEWEST_VALUES and not own.asks):
        return own
    theirs, ours = _score(texts, whole.encoding), _score(texts, own.encoding)
    if theirs.value < ours.value or (whole.encoding is Encoding.VIQR and theirs.good == 0):
        return own
    return replace(_guess(theirs, values, whole.confidence), borrowed=True)


def _detect_ascii(texts: Sequence[str]) -> Guess:
    plain = _Score(Encoding.ASCII, 0.0, 0.0)
    if not any(_VIQR_MARK.search(text) for text in texts):
        return _guess(plain, texts, 1.0)
    words = [word for text in texts for word in text.split()]
    decoded = [after for word in words if (after := charsets.decode_viqr(word)) != word]
    good, bad = _weigh(" ".join(decoded))
    if good < 1 or good < 3 * bad:
        return _guess(plain, texts, 1.0)
    return _guess(_Score(Encoding.VIQR, good, bad), texts, (good - bad) / (good + bad))


def _scores(texts: Sequence[str]) -> list[_Score]:
    """Return the score of Unicode first, then of each reading that changes anything.

    Characters that are no bytes end all readings but Unicode, unless a few values only have them:
    typed anew among old ones, they stay as they are in every reading.
    """
    scores = [_score(texts, Encoding.UTF8)]
    foreign = [text for text in texts if not text.isascii()]
    unicode = sum(charsets.to_bytes(text) is None for text in foreign)
    if unicode > _FEW_UNICODE * len(foreign):
        return scores
    mended = sum(charsets.vietnamese_utf8(text) is not None for text in foreign)
    tried = _DECODERS.keys() - (_LEGACY if mended > _FEW_UNICODE * len(foreign) else set())
    for encoding in (one for one in _DECODERS if one in tried):
        if any(decode(text, encoding) != nfc(text) for text in texts):
            scores.append(_score(texts, encoding))
    return scores


def _choose(scores: Sequence[_Score], texts: Sequence[str]) -> tuple[_Score, _Score | None]:
    """Return the winner, and the best of the others that makes sense at all."""
    stay = scores[0]
    best = max(scores, key=lambda score: score.value)
    is_thin = best.encoding in _LEGACY and _is_thin(best, texts)
    if best.value <= stay.value or best.good <= 0 or is_thin:
        best = stay
    others = [s for s in scores if s is not best and (s.good > 0 or s is stay)]
    return best, max(others, key=lambda score: score.value, default=None)


def _is_thin(best: _Score, texts: Sequence[str]) -> bool:
    """Return whether a legacy reading rests on too little: one word that may be a code."""
    if best.good < 1:
        return True
    words = {word for text in texts for word in text.split()}
    foreign = sum(not word.isascii() for word in words)
    return foreign < 2 and not any(_ASCII_WORD.fullmatch(word) for word in words)


def _score(texts: Sequence[str], encoding: Encoding) -> _Score:
    good, bad = _weigh("\n".join(decode(text, encoding) for text in texts))
    return _Score(encoding, good, bad, _DECODERS.get(encoding, (None, 0.0))[1])


def _weigh(text: str) -> tuple[float, float]:
    """Return (good, bad) over the words of ``text`` that show a non-ASCII letter."""
    good = bad = 0.0
    for word in text.translate(_BREAKS).split():
        letters = [letter for letter in word if letter.isalpha()]
        if len(letters) < 2 or all(letter.isascii() for letter in letters):
            continue
        if is_syllable(word):
            good += 0.4 if _has_inner_capital(word) else 1.0
        elif all(letter.lower() in LETTERS or letter.isascii() for letter in letters):
            bad += 1.0
        else:
            bad += 1.5
    return good, bad


def _has_inner_capital(word: str) -> bool:
    return not word.isupper() and any(letter.isupper() for letter in word[1:])


class _Breaks(dict[int, int]):
    """Turns digits and punctuation into spaces; filled as characters are met."""

    def __missing__(self, code: int) -> int:
        letter = chr(code)
        broken = letter in string.punctuation or unicodedata.category(letter)[0] in "PZ"
        self[code] = ord(" ") if broken or letter.isdecimal() else code
        return self[code]


_BREAKS: Final = _Breaks()


def _thinned(texts: Sequence[str]) -> Sequence[str]:
    """Return at most ``_SAMPLE`` of ``texts``, spread evenly."""
    step = -(-len(texts) // _SAMPLE) or 1
    return texts[::step]


def _guess(score: _Score, texts: Sequence[str], confidence: float) -> Guess:
    pairs = ((text, decode(text, score.encoding)) for text in texts)
    changed = list(dict.fromkeys(pair for pair in pairs if pair[0] != pair[1]))
    return Guess(
        score.encoding,
        round(confidence, 3),
        round(score.good, 1),
        round(score.bad, 1),
        len(texts),
        tuple(changed[:3]),
    )
