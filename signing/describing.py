"""Everything a full report says about a signature beside its verdict, gathered from what verification read.

Describing never decides anything and never fails: what a hostile file makes unreadable stays empty.
"""

# The signing library declares itself typed, but many of its calls are not.
# mypy: allow-untyped-calls

from __future__ import annotations

import base64
import hashlib
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any, Literal, TypeVar

from asn1crypto import cms, x509
from pyhanko.pdf_utils import generic
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.validation.ades import (
    AdESBasicValidationResult,
    AdESLTAValidationResult,
    AdESWithTimeValidationResult,
)
from pyhanko.sign.validation.generic_cms import extract_self_reported_ts, extract_tst_data_iter
from pyhanko_certvalidator.ltv.poe import ValidationObject, ValidationObjectType
from pyhanko_certvalidator.revinfo.archival import CRLContainer, OCSPContainer

from signing.checks import checks_of
from signing.details import (
    MAX_CONTENT,
    Check,
    Coverage,
    EvidenceObject,
    FileDetails,
    ObjectKind,
    RevocationDetails,
    SignatureDetails,
    TimestampDetails,
    TimestampKind,
    TrustKind,
)
from signing.objects import entry
from signing.reading import OpenedFile, ReadSignature
from signing.report import Modifications
from signing.revisions import Revisions, prefix_digests
from signing.structure import Fault
from signing.subjects import certificate_details
from signing.tokens import Token, read_token

_log = logging.getLogger(__name__)
_Value = TypeVar("_Value")
_Result = AdESBasicValidationResult[Any]

