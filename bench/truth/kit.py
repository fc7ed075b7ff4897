"""A paper while it is laid out: one cursor, labelled lines, tables, signature blocks, and its truth.

A layout calls the draft from top to foot. When it runs over the foot of the page the whole paper is laid out
again, smaller, so no text ever leaves the sheet or meets other text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bench.truth.chance import Chance
from bench.truth.space import SPECIMEN
from samples.fonts import width_mm
from samples.forms import MOTTO, MOTTO_TOP, Agency, Signer, digit_boxes, row, scribble, stamp
from samples.sheet import BLACK, Colour, Sheet, Stroke, Style
from samples.truth import Fields, Paper

_MM_PER_POINT = 25.4 / 72
_SMALL = (60, 60, 62)
_SIGNATURE_ROOM = 24.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How an office sets its papers.

    Attributes:
        size: points of the running text.
        leading: baseline to baseline, in sizes.
        left, right: margins as millimetres from the left edge.
        leaders: dotted lines after values.
        scale: below 1 when the paper had to be set smaller to fit.
    """

    size: float = 13.0
    leading: float = 1.45
    left: float = 28.0
    right: float = 193.0
    leaders: bool = True
    scale: float = 1.0

    @classmethod
    def of(cls, chance: Chance, *, scale: float) -> Look:
        """A look by lot."""
        return cls(
            size=chance.pick((12.5, 13.0, 13.5, 14.0)) * scale,
            leading=chance.pick((1.35, 1.45, 1.5)) * (0.5 + scale / 2),
            left=chance.pick((25.0, 28.0, 30.0)),
            right=chance.pick((190.0, 193.0, 195.0)),
            leaders=chance.maybe(0.6),
            scale=scale,
        )


