"""Train one network for a given time: ``python -m training.train lines|finder --seconds 500 …``.

Half an hour of one GPU is plenty; ``README.md`` beside this file says how the committed weights were made.
"""

from __future__ import annotations

import argparse
import math
import random
import time
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from training.alphabet import ALPHABET
from training.faces import Faces
from training.lines import Lines
from training.nets import FinderNet, LineNet
from training.shards import Arrays, Intake, draw_batches, read_corpus, start_workers
from training.texts import Texts
from training.wear import worn, worn_page

_WARM_UP = 0.04
_AVERAGE = 0.998


class Schedule:
    """Learning rate by the share of the time that is over: up, then down along a cosine."""

    def __init__(self, optimiser: torch.optim.Optimizer, *, peak: float, seconds: float) -> None:
        self._optimiser = optimiser
        self._peak = peak
        self._seconds = seconds
        self._started = time.monotonic()

    @property
    def elapsed(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._started

    def step(self) -> bool:
        """Set the rate; False when the time is over."""
        part = self.elapsed / self._seconds
        if part >= 1:
            return False
        up = min(1.0, part / _WARM_UP)
        rate = self._peak * up * (0.002 + 0.998 * (1 + math.cos(math.pi * part)) / 2)
        for group in self._optimiser.param_groups:
            group["lr"] = rate
        return True


class Average:
    """The running mean of weights, which reads better than the last ones."""

    def __init__(self, model: nn.Module) -> None:
        self._state = {name: value.detach().clone() for name, value in model.state_dict().items()}

    @torch.no_grad()
    def update(self, model: nn.Module) -> None:
        """Take in the weights of this step."""
        for name, value in model.state_dict().items():
            mean = self._state[name]
            if mean.dtype.is_floating_point:
                mean.lerp_(value, 1 - _AVERAGE)
            else:
                mean.copy_(value)

    def into(self, model: nn.Module) -> nn.Module:
        """Put the mean weights into another model of the same kind."""
        model.load_state_dict(self._state)
        return model.eval()


def train_lines(options: argparse.Namespace) -> None:
    """The line recogniser, by CTC."""
    device = torch.device(options.device)
    model = LineNet(len(ALPHABET) + 1).to(device)
    if options.start:
        model.load_state_dict(torch.load(options.start, map_location=device))
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.01)
    intake = Intake(options.shards, "lines", most=options.held)
    exam = _exam(options)
    rng, pick = random.Random(7), np.random.default_rng(7)
    average = Average(model)
    schedule = Schedule(optimiser, peak=options.rate, seconds=options.seconds)
    steps, shown, total = 0, 0.0, 0.0
    while schedule.step():
        arrays = intake.next(pick)
        loss = _line_loss(model, arrays, rng, device)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(model.parameters(), 4.0)
        optimiser.step()
        average.update(model)
        steps += 1
        total += float(loss.detach())
        if schedule.elapsed - shown > options.show:
            mean = average.into(LineNet(len(ALPHABET) + 1).to(device))
            print(
                f"{schedule.elapsed:5.0f} s  step {steps:6d}  batches {intake.taken:6d}  loss {total:7.3f}"
                f"  CER {error_rate(mean, exam, device):.4f}"
                f"  last {error_rate(model.eval(), exam, device):.4f}",
                flush=True,
            )
            model.train()
            torch.save(mean.state_dict(), options.out / "lines.pt")
            shown, total = schedule.elapsed, 0.0
    final = average.into(LineNet(len(ALPHABET) + 1).to(device))
    print(f"steps {steps}, CER of the mean weights {error_rate(final, exam, device):.4f}")
    torch.save(final.state_dict(), options.out / "lines.pt")
    torch.save(model.state_dict(), options.out / "lines-last.pt")


def _line_loss(model: nn.Module, arrays: Arrays, rng: random.Random, device: torch.device) -> Tensor:
    ink, labels, lengths = (
        torch.from_numpy(arrays[name]).to(device, non_blocking=True) for name in ("ink", "labels", "lengths")
    )
    with torch.no_grad():
        paper = worn(ink.unsqueeze(1).float() / 255, rng=rng)
    with torch.autocast(device.type, dtype=torch.bfloat16):
        scores = model(1 - paper)
    return loss_of_signs(scores, labels, lengths) * 10


def loss_of_signs(scores: Tensor, labels: Tensor, lengths: Tensor) -> Tensor:
    """CTC loss for each true sign.

    Args:
        scores: n by steps by classes.
        labels: classes of all lines, one line after the other.
        lengths: signs of each line.
    """
    chances = functional.log_softmax(scores.float(), dim=2).transpose(0, 1)
    steps = torch.full((chances.shape[1],), chances.shape[0], dtype=torch.int64, device=scores.device)
    loss = functional.ctc_loss(chances, labels, steps, lengths, zero_infinity=True, reduction="sum")
    return loss / lengths.sum()


