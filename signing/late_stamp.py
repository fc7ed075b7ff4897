"""A signature timestamp added after the signature was made, into the room that was kept free for it.

The signature is not touched: the token becomes an unsigned attribute (RFC 3161, appendix A;
ETSI EN 319 122-1, 5.3), the file keeps its size, and only digits inside ``/Contents`` change. That is
possible while nothing covers the revision: a later signature or document timestamp would be over other bytes.
"""

# The signing library declares itself typed, but many of its calls are not.
# mypy: allow-untyped-calls

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path

from asn1crypto import cms

from dossier.errors import SigningRefusedError
from signing.cms_signer import DIGEST
from signing.gate import pass_stamp_gate
from signing.objects import entry
from signing.reading import OpenedFile, ReadSignature

_STAMP = "signature_time_stamp_token"


@dataclass(frozen=True, slots=True, kw_only=True)
class StampPlace:
    """Where a stamp goes.

    Attributes:
        field: name of the signature.
        names: names of all signatures of the file.
        start: offset of the first hexadecimal digit of the signature.
        end: offset after the last one.
        contents: the signature as it stands there, without the zeros after it.
        digest: SHA-256 of the signature value, which the token must be for.
    """

    field: str
    names: tuple[str, ...]
    start: int
    end: int
    contents: bytes
    digest: bytes


def is_stamped(source: Path, *, field: str, item: str) -> bool:
    """Whether a signature has its timestamp.

    Args:
        source: a signed file.
        field: name of the signature.
        item: how to name the file.

    Raises:
        SigningRefusedError: there is no such signature.
    """
    with OpenedFile(source, item=item) as opened:
        for found in opened.found:
            if found.name == field:
                return ReadSignature(opened, found).has_signature_timestamp
    raise SigningRefusedError(item, reason="tệp không có chữ ký của cán bộ")


def find_place(source: Path, *, field: str, item: str) -> StampPlace:
    """Look for the room of a stamp.

    Args:
        source: a signed file.
        field: name of the signature to be stamped.
        item: how to name the file.

    Raises:
        SigningRefusedError: the signature is not the last thing in the file, has a stamp, or is not whole.
    """
    with OpenedFile(source, item=item) as opened:
        read = [ReadSignature(opened, found) for found in opened.found]
        wanted = [signature for signature in read if signature.name == field]
        if len(wanted) != 1 or wanted[0].faults or not wanted[0].covers_all:
            raise SigningRefusedError(
                item, reason="chữ ký không nằm cuối tệp nên không thêm được dấu thời gian"
            )
        signature = wanted[0]
        if signature.has_signature_timestamp:
            raise SigningRefusedError(item, reason="chữ ký đã có dấu thời gian")
        value = entry(signature.embedded.sig_field, "/V")
        start, end = (int(value["/ByteRange"][index]) for index in (1, 2))  # type: ignore[index]
        whole = bytes.fromhex(opened.data[start + 1 : end - 1].decode("ascii"))
        return StampPlace(
            field=field,
            names=tuple(one.name for one in read if not one.is_timestamp),
            start=start + 1,
            end=end - 1,
            contents=cms.ContentInfo.load(whole).dump(),
            digest=hashlib.new(
                DIGEST, _signer_info(cms.ContentInfo.load(whole))["signature"].native
            ).digest(),
        )


def write_stamped(source: Path, out: Path, *, place: StampPlace, token: cms.ContentInfo, item: str) -> None:
    """Write the stamped file and check it.

    Args:
        source: the signed file; not changed.
        out: the new file; what is there is overwritten, also by half when this fails.
        place: what :func:`find_place` found in the source.
        token: a checked token for ``place.digest``.
        item: how to name the file.

    Raises:
        SigningRefusedError: the token does not fit into the room.
        SigningError: the new file is not what it should be.
    """
    digits = with_stamp(place.contents, token).hex().encode("ascii")
    room = place.end - place.start
    if len(digits) > room:
        raise SigningRefusedError(item, reason="chỗ dành cho dấu thời gian không đủ")
    shutil.copyfile(source, out)
    with out.open("r+b") as target:
        target.seek(place.start)
        target.write(digits.ljust(room, b"0"))
    pass_stamp_gate(
        out, source=source, gap=(place.start, place.end), names=place.names, stamped=place.field, item=item
    )


def with_stamp(contents: bytes, token: cms.ContentInfo) -> bytes:
    """A CMS signature with a token as one more unsigned attribute; all that is signed stays as it is.

    Args:
        contents: DER of the signature.
        token: DER-encodable token.
    """
    signature = cms.ContentInfo.load(contents)
    info = _signer_info(signature)
    before = info["unsigned_attrs"]
    kept = list(before) if isinstance(before, cms.CMSAttributes) else []
    stamp = cms.CMSAttribute({"type": _STAMP, "values": [token]})
    info["unsigned_attrs"] = cms.CMSAttributes([*kept, stamp])
    return bytes(signature.dump())


def _signer_info(signature: cms.ContentInfo) -> cms.SignerInfo:
    return signature["content"]["signer_infos"][0]
