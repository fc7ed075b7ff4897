"""The process that ``bench.line`` measures: ``python -m bench.one_batch DATA flow|plain nothing|PAGE…``."""

from __future__ import annotations

import sys
from pathlib import Path

from bench.line import run_batch

if __name__ == "__main__":
    data, kind, *pages = sys.argv[1:]
    chosen = [] if pages == ["nothing"] else [Path(page) for page in pages]
    run_batch(Path(data), chosen, with_prefect=kind == "flow")
