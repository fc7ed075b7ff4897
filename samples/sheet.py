"""A sheet of paper as a list of things drawn on it, in millimetres, with the text in reading order.

The same sheet becomes pixels (`samples.raster`) or a born-digital PDF page (`samples.digital`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from samples.fonts import MM_PER_POINT, width_mm

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Colour = tuple[int, int, int]
BLACK: Colour = (25, 24, 26)
BLUE_INK: Colour = (28, 52, 150)
SEAL_RED: Colour = (206, 32, 44)
A4 = (210.0, 297.0)


@dataclass(frozen=True, slots=True)
class Style:
    """A face at a size in points, in a colour."""

    face: str = "serif"
    size: float = 13.5
    colour: Colour = BLACK


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Words on one baseline; `gap` widens each space, in millimetres."""

    x: float
    y: float
    content: str
    style: Style
    gap: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stroke:
    """A line through points; `dash` is (on, off) in millimetres."""

    points: tuple[tuple[float, float], ...]
    width: float = 0.2
    colour: Colour = BLACK
    dash: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Ink given as a mask (255 = full ink): seals, signatures, QR codes, pictures."""

    x: float
    y: float
    width: float
    height: float
    mask: NDArray[np.uint8]
    colour: Colour = BLACK


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A filled rectangle."""

    x: float
    y: float
    width: float
    height: float
    colour: Colour


Op = Text | Stroke | Mark | Panel


@dataclass(slots=True)
class Sheet:
    """One side of a paper while it is being laid out."""

    width: float = A4[0]
    height: float = A4[1]
    tint: Colour = (255, 255, 255)
    ops: list[Op] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What the sheet says, line by line in reading order; seals, signatures and leaders left out."""
        return "\n".join(self.lines) + "\n"

    def write(
        self,
        x: float,
        y: float,
        content: str,
        *,
        style: Style,
        align: Literal["left", "centre", "right"] = "left",
        joins: bool = False,
        gap: float = 0.0,
    ) -> float:
        """Put words on a baseline; `joins` keeps them in the line written before. Returns the right edge."""
        width = width_mm(content, style.face, style.size) + gap * content.count(" ")
        left = x - {"left": 0.0, "centre": width / 2, "right": width}[align]
        self.ops.append(Text(x=left, y=y, content=content, style=style, gap=gap))
        if joins and self.lines:
            self.lines[-1] = f"{self.lines[-1]} {content}"
        else:
            self.lines.append(content)
        return left + width

    def rule(
        self,
        x0: float,
        y: float,
        x1: float,
        *,
        width: float = 0.2,
        dash: tuple[float, float] | None = None,
        colour: Colour = BLACK,
    ) -> None:
        """A horizontal line."""
        self.ops.append(Stroke(points=((x0, y), (x1, y)), width=width, dash=dash, colour=colour))

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        line: float = 0.25,
        colour: Colour = BLACK,
    ) -> None:
        """A rectangle's outline."""
        corners = ((x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y))
        self.ops.append(Stroke(points=corners, width=line, colour=colour))

    def dots(self, x0: float, x1: float, y: float) -> None:
        """A dotted leader."""
        if x1 - x0 > 2:
            self.ops.append(
                Stroke(points=((x0 + 0.8, y), (x1, y)), width=0.22, dash=(0.25, 0.75), colour=(90, 90, 95))
            )

    def wrap(self, content: str, room: float, style: Style, *, first: float | None = None) -> list[str]:
        """Break words into lines of at most `room` millimetres (`first` for the first line)."""
        lines: list[str] = []
        line = ""
        for word in content.split(" "):
            trial = f"{line} {word}".strip()
            limit = room if lines or first is None else first
            if line and width_mm(trial, style.face, style.size) > limit:
                lines.append(line)
                line = word
            else:
                line = trial
        return [*lines, line]

    def balanced(self, content: str, room: float, style: Style) -> list[str]:
        """Break words into as few lines as fit `room`, of about the same length."""
        lines = self.wrap(content, room, style)
        narrow = room
        while narrow > room / 3 and len(self.wrap(content, narrow - 2, style)) == len(lines):
            narrow -= 2
        return self.wrap(content, narrow, style)

    def paragraph(
        self,
        y: float,
        content: str,
        *,
        style: Style,
        x0: float = 30.0,
        x1: float = 192.0,
        indent: float = 12.7,
        leading: float = 1.3,
        justify: bool = True,
    ) -> float:
        """Set running text from baseline `y`; returns the baseline after it."""
        step = style.size * MM_PER_POINT * leading
        lines = self.wrap(content, x1 - x0, style, first=x1 - x0 - indent)
        for index, line in enumerate(lines):
            left = x0 + (indent if index == 0 else 0.0)
            spare = x1 - left - width_mm(line, style.face, style.size)
            spaces = line.count(" ")
            last = index == len(lines) - 1
            gap = spare / spaces if justify and spaces and not last else 0.0
            self.write(left, y, line, style=style, gap=gap)
            y += step
        return y

    def entry(
        self,
        y: float,
        label: str,
        value: str,
        *,
        style: Style,
        x0: float = 30.0,
        x1: float = 192.0,
        value_style: Style | None = None,
        joins: bool = False,
        leaders: bool = True,
        leading: float = 1.5,
    ) -> float:
        """A label, its value and a dotted leader to `x1`; long values wrap. Returns the next baseline."""
        ink = value_style or style
        step = style.size * MM_PER_POINT * leading
        start = self.write(x0, y, label, style=style, joins=joins) + 1.4 if label else x0
        for index, line in enumerate(self.wrap(value, x1 - x0, ink, first=x1 - start)):
            left = start if index == 0 else x0
            end = (
                self.write(left, y, line, style=ink, joins=index == 0 and (joins or bool(label)))
                if line
                else left
            )
            if leaders:
                self.dots(end, x1, y + 0.3)
            y += step
        return y
