"""The two networks, small enough to read an A4 page in some tenths of a second on one core."""

from __future__ import annotations

import torch
from torch import Tensor, nn


def _conv(inside: int, outside: int, stride: tuple[int, int] = (1, 1)) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inside, outside, 3, stride, 1, bias=False), nn.BatchNorm2d(outside), nn.ReLU(inplace=True)
    )


class _Residual(nn.Module):
    """Two convolutions beside a straight way."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.inner = nn.Sequential(
            _conv(width, width), nn.Conv2d(width, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width)
        )

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(x + self.inner(x))


class _Along(nn.Module):
    """Mixing along the line: a wide depthwise convolution, then each step by itself."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.across = nn.Conv1d(width, width, 9, padding=4, groups=width, bias=False)
        self.norm = nn.BatchNorm1d(width)
        self.up = nn.Conv1d(width, 2 * width, 1)
        self.down = nn.Conv1d(2 * width, width, 1)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.down(torch.relu(self.up(self.norm(self.across(x)))))


class LineNet(nn.Module):
    """A line of print (n by 1 by 48 by width; 1 ink, 0 paper) to class scores (n by width / 4 by classes)."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.eye = nn.Sequential(
            _conv(1, 16, (2, 2)),
            _conv(16, 32, (2, 2)),
            _conv(32, 56),
            _conv(56, 80, (2, 1)),
            _conv(80, 80),
            _Residual(80),
            _conv(80, 128, (2, 1)),
        )
        self.narrow = nn.Sequential(nn.Conv1d(128 * 3, 192, 1, bias=False), nn.BatchNorm1d(192), nn.ReLU())
        self.along = nn.Sequential(*(_Along(192) for _ in range(4)))
        self.memory = nn.LSTM(192, 128, batch_first=True, bidirectional=True)
        self.drop = nn.Dropout(0.1)
        self.out = nn.Linear(256, classes)

    def forward(self, x: Tensor) -> Tensor:
        scores: Tensor = self.out(self.features(x))
        return scores

    def features(self, x: Tensor) -> Tensor:
        """What the last layer scores: n by width / 4 by 256."""
        seen = self.eye(x)
        count, depth, height, steps = seen.shape
        line = self.along(self.narrow(seen.reshape(count, depth * height, steps)))
        remembered, _ = self.memory(line.transpose(1, 2))
        dropped: Tensor = self.drop(remembered)
        return dropped


class FinderNet(nn.Module):
    """A page at 100 dpi (n by 1 by height by width, multiples of 32; 1 ink, 0 paper) to two maps of its size.

    Map 0: the band between baseline and x-height of every printed line. Map 1: handwriting, seals, pictures.
    Both as scores before the sigmoid.
    """

    def __init__(self) -> None:
        super().__init__()
        self.down1 = _conv(1, 8, (2, 2))
        self.down2 = nn.Sequential(_conv(8, 20, (2, 2)), _conv(20, 20))
        self.down3 = nn.Sequential(_conv(20, 40, (2, 2)), _Residual(40))
        self.down4 = nn.Sequential(_conv(40, 64, (2, 2)), _Residual(64))
        self.down5 = nn.Sequential(_conv(64, 96, (2, 2)), _Residual(96))
        self.up5 = nn.Conv2d(96, 64, 1)
        self.mix4 = _conv(64, 40)
        self.mix3 = _conv(40, 20)
        self.mix2 = _conv(20, 16)
        self.skip1 = nn.Conv2d(8, 16, 1)
        self.mix1 = _conv(16, 12)
        self.out = nn.Conv2d(12, 8, 1)
        self.spread = nn.PixelShuffle(2)
        self.grow = nn.Upsample(scale_factor=2, mode="nearest")

    def forward(self, x: Tensor) -> Tensor:
        one = self.down1(x)
        two = self.down2(one)
        three = self.down3(two)
        four = self.down4(three)
        five = self.down5(four)
        back = self.mix4(four + self.grow(self.up5(five)))
        back = self.mix3(three + self.grow(back))
        back = self.mix2(two + self.grow(back))
        back = self.mix1(self.skip1(one) + self.grow(back))
        maps: Tensor = self.spread(self.out(back))
        return maps
