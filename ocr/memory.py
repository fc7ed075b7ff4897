"""Memory that is free goes back to the system: a worker stays as small after a hundred pages as after one."""

from __future__ import annotations

import ctypes
import sys
from functools import cache

# glibc, mallopt(3). Without a fixed limit it grows to 32 MB with the first page, and images, each of another
# size, then leave holes in the heap that nothing fills.
_MMAP_THRESHOLD = -3
_IMAGE_BYTES = 8 << 20


def give_back() -> None:
    """Hand back what the C library keeps for later use (glibc); nothing happens with another library."""
    library = _library()
    if library is not None:
        library.malloc_trim(0)


@cache
def _library() -> ctypes.CDLL | None:
    """The C library, told to hand back images as soon as they are freed."""
    if sys.platform != "linux":
        return None
    library = ctypes.CDLL(None)
    if not (hasattr(library, "malloc_trim") and hasattr(library, "mallopt")):
        return None
    library.mallopt(_MMAP_THRESHOLD, _IMAGE_BYTES)
    return library
