"""What a policy and the trust store ask for beyond the validation of ETSI EN 319 102-1.

A verdict that passed is held against key usage, the digests of timestamps, the days on which a root counts
and the age of revocation data, each at the proven moment; one that did not pass is told what was missing.
"""

# The signing library declares itself typed, but many of its calls are not.
# mypy: allow-untyped-calls

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from asn1crypto import x509
from pyhanko.sign.ades.report import AdESIndeterminate, AdESStatus, AdESSubIndic
from pyhanko.sign.validation.policy_decl import LocalKnowledge

from signing.algorithms import DatedAlgorithms, digest_of, scheme_of
from signing.levels import Level
from signing.notes import Note, NoteCode
from signing.policies import NEVER, SignaturePolicy, accepted_at
from signing.reading import ReadSignature
from signing.revocation_gaps import Issuers, chains_of, gaps, newest_span, shown_day, shown_name
from signing.stamps import Stamp
from signing.trust_entries import SIGNERS, Service, TrustedRoot
from signing.verdicts import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Demands:
    """The demands of one policy and one trust store at one moment.

    Attributes:
        policy: the signature policy.
        roots: every root of the trust store, whatever its services.
        at: aware; the moment of verification.
    """

    policy: SignaturePolicy
    roots: Sequence[TrustedRoot]
    at: datetime

    def archive_holds(self, stamps: Sequence[Stamp]) -> bool:
        """Whether each archive timestamp's algorithms were accepted until the next one took over.

        Args:
            stamps: the document timestamps after a signature, oldest first.
        """
        algorithms = DatedAlgorithms(self.policy)
        for number, stamp in enumerate(stamps):
            needed = stamps[number + 1].moment if number + 1 < len(stamps) else self.at
            signed = algorithms.signature_algorithm_allowed(
                stamp.algorithm, needed, stamp.authority.public_key
            )
            if not (signed and algorithms.digest_algorithm_allowed(stamp.imprint, needed)):
                return False
        return True

    def held_against(
        self,
        verdict: Verdict,
        *,
        signature: ReadSignature,
        stamps: Sequence[Stamp],
        knowledge: LocalKnowledge,
    ) -> Verdict:
        """The verdict after these demands.

        Args:
            verdict: of the standard's validation.
            signature: the signature.
            stamps: every timestamp that may have proven its time.
            knowledge: certificates and revocation data at hand, roots of the trust store among them.
        """
        known = Issuers([*knowledge.known_certs, *(one for stamp in stamps for one in stamp.certificates)])
        if verdict.status.status != AdESStatus.PASSED:
            missing = self._missing(
                verdict, signature.certificate, stamps=stamps, known=known, data=knowledge
            )
            return replace(verdict, notes=(*verdict.notes, *dict.fromkeys(missing)))
        root = verdict.root or self._root_of(signature.certificate, known)
        verdict = replace(verdict, root=root)
        fault = (
            self._usage_fault(signature.certificate)
            or self._root_fault(verdict, stamps, known)
            or self._imprint_fault(verdict, stamps)
            or self._age_fault(verdict, signature.certificate, knowledge)
        )
        if fault is not None:
            status, notes = fault
            return replace(verdict, status=status, proven=None, notes=(*verdict.notes, *notes))
        remarks = self._remarks(verdict, signature, knowledge)
        return replace(verdict, notes=(*verdict.notes, *remarks))

    def _usage_fault(self, certificate: x509.Certificate) -> _Fault | None:
        # Whatever the path said, for instance that it had ended: the purpose of the key stays.
        usage = certificate.key_usage_value
        if usage is not None and set(usage.native) & set(self.policy.key_usage):
            return None
        return AdESIndeterminate.CHAIN_CONSTRAINTS_FAILURE, ()

    def _root_fault(self, verdict: Verdict, stamps: Sequence[Stamp], known: Issuers) -> _Fault | None:
        moment = verdict.proven or self.at
        root = next((one for one in self.roots if one.fingerprint == verdict.root), None)
        if root is None:
            return AdESIndeterminate.NO_CERTIFICATE_CHAIN_FOUND, ()
        if not root.counts_at(moment):
            return _out_of_days(root)
        proving = [stamp for stamp in stamps if stamp.moment == verdict.proven]
        ends = [end for stamp in proving for end in self._ends(stamp.authority, known)]
        trusted = [end for end in ends if Service.TIMESTAMP in end.terms.services]
        if proving and not any(end.counts_at(moment) for end in trusted):
            return _out_of_days(trusted[0]) if trusted else (AdESIndeterminate.NO_CERTIFICATE_CHAIN_FOUND, ())
        return None

    def _imprint_fault(self, verdict: Verdict, stamps: Sequence[Stamp]) -> _Fault | None:
        """A timestamp over a digest that was not accepted when it was given proves nothing."""
        proving = [stamp for stamp in stamps if stamp.moment == verdict.proven]
        names = [str(stamp.imprint["algorithm"].native) for stamp in proving]
        if not proving or any(accepted_at(self.policy.digest_ends(name), self.at) for name in names):
            return None
        if verdict.level is Level.B_LTA and all(
            accepted_at(self.policy.digest_ends(name), stamp.moment)
            for name, stamp in zip(names, proving, strict=True)
        ):
            # Later archive timestamps cover it; that their algorithms hold was looked at before.
            return None
        status = AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE
        return status, (Note(code=NoteCode.TIMESTAMP_DIGEST),)

    def _age_fault(
        self, verdict: Verdict, certificate: x509.Certificate, knowledge: LocalKnowledge
    ) -> _Fault | None:
        limit = self.policy.revocation_age_days
        span = newest_span(certificate, knowledge)
        if limit is None or span is None:
            return None
        if span.issued >= (verdict.proven or self.at) - timedelta(days=limit):
            return None
        note = Note(
            code=NoteCode.REVOCATION_TOO_OLD,
            subject=shown_name(certificate),
            day=shown_day(span.issued),
            limit=limit,
        )
        return AdESIndeterminate.TRY_LATER, (note,)

    def _remarks(
        self, verdict: Verdict, signature: ReadSignature, knowledge: LocalKnowledge
    ) -> Iterator[Note]:
        """What a report on a passed signature says besides."""
        algorithm = signature.embedded.signer_info["signature_algorithm"]
        scheme = scheme_of(algorithm)
        words = self.policy.scheme_note(scheme)
        if words:
            yield Note(code=NoteCode.SCHEME, subject=words)
        digest = digest_of(algorithm) or str(signature.embedded.md_algorithm)
        for name, end in (
            (digest, self.policy.digest_ends(digest)),
            (scheme, self.policy.scheme_ends(scheme)),
        ):
            if end is not None and end != NEVER and not accepted_at(end, self.at):
                yield Note(code=NoteCode.ALGORITHM_ENDED, subject=name, day=end.isoformat())
        span = newest_span(signature.certificate, knowledge)
        if verdict.proven is not None and span is not None and span.issued < verdict.proven:
            yield Note(
                code=NoteCode.REVOCATION_BEFORE_SIGNING,
                subject=shown_name(signature.certificate),
                day=shown_day(span.issued),
            )

    def _missing(
        self,
        verdict: Verdict,
        certificate: x509.Certificate,
        *,
        stamps: Sequence[Stamp],
        known: Issuers,
        data: LocalKnowledge,
    ) -> Iterator[Note]:
        """Why a signature did not pass, as far as something could not be checked."""
        if verdict.status.status == AdESStatus.FAILED:
            return
        asked: list[tuple[x509.Certificate, frozenset[Service]]] = [(certificate, SIGNERS)]
        asked += [(stamp.authority, frozenset({Service.TIMESTAMP})) for stamp in stamps]
        for lowest, services in asked:
            ends = list(self._ends(lowest, known))
            for root in ends:
                if not root.terms.services & services:
                    yield Note(code=NoteCode.ROOT_SERVICE, subject=root.name)
            if ends and verdict.status in _REVOCATION_OPEN:
                chain = min(chains_of(lowest, known), key=lambda links: _below(links, ends))
                yield from gaps(chain, data, at=self.at)

    def _root_of(self, certificate: x509.Certificate, known: Issuers) -> str | None:
        """The root of a passed signature whose path was not named; only if there is no other."""
        ends = {end.fingerprint for end in self._ends(certificate, known) if end.terms.services & SIGNERS}
        return ends.pop() if len(ends) == 1 else None

    def _ends(self, certificate: x509.Certificate, known: Issuers) -> Iterator[TrustedRoot]:
        """Roots of the store at which a chain of names from that certificate ends."""
        by_fingerprint = {root.fingerprint: root for root in self.roots}
        last = {chain[-1].sha256.hex() for chain in chains_of(certificate, known)}
        for fingerprint in sorted(last & by_fingerprint.keys()):
            yield by_fingerprint[fingerprint]


_Fault = tuple[AdESSubIndic, tuple[Note, ...]]

_REVOCATION_OPEN = frozenset(
    {
        AdESIndeterminate.TRY_LATER,
        AdESIndeterminate.NO_POE,
        AdESIndeterminate.REVOCATION_OUT_OF_BOUNDS_NO_POE,
        AdESIndeterminate.OUT_OF_BOUNDS_NO_POE,
        AdESIndeterminate.OUT_OF_BOUNDS_NOT_REVOKED,
        AdESIndeterminate.CERTIFICATE_CHAIN_GENERAL_FAILURE,
    }
)


def _out_of_days(root: TrustedRoot) -> _Fault:
    note = Note(code=NoteCode.ROOT_DAYS, subject=root.name)
    return AdESIndeterminate.NO_CERTIFICATE_CHAIN_FOUND, (note,)


def _below(chain: tuple[x509.Certificate, ...], ends: Sequence[TrustedRoot]) -> tuple[bool, int]:
    """Chains that end at a trusted root first, then the shorter ones."""
    return chain[-1].sha256.hex() not in {end.fingerprint for end in ends}, len(chain)