_SCHEMES = {
    "rsassa_pss": "RSASSA-PSS",
    "rsassa_pkcs1v15": "RSASSA-PKCS1-v1_5",
    "ecdsa": "ECDSA",
    "dsa": "DSA",
}
_OBJECT_KINDS: dict[ValidationObjectType, ObjectKind] = {
    ValidationObjectType.CERTIFICATE: "certificate",
    ValidationObjectType.CRL: "CRL",
    ValidationObjectType.OCSP_RESPONSE: "OCSPResponse",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What verification found out about one signature.

    Attributes:
        result: what trust says; ``None`` if it could not be asked.
        modifications: what came after it, in grades.
        faults: of the file and of the signature.
        proven: aware; the earliest trusted moment of existence.
        root: SHA-256 of the trusted root, hexadecimal.
    """

    result: _Result | None = None
    modifications: Modifications
    faults: tuple[Fault, ...]
    proven: datetime | None = None
    root: str | None = None


class Describer:
    """Describes the signatures of one file."""

    def __init__(
        self,
        opened: OpenedFile,
        signatures: Sequence[ReadSignature],
        *,
        kinds: Mapping[str, TrustKind],
    ) -> None:
        """Get ready; nothing is read yet.

        Args:
            opened: the file.
            signatures: all that could be read, timestamps among them.
            kinds: SHA-256 of each trusted root and the list it stands in.
        """
        self._opened = opened
        self._kinds = kinds
        self._revisions = Revisions(opened.reader, signatures)
        self._stamps = tuple(one for one in signatures if one.is_timestamp)
        self._lengths = tuple(one.length for one in signatures)

    def describe(self, signature: ReadSignature, judged: Judged) -> SignatureDetails:
        """The details of one signature."""
        result = judged.result
        tokens: tuple[tuple[TimestampKind, Token], ...] = _guarded(lambda: self._tokens(signature), ())
        info = signature.embedded.signer_info
        return SignatureDetails(
            certificate=_guarded(
                lambda: certificate_details(signature.certificate), SignatureDetails().certificate
            ),
            chain=_guarded(lambda: _chain(result), ()),
            trust_kind=self._kinds.get(judged.root or ""),
            claimed_printed=_guarded(lambda: _printed_time(signature), None),
            claimed_signed=_guarded(lambda: _aware(extract_self_reported_ts(info)), None),
            timestamps=tuple(_stamp(kind, token, result) for kind, token in tokens),
            revocation=_guarded(lambda: self._revocation(signature, result), RevocationDetails()),
            digest=_guarded(lambda: str(signature.embedded.md_algorithm), ""),
            scheme=_guarded(lambda: _scheme(info), ""),
            document_digest=_guarded(lambda: bytes(signature.embedded.compute_digest()).hex(), ""),
            signature_value=_guarded(lambda: bytes(info["signature"].native).hex(), ""),
            attributes_digest=_guarded(lambda: _attributes_digest(signature), ""),
            coverage=_guarded(lambda: self._coverage(signature), None),
            later=_guarded(
                lambda: self._revisions.after(signature, suspicious=judged.modifications == "suspicious"), ()
            ),
            checks=_guarded(lambda: _checks(signature, judged), ()),
            objects=_guarded(lambda: self._objects(signature, [token for _, token in tokens], result), ()),
            process=_process(result),
        )

    @cached_property
    def _digests(self) -> dict[int, str]:
        return prefix_digests(self._opened.data, self._lengths)

    def _coverage(self, signature: ReadSignature) -> Coverage:
        return Coverage(
            revision=signature.revision + 1,
            revisions=self._revisions.count,
            covered=signature.length,
            size=len(self._opened.data),
            sha256=self._digests[signature.length],
            byte_range=tuple(int(number) for number in signature.embedded.byte_range),
        )

    @cached_property
    def _archive(self) -> tuple[tuple[int, Token], ...]:
        """The document timestamps with the revisions that they sign."""
        return tuple((stamp.revision, read_token(stamp.embedded.signed_data)) for stamp in self._stamps)

    def _tokens(self, signature: ReadSignature) -> tuple[tuple[TimestampKind, Token], ...]:
        info = signature.embedded.signer_info
        found: list[tuple[TimestampKind, Token]] = []
        found += [("content", read_token(one)) for one in extract_tst_data_iter(info, signed=True)]
        found += [("signature", read_token(one)) for one in extract_tst_data_iter(info, signed=False)]
        found += [("document", one) for revision, one in self._archive if revision > signature.revision]
        return tuple(found)

    def _objects(
        self, signature: ReadSignature, tokens: Sequence[Token], result: _Result | None
    ) -> tuple[EvidenceObject, ...]:
        archived = bool(_archive_trusted(result))
        made = []
        for one in () if result is None else result.validation_objects:
            kind = _OBJECT_KINDS.get(one.object_type)
            if kind is not None:
                made.append(self._object(kind, _der(one), archived=archived))
        made.append(self._object("certificate", signature.certificate.dump(), archived=archived))
        made += [self._object("timestamp", token.der, archived=archived) for token in tokens]
        return tuple({one.identifier: one for one in made}.values())

    def _object(self, kind: ObjectKind, der: bytes, *, archived: bool) -> EvidenceObject:
        digest = hashlib.sha256(der).hexdigest()
        since = self._revisions.evidence.get(digest) if archived else None
        poe = None
        if since is not None:
            poe = min((token.time for revision, token in self._archive if revision >= since), default=None)
        content = base64.b64encode(der).decode("ascii") if len(der) <= MAX_CONTENT else ""
        return EvidenceObject(kind=kind, sha256=digest, content=content, poe=poe)

    def _revocation(self, signature: ReadSignature, result: _Result | None) -> RevocationDetails:
        if result is None:
            return RevocationDetails()
        data = [
            one
            for one in (_speaks_for(vo, signature.certificate) for vo in result.validation_objects)
            if one is not None
        ]
        newest = max(data, key=lambda one: (one.source == "OCSP", one.issued), default=RevocationDetails())
        revoked = result.api_status.revocation_details if result.api_status else None
        return replace(
            newest,
            embedded=newest.identifier.rpartition("-")[2] in self._revisions.evidence,
            revoked_at=revoked.revocation_date if revoked else None,
            authority_revoked=bool(revoked and revoked.ca_revoked),
        )


def file_details(opened: OpenedFile) -> FileDetails:
    """What a report says about the file as a whole; it may be one that nobody can read."""
    size = len(opened.data)
    return FileDetails(
        sha256=prefix_digests(opened.data, (size,))[size],
        size=size,
        revisions=opened.revisions,
    )


def _checks(signature: ReadSignature, judged: Judged) -> tuple[Check, ...]:
    status = None if judged.result is None else judged.result.api_status
    claimed, proven = _printed_time(signature), judged.proven
    return checks_of(
        faults=judged.faults,
        intact=None if status is None else bool(status.intact and status.valid),
        unchanged=judged.modifications != "suspicious",
        bound=signature.names_its_certificate(),
        delay=claimed - proven if claimed and proven else None,
    )


def _chain(result: _Result | None) -> tuple[str, ...]:
    path = None if result is None or result.api_status is None else result.api_status.validation_path
    if path is None:
        return ()
    return tuple(reversed([one.sha256.hex() for one in path.iter_certs(include_root=True)]))


def _process(result: _Result | None) -> Literal["Basic", "LTVM", "LTA"]:
    if isinstance(result, AdESLTAValidationResult):
        return "LTA"
    return "LTVM" if isinstance(result, AdESWithTimeValidationResult) else "Basic"


def _archive_trusted(result: _Result | None) -> bool | None:
    """The document timestamps are judged as one chain, and only where the verdict rests on them."""
    if not isinstance(result, AdESLTAValidationResult):
        return None if result is None else False
    return result.oldest_evidence_record_timestamp is not None


def _stamp(kind: TimestampKind, token: Token, result: _Result | None) -> TimestampDetails:
    trusted = None
    if kind == "document":
        trusted = _archive_trusted(result)
    elif kind == "signature":
        trusted = _signature_stamp_trusted(token, result)
    return TimestampDetails(
        kind=kind,
        time=token.time,
        authority=token.authority,
        trusted=trusted,
        digest=token.digest,
        token=token.identifier,
    )


def _signature_stamp_trusted(token: Token, result: _Result | None) -> bool | None:
    judged = result.signature_timestamp_status if isinstance(result, AdESLTAValidationResult) else None
    if judged is not None and judged.api_status is not None:
        same = judged.api_status.timestamp == token.time
        return bool(judged.ades_subindic == AdESPassed.OK) if same else None
    status = None if result is None else getattr(result.api_status, "timestamp_validity", None)
    if status is None or status.timestamp != token.time:
        return None
    return bool(status.trusted)


def _der(one: ValidationObject) -> bytes:
    value = one.value
    if isinstance(value, CRLContainer):
        return bytes(value.crl_data.dump())
    if isinstance(value, OCSPContainer):
        return bytes(value.ocsp_response_data.dump())
    return bytes(value.dump())


def _speaks_for(one: ValidationObject, certificate: x509.Certificate) -> RevocationDetails | None:
    value = one.value
    if isinstance(value, CRLContainer):
        if value.crl_data.issuer != certificate.issuer:
            return None
        listed = value.crl_data["tbs_cert_list"]
        issued, following = listed["this_update"].native, listed["next_update"].native
        source: Literal["CRL", "OCSP"] = "CRL"
    elif isinstance(value, OCSPContainer):
        response = value.extract_single_response()
        if response is None or response["cert_id"]["serial_number"].native != certificate.serial_number:
            return None
        issued, following = response["this_update"].native, response["next_update"].native
        source = "OCSP"
    else:
        return None
    kind = _OBJECT_KINDS[one.object_type]
    digest = hashlib.sha256(_der(one)).hexdigest()
    return RevocationDetails(
        source=source, issued=issued, next_update=following, identifier=f"vo-{kind}-{digest}"
    )


def _printed_time(signature: ReadSignature) -> datetime | None:
    value = entry(signature.embedded.sig_object, "/M")
    if not isinstance(value, generic.TextStringObject):
        return None
    return _aware(generic.parse_pdf_date(value, strict=False))


def _aware(moment: datetime | None) -> datetime | None:
    return moment if moment is not None and moment.tzinfo is not None else None


def _scheme(info: cms.SignerInfo) -> str:
    name = info["signature_algorithm"].signature_algo
    return _SCHEMES.get(name, str(name))


def _attributes_digest(signature: ReadSignature) -> str:
    embedded = signature.embedded
    # In the signature the attributes bear an implicit tag; what is signed is a plain SET (RFC 5652, 5.4).
    attributes = embedded.signer_info["signed_attrs"].untag().dump()
    return hashlib.new(str(embedded.md_algorithm), attributes).hexdigest()


def _guarded(read: Callable[[], _Value], otherwise: _Value) -> _Value:
    try:
        return read()
    except Exception as error:  # noqa: BLE001  whatever a hostile signature makes the readers raise
        _log.debug("not described: %s", type(error).__name__)
        return otherwise
