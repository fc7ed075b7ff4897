"""PAdES signatures (ETSI EN 319 142-1) by incremental update, at the speed of a batch.

Keys, chains and revocation lists are validated once for a batch and again after an hour or when a list runs
out; a single file then costs its two signatures, its stamps and little else.
"""

# The signing library declares itself typed, but many of its calls are not.
# mypy: allow-untyped-calls

from __future__ import annotations

import hashlib
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

from asn1crypto import crl as asn1_crl
from asn1crypto import x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter, append_signature_field
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.signers.cms_embedder import (
    PdfCMSEmbedder,
    SigAppearanceSetup,
    SigIOSetup,
    SigObjSetup,
)
from pyhanko.sign.signers.pdf_byterange import (
    DocumentTimestamp,
    PreparedByteRangeDigest,
    SignatureObject,
)
from pyhanko.sign.signers.pdf_signer import PdfTBSDocument
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation import DocumentSecurityStore
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathBuildingError, PathValidationError
from pyhanko_certvalidator.registry import SimpleCertificateStore

from dossier.errors import KeyUnusableError, SigningRefusedError
from signing.appearance import PdfRect
from signing.cms_build import frame_of, signed_attributes, signed_data
from signing.cms_signer import DIGEST, CachedKeySigner, asn1_certificate
from signing.keys import SigningKey, check_key
from signing.levels import Level
from signing.preflight import TIMESTAMP_FIELD
from signing.quiet_writer import QuietWriter
from signing.revocation import Crl
from signing.stamp import MarkStyle
from signing.timestamps import TOKEN_BYTES, TimestampSource
from signing.turned import UPRIGHT, View

