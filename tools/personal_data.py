"""``python -m tools.personal_data SECRETS PATH…``: looks for known people in logs, keys, databases, anything.

``SECRETS`` is a text file, one name, number or date a line, of people who are known to be in the store; the
paths are files and folders. A finding says where, which line of the secrets, and in what disguise, never the
secret itself. Exit code 1 when there is one.

A secret is found as printed, with and without accents, in any case, composed or decomposed (NFD), with other
signs between its words or digits, as UTF-16, URL-encoded, escaped as in JSON, in hexadecimal and in base64
at any offset.
"""

from __future__ import annotations

import base64
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final
from urllib.parse import unquote_to_bytes

_MARKS: Final = re.compile("[\u0300-\u036f]+")
_BETWEEN: Final = re.compile(r"[\W_]+")
_DIGITS: Final = re.compile(r"\d(?:[ .\-/]?\d){5,39}")
_SEPARATORS: Final = re.compile(r"[ .\-/]")
_HEX: Final = re.compile(rb"(?:[0-9a-fA-F]{2}){6,}")
_BASE64: Final = re.compile(rb"[A-Za-z0-9+/_\-]{8,}")
_ESCAPE: Final = re.compile(rb"\\u([0-9a-fA-F]{4})")
_URLSAFE: Final = bytes.maketrans(b"-_", b"+/")
_FEWEST_LETTERS: Final = 5
_FEWEST_DIGITS: Final = 6


@dataclass(frozen=True, slots=True)
class Finding:
    """One secret in one place.

    Attributes:
        where: name of what was looked through.
        secret: number of the secret, from 1, in the order given.
        disguise: how it stood there: ``text``, ``utf-16``, ``url``, ``json``, ``hex`` or ``base64``.
    """

    where: str
    secret: int
    disguise: str


@dataclass(frozen=True)
class Scanner:
    """Finds what it was told of.

    Attributes:
        words: the secrets made of words, folded, with their numbers.
        numbers: those made of digits, without separators.
    """

    words: dict[str, int] = field(repr=False)
    numbers: dict[str, int] = field(repr=False)

    @classmethod
    def of(cls, secrets: Iterable[str]) -> Scanner:
        """A scanner for names, numbers and dates; a text too short to tell anything is left out.

        Args:
            secrets: as people write them. An ISO date is also looked for as ``dd/mm/yyyy``.
        """
        words: dict[str, int] = {}
        numbers: dict[str, int] = {}
        for number, text in enumerate(secrets, start=1):
            for form in _forms(text.strip()):
                digits = _SEPARATORS.sub("", form)
                if digits.isdigit():
                    if len(digits) >= _FEWEST_DIGITS:
                        numbers.setdefault(digits, number)
                elif len(folded := fold(form)) >= _FEWEST_LETTERS:
                    words.setdefault(folded, number)
        return cls(words, numbers)

    def findings(self, where: str, raw: bytes) -> list[Finding]:
        """Every secret in those bytes, once for each disguise."""
        found: dict[Finding, None] = {}
        for disguise, view in _views(raw):
            for secret in self._in_text(view):
                found[Finding(where, secret, disguise)] = None
        return list(found)

    def _in_text(self, text: str) -> Iterator[int]:
        folded = f" {fold(text)} "
        joined = folded.replace(" ", "")
        for words, secret in self.words.items():
            if words in folded or words.replace(" ", "") in joined:
                yield secret
        for run in {_SEPARATORS.sub("", match[0]) for match in _DIGITS.finditer(text)}:
            yield from (secret for number, secret in self.numbers.items() if _holds(run, number))


def fold(text: str) -> str:
    """Lower case without accents, one space for everything between words."""
    bare = _MARKS.sub("", unicodedata.normalize("NFKD", text)).lower().replace("đ", "d")
    return _BETWEEN.sub(" ", bare).strip()


def _holds(run: str, number: str) -> bool:
    """Short numbers (dates) count only alone: they stand by chance in long ones."""
    return run == number if len(number) < 9 else number in run


def _forms(text: str) -> Iterator[str]:
    yield text
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return
    yield f"{day:%d/%m/%Y}"


def _views(raw: bytes) -> Iterator[tuple[str, str]]:
    """The bytes, read in every way that a secret may hide in."""
    yield "text", raw.decode("utf-8", "replace")
    if b"\0" in raw:
        for start in (0, 1):
            for coding in ("utf-16-le", "utf-16-be"):
                yield "utf-16", raw[start:].decode(coding, "replace")
    if b"%" in raw:
        yield "url", unquote_to_bytes(raw).decode("utf-8", "replace")
    if b"\\u" in raw:
        told = _ESCAPE.sub(lambda match: _letter(match[1]), raw)
        yield "json", told.decode("utf-8", "replace")
    yield "hex", _joined(bytes.fromhex(match[0].decode()) for match in _HEX.finditer(raw))
    for offset in range(4):
        pieces = (_from_base64(match[0][offset:]) for match in _BASE64.finditer(raw))
        yield "base64", _joined(pieces)


def _letter(digits: bytes) -> bytes:
    return chr(int(digits, 16)).encode("utf-8", "surrogatepass")


def _from_base64(letters: bytes) -> bytes:
    """The last letters without their padding stand for up to two bytes."""
    return base64.b64decode(letters.translate(_URLSAFE) + b"A" * (-len(letters) % 4))


def _joined(pieces: Iterable[bytes]) -> str:
    return b" | ".join(pieces).decode("utf-8", "replace")


def files_below(paths: Sequence[Path]) -> Iterator[tuple[str, bytes]]:
    """Each file with its name, and each name (of folders too) as something to look through itself."""
    for top in paths:
        for path in (top, *sorted(top.rglob("*"))) if top.is_dir() else (top,):
            shown = path.relative_to(top.parent).as_posix()
            yield f"name of {shown}", shown.encode("utf-8", "surrogateescape")
            if path.is_file():
                yield shown, path.read_bytes()


def main(arguments: Sequence[str]) -> int:
    """Look through everything; gives the exit code."""
    if len(arguments) < 2:
        print(__doc__)
        return 2
    scanner = Scanner.of(Path(arguments[0]).read_text("utf-8").splitlines())
    count = 0
    for where, raw in files_below([Path(each) for each in arguments[1:]]):
        for finding in scanner.findings(where, raw):
            count += 1
            where_safe = "a name of a file" if where.startswith("name of ") else finding.where
            print(f"{where_safe}: secret of line {finding.secret} as {finding.disguise}")
    print(f"{count} findings")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
