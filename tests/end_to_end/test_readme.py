"""The commands of the README are run as a newcomer would run them, both languages."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.project.test_layout import ROOT

pytestmark = [
    pytest.mark.prefect,
    pytest.mark.slow,
    pytest.mark.timeout(900),
]

# Making the demo and the tests is tried by whoever makes them; running them from inside a test would not end.
MADE_ELSEWHERE = {"make demo", "make test"}


def commands(readme: str) -> list[str]:
    """Lines of the blocks marked ``sh``."""
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / readme).read_text(encoding="utf-8"), re.DOTALL)
    lines = [line.split(" #")[0].strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line and line not in MADE_ELSEWHERE]


def test_both_languages_show_the_same_commands() -> None:
    assert commands("README.md") == commands("README.vi.md")


def test_the_commands_made_elsewhere_are_targets_of_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for command in MADE_ELSEWHERE:
        assert re.search(rf"^{command.split()[1]}:", makefile, re.MULTILINE)


def test_every_command_of_the_readme_works(tmp_path: Path, runs_told_to: str) -> None:
    environment = {
        **os.environ,
        "MOTLAN_DATA": str(tmp_path / "data"),
        "MOTLAN_LANG": "vi",
        "MOTLAN_PREFECT_URL": runs_told_to,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    outputs = {}
    for command in commands("README.md"):
        done = subprocess.run(
            shlex.split(command), cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stderr
        outputs[" ".join(shlex.split(command)[1:3])] = done.stdout
    assert "HỢP LỆ" in outputs["verify samples/dossiers/4-ho-kinh-doanh/quyet-dinh-ho-tro-lai-suat.pdf"]
    assert "Không có giấy tờ nào" not in outputs["search hỗ trợ lãi suất"], "the words of a sample are found"
    assert "Nhật ký nguyên vẹn" in outputs["journal verify"]
    assert "079186999401" not in outputs["find --owner"], "numbers are masked in lists"
