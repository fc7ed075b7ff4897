"""Separator sheets as a PDF to print: A4, the code twice in opposite corners, and what lies behind in words.

Two codes, because a corner may be torn off or folded, and a sheet may be fed upside down. What the sheet says
in words is for the person who sorts the papers; the program reads the codes only (``dossier.separators``).
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pikepdf
from pikepdf import Array, Dictionary, Name

from ocr.arrays import stretches
from ocr.barcodes import qr_modules

_POINT = 72 / 25.4
WIDTH_MM, HEIGHT_MM = 210.0, 297.0
_CODE_MM = 62.0
_EDGE_MM = 15.0
_TEXT_LEFT_MM, _TEXT_RIGHT_MM = 20.0, 190.0
_LEADING = 1.35
_EM = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedSheet:
    """What stands on one sheet.

    Attributes:
        code: text of its code.
        title: one large line.
        lines: what lies behind it, for people.
        foot: small print at the bottom.
    """

    code: str
    title: str
    lines: tuple[str, ...]
    foot: tuple[str, ...]


class FontSubset(Protocol):
    """A part of a typeface ready to be embedded: see ``signing.typeface.Subset``."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def data(self) -> bytes: ...  # noqa: D102
    @property
    def length(self) -> int: ...  # noqa: D102
    @property
    def glyphs(self) -> Mapping[str, int]: ...  # noqa: D102
    @property
    def widths(self) -> tuple[int, ...]: ...  # noqa: D102
    @property
    def box(self) -> tuple[int, int, int, int]: ...  # noqa: D102
    @property
    def ascent(self) -> int: ...  # noqa: D102
    @property
    def descent(self) -> int: ...  # noqa: D102
    @property
    def cap_height(self) -> int: ...  # noqa: D102

    def encode(self, text: str) -> str:
        """Text as the hexadecimal codes of a ``Tj`` operand."""
        ...


class Typeface(Protocol):
    """The typeface of the program, which another package keeps; a module may be one."""

    def fit_characters(self, text: str) -> str:
        """Text with every character that the typeface lacks replaced."""
        ...

    def text_width(self, text: str, *, size: float) -> float:
        """Width of a line in points."""
        ...

    def subset_for(self, text: str) -> FontSubset:
        """The subset that holds the characters of a text."""
        ...


def separator_pdf(sheets: Sequence[PrintedSheet], typeface: Typeface) -> bytes:
    """The sheets as one PDF, a page each; the same sheets give the same bytes."""
    everything = " ".join(part for sheet in sheets for part in (sheet.title, *sheet.lines, *sheet.foot))
    subset = typeface.subset_for(typeface.fit_characters(everything))
    with pikepdf.new() as pdf:
        font = _font(pdf, subset)
        for sheet in sheets:
            content = "\n".join((*_codes(sheet.code), *_texts(sheet, subset, typeface)))
            page = pdf.add_blank_page(page_size=(WIDTH_MM * _POINT, HEIGHT_MM * _POINT))
            page.obj.Contents = pdf.make_stream(content.encode("ascii"))
            page.obj.Resources = Dictionary(Font=Dictionary(F1=font))
        target = io.BytesIO()
        pdf.save(target, deterministic_id=True, compress_streams=True)
    return target.getvalue()


def _codes(text: str) -> Iterator[str]:
    modules = qr_modules(text)
    yield "0 g"
    yield from _code(modules, left=_EDGE_MM, top=_EDGE_MM)
    yield from _code(modules, left=WIDTH_MM - _EDGE_MM - _CODE_MM, top=HEIGHT_MM - _EDGE_MM - _CODE_MM)


