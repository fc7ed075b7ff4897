"""One line of text at a time, in the mix that office papers have: law, names, forms, numbers, codes."""

from __future__ import annotations

import random
import re
import string
import unicodedata
from collections.abc import Callable, Sequence

from training.alphabet import ALPHABET
from training.alter import altered, letters
from training.syllables import highland_name, person_name, syllable
from training.words import (
    ENGLISH,
    ENGLISH_LABELS,
    GIVENS,
    KINDS,
    LABELS,
    OFFICES,
    PEOPLES,
    PROVINCES,
    SURNAMES,
    TITLES,
)

_KNOWN = frozenset(ALPHABET)
# The dots of an empty form line are no text.
_LEADER = re.compile(r"[.…_]{3,}")
# What stands before items of a list; and dashes, of which one width is often taken for the other.
_MARKERS = ("I.", "II.", "III.", "IV.", "V.", "1.", "2.", "1.1.", "a)", "b)", "c)", "-", "–", "+", "•")
_NUMBERED, _INTERRUPTED = 0.05, 0.05
# Share of texts in which a few letters are others than they should be.
_ALTERED = 0.16
_UNITS = ("m²", "m²", "m", "m", "m³", "ha", "km", "cm", "mm", "kg", "gam", "đồng", "tấn", "lít")


