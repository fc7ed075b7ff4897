"""Files that arrived signed by the agency that issued them: only document timestamps are ever added.

The original bytes stay the beginning of the file; no mark is drawn, no evidence, no metadata is written.
Before a timestamp protects a verdict, the verdict has to be there: a file that does not pass is left alone.
"""

# The signing library declares itself typed, but many of its calls are not.
# mypy: allow-untyped-calls

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Literal

from cryptography.hazmat.primitives.hashes import SHA256
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.timestamps import TimeStamper

from dossier.errors import KeyUnusableError, SigningError, SigningRefusedError
from signing.background import BackgroundLoop
from signing.failures import as_ours
from signing.gate import pass_gate
from signing.locks import read_locks
from signing.objects import entry, members
from signing.pades import QuietWriter, add_document_timestamp
from signing.preflight import TIMESTAMP_FIELD
from signing.reading import OpenedFile
from signing.timestamps import TimestampSource
from signing.trust import TrustStore
from signing.verify import verify_file

Digest = Literal["sha256", "sha384", "sha512"]

# Tokens of one authority differ in size by a little: serial number, nonce, signature.
_SPARE = 1.25


@dataclass(frozen=True, slots=True, kw_only=True)
class _Standing:
    """What a file bears already.

    Attributes:
        signatures: names of the signed fields that are no timestamps.
        timestamps: how many document timestamps.
        field: a field name that nobody uses.
    """

    signatures: tuple[str, ...]
    timestamps: int
    field: str


def add_timestamp(  # noqa: PLR0913  each is a thing of its own: files, authority, trust, moment, name
    source: Path,
    out: Path,
    *,
    timestamps: TimestampSource,
    trust: TrustStore,
    at: datetime,
    item: str,
    digest: Digest = "sha256",
) -> None:
    """Write a copy of a signed file with one more document timestamp, if its verdict allows.

    Args:
        source: a PDF with signatures, whoever made them; not changed.
        out: the stamped file; overwritten if it is there, never the source itself; not forced to disk.
        timestamps: the authority to ask; the trust store has to know its root.
        trust: by which the file is judged, before and after.
        at: aware; the moment of judging.
        item: how to name the file to a person.
        digest: algorithm of the new timestamp.

    Raises:
        KeyUnusableError: the store does not trust the authority.
        SigningRefusedError: the verdict is not "passed", or a lock or the form of the file forbids it.
        TimestampUnavailableError: the authority did not answer.
        SigningError: it went wrong; ``out`` is not there.
    """
    if out.exists() and source.exists() and out.samefile(source):
        raise SigningError(item, cause="a file is never stamped in place")
    if not source.exists():
        raise as_ours(FileNotFoundError(), item)
    _refuse_untrusted(timestamps, trust=trust)
    _refuse_unless_passed(source, trust=trust, at=at, item=item)
    standing = _standing(source, item=item)
    done = False
    try:
        shutil.copyfile(source, out)
        _stamp(out, timestamps.client(), field=standing.field, digest=digest)
        pass_gate(
            out,
            source=source,
            earlier=standing.signatures,
            made="",
            item=item,
            stamps=standing.timestamps + 1,
        )
        _refuse_unless_passed(out, trust=trust, at=at, item=item)
        done = True
    except Exception as error:
        raise as_ours(error, item) from error
    finally:
        if not done:
            out.unlink(missing_ok=True)


def _refuse_untrusted(timestamps: TimestampSource, *, trust: TrustStore) -> None:
    """A timestamp that the store does not trust would prove nothing and stay in the file for ever."""
    roots = {root.fingerprint for root in trust.roots()}
    if not any(certificate.fingerprint(SHA256()).hex() in roots for certificate in timestamps.chain):
        reason = "chứng thư số của nơi cấp dấu thời gian không được tin cậy"
        raise KeyUnusableError("timestamp", reason=reason)


def _refuse_unless_passed(source: Path, *, trust: TrustStore, at: datetime, item: str) -> None:
    report = verify_file(source, trust=trust, at=at)
    if report.conclusion != "passed" or not report.signatures:
        reason = "chữ ký trong tệp chưa được xác nhận hợp lệ"
        raise SigningRefusedError(item, reason=reason, cause=report.conclusion)


def _standing(source: Path, *, item: str) -> _Standing:
    """Look at the signatures and their locks.

    Raises:
        SigningRefusedError: a lock or the form of the file forbids the timestamp.
    """
    with OpenedFile(source, item=item) as opened:
        reader = opened.reader
        if reader.encrypted:
            raise SigningRefusedError(item, reason="tệp có mật khẩu")
        if reader.xrefs.hybrid_xrefs_present:
            raise SigningRefusedError(item, reason="tệp có bảng tham chiếu lai")
        filled = opened.found
        field = _free_name(reader)
        reason = read_locks(reader, filled, data=opened.data).against_timestamp(field)
        if reason:
            raise SigningRefusedError(item, reason=reason)
        stamps = {one.name for one in filled if _is_timestamp(one.field)}
        return _Standing(
            signatures=tuple(one.name for one in filled if one.name not in stamps),
            timestamps=len(stamps),
            field=field,
        )


def _is_timestamp(field: generic.DictionaryObject) -> bool:
    value = entry(field, "/V")
    return isinstance(value, generic.DictionaryObject) and entry(value, "/Type") == "/DocTimeStamp"


def _free_name(reader: PdfFileReader) -> str:
    taken = set(_top_names(reader))
    names = (TIMESTAMP_FIELD if number == 1 else f"{TIMESTAMP_FIELD}{number}" for number in count(1))
    return next(name for name in names if name not in taken)


def _top_names(reader: PdfFileReader) -> Iterator[str]:
    form = entry(reader.root, "/AcroForm")
    fields = entry(form, "/Fields") if isinstance(form, generic.DictionaryObject) else None
    yield from (str(entry(field, "/T") or "") for field in members(fields))


def _stamp(path: Path, timestamper: TimeStamper, *, field: str, digest: Digest) -> None:
    loop = BackgroundLoop()
    try:
        loop.run(_stamped(path, timestamper, field=field, digest=digest))
    finally:
        loop.close()


async def _stamped(path: Path, timestamper: TimeStamper, *, field: str, digest: Digest) -> None:
    token = await timestamper.async_dummy_response(digest)
    reserved = 2 * int(len(token.dump()) * _SPARE)
    with path.open("r+b") as stream:
        await add_document_timestamp(
            QuietWriter(stream), timestamper=timestamper, field=field, reserved=reserved, digest=digest
        )
