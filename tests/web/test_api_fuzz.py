"""The service keeps what its description promises; ``make api-fuzz`` asks for twenty minutes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.web.api_fuzz import fuzz


@pytest.mark.slow
def test_a_short_fuzz_finds_nothing(tmp_path: Path) -> None:
    done = fuzz(tmp_path, ["--phases", "fuzzing", "--max-examples", "2", "--seed", "7"])
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr
    assert "22" in done.stdout
