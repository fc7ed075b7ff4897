"""A scanner that drops files into a folder in every way that scanners, shares and people do.

Files are small, each of its own bytes, of nobody. Each has a ``Fate``: what must become of it.
"""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pikepdf

from tests.signing.pdfs import make_pdfa

GOOD = ""


@dataclass(frozen=True, slots=True)
class Fate:
    """Where a file was dropped, its bytes, and the code it must be refused with (none: it is filed)."""

    name: str
    content: bytes
    code: str = GOOD


def scans(folder: Path, count: int) -> list[bytes]:
    """So many PDF/A files that differ."""
    folder.mkdir()
    pattern = make_pdfa(folder / "pattern.pdf")
    made = []
    for number in range(count):
        path = folder / "made.pdf"
        with pikepdf.open(pattern) as pdf:
            pdf.docinfo["/Subject"] = f"to {number}"
            pdf.save(path, linearize=False, deterministic_id=True)
        made.append(path.read_bytes())
    return made


def bad(number: int, scan: bytes, scratch: Path) -> tuple[str, bytes, str]:
    """One of the kinds of bad files: ending of its name, bytes, code."""
    match number % 5:
        case 0:
            return ".pdf", scan[: len(scan) // 2], "input.truncated"
        case 1:
            return ".jpg", b"", "input.empty"
        case 2:
            return ".docx", b"PK\x03\x04 no scan %d" % number, "input.type_unknown"
        case 3:
            return ".pdf", _locked(scan, scratch), "input.encrypted"
        case _:
            return ".tif", b"II*\0" + (10**6 + number).to_bytes(4, "little"), "input.unreadable"


def _locked(scan: bytes, scratch: Path) -> bytes:
    source, target = scratch / "open.pdf", scratch / "locked.pdf"
    source.write_bytes(scan)
    with pikepdf.open(source) as pdf:
        pdf.save(target, encryption=pikepdf.Encryption(owner="chu", user="nguoi"))
    return target.read_bytes()


class Scanner:
    """Drops files, a step at a time, so that a test decides what happens between two steps."""

    def __init__(self, folder: Path, outside: Path, *, seed: int) -> None:
        self._folder = folder
        self._outside = outside
        self._chance = random.Random(seed)  # noqa: S311 - moments, not secrets

    def steps(self, fate: Fate) -> list[Callable[[], None]]:
        """The steps in which one file comes; between any two a writer may pause."""
        target = self._folder / fate.name
        target.parent.mkdir(parents=True, exist_ok=True)
        ways = [self._at_once, self._renamed, self._moved_in, self._in_pieces, self._after_a_placeholder]
        # A file that never gets its end is only ever written.
        way = self._chance.choice(ways if fate.code == GOOD else ways[:2])
        return way(target, fate.content)

    def _at_once(self, target: Path, content: bytes) -> list[Callable[[], None]]:
        return [lambda: _write(target, content)]

    def _renamed(self, target: Path, content: bytes) -> list[Callable[[], None]]:
        half, draft = len(content) // 2, target.with_name(f"{target.name}.filepart")
        return [
            lambda: _write(draft, content[:half]),
            lambda: _append(draft, content[half:]),
            lambda: _rename(draft, target),
        ]

    def _moved_in(self, target: Path, content: bytes) -> list[Callable[[], None]]:
        waiting = self._outside / f"cho-{self._chance.random()}"
        return [lambda: _write(waiting, content), lambda: _rename(waiting, target)]

    def _in_pieces(self, target: Path, content: bytes) -> list[Callable[[], None]]:
        third = len(content) // 3
        return [
            lambda: _write(target, content[:third]),
            lambda: _append(target, content[third : 2 * third]),
            lambda: _append(target, content[2 * third :]),
        ]

    def _after_a_placeholder(self, target: Path, content: bytes) -> list[Callable[[], None]]:
        return [lambda: _write(target, b""), lambda: _append(target, content)]


def clutter(folder: Path) -> None:
    """What must be left alone: links, a pipe, hidden and system files, an upload that never ended."""
    (folder / "lien-ket.pdf").symlink_to("/etc/hostname")
    (folder / "thu-muc").symlink_to("/etc", target_is_directory=True)
    os.mkfifo(folder / "ong.pdf")
    for name in ("Thumbs.db", ".DS_Store", "~$khai.docx", "dang-chep.pdf.filepart", "desktop.ini"):
        (folder / name).write_bytes(b"%PDF-1.7 %%EOF")


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def _append(path: Path, content: bytes) -> None:
    with path.open("ab") as file:
        file.write(content)


def _rename(path: Path, target: Path) -> None:
    shutil.move(path, target)
