"""Looking back on certificates below an intermediate authority whose revocation data are lists.

Past validation (ETSI EN 319 102-1, 5.6.2.4) asks for revocation data about the signer's certificate whose
issuer was known before the certificate ended. Every list at hand must be found for that, also the list of an
authority that is no root itself: an archive of files signed years ago holds little else. The search is
therefore given the path up to the authority above the issuer.

A list that was issued after a certificate ended says nothing about it: authorities drop what has expired (RFC
5280, 3.3). Such lists come into the file with later timestamps of the same authority, and are left aside,
unless they do name the certificate.

Where an authority's certificate has ended, that of the signer below it ended no later: the verdict for now is
that the time is out of bounds, so that the past is looked at (5.6.3). Everything else is the library's own.
"""

# The signing library declares itself typed, but many of its calls are not.
# mypy: allow-untyped-calls

from __future__ import annotations

from collections.abc import Awaitable, Iterable
from datetime import datetime
from typing import TypeVar

from asn1crypto import crl as asn1_crl
from asn1crypto import x509
from pyhanko.sign.validation import ades, generic_cms
from pyhanko_certvalidator.authority import CertTrustAnchor
from pyhanko_certvalidator.context import ValidationDataHandlers
from pyhanko_certvalidator.errors import ExpiredError
from pyhanko_certvalidator.ltv.poe import POEManager, digest_for_poe
from pyhanko_certvalidator.ltv.time_slide import ades_gather_prima_facie_revinfo
from pyhanko_certvalidator.path import ValidationPath
from pyhanko_certvalidator.policy_decl import RevocationCheckingRule
from pyhanko_certvalidator.registry import CertificateRegistry
from pyhanko_certvalidator.revinfo.manager import RevinfoManager
from pyhanko_certvalidator.revinfo.validate_crl import CRLOfInterest
from pyhanko_certvalidator.revinfo.validate_ocsp import OCSPResponseOfInterest

_SEARCH = "_find_revinfo_data_for_leaf_in_past"

_judge_path = generic_cms.handle_certvalidator_errors

Result = TypeVar("Result")
_Found = tuple[list[CRLOfInterest], list[OCSPResponseOfInterest]]


def complete_past_search() -> None:
    """Let the library look back with our search; doing it again changes nothing."""
    if not hasattr(ades, _SEARCH):
        msg = f"this version of the signing library has no {_SEARCH}"
        raise ImportError(msg)
    setattr(ades, _SEARCH, find_revocation_data)
    generic_cms.handle_certvalidator_errors = judge_path


async def judge_path(
    cert: x509.Certificate, coro: Awaitable[Result]
) -> generic_cms.CertvalidatorOperationResult[Result]:
    """What the library says of a path, the end of an authority above an ended certificate understood."""
    return await _judge_path(cert=cert, coro=_with_its_authority(cert, coro))


async def _with_its_authority(cert: x509.Certificate, coro: Awaitable[Result]) -> Result:
    try:
        return await coro
    except ExpiredError as error:
        if not error.is_side_validation and cert.not_valid_after <= error.expired_dt:
            error.is_ee_cert = True
        raise


async def find_revocation_data(
    cert: x509.Certificate,
    validation_data_handlers: ValidationDataHandlers,
    control_time: datetime,
    revocation_checking_rule: RevocationCheckingRule,
) -> _Found:
    """Revocation data about a certificate, by an issuer that is proven older than the certificate's end.

    Data without that proof is dropped from what is at hand, unless nothing would be left.
    """
    handlers, poes = validation_data_handlers, validation_data_handlers.poe_manager
    handlers.revinfo_manager.evict_crls(_too_late(cert, handlers.revinfo_manager))
    found_lists: dict[bytes, CRLOfInterest] = {}
    found_responses: dict[bytes, OCSPResponseOfInterest] = {}
    for path in _paths(cert, handlers.cert_registry):
        lists, responses = await ades_gather_prima_facie_revinfo(
            path=path,
            revinfo_manager=handlers.revinfo_manager,
            control_time=control_time,
            revocation_checking_rule=revocation_checking_rule,
        )
        found_lists.update({digest_for_poe(one.crl.crl_data.dump()): one for one in lists})
        found_responses.update(
            {digest_for_poe(one.ocsp_response.ocsp_response_data.dump()): one for one in responses}
        )
    end = cert.not_valid_after
    kept_lists = {key: one for key, one in found_lists.items() if _list_in_time(one, end, poes)}
    kept_responses = {key: one for key, one in found_responses.items() if poes[one.prov_path.leaf] <= end}
    if kept_lists or kept_responses:
        handlers.revinfo_manager.evict_crls(found_lists.keys() - kept_lists.keys())
        handlers.revinfo_manager.evict_ocsps(found_responses.keys() - kept_responses.keys())
    return list(kept_lists.values()), list(kept_responses.values())


def _paths(cert: x509.Certificate, registry: CertificateRegistry) -> Iterable[ValidationPath]:
    """For each possible issuer the path from the authority above it; trust is judged elsewhere."""
    nobody = ades._TrustNoOne()  # noqa: SLF001  the library's own search starts like this
    for issuer in registry.find_potential_issuers(cert=cert, trust_manager=nobody):
        if not isinstance(issuer, x509.Certificate):
            continue
        above = () if issuer.self_issued else registry.find_potential_issuers(issuer, trust_manager=nobody)
        anchors = list(above)
        for anchor in anchors:
            yield ValidationPath(trust_anchor=CertTrustAnchor(anchor), interm=[issuer], leaf=cert)
        if not anchors:
            yield ValidationPath(trust_anchor=CertTrustAnchor(issuer), interm=[], leaf=cert)


def _too_late(cert: x509.Certificate, manager: RevinfoManager) -> set[bytes]:
    """Digests of the lists of its issuer that were issued after the certificate ended and do not name it."""
    end = cert.not_valid_after
    late = [
        one.crl_data
        for one in manager.currently_available_crls()
        if one.issuance_date is not None and one.issuance_date > end and one.crl_data.issuer == cert.issuer
    ]
    return {digest_for_poe(one.dump()) for one in late if not _names(one, cert.serial_number)}


def _names(crl: asn1_crl.CertificateList, serial: int) -> bool:
    entries = crl["tbs_cert_list"]["revoked_certificates"]
    return any(entry["user_certificate"].native == serial for entry in entries)


def _list_in_time(found: CRLOfInterest, end: datetime, poes: POEManager) -> bool:
    return any(poes[path.path.leaf] <= end for path in found.prov_paths)