def _exam(options: argparse.Namespace) -> list[Arrays]:
    paragraphs = read_corpus(options.corpus)
    lines = Lines(Texts(paragraphs, seed=99), Faces(options.fonts), seed=98)
    return draw_batches(lines, options.exam, batch=64)


@torch.no_grad()
def error_rate(model: nn.Module, exam: list[Arrays], device: torch.device) -> float:
    """Wrong signs for each true one, over the examination lines in fixed wear."""
    rng = random.Random(5)
    torch.manual_seed(5)
    wrong, signs = 0, 0
    for arrays in exam:
        ink = torch.from_numpy(arrays["ink"]).to(device)
        scores = model(1 - worn(ink.unsqueeze(1).float() / 255, rng=rng))
        best = scores.argmax(dim=2).cpu().numpy()
        start = 0
        for row, length in zip(best, arrays["lengths"].tolist(), strict=True):
            truth = arrays["labels"][start : start + length].tolist()
            start += length
            kept = [
                int(now) for before, now in zip([0, *row[:-1]], row, strict=True) if now and now != before
            ]
            wrong += _distance(kept, truth)
            signs += length
    return wrong / max(1, signs)


def _distance(one: list[int], two: list[int]) -> int:
    row = list(range(len(two) + 1))
    for index, left in enumerate(one, start=1):
        before, row[0] = row[0], index
        for place, right in enumerate(two, start=1):
            before, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, before + (left != right))
    return row[-1]


def train_finder(options: argparse.Namespace) -> None:
    """The line finder, pixel by pixel."""
    device = torch.device(options.device)
    model = FinderNet().to(device)
    if options.start:
        model.load_state_dict(torch.load(options.start, map_location=device))
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.01)
    intake = Intake(options.shards, "pages", most=options.held)
    rng, pick = random.Random(11), np.random.default_rng(11)
    average = Average(model)
    schedule = Schedule(optimiser, peak=options.rate, seconds=options.seconds)
    steps, shown, sums = 0, 0.0, np.zeros(3)
    overlap = torch.ones(2)
    while schedule.step():
        pages = torch.from_numpy(intake.next(pick)["pages"]).to(device, non_blocking=True).float() / 255
        paper, truth = worn_page(pages, rng=rng)
        with torch.autocast(device.type, dtype=torch.bfloat16):
            maps = model(1 - paper)
        maps = maps.float()
        near = functional.binary_cross_entropy_with_logits(maps, truth)
        seen = torch.sigmoid(maps)
        overlap = 1 - (2 * (seen * truth).sum((0, 2, 3)) + 1) / ((seen + truth).sum((0, 2, 3)) + 1)
        loss = near + overlap[0] + 0.3 * overlap[1]
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(model.parameters(), 4.0)
        optimiser.step()
        average.update(model)
        steps += 1
        sums += np.array([float(near.detach()), *overlap.detach().cpu().tolist()])
        if schedule.elapsed - shown > options.show:
            print(
                f"{schedule.elapsed:5.0f} s  finder step {steps:6d}  files {intake.taken:5d}  "
                f"cross {sums[0] / steps:.4f}  last overlap {overlap[0]:.4f} {overlap[1]:.4f}",
                flush=True,
            )
            torch.save(average.into(FinderNet().to(device)).state_dict(), options.out / "finder.pt")
            shown = schedule.elapsed
    torch.save(average.into(FinderNet().to(device)).state_dict(), options.out / "finder.pt")
    print(f"finder steps {steps}, last overlap {overlap[0]:.4f} {overlap[1]:.4f}")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("net", choices=("lines", "finder", "workers"))
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--fonts", type=Path, required=True)
    parser.add_argument("--shards", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=500)
    parser.add_argument("--rate", type=float, default=2.5e-3)
    parser.add_argument("--start", type=Path)
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--exam", type=int, default=1024)
    parser.add_argument("--held", type=int, default=4000)
    parser.add_argument("--show", type=float, default=30)
    parser.add_argument("--line-workers", type=int, default=11)
    parser.add_argument("--page-workers", type=int, default=4)
    options = parser.parse_args()
    if options.net == "workers":
        workers = start_workers(
            options.shards,
            corpus=options.corpus,
            fonts=options.fonts,
            lines=options.line_workers,
            pages=options.page_workers,
        )
        ends = time.monotonic() + options.seconds
        for worker in workers:
            worker.join(max(0.0, ends - time.monotonic()))
        return
    torch.set_float32_matmul_precision("high")
    options.out.mkdir(parents=True, exist_ok=True)
    (train_lines if options.net == "lines" else train_finder)(options)


if __name__ == "__main__":
    main()
