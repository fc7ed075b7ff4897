"""Document timestamps of strangers are left aside while the chain of timestamps is validated.

ETSI EN 319 102-1, 5.6.3.4: a time assertion that does not validate is ignored, unless the validation policy
demands it, and the next one is looked at; so nobody weakens a file by adding a timestamp to it. The library
takes the chain for one evidence record, of which every part must hold. It is given the timestamps whose
authorities stand below a root that is trusted here; where none does, all of them, as before.
"""

# The signing library declares itself typed, but many of its calls are not.
# mypy: allow-untyped-calls

from __future__ import annotations

from typing import Any

from asn1crypto import cms
from pyhanko.sign.general import extract_certificate_info
from pyhanko.sign.validation import ades
from pyhanko.sign.validation.policy_decl import SignatureValidationSpec
from pyhanko_certvalidator.ltv.poe import POEManager
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo
from pyhanko_certvalidator.registry import SimpleTrustManager

from signing.chains import Authorities, parsed

_CHAIN = "_validate_prima_facie_poe"

_validate_chain: Any = getattr(ades, _CHAIN, None)


def ignore_strangers() -> None:
    """Let the library validate chains of timestamps like this; doing it again changes nothing."""
    if _validate_chain is None:
        msg = f"this version of the signing library has no {_CHAIN}"
        raise ImportError(msg)
    setattr(ades, _CHAIN, validate_chain)


async def validate_chain(
    prima_facie_poe_sets: list[Any],
    validation_spec: SignatureValidationSpec,
    cur_timing_info: ValidationTimingInfo | None = None,
) -> POEManager:
    """Proofs of existence from those timestamps of a chain that end at a trusted root.

    Raises:
        SignatureValidationError: one of them does not hold.
    """
    authorities = _authorities(validation_spec)
    own = [one for one in prima_facie_poe_sets if _reaches(one.timestamp_token_signed_data, authorities)]
    proofs: POEManager = await _validate_chain(own or prima_facie_poe_sets, validation_spec, cur_timing_info)
    return proofs


def _authorities(spec: SignatureValidationSpec) -> Authorities:
    policy = spec.ts_cert_validation_policy or spec.cert_validation_policy
    manager = policy.trust_manager
    roots = manager.iter_certs() if isinstance(manager, SimpleTrustManager) else ()
    known = spec.local_knowledge.known_certs
    return Authorities(
        [one for one in map(parsed, roots) if one is not None],
        [one for one in map(parsed, known) if one is not None],
    )


def _reaches(token: cms.SignedData, authorities: Authorities) -> bool:
    given = extract_certificate_info(token)
    return authorities.reach(given.signer_cert, given.other_certs)
