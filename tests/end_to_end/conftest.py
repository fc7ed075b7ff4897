"""The whole line is run once for all tests of this folder (they stay together on one worker)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.line import DOSSIERS, Line, digitise, installation
from tests.prefect_server import prefect_url, runs_told_to

__all__ = ["line", "prefect_url", "runs_told_to"]


@pytest.fixture(scope="session")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    """All four sample dossiers, digitised through real Prefect runs, the real reader and real signatures."""
    data: Path = tmp_path_factory.mktemp("line") / "data"
    with installation(data) as services:
        handed = [digitise(services, folder) for folder in sorted(DOSSIERS.iterdir())]
        yield Line(services, handed, data)
