"""Make, read, compose, split, score: all of the bench of stacks."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bench.stacks.compose import Made, Supply, compose
from bench.stacks.make import make_pages
from bench.stacks.read import read_pages
from bench.stacks.score import Score, score
from bench.stacks.sheets import make_sheets
from bench.truth.fonts import Half
from ocr.reader import Reader
from rulebook.paper_spec import Papers

DEFAULT_SEED = 20261126
STACKS = 50
_EVERY_PAGE = 0.98


@dataclass(frozen=True, slots=True, kw_only=True)
class HalfScore:
    """What came of one half: stacks without separator sheets, and with them."""

    half: Half
    distinct: int
    without: Score
    with_sheets: Score

    @property
    def is_good(self) -> bool:
        """Whether the budget holds: no page lost, 98 % without sheets, everything with them."""
        return (
            self.without.lost == self.with_sheets.lost == 0
            and min(self.without.precision, self.without.recall) >= _EVERY_PAGE
            and self.with_sheets.exact == self.with_sheets.papers
        )

    def as_json(self) -> dict[str, Any]:
        """Plain figures."""
        return {
            "half": self.half,
            "distinct_pages": self.distinct,
            "without_sheets": self.without.as_json(),
            "with_sheets": self.with_sheets.as_json(),
            "good": self.is_good,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is to be measured."""

    half: Half
    folder: Path
    stacks: int = STACKS
    seed: int = DEFAULT_SEED
    workers: int = 1


def run_half(
    asked: Asked, reader: Callable[[], Reader], papers: Papers, *, tell: Callable[[str, int, int], None]
) -> HalfScore:
    """One half; pages that were drawn and read before are not drawn and read again."""
    folder = asked.folder / asked.half
    made = make_pages(
        folder,
        asked.half,
        seed=asked.seed,
        workers=asked.workers,
        tell=lambda done, of: tell("make", done, of),
    )
    sheets = make_sheets(folder, asked.half, seed=asked.seed)
    files = [name for paper in made for name in paper["files"]] + [sheet["file"] for sheet in sheets]
    read = read_pages([folder / name for name in files], reader, tell=lambda done, of: tell("read", done, of))
    supply = Supply(
        papers=[paper["files"] for paper in made if paper["layout"] != "blank"],
        blanks=[paper["files"][0] for paper in made if paper["layout"] == "blank"],
        sheets=sheets,
        read=read,
    )
    stacks = _stacks(supply, asked)
    result = HalfScore(
        half=asked.half,
        distinct=len(files),
        without=score((stack for stack in stacks if not stack.separated), papers),
        with_sheets=score((stack for stack in stacks if stack.separated), papers),
    )
    if asked.half == "tune":
        # Single errors are for tuning: those of the other half are not to be looked at.
        _keep_errors(folder / "errors.json", stacks, result)
    return result


def _stacks(supply: Supply, asked: Asked) -> Sequence[Made]:
    return [
        compose(supply, separated=bool(number % 2), rng=np.random.default_rng([asked.seed, number]))
        for number in range(asked.stacks)
    ]


def _keep_errors(path: Path, stacks: Sequence[Made], result: HalfScore) -> None:
    plain = [stack for stack in stacks if not stack.separated]
    sheeted = [stack for stack in stacks if stack.separated]
    told: list[Mapping[str, Any]] = [
        {"file": those[index].origins[page - 1], "what": what, "sheets": sheets}
        for sheets, those, summed in ((False, plain, result.without), (True, sheeted, result.with_sheets))
        for index, page, what in summed.errors
    ]
    path.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def table(results: Sequence[HalfScore]) -> str:
    """The figures for people."""
    heads = ("tờ ngăn", 9), ("chồng", 6), ("trang", 7), ("giấy tờ", 9), ("đúng/tìm", 10), ("đúng/thật", 11)
    more = ("trọn vẹn", 10), ("mất", 5), ("hỏi", 8), ("ms/trang", 10)
    lines = ["nửa   " + "".join(f"{name:>{width}}" for name, width in (*heads, *more))]
    for result in results:
        for name, summed in (("không", result.without), ("có", result.with_sheets)):
            told = summed.as_json()
            lines.append(
                f"{result.half:<6}{name:>9}{summed.stacks:>6}{summed.pages:>7}{summed.papers:>9}"
                f"{told['precision']:>10.2%}{told['recall']:>11.2%}{told['exact_papers']:>10.2%}"
                f"{summed.lost:>5}{told['asked_papers']:>8.2%}{told['milliseconds_per_page']:>10.2f}"
            )
    return "\n".join(lines) + "\n"
