"""The committed sample set, as the tests read it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SAMPLES = Path(__file__).parents[2] / "samples"
DOSSIERS = SAMPLES / "dossiers"
_TRUTH = ".expected.json"


@dataclass(frozen=True, slots=True)
class Sample:
    """One committed file with its truth."""

    path: Path
    truth: dict[str, Any]
    text: str

    def __str__(self) -> str:
        return f"{self.path.parent.name}/{self.path.name}"


def sample_files() -> list[Path]:
    """Every input file, truth and text files left out."""
    return sorted(path for path in DOSSIERS.glob("*/*") if path.suffix in {".jpg", ".tif", ".pdf"})


def samples() -> list[Sample]:
    """Every committed file with its truth and text."""
    return [
        Sample(
            path,
            json.loads(path.with_name(path.name + _TRUTH).read_text(encoding="utf-8")),
            path.with_name(path.name + ".txt").read_text(encoding="utf-8"),
        )
        for path in sample_files()
    ]
