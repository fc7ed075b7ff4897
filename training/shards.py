"""Worker processes draw lines and pages into files; the trainer takes them in as they come."""

from __future__ import annotations

import lzma
import multiprocessing
import threading
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from training.alphabet import ALPHABET
from training.faces import Faces
from training.lines import STEP, Drawn, Lines
from training.pages import Pages
from training.texts import Texts

_CODES = {sign: index + 1 for index, sign in enumerate(ALPHABET)}
_LINES_IN_SHARD = 2048
_BATCH = 256
_PAGES_IN_SHARD = 8
_WIDEST = 1600
_MULTIPLE = 32

Arrays = dict[str, npt.NDArray[np.generic]]


def read_corpus(path: Path) -> list[str]:
    """Paragraphs of the corpus without its last tenth, which is kept for measuring."""
    with lzma.open(path, "rt", encoding="utf-8") as file:
        lines = [line.strip() for line in file]
    return [line for line in lines[: len(lines) * 9 // 10] if line]


def batch_of(lines: Sequence[Drawn]) -> Arrays:
    """Lines of like width as arrays: ink (n by 48 by width), labels one after the other, their lengths."""
    width = -(-max(line.ink.shape[1] for line in lines) // _MULTIPLE) * _MULTIPLE
    ink = np.zeros((len(lines), lines[0].ink.shape[0], width), dtype=np.uint8)
    for row, line in zip(ink, lines, strict=True):
        row[:, : line.ink.shape[1]] = line.ink
    labels = np.array([_CODES[sign] for line in lines for sign in line.text], dtype=np.int64)
    lengths = np.array([len(line.text) for line in lines], dtype=np.int64)
    return {"ink": ink, "labels": labels, "lengths": lengths}


def draw_batches(lines: Lines, count: int, *, batch: int = _BATCH) -> list[Arrays]:
    """So many lines in batches of like width."""
    drawn: list[Drawn] = []
    while len(drawn) < count:
        line = lines.draw()
        if line.ink.shape[1] <= _WIDEST and _fits(line):
            drawn.append(line)
    drawn.sort(key=lambda line: line.ink.shape[1])
    return [batch_of(drawn[start : start + batch]) for start in range(0, count, batch)]


def _fits(line: Drawn) -> bool:
    """CTC needs a step for each sign and one more between two that are the same."""
    doubles = sum(1 for one, two in pairwise(line.text) if one == two)
    steps: int = line.ink.shape[1] // STEP
    return steps > len(line.text) + doubles


def _line_worker(folder: Path, corpus: Path, fonts: Path, seed: int) -> None:
    paragraphs = read_corpus(corpus)
    lines = Lines(Texts(paragraphs, seed=seed), Faces(fonts), seed=seed + 1)
    number = 0
    while True:
        for batch in draw_batches(lines, _LINES_IN_SHARD):
            _save(folder, f"lines-{seed}-{number}", batch)
            number += 1


def _page_worker(folder: Path, corpus: Path, fonts: Path, seed: int) -> None:
    paragraphs = read_corpus(corpus)
    pages = Pages(Texts(paragraphs, seed=seed), Faces(fonts), seed=seed + 1)
    number = 0
    while True:
        drawn = [pages.draw() for _ in range(_PAGES_IN_SHARD)]
        arrays: Arrays = {
            "pages": np.stack([np.stack((page.ink, page.bands, page.foreign)) for page in drawn])
        }
        _save(folder, f"pages-{seed}-{number}", arrays)
        number += 1


def _save(folder: Path, name: str, arrays: Arrays) -> None:
    part = folder / f"{name}.part"
    with part.open("wb") as file:
        np.savez(file, **arrays)  # type: ignore[arg-type]
    part.rename(folder / f"{name}.npz")


def start_workers(
    folder: Path, *, corpus: Path, fonts: Path, lines: int, pages: int
) -> list[multiprocessing.Process]:
    """Start so many processes of each kind; they run until they are ended."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for index in range(lines + pages):
        work = _line_worker if index < lines else _page_worker
        process = multiprocessing.Process(
            target=work, args=(folder, corpus, fonts, 1000 * (index + 1)), daemon=True
        )
        process.start()
        made.append(process)
    return made


class Intake:
    """Takes finished files of one kind into memory, from a thread of its own.

    Args:
        folder: where the workers put them; each file is deleted once it is in memory.
        kind: ``lines`` or ``pages``.
        most: files kept; the oldest go first.
    """

    def __init__(self, folder: Path, kind: str, *, most: int) -> None:
        self._folder = folder
        self._kind = kind
        self._most = most
        self._held: list[Arrays] = []
        self._fresh: list[Arrays] = []
        self._lock = threading.Lock()
        self.taken = 0
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        while True:
            found = sorted(self._folder.glob(f"{self._kind}-*.npz"))
            for path in found:
                with np.load(path) as file:
                    arrays = dict(file)
                path.unlink()
                with self._lock:
                    self._held.append(arrays)
                    self._fresh.append(arrays)
                    self._held = self._held[-self._most :]
                    self.taken += 1
            if not found:
                time.sleep(0.05)

    def next(self, rng: np.random.Generator) -> Arrays:
        """A new one when there is one, else any that is held."""
        while True:
            with self._lock:
                if self._fresh:
                    return self._fresh.pop(int(rng.integers(len(self._fresh))))
                if len(self._held) >= 8:
                    return self._held[int(rng.integers(len(self._held)))]
            time.sleep(0.05)
