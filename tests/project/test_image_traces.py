"""An image can be built to send traces, with what the lock pins and nothing that is not there."""

from __future__ import annotations

import re
import subprocess
import tomllib
from collections.abc import Mapping

from tests.project.test_layout import ROOT


def pinned(text: str) -> Mapping[str, frozenset[str]]:
    """Packages of a lock, each with those that want it."""
    parts = re.split(r"^(?=[a-zA-Z0-9._-]+==)", text, flags=re.MULTILINE)
    return {
        part.partition("==")[0]: frozenset(re.findall(r"#\s+(?:via )?([a-zA-Z0-9._-]+)", part))
        for part in parts
        if "==" in part
    }


def wanted_by(names: frozenset[str], lock: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Those packages, and what they stand on."""
    more = names | {name for name, wanting in lock.items() if wanting & names}
    return names if more == names else wanted_by(more, lock)


def test_what_sends_traces_is_put_into_the_image_as_pinned_and_whole() -> None:
    container = (ROOT / "deploy" / "office" / "Containerfile").read_text("utf-8")
    (chosen,) = re.findall(r"awk '([^']+)' requirements-dev.lock > traces.lock", container)
    assert 'ARG TRACES=\nRUN if [ -n "$TRACES" ]; then' in container
    picked = subprocess.run(
        ["awk", chosen, str(ROOT / "requirements-dev.lock")],
        check=True,
        capture_output=True,
        text=True,
        timeout=30,
    ).stdout
    extra = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    roots = frozenset(re.split(r"[<>=]", each)[0] for each in extra["traces"])
    own = pinned((ROOT / "requirements.lock").read_text("utf-8"))
    all_of_it = wanted_by(roots, pinned((ROOT / "requirements-dev.lock").read_text("utf-8")))
    assert len(roots) == 2
    assert all_of_it - own.keys() <= pinned(picked).keys() <= all_of_it
    # Every line of a package comes along: it is installed by its hashes alone.
    assert len(re.findall(r"^[a-z]", picked, re.MULTILINE)) == len(pinned(picked))
    assert all(
        "--hash=sha256:" in part for part in re.split(r"^(?=[a-z])", picked, flags=re.MULTILINE) if part
    )
