"""Owners who have no number of the state get one of the store, and are linked to theirs once it is known."""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Callable
from datetime import date

from dossier.access import Access
from dossier.documents import DocumentState
from dossier.errors import ArgumentError, OwnerMissingError, RecordMissingError
from dossier.ids import DocumentId, is_id
from dossier.owners import OwnerKind, OwnerLink
from dossier.persons import is_ours, new_store_number
from dossier.unnumbered import LONGEST_NAME, LONGEST_PAPER_NUMBER, Newcomer, Unnumbered
from wiring.services import Services


def add_owner(
    services: Services,
    told: Unnumbered,
    *,
    access: Access,
    random_bytes: Callable[[int], bytes] = secrets.token_bytes,
) -> Newcomer:
    """Give an owner without a number one of the store; telling the same again gives the same.

    Args:
        services: of this installation.
        told: who it is, by name, birth and the paper that was shown.
        access: who says so, and for which dossier.
        random_bytes: source of the number.

    Raises:
        ArgumentError: no name, no day of birth of a person, one that has not come, or no paper.
    """
    wanted = _checked(services, told)
    organisation = wanted.kind is OwnerKind.ORGANISATION
    number = new_store_number(organisation=organisation, random_bytes=random_bytes)
    return services.store.records.newcomers.add(wanted, number=number, access=access, at=services.clock())


def link_owner(services: Services, number: str, other: str, *, document: str, access: Access) -> OwnerLink:
    """Say that an owner whom the store gave a number bears a number of the state, by a paper that prints it.

    Raises:
        ArgumentError: the first number is none that the store gave, or the second one is.
        RecordMissingError: no such paper is filed.
        OwnerMissingError, OwnerConflictError: see ``dossier.unnumbered.Newcomers``.
    """
    if not is_ours(number) or is_ours(other):
        raise ArgumentError("owners link", expected="mã do kho cấp, rồi số của nhà nước")
    if not is_id(document):
        raise RecordMissingError(document)
    paper = services.store.records.document(DocumentId(document))
    if paper.state is not DocumentState.FILED:
        raise RecordMissingError(document)
    return services.store.records.newcomers.link(
        number, other, paper=paper, access=access, at=services.clock()
    )


def need_known(services: Services, numbers: list[str]) -> None:
    """Refuse numbers in the form of the store's own that it never gave.

    Raises:
        OwnerMissingError: one of them.
    """
    owners = services.store.records.owners
    if any(_looks_ours(number) and owners.owner_of(number) is None for number in numbers):
        raise OwnerMissingError


def _looks_ours(number: str) -> bool:
    return number.startswith(("MLN", "MLT"))


def _checked(services: Services, told: Unnumbered) -> Unnumbered:
    name = " ".join(unicodedata.normalize("NFC", told.name).split())
    if not 2 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise ArgumentError("--name", expected="họ tên đầy đủ, hoặc tên tổ chức")
    paper = " ".join(unicodedata.normalize("NFC", told.paper_number).split())
    if not 1 <= len(paper) <= LONGEST_PAPER_NUMBER or not paper.isprintable():
        raise ArgumentError("--paper-number", expected="số ghi trên giấy tờ đã xuất trình")
    if not services.papers.knows(told.paper_type):
        raise ArgumentError("--paper-type", expected="một loại giấy tờ trong từ vựng hoặc của cơ quan")
    return Unnumbered(
        kind=told.kind,
        name=name,
        birth=_birth(services, told),
        paper_type=told.paper_type,
        paper_number=paper,
        dossier=told.dossier,
    )


def _birth(services: Services, told: Unnumbered) -> str:
    if told.kind is OwnerKind.ORGANISATION:
        return ""
    try:
        born = date.fromisoformat(told.birth)
    except ValueError as error:
        raise ArgumentError("--birth", expected="ngày sinh YYYY-MM-DD") from error
    if born > services.today():
        raise ArgumentError("--birth", expected="ngày sinh đã qua")
    return born.isoformat()