class Texts:
    """Draws lines of text.

    Args:
        corpus: paragraphs to cut lines from.
        seed: the same seed draws the same lines.
    """

    def __init__(self, corpus: Sequence[str], *, seed: int) -> None:
        self._corpus = corpus
        self._rng = random.Random(seed)
        self._kinds: tuple[tuple[float, Callable[[], str]], ...] = (
            (0.36, self._law),
            (0.09, lambda: self._law().upper()),
            (0.05, lambda: self._rng.choice(TITLES)),
            (0.07, self._names),
            (0.12, self._form),
            (0.06, self._numbers),
            (0.05, self._codes),
            (0.09, self._syllables),
            (0.05, lambda: letters(self._rng)),
            (0.04, self._foreign),
            (0.02, self._machine),
        )

    def draw(self) -> str:
        """One line, 1 to 110 signs of ``ALPHABET``, single spaces."""
        while True:
            text = self._one_of_all()
            text = unicodedata.normalize("NFC", " ".join(text.replace("—", "–").split()))
            if text and len(text) <= 110 and _KNOWN.issuperset(text) and not _LEADER.search(text):
                return text

    def _one_of_all(self) -> str:
        rng = self._rng
        kinds = [kind for _, kind in self._kinds]
        text = rng.choices(kinds, [share for share, _ in self._kinds])[0]()
        if rng.random() < _NUMBERED:
            text = f"{rng.choice(_MARKERS)} {text}"
        if rng.random() < _ALTERED:
            text = altered(text, rng)
        if " - " in text and rng.random() < 0.5:
            text = text.replace(" - ", " – ")
        if rng.random() < _INTERRUPTED and " " in text:
            text = text.replace(" ", rng.choice((" – ", " - ")), 1)
        if '"' in text and rng.random() < 0.6:
            text = text.replace('"', "“", 1).replace('"', "”")
        return text

    def _law(self) -> str:
        rng = self._rng
        paragraph = rng.choice(self._corpus)
        words = paragraph.split()
        if rng.random() < 0.2:
            return " ".join(words[: rng.randint(1, 6)])
        length = min(rng.choice((30, 50, 70, 75, 80, 85, 90, 95)), len(paragraph))
        start = rng.randrange(max(1, len(words)))
        taken: list[str] = []
        for word in words[start:]:
            if sum(map(len, taken)) + len(taken) + len(word) > length:
                break
            taken.append(word)
        return " ".join(taken)

    def _names(self) -> str:
        rng = self._rng
        text = person_name(rng)
        if rng.random() < 0.35:
            text = f"{rng.choice(('Ông', 'Bà', 'ông', 'bà', 'Con', 'Người ký'))} {text}"
        elif rng.random() < 0.3:
            text = f"{rng.choice(PROVINCES)}, {self._long_date()}"
        elif rng.random() < 0.4:
            text = self._address()
        return text.upper() if rng.random() < 0.3 else text

    def _form(self) -> str:
        rng = self._rng
        parts = []
        for _ in range(rng.choice((1, 1, 1, 2, 2, 3))):
            label = rng.choice(LABELS)
            if rng.random() < 0.12:
                label = f"{label}{rng.choice((' / ', '/'))}{rng.choice(ENGLISH_LABELS)}"
            if rng.random() < 0.1:
                label = f"{rng.randint(1, 15)}. {label}"
            parts.append(f"{label}{rng.choice((':', ':', ':', ' :', ''))} {self._value()}")
        return " ".join(parts)

    def _value(self) -> str:
        rng = self._rng
        pick = rng.randrange(10)
        if pick < 3:
            name = person_name(rng)
            return name.upper() if rng.random() < 0.5 else name
        if pick < 5:
            return self._date()
        if pick == 5:
            return self._address()
        if pick == 6:
            return rng.choice(PEOPLES)
        if pick == 7:
            return rng.choice(("Nam", "Nữ", "Việt Nam", "Female", "Male", "Độc thân", "Lâu dài", "Không"))
        return self._number()

    def _address(self) -> str:
        rng = self._rng
        head = rng.choice(("Số nhà", "Thôn", "Tổ", "Ấp", "Xóm", "Bản", "Khu phố", "Buôn", "số"))
        first = str(rng.randint(1, 399)) if head in {"Tổ", "Số nhà", "số", "Khu phố"} else self._place()
        unit = rng.choice(("xã", "phường", "thị trấn", "xã", "đặc khu"))
        middle = f", {rng.choice(('huyện', 'quận', 'thị xã', 'thành phố'))} {self._place()}"
        return (
            f"{head} {first}, {unit} {self._place()}{middle if rng.random() < 0.6 else ''}, "
            f"{rng.choice(('tỉnh ', ''))}{rng.choice(PROVINCES)}"
        )

    def _place(self) -> str:
        rng = self._rng
        pick = rng.random()
        if pick < 0.3:
            return rng.choice(PROVINCES)
        if pick < 0.42:
            return highland_name(rng)
        return " ".join(
            rng.choice(GIVENS) if rng.random() < 0.5 else syllable(rng).capitalize()
            for _ in range(rng.choice((1, 2, 2, 2, 3)))
        )

    def _date(self) -> str:
        rng = self._rng
        day, month, year = rng.randint(1, 31), rng.randint(1, 12), rng.randint(1930, 2035)
        sign = rng.choice(("/", "/", "/", "-", "."))
        if rng.random() < 0.3:
            return self._long_date()
        if rng.random() < 0.2:
            return f"{day:02d} {sign} {month:02d} {sign} {year}"
        return f"{day:02d}{sign}{month:02d}{sign}{year}"

    def _long_date(self) -> str:
        rng = self._rng
        day = rng.choice((f"{rng.randint(1, 31):02d}", str(rng.randint(1, 31))))
        month = rng.choice((f"{rng.randint(1, 12):02d}", str(rng.randint(1, 12))))
        return f"ngày {day} tháng {month} năm {rng.randint(1945, 2035)}"

    def _number(self) -> str:
        rng = self._rng
        pick = rng.randrange(8)
        if pick < 3:
            return "".join(rng.choices(string.digits, k=rng.choice((9, 10, 12, 12, 12))))
        if pick == 3:
            return f"{rng.randint(1, 99)}.{rng.randint(0, 999):03d}.{rng.randint(0, 999):03d}"
        if pick == 4:
            return f"{rng.randint(1, 999)},{rng.randint(0, 99)} {rng.choice(_UNITS)}"
        if pick == 5:
            return f"{rng.randint(0, 100)}%"
        if pick == 6:
            return (
                f"0{rng.randint(20, 99)}{rng.choice(('', ' ', '.'))}"
                f"{rng.randint(100, 999)}{rng.choice(('', ' ', '.'))}{rng.randint(100, 9999)}"
            )
        return str(rng.randint(0, 10 ** rng.randint(1, 7)))

    def _numbers(self) -> str:
        rng = self._rng
        return " ".join(
            rng.choice((self._number, self._number, self._date))() for _ in range(rng.choice((1, 1, 2, 3, 5)))
        )

    def _codes(self) -> str:
        rng = self._rng
        number, year = rng.randint(1, 9999), rng.choice(("", f"{rng.randint(2008, 2030)}/"))
        code = f"{number}/{year}{rng.choice(KINDS)}-{rng.choice(OFFICES)}"
        pick = rng.randrange(6)
        if pick == 0:
            return f"Số: {code}"
        if pick == 1:
            return f"Số: {code} {rng.choice(PROVINCES)}, {self._long_date()}"
        if pick == 2:
            date = self._long_date()
            issuer = rng.choice(("Bộ Y tế", "Bộ Tư pháp", "Chính phủ", "UBND tỉnh"))
            return f"Căn cứ Quyết định số {code} {date} của {issuer}"
        if pick == 3:
            series = "".join(rng.choice(string.ascii_uppercase) for _ in range(2))
            return f"{series} {rng.randint(0, 9999999):06d}"
        if pick == 4:
            desk = f"H{rng.randint(1, 70)}.{rng.randint(1, 99)}.{rng.randint(1, 99)}"
            return f"{desk}-{rng.randint(200101, 301231)}-{rng.randint(0, 9999):04d}"
        return f"KQ.G{rng.randint(1, 30)}.{rng.randint(0, 99999):06d}"

    def _syllables(self) -> str:
        rng = self._rng
        words = [syllable(rng) for _ in range(rng.choice((1, 2, 4, 8, 12)))]
        case = rng.random()
        if case < 0.3:
            words = [word.capitalize() for word in words]
        elif case < 0.55:
            words = [word.upper() for word in words]
        return " ".join(words) + rng.choice(("", "", ".", ",", ";", ":"))

    def _foreign(self) -> str:
        rng = self._rng
        if rng.random() < 0.3:
            name = "".join(rng.choices(string.ascii_lowercase, k=rng.randint(3, 12)))
            host = rng.choice(("gmail.com", "yahoo.com", "moh.gov.vn", "kiengiang.gov.vn", "example.vn"))
            return rng.choice(
                (f"{name}@{host}", f"http://{name}.{host}", f"www.{name}.vn", f"Email: {name}@{host}")
            )
        words = rng.choices(ENGLISH, k=rng.randint(1, 8))
        text = " ".join(words)
        return rng.choice((text, text.capitalize(), text.upper(), text.title(), f"({text})"))

    def _machine(self) -> str:
        rng = self._rng
        signs = string.ascii_uppercase + string.digits + "<<<<<<"
        if rng.random() < 0.5:
            return "".join(rng.choices(signs, k=rng.choice((30, 44))))
        surname = rng.choice(SURNAMES).translate(str.maketrans("ĐÂĂÊÔƠƯ", "DAAEOOU"))
        plain = "".join(
            mark for mark in unicodedata.normalize("NFD", surname) if mark.isascii() and mark.isalpha()
        )
        givens = "<".join("".join(rng.choices(string.ascii_uppercase, k=4)) for _ in range(2))
        return f"{plain.upper()}<<{givens}".ljust(30, "<")
