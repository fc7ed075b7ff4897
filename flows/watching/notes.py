"""The note beside a refused file: what is wrong, what to do, in words a clerk understands."""

from __future__ import annotations

import os
from datetime import datetime
from typing import Final

from dossier.moments import VIETNAM

NOTE_ENDING: Final = ".ly-do.txt"
"""Added to the name of the file: ``trang 2.pdf.ly-do.txt``."""

_LONGEST_NAME: Final = 240
"""Bytes; a file system takes 255, and a draft of the note has a little more."""

_NOTE: Final = """KHÔNG NHẬN ĐƯỢC TỆP NÀY

Tệp:      {name}
Lúc:      {at:%d.%m.%Y %H:%M}

Vì sao, và cần làm gì:
{message}

Khi đã có tệp đúng, đặt tệp đó vào thư mục quét. Tệp này và giấy ghi lý do này có thể xóa khi không cần nữa.

Mã lỗi (cho bộ phận kỹ thuật): {code}
"""


def note_name(name: str) -> str:
    """Name of the note beside a file, cut where the two together are longer than a name may be."""
    stem = os.fsencode(name)
    room = _LONGEST_NAME - len(NOTE_ENDING)
    return (stem if len(stem) <= room else stem[:room]).decode("utf-8", "ignore") + NOTE_ENDING


def note_text(*, name: str, message: str, code: str, at: datetime) -> bytes:
    """The note as the editors of office PCs open it: UTF-8 with its mark, lines ended by CR LF.

    Args:
        name: of the file, as shown to people.
        message: what happened and what to do.
        code: stable.
        at: moment of refusal.
    """
    text = _NOTE.format(name=name, at=at.astimezone(VIETNAM), message=message, code=code)
    return text.replace("\n", "\r\n").encode("utf-8-sig")
