"""A person saves an arrangement: it is held against the laws and kept; ``flows.arranging.carry`` does it."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from dossier.arrange_errors import ArrangingBusyError, ArrangingStaleError, PlanError
from dossier.arranging import Arranging, Plan, changes_filed
from dossier.errors import VersionConflictError
from flows.arranging.view import ArrangedFile, follows
from wiring.services import Services

LEAST_WORDS: Final = 10
MOST_WORDS: Final = 1000
"""Letters of a reason for changing a filed paper; as for a correction."""


def ask(  # noqa: PLR0913 - who wants what, and what they saw
    services: Services,
    file: ArrangedFile,
    plan: Plan,
    *,
    mark: str,
    reason: str = "",
    actor: str,
    free_before: datetime,
) -> Arranging:
    """Keep what somebody wants done with the pages of a file; the papers are read again soon afterwards.

    Args:
        services: of this installation.
        file: as it is now.
        plan: what is wanted.
        mark: what the person saw (``ArrangedFile.mark``).
        reason: why a filed paper gets another version; not needed where none does.
        actor: opaque name of the person.
        free_before: from when on a hold on somebody's table must have been used to count.

    Raises:
        PlanError: the plan breaks a law or changes nothing, or a reason is missing.
        ArrangingBusyError: the file is being arranged already.
        ArrangingStaleError: a paper changed since the person looked.
        CheckHeldError: somebody else has one of the papers on the table.
    """
    if file.is_asked:
        raise ArrangingBusyError
    found = follows(services, file, plan)
    if found.is_nothing and dict(plan.aside) == dict(file.kinds):
        raise PlanError(reason="chưa có gì thay đổi")
    if not file.was_seen(mark, found.touched):
        raise ArrangingStaleError
    words = " ".join(reason.split())
    if changes_filed(found):
        _need_reason(services, words)
    wanted = Arranging(
        item=file.item.id,
        number=file.number,
        plan=plan,
        seen={paper.id: paper.version for paper in found.touched},
        reason=words,
        actor=actor,
        asked_at=services.clock(),
    )
    try:
        services.store.records.arrangements.ask(wanted, free_before=free_before)
    except VersionConflictError as error:
        raise ArrangingStaleError from error
    return wanted


def _need_reason(services: Services, words: str) -> None:
    if services.settings.correction_second_person:
        raise PlanError(reason="giấy tờ đã lưu kho chỉ sửa được khi có người thứ hai duyệt (đính chính)")
    if not LEAST_WORDS <= len(words) <= MOST_WORDS or not words.isprintable():
        raise PlanError(reason=f"giấy tờ đã lưu kho thay đổi, phải ghi lý do từ {LEAST_WORDS} ký tự")
