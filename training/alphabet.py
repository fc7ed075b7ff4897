"""The signs that the line recogniser can write: Vietnamese, English, digits, the signs of office papers."""

from __future__ import annotations

import string
import unicodedata

VOWELS = "aăâeêioôơuưy"
TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
_SIGNS = " !\"#$%&'()*+,-./:;<=>?@[]_|{}~\\^…–“”‘’•°²³½×§«»"


def vietnamese_letters() -> str:
    """All vowels in every tone and ``đ``, small then capital, without the plain ASCII ones."""
    small = [unicodedata.normalize("NFC", vowel + tone) for vowel in VOWELS for tone in TONES]
    small = [letter for letter in small if not letter.isascii()] + ["đ"]
    return "".join(small) + "".join(letter.upper() for letter in small)


# Letters of Ê Đê, Gia Rai, Ba Na and Mnông that Vietnamese does not have: Ayŭn, Êñuôl, Čư̆, Ƀuôn. They were
# learned after all others (``signs.py``) and stay last.
HIGHLAND_LETTERS = "ŭŬĕĔĭĬŏŎčČñÑƀɃ"

# Class 0 of the network is the blank of CTC; class n is ALPHABET[n - 1].
ALPHABET = _SIGNS + string.digits + string.ascii_letters + vietnamese_letters() + HIGHLAND_LETTERS
