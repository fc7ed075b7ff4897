"""What printing, copying, scanning and cleaning do to lines, for whole batches on the GPU."""

from __future__ import annotations

import math
import random

import torch
from torch import Tensor
from torch.nn import functional

# Shares of lines and of pages through which the other side shows.
_SHOWN, _PAGES_SHOWN = 0.3, 0.45


def worn(ink: Tensor, *, rng: random.Random) -> Tensor:
    """Ink (n by 1 by 48 by width, 0 to 1) as a cleaned scan shows it (same shape, 0 black to 1 white)."""
    image = _bent(ink, rng)
    if rng.random() < _SHOWN:
        image = torch.maximum(image, _other_side(ink, rng))
    image = _scanned(image, rng)
    count = image.shape[0]
    device = image.device
    # Weight of the print, from faint to heavy, and uneven over the line.
    strength = torch.empty(count, 1, 1, 1, device=device).uniform_(0.45, 1.0).pow(0.6)
    if rng.random() < 0.5:
        strength = strength * (1 - 0.5 * _cloud(image, rng, cells=rng.choice((12, 40, 120))))
    paper = 1 - strength * image
    noise = torch.randn_like(paper)
    if rng.random() < 0.5:
        noise = _blur(noise, rng.uniform(0.4, 0.9)) * 2
    paper = paper + noise * rng.uniform(0.0, 0.09)
    if rng.random() < 0.12:
        paper = _specked(paper, rng)
    # The cleaner stretches the values: near-white becomes white, the darkest black.
    low = rng.uniform(-0.05, 0.35)
    high = rng.uniform(0.80, 1.05)
    return ((paper - low) / (high - low)).clamp(0, 1)


def _other_side(ink: Tensor, rng: random.Random) -> Tensor:
    """Print of the other side: other lines in a mirror, paler, softer, uneven, level with the line or not.

    It comes before the scanner decides between black and white, so that what is dark enough turns black.
    """
    back = torch.roll(torch.flip(ink, dims=(3,)), shifts=rng.randrange(len(ink)), dims=0)
    down = rng.randint(-3, 3) if rng.random() < 0.4 else rng.randint(-24, 24)
    back = torch.roll(back, shifts=(down, rng.randint(-ink.shape[3], ink.shape[3])), dims=(2, 3))
    back = _blur(back, rng.uniform(0.4, 2.0)) * math.exp(rng.uniform(math.log(0.05), math.log(0.75)))
    if rng.random() < 0.5:
        back = back * _cloud(back, rng, cells=rng.choice((12, 40))).mul(1.5).clamp(0, 1)
    return back


