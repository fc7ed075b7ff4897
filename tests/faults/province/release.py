"""The release before: the last state of this project that has other tables, as files in a folder."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Final

from tests.project.test_layout import ROOT

_STEPS: Final = "storage/migrations/versions"
_WORKERS: Final = "cli/work.py"
"""Programs from before it had no workers on other machines."""
_ALONE: Final = "answer_only"


def release_before(folder: Path) -> Path | None:
    """Put it there; nothing where this is no checkout with a history.

    It is what was there before the newest step of the tables. Where that had no workers yet, it is the first
    state that had them, on the same tables.
    """
    newest = _git("log", "-n1", "--format=%H", "--diff-filter=A", "--", _STEPS)
    before = _git("rev-parse", "--verify", "--quiet", f"{newest}^") if newest else ""
    if before and not _has_workers(before):
        later = _git("rev-list", "--reverse", f"{newest}..HEAD", "--", "cli/serve.py", _WORKERS).splitlines()
        before = next((commit for commit in later if _has_workers(commit)), "")
    if not before:
        return None
    folder.mkdir(parents=True)
    archive = subprocess.run(
        ("git", "-C", str(ROOT), "archive", before), check=True, capture_output=True
    ).stdout
    subprocess.run(("tar", "-x", "-C", str(folder)), input=archive, check=True)
    return folder


def _has_workers(commit: str) -> bool:
    return bool(_git("cat-file", "-t", f"{commit}:{_WORKERS}")) and _ALONE in _git(
        "show", f"{commit}:cli/serve.py"
    )


def _git(*arguments: str) -> str:
    done = subprocess.run(("git", "-C", str(ROOT), *arguments), check=False, capture_output=True, text=True)
    return done.stdout.strip() if done.returncode == 0 else ""
