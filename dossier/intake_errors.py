"""Why a paper is not digitised: legal forms that Circular 01/2023/TT-VPCP Article 4 leaves out.

They belong to the tree in ``dossier.errors``, which asks for this module. The original bytes stay in the
store; nothing of the paper is signed, extracted or filed until a person says otherwise, with a reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dossier.errors import InputError
from dossier.legal_form import LegalForm

_NEXT_VI = "Nhận bản chính rồi quét lại; nếu máy hoặc người khai nhầm: motlan batches form MÃ --form original"
_NEXT_EN = "Take the original and scan it; if this is a mistake: motlan batches form ID --form original"


class NotDigitisedError(InputError):
    """A paper that must not be digitised."""

    code = "intake.not_digitised"
    vi = "{item} không thuộc loại được số hóa (Thông tư 01/2023/TT-VPCP, Điều 4)."
    en = "{item} is none of the papers that are digitised (Circular 01/2023/TT-VPCP, Article 4)."
    next_vi, next_en = _NEXT_VI, _NEXT_EN


class PhotocopyError(NotDigitisedError):
    """A plain photocopy."""

    code = "intake.photocopy"
    vi = "{item} là bản sao chụp (photo): không được số hóa (Thông tư 01/2023/TT-VPCP, Điều 4)."
    en = "{item} is a plain photocopy: it is not digitised (Circular 01/2023/TT-VPCP, Article 4)."


class CertifiedPaperCopyError(NotDigitisedError):
    """A copy certified on paper."""

    code = "intake.certified_paper_copy"
    vi = "{item} là bản sao chứng thực trên giấy: không được số hóa (Thông tư 01/2023/TT-VPCP, Điều 4)."
    en = "{item} is a certified copy on paper: it is not digitised (Circular 01/2023/TT-VPCP, Article 4)."


class ShownOnlyError(NotDigitisedError):
    """A paper that is only shown."""

    code = "intake.shown_only"
    vi = "{item} là giấy tờ chỉ xuất trình: không được số hóa (Thông tư 01/2023/TT-VPCP, Điều 4)."
    en = "{item} is only shown, not handed in: it is not digitised (Circular 01/2023/TT-VPCP, Article 4)."
    next_vi = "Trả lại giấy tờ cho người nộp; nếu là giấy tờ nộp: motlan batches form MÃ --form original"
    next_en = "Give the paper back; if it was handed in after all: motlan batches form ID --form original"


class SharedDataError(NotDigitisedError):
    """A paper whose data a database already shares."""

    code = "intake.shared_data"
    vi = (
        "{item} đã có dữ liệu được cơ sở dữ liệu chia sẻ: không số hóa lại "
        "(Thông tư 01/2023/TT-VPCP, Điều 4)."
    )
    en = "{item} is already shared as data by a database: it is not digitised (Circular 01/2023, Article 4)."
    next_vi = (
        "Dùng dữ liệu của cơ sở dữ liệu; dữ liệu sai hoặc thiếu thì: motlan batches form MÃ --form original"
    )
    next_en = "Use the data; where it is wrong or missing: motlan batches form ID --form original"


class StateSecretError(NotDigitisedError):
    """A paper that was declared a state secret."""

    code = "intake.state_secret"
    vi = "{item} được khai là bí mật nhà nước: không được số hóa (Thông tư 01/2023/TT-VPCP, Điều 4)."
    en = "{item} was declared a state secret: it is not digitised (Circular 01/2023/TT-VPCP, Article 4)."
    next_vi = "Lấy giấy tờ ra khỏi tập; báo người phụ trách bí mật nhà nước xử lý cả tệp gốc trong kho."
    next_en = (
        "Take the paper out of the stack and tell the officer for state secrets, also of the original file."
    )


REFUSALS: Final[Mapping[LegalForm, type[NotDigitisedError]]] = {
    LegalForm.PHOTOCOPY: PhotocopyError,
    LegalForm.CERTIFIED_PAPER_COPY: CertifiedPaperCopyError,
    LegalForm.SHOWN_ONLY: ShownOnlyError,
    LegalForm.SHARED_DATA: SharedDataError,
    LegalForm.STATE_SECRET: StateSecretError,
}
"""What a refused form is told as; a form that later law refuses is told as the first of the tree."""


def refusal(form: LegalForm, item: str) -> NotDigitisedError:
    """Why a paper of that form is not digitised."""
    return REFUSALS.get(form, NotDigitisedError)(item)


def refusal_of(code: str, item: str) -> NotDigitisedError:
    """The refusal with a code, as a record keeps it."""
    kinds = {kind.code: kind for kind in REFUSALS.values()}
    return kinds.get(code, NotDigitisedError)(item)
