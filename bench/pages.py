"""The twenty pages the bench reads: scanned sample pages, one image file each, same pixels for all."""

from __future__ import annotations

from pathlib import Path

import pikepdf
from PIL import Image, ImageSequence

SAMPLES = Path(__file__).parent.parent / "samples" / "dossiers"
COUNT = 20
_JPEG_QUALITY = 92


def write_pages(folder: Path) -> list[Path]:
    """Single pages of the scanned samples as ``page-01.jpg`` …, resolution kept; at most ``COUNT``."""
    written: list[Path] = []
    for source in sorted(SAMPLES.glob("*/*")):
        if len(written) >= COUNT:
            break
        if source.suffix == ".pdf":
            _from_pdf(source, folder, written)
        elif source.suffix in {".jpg", ".tif"}:
            with Image.open(source) as image:
                for frame in ImageSequence.Iterator(image):
                    _save(frame, folder, written)
    return written[:COUNT]


def _from_pdf(source: Path, folder: Path, written: list[Path]) -> None:
    """Pages that are one image; born-digital pages have no pixels to read."""
    with pikepdf.open(source) as pdf:
        for page in pdf.pages:
            images = [image for image in page.images.values() if isinstance(image, pikepdf.Stream)]
            if len(images) == 1:
                _save(pikepdf.PdfImage(images[0]).as_pil_image(), folder, written, dpi=_dpi(page, images[0]))


def _dpi(page: pikepdf.Page, image: pikepdf.Object) -> int:
    width_points = float(page.mediabox[2]) - float(page.mediabox[0])
    return round(int(image["/Width"]) / width_points * 72)


def _save(frame: Image.Image, folder: Path, written: list[Path], *, dpi: int = 0) -> None:
    stored = frame.info.get("dpi", (300, 300))
    resolution = dpi or round(float(stored[0]))
    path = folder / f"page-{len(written) + 1:02d}.jpg"
    frame.convert("RGB").save(path, "JPEG", quality=_JPEG_QUALITY, dpi=(resolution, resolution))
    written.append(path)
