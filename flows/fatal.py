"""Which trouble makes going on useless, because the next file would meet it as well."""

from __future__ import annotations

from dossier.database_errors import StoreForeignDatabaseError, StoreLockLostError
from dossier.errors import (
    DemoKeyError,
    EngineMissingError,
    KeyUnusableError,
    MotlanError,
    RulebookError,
    SchemaError,
    SettingsError,
    StoreBucketError,
    StoreBusyError,
    StoreCertificateError,
    StoreClockError,
    StoreCredentialsError,
    StoreError,
    StoreFullError,
    StoreLockError,
    StoreReadOnlyError,
    StoreUnavailableError,
    TimestampUnavailableError,
)
from dossier.work_errors import WorkLostError
from storage.filesystem import disk_error

# With these, going on would only fill the quarantine.
_FATAL = (
    EngineMissingError,
    StoreFullError,
    StoreReadOnlyError,
    StoreBusyError,
    # A server of records or bytes: the next file would meet it in the same state.
    StoreUnavailableError,
    StoreCredentialsError,
    StoreBucketError,
    StoreCertificateError,
    StoreClockError,
    StoreLockError,
    StoreLockLostError,
    StoreForeignDatabaseError,
    WorkLostError,
    SchemaError,
    RulebookError,
    SettingsError,
    KeyUnusableError,
    DemoKeyError,
    TimestampUnavailableError,
)


def fatal(error: Exception, *, item: str) -> MotlanError | None:
    """The error to end the batch with, or nothing when the trouble concerns one file only.

    A disk that is full or failing is looked for behind the errors of libraries and engines too: whoever met
    it first may have called it something else.

    Args:
        error: what a file's work ended with.
        item: opaque name of what was being done.
    """
    # The plain class says that the disk failed; its subclasses name one record or object.
    if isinstance(error, _FATAL) or type(error) is StoreError:
        return error
    for behind in _chain(error):
        trouble = disk_error(behind, item) if isinstance(behind, OSError) else None
        if trouble is not None:
            return trouble
    return None


def _chain(error: BaseException) -> list[BaseException]:
    """The error and those it was raised from, newest first."""
    found: list[BaseException] = []
    following: BaseException | None = error
    while following is not None and following not in found:
        found.append(following)
        following = following.__cause__ or following.__context__
    return found
