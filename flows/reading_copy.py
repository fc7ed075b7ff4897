"""A copy of a paper for reading alone: who reads it, when and for which dossier stands on every page."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dossier.access import Access, Purpose
from dossier.documents import Document
from dossier.ids import DocumentId
from dossier.moments import VIETNAM
from flows.download import kept_file
from wiring.services import Services

LABEL: Final = "BẢN ĐỂ ĐỌC – KHÔNG PHẢI BẢN GỐC, KHÔNG CÓ CHỮ KÝ SỐ / READING COPY, NOT THE ORIGINAL"


@dataclass(frozen=True, slots=True)
class ReadingCopy:
    """A finished copy: of which paper, its own hash and size in bytes, and where it lies for the moment."""

    document: Document
    sha256: str
    size: int
    path: Path


@contextmanager
def reading_copy(
    services: Services, document: DocumentId, *, access: Access, request: str
) -> Iterator[ReadingCopy]:
    """The copy, for as long as the block runs; the signed bytes are checked, read, and left as they are.

    Args:
        services: of this installation.
        document: the paper.
        access: who reads it, why, for which dossier: that stands on the pages.
        request: id of the request, by which the journal finds who it was.

    Raises:
        RecordMissingError, ObjectDestroyedError, AccessRefusedError, ObjectMissingError, ObjectDamagedError:
            as ``kept_file``.
        InputError: the file cannot be drawn.
        ReadingCopyError: it has too many pages.
    """
    from ocr.reading_copy import Marking, write_reading_copy  # noqa: PLC0415  only who draws pays for it
    from signing.typeface import PATH  # noqa: PLC0415

    place = services.settings.data / "tmp"
    place.mkdir(mode=0o700, exist_ok=True)
    marking = Marking(label=LABEL, lines=_lines(services, access, request), typeface=PATH)
    with (
        tempfile.TemporaryDirectory(dir=place, prefix="reading-") as folder,
        kept_file(services, document, original=False, access=access) as kept,
    ):
        target = Path(folder) / "copy.pdf"
        write_reading_copy(kept.path, target, name=document, marking=marking)
        with target.open("rb") as made:
            sha256 = hashlib.file_digest(made, "sha256").hexdigest()
        yield ReadingCopy(kept.document, sha256, target.stat().st_size, target)


def _lines(services: Services, access: Access, request: str) -> tuple[str, ...]:
    at = services.clock().astimezone(VIETNAM)
    if access.dossier:
        why = f"hồ sơ {access.dossier}"
    else:
        why = {
            Purpose.OWNER: "chủ giấy tờ xem",
            Purpose.ARCHIVE: "lưu trữ",
            Purpose.EMERGENCY: "xem khẩn cấp",
        }.get(access.purpose, "xem")
    return (access.actor, f"{at:%d.%m.%Y %H:%M:%S}", why, request[:8])
