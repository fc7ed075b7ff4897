"""Settings that every test shares."""

from __future__ import annotations

import gc
import os

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from tests.distribution import WholeModules, longest_first

# Laws are tried on so many examples where a test names no number; ``make faults`` tries far more.
EXAMPLES = int(os.environ.get("MOTLAN_TEST_EXAMPLES", "40"))

# Tests run beside each other on machines of any speed: no example is judged by the clock.
settings.register_profile(
    "motlan", deadline=None, max_examples=EXAMPLES, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("motlan")


def pytest_collection_finish() -> None:
    """Thousands of tests and their libraries stay until the end: the collector need not look at them."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """With several workers (``-n``): whole modules, in the order that the workers found them in."""
    config.option.loadscopereorder = False
    return WholeModules(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On a worker the longest come first; after they were shuffled, so that the order stays random."""
    if hasattr(config, "workerinput"):
        items[:] = longest_first(items)
