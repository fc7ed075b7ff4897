"""Whether a file that arrived signed is a result of the agency that its text names.

A trusted signature alone says that somebody known signed, not that the agency that issued the paper did:
Decree 45/2020/NĐ-CP Article 14 speaks of results signed by the body that is competent to give them.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from dossier.documents import Document
from dossier.persons import search_form
from signing.report import Report, SignatureReport

_ISSUER_FIELDS = ("issuer", "registered_at")
_SHORT_FORMS = {"ubnd": "uy ban nhan dan", "tp": "thanh pho", "tt": "thi tran"}
# Words that names of most agencies share; what is left tells one agency from another.
_SHARED = re.compile(
    r"\b(uy ban nhan dan|thanh pho|thi tran|thi xa|phuong|xa|quan|huyen|tinh|so|phong|cong an|co quan)\b"
)
# A letter misread in one word of a long name is no other agency; one of two words is.
_ENOUGH = 0.75


def from_its_issuer(report: Report, document: Document, *, is_own: Callable[[SignatureReport], bool]) -> bool:
    """Whether the signatures, all trusted, are those of the issuing agency.

    Every signer belongs to an organisation, none of them is ourselves (a copy of ours is never a result of
    somebody else), and the issuer that the paper prints does not clearly differ from all signers.

    Args:
        report: verdict on the file, passed.
        document: what its pages say.
        is_own: whether a signature is one of ours.
    """
    found = report.signatures
    if not found or any(not one.organisation.strip() or is_own(one) for one in found):
        return False
    printed = next((value for name in _ISSUER_FIELDS if (value := document.value(name))), "")
    return any(_may_be(printed, one) for one in found)


def _may_be(printed: str, signature: SignatureReport) -> bool:
    names = [words for name in (signature.signer, signature.organisation) if (words := _telling_words(name))]
    issuer = _telling_words(printed)
    if not issuer or not names:
        # Nothing to tell two agencies apart by.
        return True
    return any(len(issuer & words) >= _ENOUGH * min(len(issuer), len(words)) for words in names)


def _telling_words(name: str) -> frozenset[str]:
    words = re.findall(r"\w+", search_form(name))
    whole = " ".join(_SHORT_FORMS.get(word, word) for word in words)
    return frozenset(_SHARED.sub(" ", whole).split())
