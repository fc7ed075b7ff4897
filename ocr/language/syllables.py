"""Orthography of one Vietnamese syllable: onset, rhyme and tone, the printed case, and the form for counting.

Sources: Hoàng Phê (ed.), *Từ điển tiếng Việt* (spelling tables); Decision 240/QĐ of the Ministry of Education
(05/03/1984) and the practice of both tone placements (``hòa`` and ``hoà``), which are both legal here.
Rhymes only heard in sounds and in a handful of loanwords (``oong``, ``uâng``) are legal too: the rules say
what cannot be Vietnamese, not what is common.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

Tone = Literal["", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"]
Case = Literal["lower", "title", "upper", "mixed", "none"]

TONES: tuple[Tone, ...] = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
_TONE_MARKS = frozenset(TONES[1:])
_RISING_OR_HEAVY = frozenset({"\u0301", "\u0323"})

_ONSETS = frozenset(
    (
        *("", "ngh", "ng", "nh", "gh", "gi", "kh", "ph", "qu", "th", "tr", "ch"),
        *("b", "c", "d", "đ", "g", "h", "k", "l", "m", "n", "p", "r", "s", "t", "v", "x"),
    )
)
_FRONT = frozenset("eêiy")
# ruff: noqa: SIM905  a table of rhymes is read as a text
_RHYMES = frozenset(
    # One line for each first vowel letter; a rhyme is written without its tone.
    "a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây "
    "e ec em en eng eo ep et ê êch êm ên ênh êp êt êu "
    "i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu "
    "o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oem oen oeo oet oi om on "
    "ong ooc oong op ot ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt "
    "u ua uân uâng uât uây uc uê uêch uên uênh ui um un ung uơ uôc uôi uôm uôn uông uôt up ut uy uya uych "
    "uyên uyêt uyn uynh uyp uyt uyu ư ưa ưc ưi ưm ưn ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu "
    "y yêm yên yêng yêt yêu".split()
)
_AFTER_QU = frozenset(
    "a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc ân âng âp ât ây e en eng eo ep et "
    "ê êch ên ênh êt êu i ich in inh it iu ôc ơ ơi ơn ơt y ych yn ynh yt yu yên yêt".split()
)
# ``gi`` swallows the i of the rhyme: giêng, giết, gì.
_AFTER_GI = frozenset("êc êm ên êng êp êt êu".split()) | {rhyme for rhyme in _RHYMES if rhyme[0] not in "iyê"}
_ALONE_ONLY = frozenset("yêm yên yêng yêt yêu".split())
_WITH_Y = frozenset(("", "b", "d", "h", "k", "l", "m", "n", "p", "s", "t", "th", "tr", "v", "x"))
_STOP = re.compile(r"(?:ch|[cpt])$")
# Tone on the glide: ``hòa``, ``khỏe``, ``thúy`` (old), and the slips ``hòan``, ``gía``.
_ON_GLIDE = re.compile(r"^([^\W\d_]*)(o\u0323|u\u0323|[òóõỏọùúũủụ])([aeyă])([^\W\d_]*)$")
_VOWELS = frozenset("aăâeêioôơuưy")
_MARKED = frozenset("ăâêôơư")
_GLIDE_PAIRS = frozenset(("oa", "oe", "oă", "uy"))


@dataclass(frozen=True, slots=True)
class Syllable:
    """A syllable by its parts, lower case: ``nguyễn`` is ``ng``, ``uyên`` and the broken tone."""

    onset: str
    rhyme: str
    tone: Tone


@functools.lru_cache(maxsize=8192)
def split_syllable(text: str) -> Syllable | None:
    """The parts of a possible Vietnamese syllable in any case and tone placement; ``None`` for all else."""
    letters, tones = split_tone(text.lower())
    if len(tones) > 1 or not letters:
        return None
    tone: Tone = tones[0] if tones else ""
    for length in (3, 2, 1, 0):
        onset, rhyme = letters[:length], letters[length:]
        if onset in _ONSETS and _fits(onset, rhyme):
            ends_well = tone in _RISING_OR_HEAVY or not _STOP.search(rhyme)
            stands = not tone or _tone_index(text) - len(onset) in _tone_places(rhyme)
            return Syllable(onset, rhyme, tone) if ends_well and stands else None
    return None


def is_syllable(text: str) -> bool:
    """True for a possible syllable: onset, rhyme, and stop finals only with rising or heavy tone."""
    return split_syllable(text) is not None


def split_tone(text: str) -> tuple[str, tuple[Tone, ...]]:
    """The letters without tone marks (NFC: ``ế`` leaves ``ê``) and the tone marks in printed order."""
    tones: list[Tone] = []
    letters: list[str] = []
    for mark in unicodedata.normalize("NFD", text):
        if mark in _TONE_MARKS:
            tones.append(_tone(mark))
        else:
            letters.append(mark)
    return unicodedata.normalize("NFC", "".join(letters)), tuple(tones)


@functools.lru_cache(maxsize=16384)
def counting_form(text: str) -> str:
    """What is counted: lower case, tone on the main vowel (``hòa`` and ``Hoà`` both count as ``hoà``)."""
    lower = unicodedata.normalize("NFC", text.lower())
    match = _ON_GLIDE.match(lower)
    if match is None:
        return lower
    before, glide, vowel, after = match.groups()
    plain, tones = split_tone(glide)
    if plain + vowel not in _GLIDE_PAIRS or (plain == "u" and before.endswith("q") and not tones):
        return lower
    return unicodedata.normalize("NFC", before + plain + vowel + tones[0] + after)


@functools.lru_cache(maxsize=16384)
def base_letters(text: str) -> str:
    """Lower case without any mark, ``đ`` as ``d``: what is left when all accents are lost."""
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(mark for mark in plain if not unicodedata.combining(mark))


@functools.lru_cache(maxsize=16384)
def case_of(text: str) -> Case:
    """How the letters of a word are cased; one capital letter alone is ``title``."""
    letters = [letter for letter in text if letter.isalpha()]
    if not letters:
        return "none"
    if all(letter.islower() for letter in letters):
        return "lower"
    if letters[0].isupper() and all(letter.islower() for letter in letters[1:]):
        return "title"
    return "upper" if all(letter.isupper() for letter in letters) else "mixed"


def _tone_index(text: str) -> int:
    """Which letter carries the first tone mark, from 0."""
    index = -1
    for mark in unicodedata.normalize("NFD", text.lower()):
        if mark in _TONE_MARKS:
            break
        index += not unicodedata.combining(mark)
    return index


@functools.cache
def _tone_places(rhyme: str) -> tuple[int, ...]:
    """The letters of a rhyme that may carry its tone: one, or two where old and new placement differ."""
    marked = [index for index, letter in enumerate(rhyme) if letter in _MARKED]
    if marked:
        return (marked[-1],)
    vowels = sum(letter in _VOWELS for letter in rhyme)
    if rhyme in _GLIDE_PAIRS:
        return (0, 1)
    if vowels > 2 or (vowels == 2 and rhyme[-1] not in _VOWELS):
        return (1,)
    return (0,)


def _fits(onset: str, rhyme: str) -> bool:
    if onset == "qu":
        return rhyme in _AFTER_QU
    if onset == "gi":
        return rhyme in _AFTER_GI
    if rhyme not in _RHYMES or (rhyme in _ALONE_ONLY and onset):
        return False
    if rhyme == "y":
        return onset in _WITH_Y
    if onset in {"k", "gh", "ngh", "c", "ng"}:
        return (rhyme[0] in _FRONT) == (onset in {"k", "gh", "ngh"})
    return onset != "g" or rhyme[0] not in "eê"


def _tone(mark: str) -> Tone:
    return next(tone for tone in TONES if tone == mark)
