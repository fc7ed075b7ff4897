"""How long a signed file lasts as it is: which certificates, digests and revocation data keep it alive.

Computed from the bytes alone, without trust and without network. ``signing.verify`` says what holds now; this
says until when, and why no longer. A test lets the two compare notes over decades.
"""

# The signing library declares itself typed, but many of its calls are not.
# mypy: allow-untyped-calls

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from asn1crypto import cms, x509
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter

from dossier.errors import MotlanError, PdfUnreadableError
from signing.fields import LimitError
from signing.levels import Level
from signing.reading import OpenedFile, ReadSignature
from signing.security_store import SecurityStore, Statement, path_of, read_security_store
from signing.tokens import certificate_of, certificates_in, stamp_time


class End(StrEnum):
    """What ends the life of a file."""

    STAMP_ENDS = "stamp.ends"
    """The certificate of the last document timestamp runs out."""
    REVOCATION_OUTLIVED = "revocation.outlived"
    """A certificate runs out before the revocation data about it in the file does."""
    NO_EVIDENCE = "evidence.none"
    """Nothing in the file outlives the certificates of signer and timestamp."""
    STAMP_PENDING = "stamp.pending"
    """No timestamp yet: the time of signing is a claim."""


class Role(StrEnum):
    """What a signature inside a file is for."""

    SIGNATURE = "signature"
    SIGNATURE_TIMESTAMP = "signature_timestamp"
    DOCUMENT_TIMESTAMP = "document_timestamp"


@dataclass(frozen=True, slots=True, kw_only=True)
class Strength:
    """With what one signature or timestamp was made.

    Attributes:
        role: what for.
        digest: of the signed content, as ``hashlib`` names it.
        token_digest: of the timestamp token's own signature; the same as ``digest`` for a signature.
        algorithm: of the key: ``rsa``, ``ec`` …
        bits: size of the key.
    """

    role: Role
    digest: str
    token_digest: str
    algorithm: str
    bits: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Horizon:
    """How long a file lasts.

    Attributes:
        level: the lowest that a signature of the file has; ``None`` if nobody signed it.
        stamps: how many document timestamps it has.
        stamped_at: aware; time of the last timestamp, of the document or else of a signature.
        stamp_ends: aware; when the first certificate on that timestamp's path runs out.
        digests: those that the file rests on now, weakest not known here: of the last document timestamp,
            else of the signatures and their timestamps.
        strengths: everything in the file, in the order in which it was made.
        next_update: aware; the latest of all revocation data in the file.
        longest_validity: the longest that one of them is good for.
        signers_end: aware; when the first signer's certificate runs out.
        holds_until: aware; after it the file no longer verifies if nothing is added; with a document
            timestamp provided that revocation data about its certificate is at hand; for a file that does
            not verify without a timestamp, the moment of its claim.
        end: why.
    """

    level: Level | None
    stamps: int = 0
    stamped_at: datetime | None = None
    stamp_ends: datetime | None = None
    digests: tuple[str, ...] = ()
    strengths: tuple[Strength, ...] = ()
    next_update: datetime | None = None
    longest_validity: timedelta = timedelta(0)
    signers_end: datetime | None = None
    holds_until: datetime | None = None
    end: End | None = None


def read_horizon(path: Path, *, item: str) -> Horizon:
    """How long a file lasts; of a file whose signatures are broken it says nothing.

    Args:
        path: the file; never written.
        item: how to name it.

    Raises:
        PdfUnreadableError: it is no PDF, or one whose signatures cannot be read.
    """
    try:
        with OpenedFile(path, item=item) as opened:
            return horizon_of(opened)
    except (MotlanError, MemoryError):
        raise
    except LimitError as error:
        raise PdfUnreadableError(item, cause="too many signatures or revisions") from error
    except Exception as error:
        # Readers of damaged files raise whatever they meet; the file is the cause, not we.
        raise PdfUnreadableError(item, cause=type(error).__name__) from error


def horizon_of(opened: OpenedFile) -> Horizon:
    """The same of a file that is open; raises whatever its readers raise."""
    read = sorted((ReadSignature(opened, one) for one in opened.found), key=lambda one: one.length)
    signatures = [_Signed(one) for one in read if not one.is_timestamp]
    if not signatures:
        return Horizon(level=None)
    stamps = [_Stamp(one.embedded.signed_data, one.revision) for one in read if one.is_timestamp]
    store = read_security_store(opened.reader)
    return _horizon(signatures, stamps, store, strengths=tuple(_strengths(read)))


class _Stamp:
    """A timestamp token, with what matters about it here."""

    def __init__(self, token: cms.SignedData, revision: int) -> None:
        self.revision = revision
        info = token["encap_content_info"]["content"].parsed
        (signer,) = token["signer_infos"]
        self.at: datetime = stamp_time(token)
        self.digest: str = info["message_imprint"]["hash_algorithm"]["algorithm"].native
        self.token_digest: str = signer["digest_algorithm"]["algorithm"].native
        self.others = certificates_in(token)
        self.certificate = certificate_of(token)


