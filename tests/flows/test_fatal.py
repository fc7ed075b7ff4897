"""Which trouble ends a batch: that of the installation, also when a library gave it another name."""

from __future__ import annotations

import errno

import pytest

from dossier.database_errors import DatabaseAwayError, StoreLockLostError
from dossier.errors import (
    DemoKeyError,
    EngineError,
    InputUnreadableError,
    KeyUnusableError,
    MarkCollisionError,
    MotlanError,
    ObjectDamagedError,
    StoreBucketError,
    StoreCredentialsError,
    StoreError,
    StoreFullError,
    StoreLockError,
    StoreReadOnlyError,
    TimestampUnavailableError,
)
from flows.fatal import fatal


@pytest.mark.parametrize(
    "error",
    [
        KeyUnusableError("officer", reason="hết hạn"),
        DemoKeyError("officer"),
        TimestampUnavailableError("a.pdf"),
        StoreError("work"),
        DatabaseAwayError("postgresql"),
        StoreLockLostError("postgresql"),
        StoreCredentialsError("luu-tru"),
        StoreBucketError("luu-tru", reason="không có"),
        StoreLockError("a"),
    ],
)
def test_keys_timestamps_servers_and_a_failing_disk_concern_every_file(error: MotlanError) -> None:
    assert fatal(error, item="batch") is error


@pytest.mark.parametrize(
    "error",
    [MarkCollisionError("a.pdf"), ObjectDamagedError("a"), InputUnreadableError("a.pdf"), ValueError("odd")],
)
def test_what_one_file_brings_out_concerns_that_file(error: Exception) -> None:
    assert fatal(error, item="batch") is None


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.ENOSPC, StoreFullError),
        (errno.EDQUOT, StoreFullError),
        (errno.EROFS, StoreReadOnlyError),
        (errno.EIO, StoreError),
        (errno.ENOENT, type(None)),
    ],
)
def test_a_disk_that_fails_is_found_behind_the_error_of_a_library(number: int, kind: type[object]) -> None:
    disk = OSError(number, "disk")
    assert type(fatal(disk, item="batch")) is kind
    wrapped = EngineError("a.jpg")
    wrapped.__cause__ = RuntimeError("cannot write")
    wrapped.__cause__.__context__ = disk
    assert type(fatal(wrapped, item="batch")) is kind


def test_errors_that_point_at_each_other_are_walked_once() -> None:
    first, second = ValueError("first"), ValueError("second")
    first.__context__, second.__context__ = second, first
    assert fatal(first, item="batch") is None
