"""Which documents a person must see, and what happens when that person corrects or confirms a field."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from dossier.documents import Document, DocumentState
from dossier.fields import Evidence, Field
from dossier.geometry import Box

TYPE_QUESTION = "type"
OWNER_QUESTION = "owner"
SIGNATURE_QUESTION = "signature"
DOSSIER_QUESTION = "dossier"
"""Which dossier it is for: the sheet before it names another one than was declared."""
PAGES_QUESTION = "pages"
"""Which pages make the paper: two papers on one, counts that differ, a doubtful first page."""
SIGNER_QUESTION = "signer"
"""Whether somebody of the office puts its signature on it: papers that no machine signs by itself."""
RETURNED_QUESTION = "returned"
"""What a signer found wrong: a person must look at the whole paper again."""


def must_wait(document: Document) -> bool:
    """True while there is a question only a person can answer."""
    return bool(document.questions)


def waits_for_signer(document: Document) -> bool:
    """True when nothing is asked any more but the signature of the office."""
    return document.state is DocumentState.WAITING and document.questions == (SIGNER_QUESTION,)


def corrected(document: Document, values: Mapping[str, str], *, confirmed: bool) -> Document:
    """The next version after a person looked.

    What was printed and read stays in the older version and in ``printed``; the value a person gives has
    confidence 1 and the evidence ``person``.

    Args:
        document: as saved.
        values: normalised values by field name; an empty value removes a field the paper does not have.
        confirmed: the person looked at all remaining questions and says they are right.
    """
    by_name = {found.name: found for found in document.fields}
    for name, value in values.items():
        if not value:
            by_name.pop(name, None)
            continue
        before = by_name.get(name)
        by_name[name] = Field(
            name=name,
            value=unicodedata.normalize("NFC", value),
            printed=before.printed if before else "",
            confidence=1.0,
            page=before.page if before else document.pages[0],
            box=before.box if before else Box(0, 0, 0, 0),
            evidence=Evidence.PERSON,
        )
    questions = () if confirmed else tuple(name for name in document.questions if name not in values)
    return document.next_version(
        fields=tuple(by_name.values()), questions=questions, state=DocumentState.WAITING
    )
