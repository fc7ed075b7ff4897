"""A sheet as a born-digital PDF page: real text in embedded subset fonts, marks as images with soft masks."""

from __future__ import annotations

import io
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pikepdf
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

from samples.fonts import FACES, font_path
from samples.sheet import Mark, Panel, Sheet, Stroke, Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from samples.sheet import Colour

POINTS_PER_MM = 72 / 25.4
MARK_PIXELS_PER_MM = 8


@dataclass(slots=True)
class EmbeddedFont:
    """One subset font and how its letters are numbered in the file."""

    glyphs: dict[str, int]
    dictionary: pikepdf.Object = field(repr=False)

    def encode(self, text: str) -> str:
        """Hex of the glyph numbers."""
        return "".join(f"{self.glyphs[letter]:04X}" for letter in text)


def make_pdf(sheets: Sequence[Sheet], *, title: str, author: str) -> bytes:
    """Write sheets as a PDF with a real text layer."""
    with pikepdf.new() as pdf:
        fonts = _embed_fonts(pdf, sheets)
        for sheet in sheets:
            _add_page(pdf, sheet, fonts)
        pdf.docinfo["/Title"] = title
        pdf.docinfo["/Author"] = author
        pdf.docinfo["/Creator"] = "Phan mem hanh chinh (mau)"
        buffer = io.BytesIO()
        pdf.save(buffer, min_version="1.7", deterministic_id=True)
    return buffer.getvalue()


def _embed_fonts(pdf: pikepdf.Pdf, sheets: Sequence[Sheet]) -> dict[str, EmbeddedFont]:
    letters: dict[str, set[str]] = {}
    for sheet in sheets:
        for op in sheet.ops:
            if isinstance(op, Text):
                letters.setdefault(op.style.face, set()).update(op.content)
    return {face: _embed(pdf, face, used) for face, used in sorted(letters.items())}


def _embed(pdf: pikepdf.Pdf, face: str, used: set[str]) -> EmbeddedFont:
    font = TTFont(font_path(face), recalcTimestamp=False)
    options = Options()
    options.hinting, options.name_IDs, options.notdef_outline = False, [], True
    options.layout_features, options.drop_tables = [], [*options.drop_tables, "GPOS", "GSUB", "GDEF"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[ord(letter) for letter in used])
    subsetter.subset(font)
    buffer = io.BytesIO()
    font.save(buffer, reorderTables=False)
    glyph_names, metrics = font.getBestCmap(), font["hmtx"]
    glyphs = {letter: font.getGlyphID(glyph_names[ord(letter)]) for letter in sorted(used)}
    units = font["head"].unitsPerEm
    widths = {letter: metrics[glyph_names[ord(letter)]][0] * 1000 / units for letter in sorted(used)}
    name = f"MOTLAN+{FACES[face][0].split('/')[-1].removesuffix('.ttf')}"
    dictionary = _font_dictionary(pdf, font, name=name, glyphs=glyphs, widths=widths, data=buffer.getvalue())
    return EmbeddedFont(glyphs=glyphs, dictionary=dictionary)


def _font_dictionary(
    pdf: pikepdf.Pdf,
    font: TTFont,
    *,
    name: str,
    glyphs: dict[str, int],
    widths: dict[str, float],
    data: bytes,
) -> pikepdf.Object:
    per_mille = 1000 / font["head"].unitsPerEm
    head, lines = font["head"], font["hhea"]
    file = pikepdf.Stream(pdf, zlib.compress(data, 9))
    file.Filter, file.Length1 = pikepdf.Name.FlateDecode, len(data)
    descriptor = pikepdf.Dictionary(
        Type=pikepdf.Name.FontDescriptor,
        FontName=pikepdf.Name(f"/{name}"),
        Flags=4,
        FontBBox=[round(side * per_mille) for side in (head.xMin, head.yMin, head.xMax, head.yMax)],
        ItalicAngle=0,
        Ascent=round(lines.ascent * per_mille),
        Descent=round(lines.descent * per_mille),
        CapHeight=660,
        StemV=80,
        FontFile2=pdf.make_indirect(file),
    )
    by_glyph = sorted((glyphs[letter], width) for letter, width in widths.items())
    table: list[object] = []
    for glyph, width in by_glyph:
        table += [glyph, pikepdf.Array([round(width, 2)])]
    descendant = pikepdf.Dictionary(
        Type=pikepdf.Name.Font,
        Subtype=pikepdf.Name.CIDFontType2,
        BaseFont=pikepdf.Name(f"/{name}"),
        CIDSystemInfo=pikepdf.Dictionary(Registry="Adobe", Ordering="Identity", Supplement=0),
        FontDescriptor=pdf.make_indirect(descriptor),
        W=pikepdf.Array(table),
        CIDToGIDMap=pikepdf.Name.Identity,
    )
    return pdf.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Font,
            Subtype=pikepdf.Name.Type0,
            BaseFont=pikepdf.Name(f"/{name}"),
            Encoding=pikepdf.Name("/Identity-H"),
            DescendantFonts=[pdf.make_indirect(descendant)],
            ToUnicode=pdf.make_stream(_to_unicode(glyphs)),
        )
    )