@dataclass(slots=True)
class Draft:
    """One sheet being filled.

    Attributes:
        chance: draws by lot; also decides where seals come down.
        look: of this paper.
        y: the next baseline, millimetres from the top.
    """

    chance: Chance
    look: Look
    sheet: Sheet = field(default_factory=Sheet)
    fields: Fields = field(default_factory=Fields)
    y: float = 20.0

    @property
    def body(self) -> Style:
        """Running text."""
        return Style("serif", self.look.size)

    @property
    def strong(self) -> Style:
        """The same, bold."""
        return Style("serif-bold", self.look.size)

    @property
    def slanted(self) -> Style:
        """The same, italic."""
        return Style("serif-italic", self.look.size)

    @property
    def step(self) -> float:
        """Millimetres from baseline to baseline."""
        return self.look.size * _MM_PER_POINT * self.look.leading

    @property
    def middle(self) -> float:
        """The middle of the sheet."""
        return self.sheet.width / 2

    def space(self, lines: float = 0.5) -> None:
        """Leave some lines empty."""
        self.y += self.step * lines

    def head(self, agency: Agency, *, number: str = "", day: str = "", about: str = "") -> None:
        """Agency left and motto right, the number and the day beneath; ``about`` is what follows ``V/v``."""
        left, right = self.sheet.width * 0.285, self.sheet.width * 0.69
        size = 12.0 if self.look.scale > 0.9 else 11.5
        room = self.sheet.width * 0.36
        y = self.y
        lines = [(line, "serif") for line in agency.parents] + [(line, "serif-bold") for line in agency.name]
        for words, face in lines:
            style = Style(face, size)
            for part in self.sheet.balanced(words, room, style):
                self.sheet.write(left, y, part, style=style, align="centre")
                y += 5.2
        self.sheet.rule(left - 11, y - 3.4, left + 11, width=0.25)
        self._motto(right, size)
        y = max(y + 2.6, self.y + 13)
        if number:
            self.sheet.write(left, y, number, style=Style("serif", 13 * self.look.scale), align="centre")
        if day:
            style = Style("serif-italic", 13 * self.look.scale)
            self.sheet.write(right, y, f"{agency.place}, {day}", style=style, align="centre")
        if about:
            style = Style("serif", 12 * self.look.scale)
            for part in self.sheet.balanced(about, 66, style):
                y += 5.2
                self.sheet.write(left, y, part, style=style, align="centre")
        self.y = y + 11 * self.look.scale

    def motto(self) -> None:
        """National name and motto in the middle, as forms for citizens have it."""
        self._motto(self.middle, 13.0)
        self.y += 17

    def _motto(self, x: float, size: float) -> None:
        self.sheet.write(x, self.y, MOTTO_TOP, style=Style("serif-bold", size), align="centre")
        style = Style("serif-bold", size + 1)
        self.sheet.write(x, self.y + 5.6, MOTTO, style=style, align="centre")
        half = width_mm(MOTTO, style.face, style.size) / 2
        self.sheet.rule(x - half, self.y + 7.5, x + half, width=0.25)

    def title(self, *lines: str, size: float = 14.0, colour: Colour = BLACK, rule: bool = False) -> None:
        """Centred bold lines, wrapped where they are too long."""
        style = Style("serif-bold", size * self.look.scale, colour)
        for words in lines:
            for part in self.sheet.balanced(words, self.look.right - self.look.left - 10, style):
                self.sheet.write(self.middle, self.y, part, style=style, align="centre")
                self.y += style.size * 0.48
        if rule:
            self.sheet.rule(self.middle - 20, self.y - 3.6, self.middle + 20, width=0.25)
            self.y += 2
        self.y += 1.5

    def centred(self, words: str, *, style: Style | None = None) -> None:
        """One centred line, or as many as it takes."""
        used = style or self.slanted
        for part in self.sheet.balanced(words, self.look.right - self.look.left - 20, used):
            self.sheet.write(self.middle, self.y, part, style=used, align="centre")
            self.y += self.step

    def line(self, label: str, value: str, *, bold: bool = False) -> None:
        """A label, its value, perhaps a dotted line to the margin."""
        self.y = self.sheet.entry(
            self.y,
            label,
            value,
            style=self.body,
            value_style=self.strong if bold else None,
            x0=self.look.left,
            x1=self.look.right,
            leaders=self.look.leaders,
            leading=self.look.leading,
        )

    def cells(self, *cells: tuple[str, str], parts: Sequence[float] = ()) -> None:
        """Labelled values side by side; ``parts`` are their shares of the width."""
        shares = list(parts) or [1.0] * len(cells)
        whole = self.look.right - self.look.left
        placed, x = [], self.look.left
        for (label, value), share in zip(cells, shares, strict=True):
            width = whole * share / sum(shares)
            placed.append((label, value, x, x + width - 2))
            x += width
        self.y = row(
            self.sheet,
            self.y,
            tuple(placed),
            style=self.body,
            leading=self.look.leading,
            leaders=self.look.leaders,
        )

    def boxes(self, label: str, digits: str) -> None:
        """A label and one box for each digit."""
        end = self.sheet.write(self.look.left, self.y + 0.8, label, style=self.body)
        side = 6.0 * min(1.0, self.look.scale + 0.05)
        digit_boxes(self.sheet, end + 2, self.y + 0.8, digits, style=self.body, side=side)
        self.y += max(self.step, side + 2)

    def para(self, words: str, *, indent: float = 10.0, style: Style | None = None) -> None:
        """A justified paragraph."""
        self.y = self.sheet.paragraph(
            self.y,
            words,
            style=style or self.body,
            x0=self.look.left,
            x1=self.look.right,
            indent=indent,
            leading=self.look.leading,
        )

    def point(self, lead: str, words: str) -> None:
        """A paragraph after a bold lead: ``Điều 1.`` and what it says."""
        x0, x1, style = self.look.left, self.look.right, self.body
        self.sheet.write(x0 + 10, self.y, lead, style=self.strong)
        start = 10 + width_mm(f"{lead} ", "serif-bold", style.size)
        lines = self.sheet.wrap(words, x1 - x0, style, first=x1 - x0 - start)
        for index, part in enumerate(lines):
            left = x0 + (start if index == 0 else 0.0)
            spare = x1 - left - width_mm(part, style.face, style.size)
            gap = spare / part.count(" ") if part.count(" ") and index < len(lines) - 1 else 0.0
            self.sheet.write(left, self.y, part, style=style, gap=gap, joins=index == 0)
            self.y += self.step

    def heading(self, words: str) -> None:
        """A bold line that opens a part."""
        for part in self.sheet.wrap(words, self.look.right - self.look.left, self.strong):
            self.sheet.write(self.look.left, self.y, part, style=self.strong)
            self.y += self.step

    def table(self, heads: Sequence[str], rows: Sequence[Sequence[str]], *, parts: Sequence[float]) -> None:
        """A ruled table; the text goes row by row, cell by cell."""
        size = min(self.look.size, 11.5)
        whole = self.look.right - self.look.left
        edges = [self.look.left]
        for part in parts:
            edges.append(edges[-1] + whole * part / sum(parts))
        top = y = self.y - self.step + 3
        self.sheet.rule(edges[0], y, edges[-1])
        for turn, cells in enumerate((heads, *rows)):
            style = Style("serif-bold" if turn == 0 else "serif", size)
            y = self._table_row(cells, edges, y, style=style)
            self.sheet.rule(edges[0], y, edges[-1])
        for x in edges:
            self.sheet.ops.append(Stroke(points=((x, top), (x, y)), width=0.2))
        self.y = y + self.step + 1

    def _table_row(self, cells: Sequence[str], edges: Sequence[float], top: float, *, style: Style) -> float:
        step = style.size * _MM_PER_POINT * 1.25
        wrapped = [
            self.sheet.wrap(cell, edges[index + 1] - edges[index] - 2.4, style)
            for index, cell in enumerate(cells)
        ]
        height = max(len(lines) for lines in wrapped) * step + 2.6
        for index, lines in enumerate(wrapped):
            y = top + (height - len(lines) * step) / 2 + step * 0.78
            for turn, part in enumerate(lines):
                middle = (edges[index] + edges[index + 1]) / 2
                joins = index > 0 or turn > 0
                self.sheet.write(middle, y, part, style=style, align="centre", joins=joins)
                y += step
        return top + height

    def close(
        self,
        signer: Signer,
        *,
        agency: Agency | None = None,
        recipients: Sequence[str] = (),
        day: str = "",
        note: str = "",
    ) -> None:
        """Recipients on the left, the signature block on the right."""
        x = self.look.left + (self.look.right - self.look.left) * 0.72
        self.space(0.4)
        if day:
            self.sheet.write(x, self.y, day, style=self.slanted, align="centre")
            self.y += self.step
        top = self.y
        if recipients:
            self._recipients(recipients, top)
        y = self._signature(x, top, signer, note=note)
        if agency is not None:
            rng = self.chance.rng
            at = (x - 22 + float(rng.uniform(-5, 5)), y - 14 + float(rng.uniform(-3, 2)))
            stamp(self.sheet, agency, x=at[0], y=at[1], rng=rng)
        self.y = max(y + 6, top + 5 * (len(recipients) + 1))

    def _recipients(self, recipients: Sequence[str], top: float) -> None:
        size = min(11.0, self.look.size - 1)
        self.sheet.write(self.look.left, top, "Nơi nhận:", style=Style("serif-bold-italic", size + 1))
        for index, words in enumerate(recipients, start=1):
            self.sheet.write(self.look.left, top + index * 4.7, words, style=Style("serif", size))

    def _signature(self, x: float, y: float, signer: Signer, *, note: str = "") -> float:
        """Titles, pen, name; returns the baseline of the name."""
        room = 2 * (self.look.right + 4 - x)
        for words in signer.titles:
            for part in self.sheet.balanced(words, room, self.strong):
                self.sheet.write(x, y, part, style=self.strong, align="centre")
                y += 5.4
        if note:
            style = Style("serif-italic", self.look.size - 1.5)
            self.sheet.write(x, y, note, style=style, align="centre")
            y += 4
        scribble(self.sheet, x=x, y=y - 1, name=signer.name)
        y += _SIGNATURE_ROOM * max(0.85, self.look.scale)
        self.sheet.write(x, y, signer.name, style=self.strong, align="centre")
        return y

    def hands(self, *hands: tuple[str, str, str]) -> None:
        """Several people sign side by side: (title, note, name); read column by column."""
        whole = self.look.right - self.look.left
        self.space(0.5)
        bottom = self.y
        for index, (words, note, name) in enumerate(hands):
            x = self.look.left + whole * (index + 0.5) / len(hands)
            y = self.y
            for part in self.sheet.balanced(words, whole / len(hands) - 4, self.strong):
                self.sheet.write(x, y, part, style=self.strong, align="centre")
                y += 5.2
            if note:
                style = Style("serif-italic", self.look.size - 2)
                self.sheet.write(x, y, note, style=style, align="centre")
            scribble(self.sheet, x=x, y=y + 1, name=name)
            self.sheet.write(x, y + _SIGNATURE_ROOM, name, style=self.strong, align="centre")
            bottom = max(bottom, y + _SIGNATURE_ROOM)
        self.y = bottom + self.step

    def paper(self, kind: str) -> Paper:
        """The finished paper."""
        return Paper(kind=kind, sheets=(self.sheet,), fields=self.fields)


Layout = Callable[[Draft], Paper]


def mark_specimen(sheet: Sheet) -> None:
    """The line at the foot that says nothing here is real; a smaller one of the samples gives way to it."""
    if sheet.lines and SPECIMEN in sheet.lines:
        sheet.lines.remove(SPECIMEN)
        sheet.ops[:] = [op for op in sheet.ops if getattr(op, "content", "") != SPECIMEN]
    style = Style("serif", 8.5 if sheet.width > 150 else 6.5, _SMALL)
    sheet.write(sheet.width / 2, sheet.height - 5.0, SPECIMEN, style=style, align="centre")
