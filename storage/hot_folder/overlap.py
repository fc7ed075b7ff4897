"""No folder of a watch may be, hold or lie in another one: what is put away would be taken again."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from pathlib import Path

from dossier.watch_errors import WatchOverlapError


def need_apart(folders: Mapping[str, Path]) -> None:
    """Refuse folders that overlap, whatever names and links lead to them.

    Args:
        folders: by what they are for, as people are told it. A folder may not exist yet.

    Raises:
        WatchOverlapError.
    """
    for (one, first), (other, second) in combinations(folders.items(), 2):
        if _overlap(first, second):
            raise WatchOverlapError(one, other=other)


def _overlap(first: Path, second: Path) -> bool:
    left, right = first.resolve(), second.resolve()
    if left == right or left in right.parents or right in left.parents:
        return True
    # The same folder mounted twice has two paths and one number.
    return _lies_in(left, right) or _lies_in(right, left)


def _lies_in(inner: Path, outer: Path) -> bool:
    identity = _identity(outer)
    if identity is None:
        return False
    return any(_identity(folder) == identity for folder in (inner, *inner.parents))


def _identity(folder: Path) -> tuple[int, int] | None:
    try:
        found = folder.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
