"""Which names of files are safe, on any system a package may be unpacked on."""

from __future__ import annotations

import unicodedata
from typing import Final

_MOST: Final = 1024
_FORBIDDEN: Final = frozenset('\\:*?"<>|')
_DEVICES: Final = frozenset(
    {"con", "prn", "aux", "nul", *(f"{name}{number}" for name in ("com", "lpt") for number in range(1, 10))}
)


def unsafe(path: str) -> str:
    """Why a path is not one of a file inside a package; empty when it is.

    Relative, parts divided by ``/``, no part that leads elsewhere, nothing that a system takes for a device.
    """
    if not path or len(path) > _MOST:
        return "rỗng hoặc quá dài"
    if path.startswith("/"):
        return "đường dẫn tuyệt đối"
    for part in path.split("/"):
        if part in {"", ".", ".."}:
            return "đi ra ngoài gói hoặc có phần rỗng"
        if any(unicodedata.category(mark) in {"Cc", "Cf", "Cs"} for mark in part) or _FORBIDDEN & set(part):
            return "có ký tự không được phép"
        if part.endswith((" ", ".")) or part.split(".")[0].lower() in _DEVICES:
            return "tên dành riêng của hệ điều hành"
    return ""


def key(path: str) -> str:
    """The same for names that some file systems take for the same."""
    return unicodedata.normalize("NFC", path).casefold()
