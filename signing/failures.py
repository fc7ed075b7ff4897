"""Whatever the libraries raise while a file is signed becomes one of our errors, naming the file."""

from __future__ import annotations

import asyncio
import errno

from pyhanko.sign.timestamps.common_utils import TimestampRequestError

from dossier.errors import (
    InputNotFoundError,
    InputPermissionError,
    MotlanError,
    SigningError,
    StoreFullError,
    TimestampUnavailableError,
)
from signing.tsa_client import AllAuthoritiesFailedError


def as_ours(error: Exception, item: str) -> MotlanError:
    """The error for the caller."""
    if isinstance(error, MotlanError):
        return error if error.item else type(error)(item, cause=error.cause, **error.details)
    if isinstance(error, FileNotFoundError):
        return InputNotFoundError(item, cause=type(error).__name__)
    if isinstance(error, PermissionError):
        return InputPermissionError(item, cause=type(error).__name__)
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return StoreFullError(item, cause=type(error).__name__)
    if isinstance(error, TimestampRequestError | asyncio.TimeoutError):
        told = str(error) if isinstance(error, AllAuthoritiesFailedError) else type(error).__name__
        return TimestampUnavailableError(item, cause=told)
    return SigningError(item, cause=type(error).__name__)