def _to_unicode(glyphs: dict[str, int]) -> bytes:
    pairs = "\n".join(
        f"<{glyph:04X}> <{letter.encode('utf-16-be').hex().upper()}>" for letter, glyph in glyphs.items()
    )
    blocks = [pairs.split("\n")[start : start + 100] for start in range(0, len(glyphs), 100)]
    body = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def /CMapType 2 def\n"
        "1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
        f"{body}\nendcmap CMapName currentdict /CMap defineresource pop end end\n"
    ).encode()


def _add_page(pdf: pikepdf.Pdf, sheet: Sheet, fonts: dict[str, EmbeddedFont]) -> None:
    names = {face: f"F{index}" for index, face in enumerate(sorted(fonts))}
    pictures: dict[str, pikepdf.Object] = {}
    parts: list[str] = []
    for op in sheet.ops:
        match op:
            case Text():
                parts.append(_text(op, sheet, fonts[op.style.face], names[op.style.face]))
            case Stroke():
                parts.append(_stroke(op, sheet))
            case Panel():
                low = sheet.height - op.y - op.height
                box = " ".join(f"{side * POINTS_PER_MM:.2f}" for side in (op.x, low, op.width, op.height))
                parts.append(f"{_colour(op.colour)} rg {box} re f")
            case Mark():
                key = f"Im{len(pictures)}"
                pictures[f"/{key}"] = _picture(pdf, op)
                parts.append(_placed(op, sheet, key))
    resources = pikepdf.Dictionary(
        Font=pikepdf.Dictionary({f"/{names[face]}": font.dictionary for face, font in fonts.items()}),
        XObject=pikepdf.Dictionary(pictures),
    )
    size = [round(side * POINTS_PER_MM, 3) for side in (sheet.width, sheet.height)]
    page = pikepdf.Dictionary(
        Type=pikepdf.Name.Page,
        MediaBox=[0, 0, *size],
        Resources=resources,
        Contents=pdf.make_stream("\n".join(parts).encode("ascii")),
    )
    pdf.pages.append(pikepdf.Page(page))


def _colour(colour: Colour) -> str:
    return " ".join(f"{part / 255:.3f}" for part in colour)


def _text(op: Text, sheet: Sheet, font: EmbeddedFont, name: str) -> str:
    """One text run; wider spaces are written as kerning after each space."""
    x, y = op.x * POINTS_PER_MM, (sheet.height - op.y) * POINTS_PER_MM
    kern = -op.gap * POINTS_PER_MM / op.style.size * 1000
    words = op.content.split(" ")
    runs = [
        f"<{font.encode(word if index == len(words) - 1 else word + ' ')}>"
        for index, word in enumerate(words)
    ]
    run = f" {kern:.1f} ".join(runs) if op.gap else "".join(runs)
    return f"BT {_colour(op.style.colour)} rg /{name} {op.style.size} Tf {x:.2f} {y:.2f} Td [{run}] TJ ET"


def _stroke(op: Stroke, sheet: Sheet) -> str:
    points = [(x * POINTS_PER_MM, (sheet.height - y) * POINTS_PER_MM) for x, y in op.points]
    path = f"{points[0][0]:.2f} {points[0][1]:.2f} m " + " ".join(f"{x:.2f} {y:.2f} l" for x, y in points[1:])
    dash = "" if op.dash is None else " ".join(f"{part * POINTS_PER_MM:.2f}" for part in op.dash)
    return f"{_colour(op.colour)} RG {op.width * POINTS_PER_MM:.2f} w [{dash}] 0 d {path} S"


def _picture(pdf: pikepdf.Pdf, op: Mark) -> pikepdf.Object:
    """One ink with the mark's mask as transparency."""
    width = min(op.mask.shape[1], round(op.width * MARK_PIXELS_PER_MM))
    height = max(1, round(width * op.mask.shape[0] / op.mask.shape[1]))
    mask = np.asarray(cv2.resize(op.mask, (width, height), interpolation=cv2.INTER_AREA), dtype=np.uint8)
    soft = _image(pdf, mask.tobytes(), width, height, space=pikepdf.Name.DeviceGray)
    flat = np.broadcast_to(np.array(op.colour, np.uint8), (height, width, 3)).tobytes()
    picture = _image(pdf, flat, width, height, space=pikepdf.Name.DeviceRGB)
    picture.SMask = soft
    return picture


def _image(pdf: pikepdf.Pdf, data: bytes, width: int, height: int, *, space: pikepdf.Name) -> pikepdf.Object:
    stream = pikepdf.Stream(pdf, zlib.compress(data, 9))
    stream.Type, stream.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    stream.Width, stream.Height, stream.BitsPerComponent = width, height, 8
    stream.ColorSpace, stream.Filter = space, pikepdf.Name.FlateDecode
    return pdf.make_indirect(stream)


def _placed(op: Mark, sheet: Sheet, key: str) -> str:
    low = (sheet.height - op.y - op.height) * POINTS_PER_MM
    numbers = (op.width * POINTS_PER_MM, op.height * POINTS_PER_MM, op.x * POINTS_PER_MM, low)
    width, height, x, y = (f"{number:.2f}" for number in numbers)
    return f"q {width} 0 0 {height} {x} {y} cm /{key} Do Q"
