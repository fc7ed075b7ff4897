"""The report as ETSI TS 119 102-2 (V1.2.1) defines it: XML about our verdict, our checks as constraints.

It says what we conclude, not what a single step of the standard concluded: a signature that passes the
algorithm of EN 319 102-1 and fails a check of ours is ``total-failed`` here too. The report is not signed.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from pyhanko.generated.etsi import ts_11910202 as vr
from pyhanko.generated.etsi import xades
from pyhanko.generated.w3c import xmldsig_core as ds
from xsdata.formats.dataclass.serializers import XmlSerializer
from xsdata.formats.dataclass.serializers.config import SerializerConfig
from xsdata.models.datatype import XmlDateTime

from signing.details import EvidenceObject, SignatureDetails, TimestampDetails
from signing.report import Report, SignatureReport
from signing.reporting import uris
from signing.reporting.cleaning import shown, xml_text

_NAMESPACES = {
    "vr": "http://uri.etsi.org/19102/v1.2.1#",
    "XAdES": "http://uri.etsi.org/01903/v1.3.2#",
    "ds": "http://www.w3.org/2000/09/xmldsig#",
}
_MAX_NAME = 1000


def etsi_report(report: Report) -> str:
    """The report; a file without signatures gets one entry that says so.

    Args:
        report: the verdict.
    """
    objects = _all_objects(report)
    reports = tuple(_signature(one, number, report) for number, one in enumerate(report.signatures, 1))
    unsigned = vr.SignatureValidationReportType(
        signature_validation_status=vr.ValidationStatusType(
            main_indication=uris.MAIN_INDICATIONS[report.conclusion]
        )
    )
    document = vr.ValidationReport(
        signature_validation_report=reports or (unsigned,),
        signature_validation_objects=vr.ValidationObjectListType(
            tuple(_object(one, report) for one in objects)
        )
        if objects
        else None,
    )
    serializer = XmlSerializer(config=SerializerConfig(indent=" "))
    return serializer.render(document, ns_map=dict(_NAMESPACES))


def _signature(signature: SignatureReport, number: int, report: Report) -> vr.SignatureValidationReportType:
    details = signature.details
    status = vr.ValidationStatusType(
        main_indication=uris.MAIN_INDICATIONS[signature.conclusion],
        sub_indication=uris.sub_indications(signature.sub_indication, signature.conclusion),
        associated_validation_report_data=() if details is None else (_data(signature, details),),
    )
    if details is None:
        return vr.SignatureValidationReportType(signature_validation_status=status)
    known = {one.identifier for one in details.objects}
    signer = f"vo-certificate-{details.certificate.fingerprint}"
    return vr.SignatureValidationReportType(
        signature_identifier=_identifier(details, number),
        validation_constraints_evaluation_report=_constraints(details, report),
        validation_time_info=_times(signature, report),
        signers_document=_signers_document(details),
        signature_attributes=_attributes(details, known),
        signer_information=vr.SignerInformationType(
            signer_certificate=_reference(signer),
            signer=xml_text(shown(signature.signer, limit=_MAX_NAME)) or None,
        )
        if signer in known
        else None,
        signature_validation_process=vr.SignatureValidationProcessType(
            signature_validation_process_id=uris.process(details.process)
        ),
        signature_validation_status=status,
    )


def _identifier(details: SignatureDetails, number: int) -> vr.SignatureIdentifierType:
    return vr.SignatureIdentifierType(
        digest_alg_and_value=_digest(details.digest, details.attributes_digest),
        signature_value=ds.SignatureValue(bytes.fromhex(details.signature_value))
        if details.signature_value
        else None,
        hash_only=False,
        doc_hash_only=False,
        id=f"signature-{number}",
    )


def _constraints(details: SignatureDetails, report: Report) -> vr.ValidationConstraintsEvaluationReportType:
    name = " ".join(part for part in (report.policy, report.policy_version) if part)
    policy = vr.SignatureValidationPolicyType(
        signature_policy_identifier=xades.SignaturePolicyIdentifierType(signature_policy_implied=""),
        policy_name=xml_text(name),
    )
    constraints = tuple(
        vr.IndividualValidationConstraintReportType(
            validation_constraint_identifier=uris.constraint(check.code),
            constraint_status=vr.ConstraintStatusType(
                status=uris.DISABLED if check.outcome == "not_run" else uris.APPLIED
            ),
            validation_status=None
            if check.outcome == "not_run"
            else vr.ValidationStatusType(main_indication=uris.CONSTRAINT_INDICATIONS[check.outcome]),
        )
        for check in details.checks
    )
    return vr.ValidationConstraintsEvaluationReportType(
        signature_validation_policy=policy if name else None, validation_constraint=constraints
    )


def _times(signature: SignatureReport, report: Report) -> vr.ValidationTimeInfoType | None:
    if report.judged_at is None:
        return None
    # Without proof the signature is known to exist only since it was looked at.
    best = signature.proven_time or report.judged_at
    return vr.ValidationTimeInfoType(
        validation_time=_moment(report.judged_at),
        best_signature_time=vr.POEType(poetime=_moment(best), type_of_proof=uris.PROVEN_HERE),
    )


def _signers_document(details: SignatureDetails) -> vr.SignersDocumentType | None:
    digest = _digest(details.digest, details.document_digest)
    return None if digest is None else vr.SignersDocumentType(digest_alg_and_value=digest)


def _attributes(details: SignatureDetails, known: set[str]) -> vr.SignatureAttributesType | None:
    claimed = [moment for moment in (details.claimed_printed, details.claimed_signed) if moment is not None]
    coverage = details.coverage
    by_kind = {
        kind: tuple(_stamp(one, known) for one in details.timestamps if one.kind == kind)
        for kind in ("content", "signature", "document")
    }
    if not claimed and not details.timestamps and (coverage is None or not coverage.byte_range):
        return None
    return vr.SignatureAttributesType(
        signing_time=tuple(vr.SASigningTimeType(signed=True, time=_moment(one)) for one in claimed),
        all_data_objects_time_stamp=by_kind["content"],
        signature_time_stamp=by_kind["signature"],
        doc_time_stamp=by_kind["document"],
        byte_range=(coverage.byte_range,) if coverage is not None and coverage.byte_range else (),
    )


def _stamp(stamp: TimestampDetails, known: set[str]) -> vr.SATimestampType:
    return vr.SATimestampType(
        attribute_object=(_reference(stamp.token),) if stamp.token in known else (),
        signed=stamp.kind == "content",
        time_stamp_value=_moment(stamp.time),
    )


def _data(signature: SignatureReport, details: SignatureDetails) -> vr.ValidationReportDataType:
    known = {one.identifier for one in details.objects}
    chain = [name for name in (f"vo-certificate-{one}" for one in details.chain) if name in known]
    signer = f"vo-certificate-{details.certificate.fingerprint}"
    revocation = details.revocation
    return vr.ValidationReportDataType(
        trust_anchor=_reference(chain[-1]) if chain else None,
        certificate_chain=vr.CertificateChainType(
            signing_certificate=_reference(chain[0]),
            intermediate_certificate=tuple(_reference(one) for one in chain[1:-1]),
            trust_anchor=_reference(chain[-1]),
        )
        if chain
        else None,
        related_validation_object=tuple(_reference(one.identifier) for one in details.objects),
        revocation_status_information=vr.RevocationStatusInformationType(
            validation_object_id=_reference(signer),
            revocation_time=_moment(revocation.revoked_at),
            revocation_object=_reference(revocation.identifier) if revocation.identifier in known else None,
        )
        if revocation.revoked_at is not None and signer in known and not revocation.authority_revoked
        else None,
        crypto_information=vr.CryptoInformationType(
            validation_object_id=_reference(signer),
            algorithm=uris.algorithm(details.scheme, details.digest),
            secure_algorithm=not (signature.sub_indication or "").startswith("CRYPTO_CONSTRAINTS"),
        )
        if signer in known
        else None,
    )


def _all_objects(report: Report) -> Sequence[EvidenceObject]:
    """Every object once, with its earliest proof."""
    found: dict[str, EvidenceObject] = {}
    for signature in report.signatures:
        for one in signature.details.objects if signature.details else ():
            before = found.get(one.identifier)
            proofs = [each.poe for each in (one, before) if each is not None and each.poe is not None]
            found[one.identifier] = replace(one, poe=min(proofs, default=None))
    return tuple(found.values())


def _object(one: EvidenceObject, report: Report) -> vr.ValidationObjectType:
    proof = one.poe or report.judged_at
    stamp = next(_stamps(report, one.identifier), None) if one.kind == "timestamp" else None
    judged = stamp is not None and stamp.trusted is not None
    return vr.ValidationObjectType(
        id=one.identifier,
        object_type=uris.object_type(one.kind),
        validation_object_representation=_representation(one),
        poe=vr.POEType(poetime=_moment(proof), type_of_proof=uris.PROVEN_HERE) if proof else None,
        poeprovisioning=vr.POEProvisioningType(poetime=_moment(stamp.time)) if stamp else None,
        validation_report=vr.SignatureValidationReportType(
            signature_validation_status=vr.ValidationStatusType(
                main_indication=uris.TRUST_INDICATIONS[bool(stamp and stamp.trusted)]
            )
        )
        if judged
        else None,
    )


def _representation(one: EvidenceObject) -> vr.ValidationObjectRepresentationType:
    """The object itself; of a large one its digest, which is enough to know it by."""
    if one.content:
        return vr.ValidationObjectRepresentationType(base64=base64.b64decode(one.content))
    return vr.ValidationObjectRepresentationType(digest_alg_and_value=_digest("sha256", one.sha256))


def _stamps(report: Report, identifier: str) -> Iterator[TimestampDetails]:
    for signature in report.signatures:
        for stamp in signature.details.timestamps if signature.details else ():
            if stamp.token == identifier:
                yield stamp


def _digest(name: str, value: str) -> xades.DigestAlgAndValueType | None:
    if name not in uris.DIGESTS or not value:
        return None
    return xades.DigestAlgAndValueType(
        digest_method=ds.DigestMethod(uris.DIGESTS[name]), digest_value=ds.DigestValue(bytes.fromhex(value))
    )


def _reference(identifier: str) -> vr.VOReferenceType:
    return vr.VOReferenceType(voreference=(identifier,))


def _moment(at: datetime) -> XmlDateTime:
    return XmlDateTime.from_datetime(at.astimezone(UTC))
