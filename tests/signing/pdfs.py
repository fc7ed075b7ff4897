"""Small PDF/A-2b files to sign, made here."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
from PIL import Image, ImageCms

A4 = (595.276, 841.89)


def make_pdfa(
    path: Path,
    *,
    size: tuple[float, float] = A4,
    pages: int = 1,
    rotate: int = 0,
    pdfa: bool = True,
    padding: int = 0,
) -> Path:
    """A file with one grey JPEG for each page.

    Args:
        path: where to write it.
        size: of the pages, in points.
        pages: how many.
        rotate: value of ``/Rotate``.
        pdfa: whether it claims to be PDF/A-2b.
        padding: side of the picture in pixels grows with it, to make larger files.
    """
    with pikepdf.new() as pdf:
        for number in range(pages):
            _add_page(pdf, size=size, shade=200 - number % 100, side=64 + padding)
            if rotate:
                pdf.pages[-1].obj.Rotate = rotate
        pdf.docinfo["/Title"] = "Giấy tờ MẪU"
        if pdfa:
            _claim_pdfa(pdf)
        pdf.save(path, linearize=False, deterministic_id=True)
    return path


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
