"""Parts that official forms share: heading, agency block, signature block, specimen line."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np

from samples.fonts import width_mm
from samples.marks import emblem, seal, signature
from samples.sheet import BLACK, BLUE_INK, SEAL_RED, Colour, Mark, Sheet, Stroke, Style, Text

MOTTO_TOP = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
SPECIMEN = "MẪU – người và giấy tờ không có thật"
LEFT_COLUMN = 61.0
RIGHT_COLUMN = 143.0
SEAL_MM = 36.0
# Which set of signatures is drawn; another number gives every person another hand.
HANDS = 1
BOX_GREY: Colour = (105, 105, 108)


@dataclass(frozen=True, slots=True, kw_only=True)
class Agency:
    """An issuing agency: the lines over its name, its name, what its seal says, where it sits."""

    parents: tuple[str, ...]
    name: tuple[str, ...]
    seal: tuple[str, str]
    place: str

    @property
    def issuer(self) -> str:
        """The agency's name as its papers print it, lines joined."""
        return " ".join(self.name)


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs: the lines over the signature, and the name."""

    titles: tuple[str, ...]
    name: str


def motto(sheet: Sheet, *, x: float = RIGHT_COLUMN, y: float = 22.0, face: str = "serif") -> None:
    """National name and motto, with the rule beneath."""
    sheet.write(x, y, MOTTO_TOP, style=Style(f"{face}-bold", 12), align="centre")
    sheet.write(x, y + 5.6, MOTTO, style=Style(f"{face}-bold", 13), align="centre")
    half = width_mm(MOTTO, f"{face}-bold", 13) / 2
    sheet.rule(x - half, y + 7.4, x + half, width=0.25)


def agency_block(sheet: Sheet, agency: Agency, *, y: float = 22.0, face: str = "serif") -> float:
    """Agency lines on the left with the short rule beneath; returns the baseline for the number."""
    for line in agency.parents:
        sheet.write(LEFT_COLUMN, y, line, style=Style(face, 12), align="centre")
        y += 5.2
    for line in agency.name:
        sheet.write(LEFT_COLUMN, y, line, style=Style(f"{face}-bold", 12), align="centre")
        y += 5.2
    sheet.rule(LEFT_COLUMN - 11, y - 3.3, LEFT_COLUMN + 11, width=0.25)
    return y + 2.6


def heading(sheet: Sheet, agency: Agency, *, number: str, day: str, face: str = "serif") -> float:
    """The whole top of an administrative paper; returns the baseline below it."""
    y = agency_block(sheet, agency, face=face)
    motto(sheet, face=face)
    sheet.write(LEFT_COLUMN, y, number, style=Style(face, 13), align="centre")
    place = f"{agency.place}, {day}"
    sheet.write(RIGHT_COLUMN, y, place, style=Style(f"{face}-italic", 13), align="centre")
    return y + 12.0


def title(
    sheet: Sheet, y: float, lines: tuple[str, ...], *, size: float = 14, colour: Colour = BLACK
) -> float:
    """Centred bold lines."""
    for line in lines:
        sheet.write(sheet.width / 2, y, line, style=Style("serif-bold", size, colour), align="centre")
        y += size * 0.48
    return y


def sign(
    sheet: Sheet,
    *,
    x: float,
    y: float,
    signer: Signer,
    rng: np.random.Generator,
    agency: Agency | None = None,
    face: str = "serif",
) -> float:
    """Titles, blue signature, red seal over its left third, and the name; returns the baseline below."""
    for line in signer.titles:
        sheet.write(x, y, line, style=Style(f"{face}-bold", 13), align="centre")
        y += 5.6
    scribble(sheet, x=x, y=y, name=signer.name)
    name_line = y + 26.0
    sheet.write(x, name_line, signer.name, style=Style(f"{face}-bold", 13.5), align="centre")
    if agency:
        stamp(
            sheet,
            agency,
            x=x - 26 + float(rng.uniform(-3, 3)),
            y=y + 7.5 + float(rng.uniform(-2, 1.5)),
            rng=rng,
        )
    return name_line + 8


def scribble(sheet: Sheet, *, x: float, y: float, name: str) -> None:
    """A person's pen signature under the baseline `y`, centred on `x`; the same on all their papers."""
    hand = np.random.default_rng([zlib.crc32(name.encode()), HANDS])
    left = x - 21 + float(hand.uniform(-2, 4))
    sheet.ops.append(Mark(x=left, y=y - 1.5, width=42, height=20, mask=signature(hand), colour=BLUE_INK))


