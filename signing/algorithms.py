"""The algorithms of a signature policy, as the signing library asks for them.

An algorithm whose day is over is refused with that day, so that proof of existence from before it still
counts (ETSI EN 319 102-1, 5.5.4 and 5.6.2); what no policy ever accepted is refused for good.
"""

# The signing library declares itself typed, but many of its calls are not.
# mypy: allow-untyped-calls

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from asn1crypto import algos, keys
from pyhanko.sign.validation.utils import CMSAlgorithmUsagePolicy
from pyhanko_certvalidator.policy_decl import AlgorithmUsageConstraint

from signing.policies import NEVER, KeyKind, SignaturePolicy, accepted_at, end_of

# Names of the library's signature algorithms, and of ours.
_SCHEMES = {"rsassa_pss": "rsassa-pss", "rsassa_pkcs1v15": "rsassa-pkcs1v15", "ecdsa": "ecdsa"}


class DatedAlgorithms(CMSAlgorithmUsagePolicy):
    """What a policy accepts, at the moment of use."""

    def __init__(self, policy: SignaturePolicy, *, used_at: datetime | None = None) -> None:
        """Ask a policy.

        Args:
            policy: the policy.
            used_at: aware; the proven moment of use, where it stands for whatever moment is asked about.
        """
        self._policy = policy
        self._used_at = used_at

    def digest_algorithm_allowed(
        self, algo: algos.DigestAlgorithm, moment: datetime | None
    ) -> AlgorithmUsageConstraint:
        """Whether a digest was accepted at that moment; ``None`` asks for all time."""
        name = str(algo["algorithm"].native)
        return self._answer([self._policy.digest_ends(name)], moment, subject=name)

    def signature_algorithm_allowed(
        self,
        algo: algos.SignedDigestAlgorithm,
        moment: datetime | None,
        public_key: keys.PublicKeyInfo | None,
    ) -> AlgorithmUsageConstraint:
        """Whether scheme, key and digest were accepted at that moment; ``None`` asks for all time."""
        ends = list(self._ends(algo, public_key))
        return self._answer(ends, moment, subject=scheme_of(algo))

    def _ends(
        self, algo: algos.SignedDigestAlgorithm, public_key: keys.PublicKeyInfo | None
    ) -> Iterator[date | None]:
        yield self._policy.scheme_ends(scheme_of(algo))
        digest = digest_of(algo)
        if digest is not None:
            yield self._policy.digest_ends(digest)
        if public_key is not None:
            kind: KeyKind = "ec" if public_key.algorithm == "ec" else "rsa"
            yield self._policy.key_ends(kind, int(public_key.bit_size))

    def _answer(
        self, ends: list[date | None], moment: datetime | None, *, subject: str
    ) -> AlgorithmUsageConstraint:
        known = [end for end in ends if end is not None]
        if not known:
            return AlgorithmUsageConstraint(allowed=True)
        first = min(known)
        if first == NEVER:
            return AlgorithmUsageConstraint(allowed=False, failure_reason=f"{subject} is not accepted")
        asked = self._used_at or moment
        if asked is not None and accepted_at(first, asked):
            return AlgorithmUsageConstraint(allowed=True)
        return AlgorithmUsageConstraint(
            allowed=False,
            not_allowed_after=end_of(first),
            failure_reason=f"{subject} was accepted until {first}",
        )


def scheme_of(algo: algos.SignedDigestAlgorithm) -> str:
    """The signature scheme as a policy names it; the library's own name if a policy knows none."""
    try:
        name = str(algo.signature_algo)
    except ValueError:
        name = str(algo["algorithm"].native)
    return _SCHEMES.get(name, name)


def digest_of(algo: algos.SignedDigestAlgorithm) -> str | None:
    """The digest that a signature algorithm names; ``None`` if it leaves that open."""
    try:
        return str(algo.hash_algo)
    except ValueError:
        return None
