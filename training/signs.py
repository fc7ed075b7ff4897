"""More signs for the line recogniser: their rows of the last layer are learned, all else stays as it is.

``python -m training.signs third.pt fourth.pt --corpus … --fonts … --seconds 900``
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor, nn

from training.alphabet import ALPHABET, HIGHLAND_LETTERS
from training.faces import Faces
from training.lines import Lines
from training.nets import LineNet
from training.shards import draw_batches, read_corpus
from training.syllables import highland_name, person_name
from training.texts import Texts
from training.train import loss_of_signs
from training.wear import worn
from training.words import HIGHLAND_CLANS, LABELS

# A letter begins as the one that looks most like it.
_LIKE = dict(zip(HIGHLAND_LETTERS, "ũŨẽẼĩĨõÕcCnNbB", strict=True))
_SIGNS_BEFORE = len(ALPHABET) - len(HIGHLAND_LETTERS)
_LESS_LIKELY = 1.0
_RATE = 4e-3
# The lines drawn here have these letters some fifty times as often as papers do; the logarithm of that is
# taken off their scores in the end.
_TOO_OFTEN = 4.0
_LINES = 512


class HighlandTexts(Texts):
    """Lines with names of the Central Highlands, and as many with none."""

    def __init__(self, corpus: Sequence[str], *, seed: int) -> None:
        super().__init__(corpus, seed=seed)
        self._names_rng = random.Random(seed + 1)

    def draw(self) -> str:
        """One line of names, or one as the others are drawn."""
        rng = self._names_rng
        if rng.random() < 0.4:
            return super().draw()
        words = [self._word() for _ in range(rng.choice((1, 1, 2, 2, 3)))]
        text = " ".join(words)
        if rng.random() < 0.4:
            text = f"{rng.choice(LABELS)}: {text}"
        if rng.random() < 0.3:
            text = f"{text} {person_name(rng)}"
        return text.upper() if rng.random() < 0.35 else text

    def _word(self) -> str:
        rng = self._names_rng
        if rng.random() < 0.4:
            return rng.choice(HIGHLAND_CLANS)
        name = highland_name(rng)
        for letter, like in zip("ueiocnb", HIGHLAND_LETTERS[::2], strict=True):
            if rng.random() < 0.3:
                name = name.replace(letter, like, 1)
        return name


class Widened(nn.Module):  # type: ignore[misc]
    """A recogniser whose last layer has new rows; only these learn."""

    def __init__(self, known: LineNet) -> None:
        super().__init__()
        self.known = known.eval().requires_grad_(requires_grad=False)
        places = [ALPHABET.index(_LIKE[letter]) + 1 for letter in HIGHLAND_LETTERS]
        self.fresh = nn.Linear(known.out.in_features, len(places))
        self.fresh.weight.data = known.out.weight.data[places].clone()
        self.fresh.bias.data = known.out.bias.data[places] - _LESS_LIKELY

    def forward(self, x: Tensor) -> Tensor:
        """Scores of all signs (n by steps by classes)."""
        with torch.no_grad():
            seen = self.known.features(x)
            scores = self.known.out(seen)
        return torch.cat((scores, self.fresh(seen)), dim=2)

    def whole(self) -> LineNet:
        """The recogniser of all signs."""
        model = LineNet(len(ALPHABET) + 1)
        state = dict(self.known.state_dict())
        state["out.weight"] = torch.cat((self.known.out.weight, self.fresh.weight)).detach()
        state["out.bias"] = torch.cat((self.known.out.bias, self.fresh.bias - _TOO_OFTEN)).detach()
        model.load_state_dict(state)
        return model


def learn(model: Widened, lines: Lines, *, seconds: float) -> None:
    """Train the new rows for that long."""
    optimiser = torch.optim.Adam(model.fresh.parameters(), lr=_RATE)
    rng, started, steps, total, last = random.Random(7), time.monotonic(), 0, 0.0, 0.0
    while (part := (time.monotonic() - started) / seconds) < 1:
        for arrays in draw_batches(lines, _LINES, batch=64):
            ink = torch.from_numpy(arrays["ink"]).unsqueeze(1).float() / 255
            labels, lengths = torch.from_numpy(arrays["labels"]), torch.from_numpy(arrays["lengths"])
            loss = loss_of_signs(model(1 - worn(ink, rng=rng)), labels, lengths)
            optimiser.param_groups[0]["lr"] = _RATE * max(0.05, 1 - part)
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            optimiser.step()
            last = float(loss.detach())
            steps, total = steps + 1, total + last
        print(
            f"{part:4.0%}  steps {steps}  mean loss {total / steps:.4f}  last {last:.4f}",
            flush=True,
        )


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--fonts", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=900)
    options = parser.parse_args()
    known = LineNet(_SIGNS_BEFORE + 1)
    known.load_state_dict(torch.load(options.before, map_location="cpu"))
    model = Widened(known)
    learn(
        model,
        Lines(HighlandTexts(read_corpus(options.corpus), seed=5), Faces(options.fonts), seed=6),
        seconds=options.seconds,
    )
    torch.save(model.whole().state_dict(), options.after)


if __name__ == "__main__":
    main()
