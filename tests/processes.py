"""Other processes for tests, born clean.

A fork of the test process would take along what other tests left in it: a service of Prefect, for one, whose
end the child cannot run, so that it exits with 1 after work that went well.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from typing import Final

_CLEAN: Final = multiprocessing.get_context("forkserver")
_CLEAN.set_forkserver_preload(
    ["storage.store", "storage.store_making", "tests.contract.test_owners", "tests.storage.builders"]
)


def start(target: Callable[..., None], *args: object) -> BaseProcess:
    """A started process that runs a function of a module with these arguments."""
    process = _CLEAN.Process(target=target, args=args)
    process.start()
    return process
