"""A person at the command line, with what was said to them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cli.main import main


class Desk:
    """Runs ``motlan`` on a data folder and keeps what was said."""

    def __init__(self, data: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.data = data
        self._capture = capture
        self.said = ""
        self.complained = ""

    def run(self, *arguments: str | Path, lang: str = "vi") -> int:
        """Exit code of ``motlan`` with these arguments."""
        with pytest.raises(SystemExit) as ended:
            main(["--lang", lang, "--data", str(self.data), *(str(argument) for argument in arguments)])
        self.said, self.complained = self._capture.readouterr()
        return int(ended.value.code or 0)

    def json(self, *arguments: str | Path) -> Any:
        """The last line of JSON that was said."""
        self.run(*arguments, "--json")
        return json.loads(self.said.splitlines()[-1])