# A signature without its timestamp and without certificates, in bytes; more than any key needs.
_BARE_SIGNATURE = 1_536
# Tokens of one authority differ in size by a little: serial number, nonce, signature.
_SPARE = 1.25
CONTEXT_LIFETIME = timedelta(hours=1)
_KEY_USAGE = {"non_repudiation"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What is validated once and used for many files."""

    context: ValidationContext
    good_from: datetime
    good_until: datetime
    signers: dict[str, CachedKeySigner]
    timestamper: TimeStamper | None
    token_size: int
    certificates: tuple[x509.Certificate, ...]
    lists: tuple[asn1_crl.CertificateList, ...]
    source: TimestampSource | None = None

    def reserved(self, signer: CachedKeySigner | None, *, late: bool = False) -> int:
        """Hexadecimal digits to keep free for a signature with its stamp, or for a stamp alone.

        Args:
            signer: who signs; ``None`` for a stamp alone.
            late: the stamp comes later, from whichever authority answers then.
        """
        known = self.source.token_bytes if self.source is not None else 0
        size = float(max(self.token_size, known, TOKEN_BYTES if late else 0))
        if signer is not None:
            size += _BARE_SIGNATURE + signer.certificate_bytes
        return 2 * int(size * _SPARE)

    def good_at(self, now: datetime) -> bool:
        """Whether it may still be used."""
        return self.good_from <= now < self.good_until


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One signature to be made.

    Attributes:
        field: name of its field.
        places: field name and place of every field that shall be there afterwards.
        paragraphs: the words of the mark.
        at: the moment of signing as claimed; aware.
        view: how readers turn the page.
    """

    field: str
    places: dict[str, PdfRect]
    paragraphs: tuple[str, ...]
    at: datetime
    view: View = UPRIGHT


async def make_batch(
    keys: dict[str, SigningKey], *, source: TimestampSource | None, crls: Sequence[Crl], now: datetime
) -> Batch:
    """Validate keys and timestamp authority with the given revocation lists.

    Args:
        keys: by field name.
        source: the timestamp authority; ``None`` for signatures without stamps.
        crls: revocation lists at hand.
        now: aware; the moment of validation.

    Raises:
        KeyUnusableError: a key or the authority must not be used now.
    """
    chains = [(key.certificate, *key.chain) for key in keys.values()]
    chains += [source.chain] if source else []
    for key in keys.values():
        check_key(key, at=now, crls=crls)
    known = {
        certificate.sha256: certificate for chain in chains for certificate in map(asn1_certificate, chain)
    }
    lists = tuple(asn1_crl.CertificateList.load(crl.der) for crl in crls)
    context = ValidationContext(
        trust_roots=[certificate for certificate in known.values() if certificate.self_issued],
        other_certs=[certificate for certificate in known.values() if not certificate.self_issued],
        crls=lists,
        moment=now,
        allow_fetching=False,
        revocation_mode="require",
    )
    signers = {field: CachedKeySigner(key) for field, key in keys.items()}
    for field, signer in signers.items():
        await _path(signer.signing_cert, context, usage=_KEY_USAGE, item=keys[field].item)
    timestamper = source.client() if source else None
    token_size = 0
    if source is not None and timestamper is not None and not source.token_bytes:
        token_size = await _check_authority(timestamper, context, known=known)
    ends = [crl.next_update for crl in crls] + [now + CONTEXT_LIFETIME]
    return Batch(
        context=context,
        good_from=now,
        good_until=min(ends),
        signers=signers,
        timestamper=timestamper,
        source=source,
        token_size=token_size,
        certificates=tuple(known.values()),
        lists=lists,
    )


async def _check_authority(
    timestamper: TimeStamper, context: ValidationContext, *, known: dict[bytes, x509.Certificate]
) -> int:
    """Validate an authority by a first token, note its certificates, give the token's size in bytes."""
    token = await timestamper.async_dummy_response(DIGEST)
    try:
        async for path in timestamper.validation_paths(context):
            known.update({certificate.sha256: certificate for certificate in path})
    except (PathBuildingError, PathValidationError) as error:
        reason = "chứng thư số của nơi cấp dấu thời gian không được tin cậy"
        raise KeyUnusableError("timestamp", reason=reason, cause=type(error).__name__) from error
    return len(token.dump())


async def _path(
    certificate: x509.Certificate, context: ValidationContext, *, usage: set[str], item: str
) -> None:
    validator = CertificateValidator(certificate, validation_context=context)
    try:
        await validator.async_validate_usage(usage)
    except (PathBuildingError, PathValidationError) as error:
        reason = "không lập được đường dẫn tin cậy của chứng thư số"
        raise KeyUnusableError(item, reason=reason, cause=type(error).__name__) from error


async def sign(source: Path, target: BinaryIO, *, mark: Mark, batch: Batch, level: Level) -> None:
    """Write the signed file: the bytes of the source, then the new revision.

    Args:
        source: the file to sign; never written.
        target: opened ``w+b``.
        mark: what to sign and how it looks.
        batch: validated keys.
        level: up to where; timestamps only.
    """
    signer = batch.signers[mark.field]
    frame = frame_of(signer)
    with source.open("rb") as stream:
        # A stamp that comes later may come from an authority that nobody has asked yet.
        reserved = batch.reserved(signer, late=level < Level.B_T and batch.timestamper is not None)
        steps = _embedding(_with_fields(stream, mark), mark.field, _signature(mark, reserved=reserved))
        attributes = signed_attributes(frame, _written(steps, target))
    signature = await signer.async_sign_raw(attributes, DIGEST)
    token = None
    if level >= Level.B_T and batch.timestamper is not None:
        stamped = hashlib.sha256(signature).digest()
        token = (await batch.timestamper.async_timestamp(stamped, DIGEST)).dump()
    steps.send(signed_data(frame, attributes=attributes, signature=signature, token=token))


def _with_fields(stream: BinaryIO, mark: Mark) -> QuietWriter:
    writer = QuietWriter(stream)
    for name, place in mark.places.items():
        box = (int(place.left), int(place.bottom), int(place.right), int(place.top))
        append_signature_field(writer, SigFieldSpec(name, box=box))
    return writer


def _signature(mark: Mark, *, reserved: int) -> SigObjSetup:
    # The claimed time is the caller's, not that of this machine's clock at this moment.
    value = SignatureObject(timestamp=mark.at, subfilter=SigSeedSubFilter.PADES, bytes_reserved=reserved)
    style = MarkStyle(border_width=0, paragraphs=mark.paragraphs, view=mark.view)
    return SigObjSetup(value, appearance_setup=SigAppearanceSetup(style, mark.at, name=None))


def lay_out(
    stream: BinaryIO, target: BinaryIO, *, mark: Mark, batch: Batch, level: Level
) -> tuple[PdfTBSDocument, PreparedByteRangeDigest]:
    """Write the file with everything but the signature, and digest what the signature will cover.

    Args:
        stream: the file to sign, open for reading until the signature is made.
        target: opened ``w+b``.
        mark: what to sign and how it looks.
        batch: validated keys.
        level: up to where.
    """
    writer = _with_fields(stream, mark)
    meta = PdfSignatureMetadata(field_name=mark.field, subfilter=SigSeedSubFilter.PADES, md_algorithm=DIGEST)
    signer = PdfSigner(
        meta,
        batch.signers[mark.field],
        timestamper=batch.timestamper if level >= Level.B_T else None,
        stamp_style=MarkStyle(border_width=0, paragraphs=mark.paragraphs, view=mark.view),
    )
    reserved = batch.reserved(batch.signers[mark.field])
    session = signer.init_signing_session(writer, existing_fields_only=True)
    # The claimed time is the caller's, not that of this machine's clock at this moment.
    session.system_time = mark.at
    document = session.prepare_tbs_document(validation_info=None, bytes_reserved=reserved)
    digest, _ = document.digest_tbs_document(output=target)
    return document, digest


async def augment(target: BinaryIO, *, batch: Batch, level: Level, extra: Sequence[x509.Certificate]) -> None:
    """Add certificates and revocation lists for all signatures of a file, then a document timestamp.

    The timestamp comes last, so that it covers the evidence as well.

    Args:
        target: a file of our own making, opened for reading and writing; grows in place.
        batch: validated keys.
        level: ``B_LT`` adds the evidence, ``B_LTA`` the timestamp too.
        extra: certificates of signatures that other keys of ours have made.
    """
    target.seek(0)
    writer = QuietWriter(target)
    DocumentSecurityStore.supply_dss_in_writer(
        writer, None, certs=(*batch.certificates, *extra), crls=batch.lists, embed_roots=True
    )
    if level < Level.B_LTA or batch.timestamper is None:
        writer.write_in_place()
        return
    await add_document_timestamp(
        writer, timestamper=batch.timestamper, field=TIMESTAMP_FIELD, reserved=batch.reserved(None)
    )


async def add_document_timestamp(
    writer: IncrementalPdfFileWriter,
    *,
    timestamper: TimeStamper,
    field: str,
    reserved: int,
    digest: str = DIGEST,
) -> None:
    """Stamp a file with everything that the writer adds to it, in place.

    Args:
        writer: over a stream that may be read and written.
        timestamper: whom to ask.
        field: name of the new field.
        reserved: hexadecimal digits to keep free for the token.
        digest: algorithm, as the signing library names it.
    """
    steps = _embedding(writer, field, SigObjSetup(DocumentTimestamp(bytes_reserved=reserved)))
    token = await timestamper.async_timestamp(_written(steps, None, digest=digest), digest)
    steps.send(token.dump())


def _embedding(writer: IncrementalPdfFileWriter, field: str, setup: SigObjSetup) -> Generator[Any, Any, None]:
    """Put an empty signature into a field; what comes next is sent in."""
    steps: Generator[Any, Any, None] = PdfCMSEmbedder().write_cms(field_name=field, writer=writer)
    next(steps)
    steps.send(setup)
    return steps


def _written(steps: Generator[Any, Any, None], target: BinaryIO | None, *, digest: str = DIGEST) -> bytes:
    """Write everything but the signature, to a new file or in place; gives the digest to be signed."""
    prepared, _ = steps.send(SigIOSetup(digest, in_place=target is None, output=target))
    return bytes(prepared.document_digest)


async def certificates_of_others(
    signers: Sequence[Sequence[x509.Certificate]], *, batch: Batch, item: str
) -> list[x509.Certificate]:
    """Certificates of the signatures that a file bears, as far as they are not those of the batch.

    Args:
        signers: for each signature the signer's certificate, then those that came with it.
        batch: validated keys.
        item: how to name the file.

    Raises:
        SigningRefusedError: one is not the signature of an officer of the same organisation.
    """
    known = {certificate.sha256 for certificate in batch.certificates}
    ours = {organisation_of(signer.signing_cert) for signer in batch.signers.values()}
    extra: list[x509.Certificate] = []
    for own, *others in signers:
        if own.sha256 in known:
            continue
        if organisation_of(own) not in ours:
            raise SigningRefusedError(item, reason="tệp đã có chữ ký của người khác")
        extra.extend(await _trusted_path(own, others, batch=batch, item=item))
    return extra


def organisation_of(certificate: x509.Certificate) -> str:
    """Organisation in the subject; a name nobody has if there is none."""
    return str(certificate.subject.native.get("organization_name") or certificate.sha256.hex())


async def _trusted_path(
    own: x509.Certificate, others: Sequence[x509.Certificate], *, batch: Batch, item: str
) -> list[x509.Certificate]:
    """An officer of ours with another key than the one at hand: same roots, valid, not revoked."""
    store = SimpleCertificateStore()
    store.register_multiple(others)
    validator = CertificateValidator(own, intermediate_certs=store, validation_context=batch.context)
    try:
        path = await validator.async_validate_usage(_KEY_USAGE)
    except (PathBuildingError, PathValidationError) as error:
        reason = "tệp đã có chữ ký của người khác"
        raise SigningRefusedError(item, reason=reason, cause=type(error).__name__) from error
    return list(path)
