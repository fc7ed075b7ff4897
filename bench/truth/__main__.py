"""``python -m bench.truth``: make the truth set."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from bench.truth.make import make_set
from bench.truth.plan import entries
from samples.fonts import FontMissingError

ROOT = Path(__file__).parents[2]
DEFAULT_SEED = 20261126
DEFAULT_PAGES = 240


def main() -> int:
    """0 when the set was made; 1 when a font is missing."""
    parser = argparse.ArgumentParser(prog="python -m bench.truth", description="Dựng bộ trang chuẩn để đo.")
    parser.add_argument("--out", type=Path, default=ROOT / "bench" / "out" / "truth")
    parser.add_argument("--pages", type=int, default=DEFAULT_PAGES)
    parser.add_argument("--half", choices=("tune", "test"))
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    asked = parser.parse_args()
    pages = entries(asked.pages, half=asked.half)

    def tell(done: int) -> None:
        if sys.stderr.isatty() or done == len(pages):
            sys.stderr.write(f"\r{done}/{len(pages)} trang" + ("\n" if done == len(pages) else ""))

    try:
        make_set(asked.out, pages, seed=asked.seed, workers=asked.workers, tell=tell)
    except FontMissingError as error:
        sys.stderr.write(f"✗ {error}\n")
        return 1
    sys.stdout.write(f"{len(pages)} trang trong {asked.out}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
