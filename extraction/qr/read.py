"""The door: codes of a paper in, values by field out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dossier.geometry import Box
from dossier.text import Code
from extraction.qr.card import read_card
from extraction.qr.dossiers import read_dossier
from extraction.qr.land import read_land
from extraction.qr.payload import Payload, plain, read_link

_MOST_CODES = 16
_KINDS = {
    "identity_card": "identity_card",
    "land_certificate": "land_certificate",
    "dossier_receipt": "dossier",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeValue:
    """What a code says about a field, and where the code stands."""

    value: str
    box: Box
    page: int


def read_payload(text: str) -> Payload:
    """What a code says, whatever paper it stands on."""
    kept = plain(text)
    link = read_link(kept)
    if link:
        return Payload(kind="link", link=link)
    for read in (read_card, read_dossier, read_land):
        found = read(kept)
        if found is not None:
            return found
    return Payload(kind="unknown")


def qr_candidates(codes: Mapping[int, Sequence[Code]], type_: str) -> Mapping[str, CodeValue]:
    """Values by vocabulary field name that the codes of a paper give.

    Two codes of one kind that contradict each other (two cards on one page) say nothing about that field.

    Args:
        codes: of the paper, by page.
        type_: of the paper; codes of other kinds are somebody else's.
    """
    found: dict[str, list[CodeValue]] = {}
    for page, own in codes.items():
        for code in own[:_MOST_CODES]:
            payload = read_payload(code.text)
            if payload.kind == _KINDS.get(type_):
                for name, value in payload.values.items():
                    found.setdefault(name, []).append(CodeValue(value=value, box=code.box, page=page))
    return {name: said[0] for name, said in found.items() if len({one.value for one in said}) == 1}