def _code(modules: npt.NDArray[np.bool_], *, left: float, top: float) -> Iterator[str]:
    """Runs of dark modules as filled rectangles."""
    side = _CODE_MM / modules.shape[0]
    for row, line in enumerate(modules):
        y = HEIGHT_MM - top - (row + 1) * side
        for start, end in stretches(line):
            x, wide = left + start * side, (end - start) * side
            yield " ".join(f"{value * _POINT:.3f}" for value in (x, y, wide, side)) + " re"
    yield "f"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where lines stand: first baseline and right edge in millimetres, size in points."""

    top: float
    size: float
    right: float = _TEXT_RIGHT_MM


_TITLE = _Place(top=112.0, size=30.0)
_BODY = _Place(top=142.0, size=17.0)
# The small print stands beside the lower code.
_SMALL = _Place(top=257.0, size=9.0, right=WIDTH_MM - _EDGE_MM - _CODE_MM - 8)


def _texts(sheet: PrintedSheet, subset: FontSubset, typeface: Typeface) -> Iterator[str]:
    for lines, place in (((sheet.title,), _TITLE), (sheet.lines, _BODY), (sheet.foot, _SMALL)):
        yield from _block(lines, place, subset, typeface)


def _block(lines: Sequence[str], place: _Place, subset: FontSubset, typeface: Typeface) -> Iterator[str]:
    x, y = _TEXT_LEFT_MM * _POINT, (HEIGHT_MM - place.top) * _POINT
    room = (place.right - _TEXT_LEFT_MM) * _POINT
    for line in lines:
        for part in _wrapped(typeface.fit_characters(line), typeface, size=place.size, room=room):
            yield f"BT /F1 {place.size:g} Tf {x:.2f} {y:.2f} Td <{subset.encode(part)}> Tj ET"
            y -= place.size * _LEADING
        y -= place.size * 0.25


def _wrapped(text: str, typeface: Typeface, *, size: float, room: float) -> Iterator[str]:
    """Lines of at most that width; a word that is wider alone is broken."""
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}".strip()
        if typeface.text_width(longer, size=size) <= room:
            line = longer
            continue
        if line:
            yield line
        line = word
        while typeface.text_width(line, size=size) > room and len(line) > 1:
            cut = next(
                end
                for end in range(len(line) - 1, 0, -1)
                if end == 1 or typeface.text_width(line[:end], size=size) <= room
            )
            yield line[:cut]
            line = line[cut:]
    yield line


def _font(pdf: pikepdf.Pdf, subset: FontSubset) -> pikepdf.Object:
    """The subset as a composite font whose codes are glyph numbers."""
    file = pikepdf.Stream(pdf, subset.data, Filter=Name.FlateDecode, Length1=subset.length)
    descriptor = Dictionary(
        Type=Name.FontDescriptor,
        FontName=Name("/" + subset.name),
        Flags=4,
        FontBBox=Array(subset.box),
        ItalicAngle=0,
        Ascent=subset.ascent,
        Descent=subset.descent,
        CapHeight=subset.cap_height,
        StemV=80,
        FontFile2=file,
    )
    descendant = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType2,
        BaseFont=Name("/" + subset.name),
        CIDSystemInfo=Dictionary(
            Registry=pikepdf.String("Adobe"), Ordering=pikepdf.String("Identity"), Supplement=0
        ),
        FontDescriptor=pdf.make_indirect(descriptor),
        DW=_EM,
        W=Array([0, Array(subset.widths)]),
        CIDToGIDMap=Name.Identity,
    )
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.Type0,
            BaseFont=Name("/" + subset.name),
            Encoding=Name("/Identity-H"),
            DescendantFonts=Array([pdf.make_indirect(descendant)]),
            ToUnicode=pdf.make_stream(_to_unicode(subset)),
        )
    )


def _to_unicode(subset: FontSubset) -> bytes:
    """Glyph numbers back to characters, so that the text can be found and copied."""
    pairs = [
        f"<{glyph:04x}> <{character.encode('utf-16-be').hex()}>"
        for character, glyph in sorted(subset.glyphs.items())
    ]
    # At most a hundred entries in one block (PDF 32000-1, 9.10.3, by way of Adobe's CMap specification).
    blocks = [pairs[start : start + 100] for start in range(0, len(pairs), 100)]
    body = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        "/CMapName /Separator def /CMapType 2 def\n"
        "1 begincodespacerange <0000> <ffff> endcodespacerange\n"
        f"{body}\nendcmap CMapName currentdict /CMap defineresource pop end end"
    ).encode("ascii")
