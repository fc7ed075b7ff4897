"""Small PDF/A-2b files to sign, made here."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import pikepdf
from PIL import Image, ImageCms

from signing.appearance import PdfRect

A4 = (595.276, 841.89)


def make_pdfa(
    path: Path,
    *,
    size: tuple[float, float] = A4,
    pages: int = 1,
    rotate: int = 0,
    pdfa: bool = True,
    padding: int = 0,
    crop: tuple[float, float, float, float] | None = None,
    printed: Sequence[PdfRect] = (),
    notes: Sequence[PdfRect] = (),
) -> Path:
    """A file with one grey JPEG for each page.

    Args:
        path: where to write it.
        size: of the pages, in points.
        pages: how many.
        rotate: value of ``/Rotate``.
        pdfa: whether it claims to be PDF/A-2b.
        padding: side of the picture in pixels grows with it, to make larger files.
        crop: ``/CropBox`` of the first page.
        printed: black rectangles on the first page.
        notes: places of annotations on the first page.
    """
    with pikepdf.new() as pdf:
        for number in range(pages):
            _add_page(pdf, size=size, shade=200 - number % 100, side=64 + padding)
            if rotate:
                pdf.pages[-1].obj.Rotate = rotate
        first = pdf.pages[0]
        if crop:
            first.obj.CropBox = pikepdf.Array(crop)
        if printed:
            first.contents_add(b" ".join(map(_filled, printed)))
        if notes:
            first.obj.Annots = pikepdf.Array([_link(pdf, place) for place in notes])
        pdf.docinfo["/Title"] = "Giấy tờ MẪU"
        if pdfa:
            _claim_pdfa(pdf)
        pdf.save(path, linearize=False, deterministic_id=True)
    return path


def places_of(path: Path) -> dict[str, PdfRect]:
    """Where the fields stand on the first page, by name, in points of user space."""
    with pikepdf.open(path) as pdf:
        fields = [note for note in pdf.pages[0].Annots if "/T" in note and note.Rect[2] != note.Rect[0]]
        return {str(field.T): PdfRect(*map(float, field.Rect)) for field in fields}


def _add_page(pdf: pikepdf.Pdf, *, size: tuple[float, float], shade: int, side: int) -> None:
    picture = io.BytesIO()
    noise = Image.effect_noise((side, side), 60).convert("RGB")
    Image.blend(noise, Image.new("RGB", (side, side), (shade,) * 3), 0.7).save(picture, "JPEG")
    image = pdf.make_stream(
        picture.getvalue(),
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=side,
        Height=side,
        ColorSpace=pikepdf.Name.DeviceRGB,
        BitsPerComponent=8,
        Filter=pikepdf.Name.DCTDecode,
    )
    pdf.add_blank_page(page_size=size)
    page = pdf.pages[-1]
    page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=image))
    content = f"q {size[0] - 40:.2f} 0 0 {size[1] - 140:.2f} 20 20 cm /Im0 Do Q"
    page.obj.Contents = pdf.make_stream(content.encode())


def _filled(place: PdfRect) -> bytes:
    return f"0 g {place.left} {place.bottom} {place.width} {place.height} re f".encode()


def _link(pdf: pikepdf.Pdf, place: PdfRect) -> pikepdf.Object:
    box = pikepdf.Array([place.left, place.bottom, place.right, place.top])
    page = pikepdf.Array([pdf.pages[0].obj, pikepdf.Name.Fit])
    return pdf.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=box, Dest=page, F=4, Border=[0, 0, 0]
        )
    )


def _claim_pdfa(pdf: pikepdf.Pdf) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    intent = pikepdf.Dictionary(
        Type=pikepdf.Name.OutputIntent,
        S=pikepdf.Name.GTS_PDFA1,
        OutputConditionIdentifier=pikepdf.String("sRGB"),
        DestOutputProfile=pdf.make_stream(profile, N=3),
    )
    pdf.Root.OutputIntents = pikepdf.Array([pdf.make_indirect(intent)])
    with pdf.open_metadata(set_pikepdf_as_editor=False) as meta:
        meta["pdfaid:part"] = "2"
        meta["pdfaid:conformance"] = "B"
        meta["dc:title"] = "Giấy tờ MẪU"
