"""Whether somebody still has a file open for writing, or holds a lock on it, as far as the system can tell.

A local file system knows every writer; a network share knows the locks of its clients at most. "Nobody" is
therefore a hint that is asked beside quiet time and the end of the file, never instead of them.
"""

from __future__ import annotations

import errno
import fcntl
import signal
from typing import Final

_SET_SIGNAL: Final = 10
"""``F_SETSIG`` of Linux, which the module does not name."""

_LOCKED: Final = frozenset({errno.EAGAIN, errno.EACCES})
_HELD_ELSEWHERE: Final = frozenset({errno.EBUSY, errno.ETXTBSY, errno.EAGAIN, errno.EDEADLK})


def is_held_elsewhere(error: OSError) -> bool:
    """Whether a file could not be opened because another client of the share keeps it to itself."""
    return error.errno in _HELD_ELSEWHERE


def is_busy(descriptor: int) -> bool:
    """Whether another process writes the file or has locked it. The file stays as it is, locked by nobody."""
    return _flocked(descriptor) or _range_locked(descriptor) or _open_for_writing(descriptor)


def _flocked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno in _LOCKED
    fcntl.flock(descriptor, fcntl.LOCK_UN)
    return False


def _range_locked(descriptor: int) -> bool:
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno in _LOCKED
    fcntl.lockf(descriptor, fcntl.LOCK_UN)
    return False


def _open_for_writing(descriptor: int) -> bool:
    """A read lease is refused while anybody has the file open for writing (fcntl(2), "Leases").

    It is ours for an instant only. Whoever opens the file in that instant waits for it to go, and the notice
    of that comes as a signal that is ignored by default.
    """
    try:
        fcntl.fcntl(descriptor, _SET_SIGNAL, signal.SIGURG)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    except OSError as error:
        # EACCES: not our file, so no lease for us. EINVAL: the file system knows none.
        return error.errno == errno.EAGAIN
    fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    return False