def stamp(sheet: Sheet, agency: Agency, *, x: float, y: float, rng: np.random.Generator) -> None:
    """The agency's round seal with its centre at x, y."""
    mask = seal(*agency.seal, rng)
    sheet.ops.append(
        Mark(x=x - SEAL_MM / 2, y=y - SEAL_MM / 2, width=SEAL_MM, height=SEAL_MM, mask=mask, colour=SEAL_RED)
    )


def coat_of_arms(sheet: Sheet, *, x: float, y: float, side: float = 22.0) -> None:
    """The emblem's stand-in, centred on x, its top at y."""
    disc, star = emblem()
    for mask, colour in ((disc, (205, 40, 45)), (star, (236, 178, 40))):
        sheet.ops.append(Mark(x=x - side / 2, y=y, width=side, height=side, mask=mask, colour=colour))


def frame(sheet: Sheet, colour: Colour) -> None:
    """The printed border of civil-status certificates: two lines and a row of lozenges."""
    for inset, line in ((9.0, 0.9), (10.8, 0.25), (15.2, 0.25)):
        sheet.box(inset, inset, sheet.width - 2 * inset, sheet.height - 2 * inset, line=line, colour=colour)
    step, middle = 5.0, 13.0
    for index in range(int((sheet.width - 26) / step) + 1):
        for y in (middle, sheet.height - middle):
            _lozenge(sheet, middle + index * step, y, colour)
    for index in range(1, int((sheet.height - 26) / step)):
        for x in (middle, sheet.width - middle):
            _lozenge(sheet, x, middle + index * step, colour)


def _lozenge(sheet: Sheet, x: float, y: float, colour: Colour) -> None:
    points = ((x - 1.8, y), (x, y - 1.4), (x + 1.8, y), (x, y + 1.4), (x - 1.8, y))
    sheet.ops.append(Stroke(points=points, width=0.25, colour=colour))


def specimen_line(sheet: Sheet, *, y: float | None = None, size: float = 7.0) -> None:
    """The small print that says the paper is invented."""
    base = sheet.height - 5.0 if y is None else y
    style = Style("sans-italic", size, (110, 110, 112))
    sheet.write(sheet.width / 2, base, SPECIMEN, style=style, align="centre")


def digit_boxes(sheet: Sheet, x: float, y: float, digits: str, *, style: Style, side: float = 6.0) -> float:
    """One box for each digit on baseline y; joins the line written before."""
    for index, digit in enumerate(digits):
        left = x + index * side
        sheet.box(left, y - side + 1.5, side, side, line=0.12, colour=BOX_GREY)
        width = width_mm(digit, style.face, style.size)
        sheet.ops.append(Text(x=left + (side - width) / 2, y=y, content=digit, style=style))
    sheet.lines[-1] = f"{sheet.lines[-1]} {digits}"
    return x + len(digits) * side


def row(
    sheet: Sheet,
    y: float,
    cells: tuple[tuple[str, str, float, float], ...],
    *,
    style: Style,
    value_style: Style | None = None,
    leading: float = 1.5,
    leaders: bool = True,
) -> float:
    """Several labelled values side by side (label, value, left, right); returns the next baseline."""
    following = y
    for index, (label, value, x0, x1) in enumerate(cells):
        after = sheet.entry(
            y,
            label,
            value,
            x0=x0,
            x1=x1,
            style=style,
            value_style=value_style,
            joins=index > 0,
            leading=leading,
            leaders=leaders,
        )
        following = max(following, after)
    return following
