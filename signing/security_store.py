"""What a file carries along for its own verification: its security store (ETSI EN 319 142-1, 5.4)."""

# The signing library declares itself typed, but many of its calls are not.
# mypy: allow-untyped-calls

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import crl as asn1_crl
from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import x509
from pyhanko.pdf_utils.decode_limits import DecodePurpose
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What a revocation list or an OCSP response says, as far as its dates are concerned.

    Attributes:
        issuer: name of the authority whose certificates a list is about; ``None`` for a response.
        serial, name_hash, hash_name: whom a response is about: serial number, digest of the issuer's name
            and that digest's algorithm; 0 and empty for a list.
        this_update: aware; when it was issued.
        next_update: aware; when it runs out; ``None`` if it does not say.
    """

    issuer: x509.Name | None
    serial: int = 0
    name_hash: bytes = b""
    hash_name: str = ""
    this_update: datetime
    next_update: datetime | None

    def covers(self, certificate: x509.Certificate) -> bool:
        """Whether it speaks about that certificate."""
        if self.issuer is not None:
            return bool(self.issuer == certificate.issuer)
        name = hashlib.new(self.hash_name, certificate.issuer.dump(), usedforsecurity=False).digest()
        return certificate.serial_number == self.serial and name == self.name_hash


@dataclass(frozen=True, slots=True)
class SecurityStore:
    """Certificates and revocation data in a file; empty where it has none.

    Attributes:
        certificates: of signers, authorities and timestamp services.
        lists, responses: revocation data as they are in the file.
    """

    certificates: tuple[x509.Certificate, ...] = ()
    lists: tuple[asn1_crl.CertificateList, ...] = ()
    responses: tuple[asn1_ocsp.OCSPResponse, ...] = ()

    def statements(self) -> tuple[Statement, ...]:
        """One for each list and each single response.

        Raises:
            ValueError: a date or a response is malformed.
        """
        singles = [statement for one in self.responses for statement in _response_statements(one)]
        return (*map(list_statement, self.lists), *singles)


def read_security_store(reader: PdfFileReader) -> SecurityStore:
    """What the newest revision of a file carries along.

    Raises:
        ValueError, PdfReadError: it is malformed.
    """
    try:
        store = DocumentSecurityStore.read_dss(reader)
    except NoDSSFoundError:
        return SecurityStore()
    lists = [
        asn1_crl.CertificateList.load(one.get_object().read_data(DecodePurpose.CRL)) for one in store.crls
    ]
    responses = [
        asn1_ocsp.OCSPResponse.load(one.get_object().read_data(DecodePurpose.OCSP_RESPONSE))
        for one in store.ocsps
    ]
    return SecurityStore(tuple(store.load_certs()), tuple(lists), tuple(responses))


def list_statement(crl: asn1_crl.CertificateList) -> Statement:
    """The dates of a revocation list."""
    body = crl["tbs_cert_list"]
    return Statement(
        issuer=body["issuer"],
        this_update=body["this_update"].native,
        next_update=body["next_update"].native,
    )


def path_of(certificate: x509.Certificate, known: Sequence[x509.Certificate]) -> list[x509.Certificate]:
    """The certificate and those above it that are known, the root left out: a root is trusted, not proven."""
    path: list[x509.Certificate] = []
    current: x509.Certificate | None = certificate
    while current is not None and not current.self_issued and current not in path:
        path.append(current)
        issuer, key = current.issuer, current.authority_key_identifier
        current = next(
            (
                one
                for one in known
                if one.subject == issuer and (key is None or one.key_identifier in {None, key})
            ),
            None,
        )
    return path


def _response_statements(response: asn1_ocsp.OCSPResponse) -> Iterator[Statement]:
    if response["response_status"].native != "successful":
        return
    for single in response.response_data["responses"]:
        about = single["cert_id"]
        yield Statement(
            issuer=None,
            serial=about["serial_number"].native,
            name_hash=about["issuer_name_hash"].native,
            hash_name=about["hash_algorithm"]["algorithm"].native,
            this_update=single["this_update"].native,
            next_update=single["next_update"].native,
        )
