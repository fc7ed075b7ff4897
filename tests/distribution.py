"""Which tests stay together on one worker, and in which order workers get them.

What a module makes once (``scope="module"``) is made once only where one worker runs the whole module, and
what several modules share only where one worker runs them all. The marker ``xdist_group`` of pytest-xdist 3.8
does neither with pytest 9.2: it writes to a name of a test that pytest no longer reads.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import pytest
from xdist.scheduler import LoadScopeScheduling

SHARING: Final[Mapping[str, Sequence[str]]] = {
    "the digitised samples": (
        "tests/end_to_end/test_bad_input.py",
        "tests/end_to_end/test_personal_data.py",
        "tests/end_to_end/test_samples.py",
        "tests/faults/test_prefect_runs.py",
    ),
    "an office's PostgreSQL": (
        "tests/office/test_bad_days.py",
        "tests/office/test_commands.py",
        "tests/office/test_doctor.py",
        "tests/office/test_line.py",
        "tests/office/test_locks.py",
        "tests/office/test_only_writer.py",
        "tests/office/test_staff.py",
        "tests/office/test_work.py",
    ),
}
"""What is dear to make, and the modules that use it; the samples go with the Prefect server of a process."""

_SHARED_BY: Final = {module: shared for shared, modules in SHARING.items() for module in modules}


def unit_of(nodeid: str) -> str:
    """What a test belongs to that one worker runs: modules that share something, else its module."""
    module = nodeid.partition("::")[0]
    return _SHARED_BY.get(module, module)


class WholeModules(LoadScopeScheduling):  # type: ignore[misc]  # pytest-xdist ships no types
    """Gives each worker one such unit after the other."""

    def _split_scope(self, nodeid: str) -> str:
        return unit_of(nodeid)


def longest_first(items: Iterable[pytest.Item]) -> list[pytest.Item]:
    """The tests in an order in which no worker gets a long unit when the others are nearly done.

    Units with a slow test come first, then those with many tests; what is equal stays in the order it has.
    """
    given = list(items)
    count = Counter(unit_of(item.nodeid) for item in given)
    slow = {
        unit_of(item.nodeid)
        for item in given
        if any(item.get_closest_marker(name) for name in ("slow", "prefect"))
    }

    def place(item: pytest.Item) -> tuple[bool, int, str]:
        unit = unit_of(item.nodeid)
        return unit not in slow, -count[unit], unit

    return sorted(given, key=place)
