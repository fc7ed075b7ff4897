"""Stands in for ``scanimage`` with a stack of pictures in its tray, at the pace of an office scanner.

``BENCH_TRAY`` names the folder of pictures, ``BENCH_PACE`` the seconds from page to page, ``BENCH_OUT`` a
file that gets the moment (Unix time) at which each page lay whole on the disk.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from PIL import Image

_OFFERS = """
    --source ADF|ADF Duplex [ADF]
    --mode Gray|Color [Color]
    --resolution 100|200|300dpi [300]
"""
_NO_DOCS = 7


def main() -> int:
    """Feed the whole tray."""
    if "--all-options" in sys.argv:
        sys.stdout.write(_OFFERS)
        return 0
    pattern = next(word for word in sys.argv if word.startswith("--batch=")).partition("=")[2]
    first = int(next(word for word in sys.argv if word.startswith("--batch-start=")).partition("=")[2])
    # Ready before the first page moves, as a device has its pixels without decoding anything.
    pages = [_raw(path) for path in sorted(Path(os.environ["BENCH_TRAY"]).iterdir())][first - 1 :]
    pace = float(os.environ["BENCH_PACE"])
    due = time.monotonic()
    for number, (head, pixels) in enumerate(pages, start=first):
        due += pace
        time.sleep(max(0.0, due - time.monotonic()))
        path = Path(pattern % number)
        part = path.with_name(f"{path.name}.part")
        part.write_bytes(head + pixels)
        part.replace(path)
        with Path(os.environ["BENCH_OUT"]).open("a", encoding="ascii") as out:
            out.write(f"{time.time()}\n")
        sys.stdout.write(f"{path}\n")
        sys.stdout.flush()
    sys.stderr.write("scanimage: sane_start: Document feeder out of documents\n")
    return _NO_DOCS


def _raw(path: Path) -> tuple[bytes, bytes]:
    with Image.open(path) as image:
        pixels = image.convert("RGB")
        return f"P6\n{pixels.width} {pixels.height}\n255\n".encode(), pixels.tobytes()


if __name__ == "__main__":
    sys.exit(main())
