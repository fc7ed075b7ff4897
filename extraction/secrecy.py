"""A secrecy mark (dấu chỉ độ mật) stops a paper: state secrets are out of scope."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dossier.errors import InputSecretError
from dossier.text import PageText
from extraction.folding import capitals_share
from extraction.layout import lay_out

_MARKS = frozenset(
    {"MẬT", "TỐI MẬT", "TUYỆT MẬT", "MÂT", "MẶT", "TỐI MẶT", "TUYỆT MẶT", "TÓI MẬT", "TUYÊT MẬT"}
)
_UPPER = 0.5
_ALONE = 2.0
_LEAST_CONFIDENCE = 0.3


def secrecy_mark(page: PageText) -> bool:
    """Whether MẬT, TỐI MẬT or TUYỆT MẬT stands alone, in capitals, in the upper half of a page.

    Words that only hold the syllable (``bí mật``, ``mật độ``, ``bảo mật``) stand in a sentence and do not
    count. A broken accent counts: to stop a paper in vain costs a look, to let a secret pass is final.
    """
    sheet = lay_out(page)
    for row in sheet.rows:
        if row.y > _UPPER * sheet.height:
            return False
        for segment in row.segments(sheet.text_height, gap=_ALONE):
            text = " ".join(re.sub(r"[^\w]", "", token.text) for token in segment).strip()
            sure = max(token.confidence for token in segment) >= _LEAST_CONFIDENCE
            if sure and capitals_share(text) == 1.0 and " ".join(text.split()) in _MARKS:
                return True
    return False


def refuse_secrets(pages: Sequence[PageText], name: str) -> None:
    """Stop a file that bears a secrecy mark (Circular 01/2023/TT-VPCP, Article 4).

    Raises:
        InputSecretError: names the file and the first marked page.
    """
    for page in pages:
        if secrecy_mark(page):
            raise InputSecretError(name, page=page.page)
