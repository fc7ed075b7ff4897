"""A file that is ready but for its signature, and putting the signature in later.

The signature may come minutes or days later, to another process. What is signed are the signed attributes
(RFC 5652, 5.4), which hold the digest of everything else in the file; they are kept, never built anew.
"""

# The signing library declares itself typed, but many of its calls are not.
# mypy: allow-untyped-calls

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from asn1crypto import cms
from pyhanko.sign.signers.pdf_byterange import PreparedByteRangeDigest
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes

from signing.cms_signer import DIGEST, GivenSignatureSigner
from signing.keys import SigningKey
from signing.levels import Level
from signing.pades import Batch, Mark, lay_out
from signing.remote.confirming import check_all

_CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What must be known to put the signature in.

    Attributes:
        field_name: of the signature.
        source_size: so many bytes at the start are the file as it was, in bytes.
        digest: SHA-256 of everything but the gap.
        start, end: the gap for the signature, as offsets in bytes.
        attributes: the signed attributes, DER; the signature is over them.
    """

    field_name: str
    source_size: int
    digest: bytes = field(repr=False)
    start: int
    end: int
    attributes: bytes = field(repr=False)


async def prepare(source: Path, out: Path, *, mark: Mark, batch: Batch, level: Level) -> Prepared:
    """Write the file with an empty gap for its signature; arguments as :func:`signing.pades.sign`."""
    with source.open("rb") as stream, out.open("w+b") as target:
        _, digest = lay_out(stream, target, mark=mark, batch=batch, level=level)
        attributes = await batch.signers[mark.field].signed_attrs(
            digest.document_digest,
            DIGEST,
            attr_settings=PdfCMSSignedAttributes(signing_time=mark.at),
            use_pades=True,
        )
        return Prepared(
            field_name=mark.field,
            source_size=os.fstat(stream.fileno()).st_size,
            digest=digest.document_digest,
            start=digest.reserved_region_start,
            end=digest.reserved_region_end,
            attributes=attributes.dump(),
        )


async def fill(  # noqa: PLR0913  one name for each thing that was kept apart in the meantime
    target: BinaryIO, *, prepared: Prepared, signature: bytes, key: SigningKey, batch: Batch, level: Level
) -> None:
    """Put the signature, and from level B-T on a timestamp of it, into the gap.

    Args:
        target: the prepared file, opened ``r+b``.
        prepared: what was kept.
        signature: over ``prepared.attributes``.
        key: whose signature it is; its certificate is checked against the signature first.
        batch: validated keys.
        level: up to where.

    Raises:
        KeyUnusableError: the signature is not that of the key; nothing was written.
    """
    check_all(key, [prepared.attributes], [signature])
    frame = await GivenSignatureSigner(key, signature).async_sign_prescribed_attributes(
        DIGEST,
        cms.CMSAttributes.load(prepared.attributes),
        timestamper=batch.timestamper if level >= Level.B_T else None,
    )
    gap = PreparedByteRangeDigest(
        document_digest=prepared.digest,
        reserved_region_start=prepared.start,
        reserved_region_end=prepared.end,
    )
    gap.fill_with_cms(target, frame)


def copy_start(source: Path, target: Path, *, size: int | None = None) -> None:
    """Copy the first ``size`` bytes of a file, or all of it."""
    left = source.stat().st_size if size is None else size
    with source.open("rb") as read, target.open("wb") as write:
        while left and (chunk := read.read(min(_CHUNK, left))):
            write.write(chunk)
            left -= len(chunk)