class _Signed:
    """A signature with its own timestamps."""

    def __init__(self, read: ReadSignature) -> None:
        self.revision = read.revision
        self.certificate = read.certificate
        self.digest = str(read.embedded.md_algorithm)
        self.others = certificates_in(read.embedded.signed_data)
        tokens = extract_tst_data_iter(read.embedded.signer_info, signed=False)
        self.stamps = [_Stamp(token, read.revision) for token in tokens]


def _horizon(
    signatures: Sequence[_Signed],
    stamps: Sequence[_Stamp],
    store: SecurityStore,
    *,
    strengths: tuple[Strength, ...],
) -> Horizon:
    """Put together what was read."""
    own: list[_Stamp] = [stamp for signature in signatures for stamp in signature.stamps]
    known = [*store.certificates]
    parts: list[_Signed | _Stamp] = [*signatures, *own, *stamps]
    for part in parts:
        known += part.others
    statements = store.statements()
    level = _level(signatures, stamps, has_evidence=bool(store.certificates and statements))
    newest = max((stamps if level is Level.B_LTA else own), key=lambda one: one.at, default=None)
    validities = [one.next_update - one.this_update for one in statements if one.next_update]
    resting: list[_Signed | _Stamp] = (
        [newest] if newest is not None and level is Level.B_LTA else [*own, *signatures]
    )
    until, end = _life(level, signatures, stamps, statements, known)
    return Horizon(
        level=level,
        stamps=len(stamps),
        stamped_at=newest.at if newest else None,
        stamp_ends=_ends(newest.certificate, known) if newest else None,
        digests=tuple(sorted({digest for part in resting for digest in _digests(part)})),
        strengths=strengths,
        next_update=max((one.next_update for one in statements if one.next_update), default=None),
        longest_validity=max(validities, default=timedelta(0)),
        signers_end=min(signature.certificate.not_valid_after for signature in signatures),
        holds_until=until,
        end=end,
    )


def _level(signatures: Sequence[_Signed], stamps: Sequence[_Stamp], *, has_evidence: bool) -> Level:
    """The level of the weakest signature."""
    if not all(signature.stamps for signature in signatures):
        return Level.B_B
    if not has_evidence:
        return Level.B_T
    last = max((stamp.revision for stamp in stamps), default=-1)
    archived = all(signature.revision < last for signature in signatures)
    return Level.B_LTA if archived else Level.B_LT


def _life(
    level: Level,
    signatures: Sequence[_Signed],
    stamps: Sequence[_Stamp],
    statements: Sequence[Statement],
    known: Sequence[x509.Certificate],
) -> tuple[datetime | None, End]:
    """Until when, and why no longer."""
    inner = [stamp for signature in signatures for stamp in signature.stamps]
    inside: list[_Signed | _Stamp] = [*signatures, *inner]
    if level is Level.B_B:
        claimed = [signature.certificate.not_valid_before for signature in signatures if not signature.stamps]
        return max(claimed), End.STAMP_PENDING
    if level < Level.B_LTA:
        return min(_ends(one.certificate, known) for one in inside), End.NO_EVIDENCE
    *earlier, last = sorted(stamps, key=lambda one: one.revision)
    lives = [(_ends(last.certificate, known), End.STAMP_ENDS)]
    for part in [*inside, *earlier]:
        lives += [
            (certificate.not_valid_after, End.REVOCATION_OUTLIVED)
            for certificate in path_of(part.certificate, known)
            if outlived(certificate, statements)
        ]
    return min(lives)


def outlived(certificate: x509.Certificate, statements: Iterable[Statement]) -> bool:
    """Whether a certificate runs out before the newest revocation data about it does, or there is none.

    Validators look back from the last day on which that data may be used; if that day lies behind the
    certificate's end, they find the certificate expired on it. Data issued after the end does not count.
    """
    end: datetime = certificate.not_valid_after
    about = [one for one in statements if one.this_update <= end and one.covers(certificate)]
    newest = max(about, key=lambda one: one.this_update, default=None)
    return newest is None or (newest.next_update or newest.this_update) > end


def _ends(certificate: x509.Certificate, known: Sequence[x509.Certificate]) -> datetime:
    moments: list[datetime] = [one.not_valid_after for one in path_of(certificate, known)]
    return min(moments, default=certificate.not_valid_after)


def _digests(part: _Stamp | _Signed) -> set[str]:
    return {part.digest, part.token_digest} if isinstance(part, _Stamp) else {part.digest}


def _strengths(read: Iterable[ReadSignature]) -> Iterable[Strength]:
    for one in read:
        if one.is_timestamp:
            yield _stamp_strength(_Stamp(one.embedded.signed_data, one.revision), Role.DOCUMENT_TIMESTAMP)
            continue
        signed = _Signed(one)
        yield _strength(Role.SIGNATURE, signed.certificate, digest=signed.digest, token=signed.digest)
        for stamp in signed.stamps:
            yield _stamp_strength(stamp, Role.SIGNATURE_TIMESTAMP)


def _stamp_strength(stamp: _Stamp, role: Role) -> Strength:
    return _strength(role, stamp.certificate, digest=stamp.digest, token=stamp.token_digest)


def _strength(role: Role, certificate: x509.Certificate, *, digest: str, token: str) -> Strength:
    key = certificate.public_key
    return Strength(
        role=role, digest=digest, token_digest=token, algorithm=str(key.algorithm), bits=int(key.bit_size)
    )
