"""Which words are Vietnamese syllables: the yardstick of the encoding detector."""

import unicodedata
from functools import cache, lru_cache
from typing import Final

_ONSETS: Final = "b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x"
_RHYMES: Final = """
a ac ach ai am an ang anh ao ap at au ay ă ăc ăm ăn ăng ăp ăt â âc âm ân âng âp ât âu ây
e ec em en eng eo ep et ê êch êm ên ênh êp êt êu êng
i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu
o oa oac oach oai oam oan oang oanh oao oap oat oay oă oăc oăm oăn oăng oăt
oc oe oem oen oeo oet oi om on ong op ot ooc oong
ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt ơc ơng
u ua uân uâng uât uây uâ uc uê uêch uênh uên ui um un ung
uôc uôi uôm uôn uông uôt uơ up ut uy uya uych uynh uyn uyt uyu uyên uyêt uô
ư ưa ưc ưi ưm ưn ưng ưp ưt ưu ươ ươc ươi ươm ươn ương ươp ươt ươu
y yêm yên yêng yêt yêu
"""
_STOPS: Final = ("c", "ch", "p", "t")
_TONES: Final = frozenset("\u0300\u0301\u0303\u0309\u0323")  # huyền sắc ngã hỏi nặng
_STOP_TONES: Final = frozenset("\u0301\u0323")

LETTERS: Final = frozenset(
    unicodedata.normalize("NFC", vowel + tone)
    for vowel in "aăâeêioôơuưy"
    for tone in ["", *sorted(_TONES)]
) | frozenset("bcdđghklmnpqrstvx")
"""The Vietnamese letters in lower case, toned vowels included."""


@cache
def forms() -> frozenset[str]:
    """Return the 4,826 syllables without their tones, NFC, lower case."""
    onsets, rhymes = ["", *_ONSETS.split()], _RHYMES.split()
    plain = {onset + rhyme for onset in onsets for rhyme in rhymes}
    return frozenset(plain | {"q" + rhyme for rhyme in rhymes if rhyme[0] in "ou"})


@lru_cache(maxsize=8192)
def is_syllable(word: str) -> bool:
    """Return whether ``word`` is one Vietnamese syllable, in any case and normal form.

    >>> is_syllable("Phường"), is_syllable("Phuờngx"), is_syllable("cạt"), is_syllable("càt")
    (True, False, True, False)
    """
    letters = unicodedata.normalize("NFD", word.lower())
    tones = [letter for letter in letters if letter in _TONES]
    if len(tones) > 1:
        return False
    bare = "".join(letter for letter in letters if letter not in _TONES)
    if unicodedata.normalize("NFC", bare) not in forms():
        return False
    return not bare.endswith(_STOPS) or (bool(tones) and tones[0] in _STOP_TONES)
