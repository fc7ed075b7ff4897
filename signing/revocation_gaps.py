"""Which revocation data there is about a certificate, and what it leaves open. Says; never decides trust."""

# The signing library declares itself typed, but many of its calls are not.
# mypy: allow-untyped-calls

from __future__ import annotations

import unicodedata
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import x509
from pyhanko.sign.validation.policy_decl import LocalKnowledge

from dossier.moments import VIETNAM
from signing.notes import Note, NoteCode

_LONGEST_CHAIN = 8


@dataclass(frozen=True, slots=True)
class RevocationSpan:
    """For which time one list or answer speaks.

    Attributes:
        issued: aware.
        until: aware; when the next one is due.
    """

    issued: datetime
    until: datetime


class Issuers:
    """Certificates of authorities, found by the name that they bear."""

    def __init__(self, known: Iterable[x509.Certificate]) -> None:
        self._by_name: dict[bytes, dict[bytes, x509.Certificate]] = {}
        for one in known:
            self._by_name.setdefault(one.subject.dump(), {})[one.dump()] = one

    def of(self, certificate: x509.Certificate) -> list[x509.Certificate]:
        """Those that may have issued a certificate, by name and key identifier."""
        wanted = certificate.authority_key_identifier
        named = self._by_name.get(certificate.issuer.dump(), {}).values()
        return [one for one in named if wanted is None or one.key_identifier in {None, wanted}]


def chains_of(certificate: x509.Certificate, issuers: Issuers) -> Iterator[tuple[x509.Certificate, ...]]:
    """The shortest chains of names and key identifiers from a certificate up to each end there is.

    Signatures are not checked here. Every certificate is looked at once, however a file may entangle them.

    Yields:
        The certificate, its issuer and so on; the last has no issuer that is known, or is its own.
    """
    seen = {certificate.dump()}
    waiting: deque[tuple[x509.Certificate, ...]] = deque([(certificate,)])
    while waiting:
        chain = waiting.popleft()
        last = chain[-1]
        own = last.subject.dump() == last.issuer.dump()
        above = [] if own or len(chain) >= _LONGEST_CHAIN else issuers.of(last)
        if not above:
            yield chain
        for one in above:
            if one.dump() not in seen:
                seen.add(one.dump())
                waiting.append((*chain, one))


def newest_span(certificate: x509.Certificate, knowledge: LocalKnowledge) -> RevocationSpan | None:
    """The newest list or answer about a certificate; ``None`` if there is none."""
    spans = [*_list_spans(certificate, knowledge), *_answer_spans(certificate, knowledge)]
    return max(spans, key=lambda span: span.issued, default=None)


def gaps(chain: Sequence[x509.Certificate], knowledge: LocalKnowledge, *, at: datetime) -> Iterator[Note]:
    """What could not be checked about the certificates of a chain below its root.

    Args:
        chain: from the lowest certificate to the root.
        knowledge: all lists and answers at hand.
        at: aware; the moment of verification.
    """
    for certificate in chain:
        if certificate.self_issued or certificate.ocsp_no_check_value is not None:
            continue
        span = newest_span(certificate, knowledge)
        if span is None:
            yield Note(code=NoteCode.REVOCATION_NONE, subject=shown_name(certificate))
        elif span.until < at:
            yield Note(
                code=NoteCode.REVOCATION_ENDED, subject=shown_name(certificate), day=shown_day(span.until)
            )


def shown_name(certificate: x509.Certificate) -> str:
    """Common name for a sentence, NFC, on one line; the serial number where there is none."""
    value = certificate.subject.native.get("common_name", "")
    name = str(value[0] if isinstance(value, list) else value)
    return " ".join(unicodedata.normalize("NFC", name).split()) or f"{certificate.serial_number:x}"


def shown_day(moment: datetime) -> str:
    """ISO date in Vietnam."""
    return moment.astimezone(VIETNAM).date().isoformat()


def _list_spans(certificate: x509.Certificate, knowledge: LocalKnowledge) -> Iterator[RevocationSpan]:
    for container in knowledge.known_crls:
        told = container.crl_data["tbs_cert_list"]
        until = told["next_update"].native
        if told["issuer"] == certificate.issuer and until is not None:
            yield RevocationSpan(told["this_update"].native, until)


def _answer_spans(certificate: x509.Certificate, knowledge: LocalKnowledge) -> Iterator[RevocationSpan]:
    for container in knowledge.known_ocsps:
        answer = container.extract_single_response()
        if answer is None:
            continue
        asked = answer["cert_id"]
        hashed = getattr(certificate.issuer, str(asked["hash_algorithm"]["algorithm"].native), None)
        if asked["serial_number"].native == certificate.serial_number and (
            hashed is None or asked["issuer_name_hash"].native == hashed
        ):
            issued = answer["this_update"].native
            yield RevocationSpan(issued, answer["next_update"].native or issued)
