"""Which legal form a paper has: what Circular 01/2023/TT-VPCP Article 4 lets be digitised, and what not.

The values are the words of the intake; which of them are digitised, why not, and from when on, is dated data
(``rulebook/tables/intake``).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from dossier.errors import ArgumentError
from dossier.persons import identity_number

FORM_QUESTION: Final = "legal_form"
"""Whether the paper is one that may be digitised: something on it speaks of a copy."""

_ACCOUNT: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}", re.ASCII)
_MOST_DEVICE: Final = 80


class LegalForm(StrEnum):
    """Legal form of a component (giá trị pháp lý của thành phần hồ sơ)."""

    UNSTATED = ""
    """Nobody said; the paper is taken for an original unless something on it speaks against."""
    ORIGINAL = "original"
    """Bản chính."""
    REGISTER_COPY = "register_copy"
    """Bản sao cấp từ sổ gốc: stands for the original (Decree 23/2015/NĐ-CP Article 3)."""
    CERTIFIED_E_COPY = "certified_e_copy"
    """Bản sao điện tử được chứng thực từ bản chính."""
    COMPARED_PHOTO = "compared_photo"
    """Bản chụp có xuất trình bản chính để đối chiếu: counts once an officer saw the original."""
    PHOTOCOPY = "photocopy"
    """Bản sao chụp (photo) không chứng thực."""
    CERTIFIED_PAPER_COPY = "certified_paper_copy"
    """Bản sao chứng thực trên giấy."""
    SHOWN_ONLY = "shown_only"
    """Giấy tờ chỉ xuất trình."""
    SHARED_DATA = "shared_data"
    """Đã có dữ liệu có giá trị pháp lý trong cơ sở dữ liệu được chia sẻ."""
    STATE_SECRET = "state_secret"  # noqa: S105 - a kind of paper
    """Bí mật nhà nước."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """How a file came to be: said when it was handed in, and never changed.

    Attributes:
        operator: account of who fed the papers, an id like the actor of the journal, never a full name.
        device: name of the scanner.
        form: legal form said for all papers of the file.
        compared: whether the operator said that each was compared with its original.
    """

    operator: str = ""
    device: str = ""
    form: LegalForm = LegalForm.UNSTATED
    compared: bool = False


def parse_account(text: str, *, argument: str = "--operator") -> str:
    """The account of an operator; empty stays empty.

    Raises:
        ArgumentError: not 1 to 64 letters without accents, digits and ``._@+-``; or an identity number, which
            must stand in no journal.
    """
    account = text.strip()
    if not account:
        return ""
    if _ACCOUNT.fullmatch(account) is None or identity_number(account) is not None:
        raise ArgumentError(argument, expected="tên tài khoản: chữ không dấu, số, dấu . _ @ + -")
    return account


def device_name(text: str) -> str:
    """The name of a device as it is kept: printable, one space between words, at most 80 characters."""
    told = unicodedata.normalize("NFC", text)
    shown = "".join(mark if mark.isprintable() else " " for mark in told)
    return " ".join(shown.split())[:_MOST_DEVICE].rstrip()


def parse_form(text: str, *, argument: str = "--form") -> LegalForm:
    """A legal form by its word; empty is unstated.

    Raises:
        ArgumentError: there is no such form.
    """
    try:
        return LegalForm(text.strip())
    except ValueError as error:
        known = ", ".join(form.value for form in LegalForm if form)
        raise ArgumentError(argument, expected=f"một trong: {known}") from error