def _bent(ink: Tensor, rng: random.Random) -> Tensor:
    """Shear, small turn, vertical wander and change of scale."""
    count, _, height, width = ink.shape
    device = ink.device
    shear = torch.empty(count, device=device).uniform_(-0.12, 0.12)
    slope = torch.empty(count, device=device).uniform_(-0.006, 0.006)
    scale = torch.empty(count, device=device).uniform_(0.93, 1.07)
    shift = torch.empty(count, device=device).uniform_(-1.5, 1.5)
    rows = torch.linspace(-(height - 1) / 2, (height - 1) / 2, height, device=device)
    columns = torch.linspace(-(width - 1) / 2, (width - 1) / 2, width, device=device)
    y, x = torch.meshgrid(rows, columns, indexing="ij")
    wave = torch.empty(count, 1, 1, device=device).uniform_(0, 1.2)
    phase = torch.empty(count, 1, 1, device=device).uniform_(0, 2 * math.pi)
    length = torch.empty(count, 1, 1, device=device).uniform_(150, 700)
    across = x[None] + shear[:, None, None] * y[None]
    down = y[None] * scale[:, None, None] + shift[:, None, None] + slope[:, None, None] * x[None]
    down = down + wave * torch.sin(x[None] / length * 2 * math.pi + phase)
    grid = torch.stack((across / ((width - 1) / 2), down / ((height - 1) / 2)), dim=3)
    if rng.random() < 0.3:
        jitter = torch.randn(count, 2, 7, max(2, width // 10), device=device)
        smooth = functional.interpolate(jitter, size=(height, width), mode="bicubic", align_corners=True)
        reach = torch.tensor([1 / (width / 2), 1 / (height / 2)], device=device) * rng.uniform(0.1, 0.5)
        grid = grid + smooth.permute(0, 2, 3, 1) * reach
    return functional.grid_sample(ink, grid, mode="bilinear", padding_mode="zeros", align_corners=True)


def _scanned(image: Tensor, rng: random.Random) -> Tensor:
    """Ink spread, focus, resolution and, at times, two levels only."""
    _, _, height, width = image.shape
    least = 0.32 if rng.random() < 0.15 else 0.5
    scale = math.exp(rng.uniform(math.log(least), math.log(1.9)))
    size = (max(14, round(height * scale)), max(16, round(width * scale * rng.uniform(0.95, 1.35))))
    seen = functional.interpolate(
        image, size=size, mode="bicubic", align_corners=False, antialias=scale < 1
    ).clamp(0, 1)
    weight = rng.random()
    if weight < 0.12 and scale > 0.9:
        seen = functional.max_pool2d(seen, 3, 1, 1) * 0.6 + seen * 0.4
    elif weight < 0.22 and scale > 0.9:
        seen = -functional.max_pool2d(-seen, 3, 1, 1) * rng.uniform(0.3, 0.8) + seen * 0.2
    if rng.random() < 0.75:
        seen = _blur(seen, rng.uniform(0.2, 1.1) * max(0.7, scale))
    if rng.random() < 0.3:
        level = rng.uniform(0.25, 0.62)
        grain = torch.randn_like(seen) * rng.uniform(0.0, 0.16)
        if rng.random() < 0.5:
            grain = _blur(grain, 0.7) * 1.6
        seen = ((seen + grain) > level).to(seen.dtype)
    elif rng.random() < 0.35:
        seen = _jpeg(seen, quality=rng.uniform(0.04, 0.35))
    return functional.interpolate(
        seen, size=(height, width), mode="bilinear", align_corners=False, antialias=scale > 1
    ).clamp(0, 1)


def _jpeg(image: Tensor, *, quality: float) -> Tensor:
    """Blocks of eight by eight with their fine waves rounded away."""
    count, _, height, width = image.shape
    padded = functional.pad(image, (0, -width % 8, 0, -height % 8), mode="replicate")
    blocks = padded.unfold(2, 8, 8).unfold(3, 8, 8)
    n = torch.arange(8, device=image.device, dtype=image.dtype)
    waves = torch.cos((2 * n[None] + 1) * n[:, None] * math.pi / 16) * math.sqrt(2 / 8)
    waves[0] = math.sqrt(1 / 8)
    turned = waves @ blocks @ waves.T
    step = quality * (0.3 + (n[None] + n[:, None]) / 5)
    rounded = torch.round(turned / step) * step
    back = (
        (waves.T @ rounded @ waves)
        .permute(0, 1, 2, 4, 3, 5)
        .reshape(count, 1, padded.shape[2], padded.shape[3])
    )
    return back[:, :, :height, :width].clamp(0, 1)


def _blur(image: Tensor, sigma: float) -> Tensor:
    reach = max(1, math.ceil(2.5 * sigma))
    n = torch.arange(-reach, reach + 1, device=image.device, dtype=image.dtype)
    kernel = torch.exp(-(n**2) / (2 * sigma**2))
    kernel = kernel / kernel.sum()
    image = functional.conv2d(image, kernel.view(1, 1, 1, -1), padding=(0, reach))
    return functional.conv2d(image, kernel.view(1, 1, -1, 1), padding=(reach, 0))


def _cloud(image: Tensor, rng: random.Random, *, cells: int) -> Tensor:
    count, _, height, width = image.shape
    coarse = torch.rand(
        count, 1, rng.choice((2, 4, 12)), max(2, round(cells * width / 1000)), device=image.device
    )
    return functional.interpolate(coarse, size=(height, width), mode="bilinear", align_corners=False)


def _specked(paper: Tensor, rng: random.Random) -> Tensor:
    seeds = (torch.rand_like(paper) < rng.uniform(0.0002, 0.002)).to(paper.dtype)
    grown = functional.max_pool2d(seeds, rng.choice((1, 3, 3)), 1, padding=0) if rng.random() < 0.3 else seeds
    if grown.shape != paper.shape:
        grown = functional.pad(grown, (1, 1, 1, 1))
    return paper - grown * rng.uniform(0.3, 1.0)


def worn_page(pages: Tensor, *, rng: random.Random) -> tuple[Tensor, Tensor]:
    """Pages (n by 3 by height by width: ink, bands, foreign) as worn paper and true maps, cut to a window."""
    count, _, height, width = pages.shape
    device = pages.device
    angle = torch.empty(count, device=device).normal_(0, 0.6).deg2rad()
    scale = math.exp(rng.uniform(math.log(0.72), math.log(1.3)))
    rows, columns = 640, 608
    y, x = torch.meshgrid(
        torch.arange(rows, device=device) - rows / 2,
        torch.arange(columns, device=device) - columns / 2,
        indexing="ij",
    )
    middle_x = torch.empty(count, device=device).uniform_(-0.25, 0.25) * width
    middle_y = torch.empty(count, device=device).uniform_(-0.27, 0.27) * height
    cos, sin = torch.cos(angle)[:, None, None] / scale, torch.sin(angle)[:, None, None] / scale
    across = cos * x - sin * y + middle_x[:, None, None]
    down = sin * x + cos * y + middle_y[:, None, None]
    grid = torch.stack((across / (width / 2), down / (height / 2)), dim=3)
    window = functional.grid_sample(pages, grid, mode="bilinear", padding_mode="zeros", align_corners=False)
    ink, truth = window[:, :1], window[:, 1:]
    if rng.random() < 0.6:
        ink = _blur(ink, rng.uniform(0.2, 0.8))
    strength = torch.empty(count, 1, 1, 1, device=device).uniform_(0.35, 1.1)
    if rng.random() < 0.4:
        strength = strength * (1 - 0.6 * _cloud(ink, rng, cells=rng.choice((4, 12))))
    paper = 1 - (strength * ink).clamp(0, 1)
    shown = rng.random() < _PAGES_SHOWN
    if shown:
        paper = paper - _page_behind(ink, rng)
    paper = paper + torch.randn_like(paper) * rng.uniform(0, 0.08)
    if rng.random() < 0.2:
        paper = _specked(paper, rng)
    if rng.random() < (0.4 if shown else 0.2):
        paper = (paper > rng.uniform(0.45, 0.8)).to(paper.dtype)
        paper = _blur(paper, 0.4)
    low, high = rng.uniform(-0.1, 0.3), rng.uniform(0.8, 1.05)
    return ((paper - low) / (high - low)).clamp(0, 1), (truth > 0.5).to(truth.dtype)


def _page_behind(ink: Tensor, rng: random.Random) -> Tensor:
    """Print of the other side: the same form in a mirror, its lines level with these, or another page."""
    back = torch.flip(ink, dims=(3,))
    if rng.random() < 0.5:
        shifts = (rng.randint(-4, 4), rng.randint(-80, 80))
    else:
        back = back.roll(1, dims=0)
        shifts = (rng.randint(-30, 30), rng.randint(-200, 200))
    back = _blur(torch.roll(back, shifts=shifts, dims=(2, 3)), rng.uniform(0.4, 1.2)) * rng.uniform(
        0.03, 0.55
    )
    if rng.random() < 0.4:
        back = back * _cloud(back, rng, cells=rng.choice((6, 20))).mul(1.4).clamp(0, 1)
    return back
