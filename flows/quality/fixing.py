"""Records are put right where two people found independently that they are wrong.

The right value is kept with the answer until what became of it is known: whoever was killed in between is
followed by the next look, which finds what was done and goes on.
"""

from __future__ import annotations

from typing import Final

from dossier.access import Access, Purpose
from dossier.corrections import Correction, CorrectionGround, CorrectionState
from dossier.errors import MotlanError, StoreBusyError, StoreUnavailableError, VersionConflictError
from dossier.quality import Fix, Key, Outcome
from flows.corrections import correct, corrections_of
from flows.review import Said
from wiring.services import Services

_WORDS: Final = "Kiểm tra chất lượng: nhập lại độc lập và người thứ ba xác nhận giá trị trên giấy."
_AT_ONCE: Final = 20


def fix_found(services: Services) -> int:
    """Put records right whose value was found wrong and that nobody put right yet; gives how many."""
    table = services.store.records.quality
    count = 0
    for key in table.to_fix(limit=_AT_ONCE):
        try:
            fix = _fix(services, key)
        except VersionConflictError:
            # Somebody is at it at this very moment: the next look finds what they did.
            continue
        except (StoreBusyError, StoreUnavailableError):
            raise
        except MotlanError as error:
            services.log.warning("quality.not_corrected", document=key.document, cause=error.code)
            fix = Fix.BY_HAND
        table.note_fix(key.serial, fix)
        count += 1
    return count


def _fix(services: Services, key: Key) -> Fix:
    """As an officer would who found the mistake; done already is no matter."""
    right = key.told
    current = services.store.records.document(key.document)
    if current.value(key.field) == right:
        return Fix.DONE
    if any(_is_ours(one, key) for one in corrections_of(services, key.document)):
        return Fix.PROPOSED
    access = Access(key.third_by, Purpose.OPERATION, current.dossier)
    # Two people read the same without knowing of each other: that counts, whatever it contradicts.
    said = Said(values={key.field: right}, confirmed=key.outcome is Outcome.FIRST_WRONG)
    correct(services, key.document, said, ground=CorrectionGround.MISREAD, words=_WORDS, access=access)
    return Fix.PROPOSED if services.settings.correction_second_person else Fix.DONE


def _is_ours(one: Correction, key: Key) -> bool:
    """Whether it is what a run proposed that was killed before it could say so."""
    same = one.maker == key.third_by and dict(one.values) == {key.field: key.told}
    return same and one.state is CorrectionState.PROPOSED
