"""Certificates and revocation data that a file brings along, in its store or in a signature's attributes.

None of it is trusted for being there: lists and answers must be signed by the right authority when used.
"""

# The signing library declares itself typed, but many of its calls are not.
# mypy: allow-untyped-calls

from __future__ import annotations

from collections.abc import Iterator

from asn1crypto import cms, core
from asn1crypto import crl as asn1_crl
from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import pdf as asn1_pdf
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.policy_decl import LocalKnowledge
from pyhanko_certvalidator.revinfo.archival import CRLContainer, OCSPContainer

from signing.security_store import read_security_store

# Attributes of ETSI EN 319 122-1 (A.1.1.2 of CAdES) and of Adobe (ISO 32000-1, 12.8.3.3.2).
_REVOCATION_VALUES = "1.2.840.113549.1.9.16.2.24"
_ADOBE_ARCHIVAL = "adobe_revocation_info_archival"


class _Lists(core.SequenceOf):  # type: ignore[misc]  # the library ships no types
    _child_spec = asn1_crl.CertificateList


class _Answers(core.SequenceOf):  # type: ignore[misc]
    _child_spec = asn1_ocsp.BasicOCSPResponse


class _RevocationValues(core.Sequence):  # type: ignore[misc]
    _fields = (
        ("crls", _Lists, {"explicit": 0, "optional": True}),
        ("ocsps", _Answers, {"explicit": 1, "optional": True}),
        ("others", core.Any, {"explicit": 2, "optional": True}),
    )


def file_evidence(reader: PdfFileReader) -> LocalKnowledge:
    """What the file's document security store holds."""
    store = read_security_store(reader)
    return LocalKnowledge(
        known_ocsps=[part for response in store.responses for part in OCSPContainer.load_multi(response)],
        known_crls=[CRLContainer(one) for one in store.lists],
        known_certs=list(store.certificates),
    )


def signature_evidence(signed_data: cms.SignedData) -> LocalKnowledge:
    """What one signature's own attributes and its container hold."""
    (info,) = signed_data["signer_infos"]
    lists = list(_container_lists(signed_data))
    answers: list[asn1_ocsp.OCSPResponse] = []
    for attribute in _attributes(info):
        kind = str(attribute["type"].native)
        for value in attribute["values"]:
            if kind == _ADOBE_ARCHIVAL:
                archival = asn1_pdf.RevocationInfoArchival.load(value.dump())
                lists += list(archival["crl"] or ())
                answers += list(archival["ocsp"] or ())
            elif kind == _REVOCATION_VALUES:
                values = _RevocationValues.load(value.dump())
                lists += list(values["crls"] or ())
                answers += [_response(answer) for answer in values["ocsps"] or ()]
    return LocalKnowledge(
        known_ocsps=[part for response in answers for part in OCSPContainer.load_multi(response)],
        known_crls=[CRLContainer(one) for one in lists],
        known_certs=[one.chosen for one in signed_data["certificates"] or () if one.name == "certificate"],
    )


def joined(*parts: LocalKnowledge) -> LocalKnowledge:
    """All of it together."""
    return LocalKnowledge(
        known_ocsps=[one for part in parts for one in part.known_ocsps],
        known_crls=[one for part in parts for one in part.known_crls],
        known_certs=[one for part in parts for one in part.known_certs],
    )


def _attributes(info: cms.SignerInfo) -> Iterator[cms.CMSAttribute]:
    for name in ("signed_attrs", "unsigned_attrs"):
        yield from info[name] or ()


def _container_lists(signed_data: cms.SignedData) -> Iterator[asn1_crl.CertificateList]:
    for choice in signed_data["crls"] or ():
        if choice.name == "crl":
            yield choice.chosen


def _response(answer: asn1_ocsp.BasicOCSPResponse) -> asn1_ocsp.OCSPResponse:
    """The basic answer in the frame in which the library looks for it (RFC 6960, 4.2.1)."""
    return asn1_ocsp.OCSPResponse(
        {
            "response_status": "successful",
            "response_bytes": {"response_type": "basic_ocsp_response", "response": answer},
        }
    )
