"""A mark as the appearance of a signature field: black upright text in the embedded typeface."""

# The signing library declares itself typed, but many of its calls are not.
# mypy: allow-untyped-calls

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.content import ResourceType
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.stamp import BaseStamp, BaseStampStyle

from dossier.errors import MarkCollisionError
from signing.appearance import FONT_SIZE, LEADING, wrap
from signing.turned import UPRIGHT, View
from signing.typeface import Subset, spelled, subset_for

_FONT_NAME = "/F1"
_SYMBOLIC = 4


@dataclass(frozen=True)
class MarkStyle(BaseStampStyle):
    """Paragraphs to be set in the box of a signature field, from its top left corner as shown."""

    paragraphs: tuple[str, ...] = ()
    view: View = UPRIGHT

    def create_stamp(
        self, writer: BasePdfFileWriter, box: BoxConstraints, text_params: dict[str, str]
    ) -> MarkStamp:
        """Called by the signing library when it fills the field."""
        del text_params
        return MarkStamp(writer, self, box=box)


class MarkStamp(BaseStamp):
    """The form XObject of one mark."""

    def __init__(self, writer: BasePdfFileWriter, style: MarkStyle, *, box: BoxConstraints) -> None:
        super().__init__(writer, style, box=box)
        self._paragraphs = style.paragraphs
        self._view = style.view
        self._size = style.view.size(float(box.width), float(box.height))

    def as_form_xobject(self) -> generic.StreamObject:
        """The lines in a form that stands upright on the page as shown."""
        content = self.render()
        matrix = self._view.matrix(float(self.box.width), float(self.box.height))
        form = generic.StreamObject(stream_data=content)
        form.update(
            {
                pdf_name("/Type"): pdf_name("/XObject"),
                pdf_name("/Subtype"): pdf_name("/Form"),
                pdf_name("/BBox"): generic.ArrayObject(map(generic.FloatObject, (0, 0, *self._size))),
                pdf_name("/Matrix"): generic.ArrayObject(map(generic.FloatObject, matrix)),
                pdf_name("/Resources"): self._resources.as_pdf_object(),
            }
        )
        return form

    def render(self) -> bytes:
        """Page description of the lines.

        Raises:
            MarkCollisionError: the lines do not fit into the box.
        """
        width, height = self._size
        lines = wrap(self._paragraphs, width=width)
        if len(lines) * LEADING > height + 0.01:
            raise MarkCollisionError(cause="the text is longer than its mark")
        subset = subset_for("".join(lines))
        font = embed(self._ensure_writer, subset)
        self.set_resource(ResourceType.FONT, name=pdf_name(_FONT_NAME), value=font)
        first = height - (LEADING - FONT_SIZE) / 2 - FONT_SIZE * subset.ascent / 1000
        shown = " T* ".join(f"<{subset.encode(line)}> Tj" for line in lines)
        text = f"q 0 g BT {_FONT_NAME} {FONT_SIZE:g} Tf {LEADING:g} TL 0 {first:.3f} Td {shown} ET Q"
        return text.encode("ascii")


def embed(writer: BasePdfFileWriter, subset: Subset) -> generic.IndirectObject:
    """Write a subset into a PDF as a composite font whose codes are glyph numbers (ISO 32000-1, 9.7)."""
    descriptor = _dictionary(
        Type=pdf_name("/FontDescriptor"),
        FontName=pdf_name(f"/{subset.name}"),
        Flags=generic.NumberObject(_SYMBOLIC),
        FontBBox=generic.ArrayObject(map(generic.NumberObject, subset.box)),
        ItalicAngle=generic.NumberObject(0),
        Ascent=generic.NumberObject(subset.ascent),
        Descent=generic.NumberObject(subset.descent),
        CapHeight=generic.NumberObject(subset.cap_height),
        StemV=generic.NumberObject(80),
        FontFile2=writer.add_object(_font_file(subset)),
    )
    descendant = _dictionary(
        Type=pdf_name("/Font"),
        Subtype=pdf_name("/CIDFontType2"),
        BaseFont=pdf_name(f"/{subset.name}"),
        CIDSystemInfo=_dictionary(
            Registry=generic.pdf_string("Adobe"),
            Ordering=generic.pdf_string("Identity"),
            Supplement=generic.NumberObject(0),
        ),
        CIDToGIDMap=pdf_name("/Identity"),
        FontDescriptor=writer.add_object(descriptor),
        W=generic.ArrayObject(
            [generic.NumberObject(0), generic.ArrayObject(map(generic.NumberObject, subset.widths))]
        ),
    )
    font = _dictionary(
        Type=pdf_name("/Font"),
        Subtype=pdf_name("/Type0"),
        BaseFont=pdf_name(f"/{subset.name}"),
        Encoding=pdf_name("/Identity-H"),
        DescendantFonts=generic.ArrayObject([writer.add_object(descendant)]),
        ToUnicode=writer.add_object(generic.StreamObject(stream_data=_to_unicode(subset))),
    )
    return writer.add_object(font)


def _dictionary(**entries: generic.PdfObject) -> generic.DictionaryObject:
    return generic.DictionaryObject({pdf_name(f"/{key}"): value for key, value in entries.items()})


def _font_file(subset: Subset) -> generic.StreamObject:
    entries = {
        pdf_name("/Filter"): pdf_name("/FlateDecode"),
        pdf_name("/Length1"): generic.NumberObject(subset.length),
    }
    return generic.StreamObject(entries, encoded_data=subset.data)


@lru_cache(maxsize=64)
def _to_unicode(subset: Subset) -> bytes:
    pairs = sorted((number, character) for character, number in subset.glyphs.items())
    blocks = [pairs[start : start + 100] for start in range(0, len(pairs), 100)]
    body = "\n".join(
        f"{len(block)} beginbfchar\n"
        + "\n".join(
            f"<{number:04x}> <{spelled(character).encode('utf-16-be').hex()}>" for number, character in block
        )
        + "\nendbfchar"
        for block in blocks
    )
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        "1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n"
        f"{body}\nendcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
    ).encode("ascii")
