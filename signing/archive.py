"""Keeping signed files alive: evidence and a document timestamp are added, before the last one weakens.

One routine for the first document timestamp and for every later one (ETSI EN 319 142-1, 5.4 and 6.3): the
file must verify now, its last timestamp must still be trusted now, the evidence goes in first and the new
timestamp covers it. Files that arrived signed get exactly the same and nothing else. The source is never
written to.
"""

# The signing library declares itself typed, but many of its calls are not.
# mypy: allow-untyped-calls

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Self

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation import DocumentSecurityStore

from dossier.errors import DemoKeyError, RenewalRefusedError, SettingsError, SigningError
from dossier.moments import VIETNAM
from signing.archive_evidence import NewEvidence, Revocations, collect_evidence, new_context
from signing.background import BackgroundLoop
from signing.failures import as_ours
from signing.foresight import fails_at
from signing.gate import begins_with
from signing.horizon import Horizon, horizon_of
from signing.integrity import integrity_fault
from signing.levels import Level
from signing.locks import read_locks
from signing.objects import entry, members
from signing.policies import SignaturePolicy
from signing.quiet_writer import QuietWriter
from signing.reading import OpenedFile, ReadSignature, frame_faults
from signing.report import sentence
from signing.revocation import RevocationSource
from signing.timestamps import TimestampSource
from signing.trust import TrustStore
from signing.verify import verify_file

STAMP_FIELD = "DauThoiGian"
DIGESTS = ("sha256", "sha384", "sha512")
# Tokens of one authority differ in size by a little: serial number, nonce, signature.
_SPARE = 1.25
_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveSetup:
    """With what files are kept alive.

    Attributes:
        timestamps: the authority that stamps.
        revocation: where revocation lists come from, beside those of the trust store.
        trust: the roots that count.
        clock: gives the present; aware.
        policy: what a signature must be like at a moment.
        digest: of new document timestamps, one of ``DIGESTS``.
        simulate_years: a new file must still verify so many years from now, its timestamps being renewed.
        accept_outlived: add a timestamp even where revocation data outlives a certificate, so that only
            validators that count from the day of issue will accept the file afterwards; else it is refused.
        production: real operation, where a demonstration authority is refused.
    """

    timestamps: TimestampSource
    revocation: RevocationSource
    trust: TrustStore
    clock: Callable[[], datetime]
    policy: Callable[[datetime], SignaturePolicy]
    digest: str = "sha512"
    simulate_years: tuple[int, ...] = (10,)
    accept_outlived: bool = False
    production: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewal:
    """What was added to a file.

    Attributes:
        before, after: how long it lasted and lasts.
        outlived: whether revocation data in it outlives a certificate, see ``ArchiveSetup``.
    """

    before: Horizon
    after: Horizon
    outlived: bool = False


@dataclass(frozen=True, slots=True)
class _Client:
    """The authority's client, and how long it is used."""

    stamper: TimeStamper
    until: datetime


class Archivist:
    """Adds document timestamps; one object serves a whole run. Close it when done."""

    def __init__(self, setup: ArchiveSetup) -> None:
        """Check the setup; nobody is asked yet.

        Raises:
            SettingsError: a digest that is not offered.
            DemoKeyError: a demonstration authority in production.
        """
        if setup.digest not in DIGESTS:
            raise SettingsError("signing.archive_digest", reason=f"chỉ dùng {', '.join(DIGESTS)}")
        if setup.production and setup.timestamps.demo:
            raise DemoKeyError("signing.tsa")
        self._setup = setup
        self._loop = BackgroundLoop()
        self._client: _Client | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop the background thread; a later call starts it again."""
        self._loop.close()
        self._client = None

    def renew(self, source: Path, out: Path, *, item: str) -> Renewal:
        """Write a copy that lasts longer: the bytes of the source, evidence, a document timestamp.

        The copy is verified, and its future simulated, before this returns.

        Args:
            source: a signed file; not changed.
            out: the copy; overwritten if it is there, never the source itself; not forced to disk.
            item: how to name the file to a person.

        Raises:
            RenewalRefusedError: the file does not verify now, its last timestamp is no longer trusted, a
                lock in it forbids a timestamp, revocation data is missing or would outlive a certificate, or
                nothing would be gained.
            TimestampUnavailableError: the authority does not answer.
            SigningError: it went wrong; ``out`` is not there.
        """
        if out.exists() and source.exists() and out.samefile(source):
            raise SigningError(item, cause="a file is never renewed in place")
        done = False
        try:
            renewal = self._renew(source, out, item=item)
            done = True
        except Exception as error:
            raise as_ours(error, item) from error
        finally:
            if not done:
                out.unlink(missing_ok=True)
        return renewal

    def _renew(self, source: Path, out: Path, *, item: str) -> Renewal:
        setup, now = self._setup, self._setup.clock()
        self._refuse_unless_passed(source, at=now, item=item)
        with OpenedFile(source, item=item) as opened:
            before = horizon_of(opened)
            if before.level is None or before.level is Level.B_B:
                raise RenewalRefusedError(item, reason="chữ ký chưa có dấu thời gian")
            field = _free_name(opened.reader)
            forbidden = read_locks(opened.reader, opened.found, data=opened.data).against_timestamp(field)
            if forbidden:
                raise RenewalRefusedError(item, reason=forbidden)
            read = [ReadSignature(opened, found) for found in opened.found]
            evidence = self._loop.run(self._evidence(opened, read, now=now, item=item))
            names = {one.name for one in read}
        if evidence.outlived and not setup.accept_outlived:
            end = f"{evidence.outlived[0].astimezone(VIETNAM):%d.%m.%Y}"
            reason = f"danh sách thu hồi còn hiệu lực sau ngày chứng thư số hết hạn ({end})"
            raise RenewalRefusedError(item, reason=reason)
        shutil.copyfile(source, out)
        self._loop.run(self._stamp(out, evidence, field=field))
        after = self._gate(out, source=source, names=names, at=now, item=item)
        return Renewal(before=before, after=after, outlived=bool(evidence.outlived))

    def _refuse_unless_passed(self, source: Path, *, at: datetime, item: str) -> None:
        setup = self._setup
        report = verify_file(source, trust=setup.trust, at=at, policy=setup.policy(at))
        if report.conclusion == "unsigned":
            raise RenewalRefusedError(item, reason="tệp không có chữ ký")
        for signature in report.signatures:
            if signature.conclusion != "passed":
                code = signature.sub_indication or "GENERIC"
                reason = f"chữ ký không còn kiểm tra được ({code}: {sentence(code).rstrip('.')})"
                raise RenewalRefusedError(item, reason=reason, cause=code)

    async def _evidence(
        self, opened: OpenedFile, read: Sequence[ReadSignature], *, now: datetime, item: str
    ) -> NewEvidence:
        setup = self._setup
        client = await self._current_client(now)
        revocations = Revocations((*setup.trust.crls(), *setup.revocation.crls(now=now)), now=now)
        context = new_context(setup.trust, revocations, opened, read, chain=setup.timestamps.chain, now=now)
        return await collect_evidence(context, revocations, opened, read, client=client, item=item)

    async def _current_client(self, now: datetime) -> TimeStamper:
        """The authority's client with a first token, from which its certificate is known."""
        if self._client is None or now >= self._client.until:
            stamper = self._setup.timestamps.client()
            await stamper.async_dummy_response(self._setup.digest)
            self._client = _Client(stamper, now + timedelta(hours=1))
        return self._client.stamper

    async def _stamp(self, out: Path, evidence: NewEvidence, *, field: str) -> None:
        """One revision: the evidence, then the timestamp that covers it."""
        digest = self._setup.digest
        client = await self._current_client(self._setup.clock())
        token = await client.async_dummy_response(digest)
        with out.open("r+b") as target:
            writer = QuietWriter(target)
            DocumentSecurityStore.supply_dss_in_writer(
                writer, None, certs=evidence.certificates, crls=evidence.lists, embed_roots=True
            )
            stamper = PdfTimeStamper(client, field_name=field)
            reserved = 2 * int(len(token.dump()) * _SPARE)
            await stamper.async_timestamp_pdf(writer, digest, bytes_reserved=reserved, in_place=True)

    def _gate(self, out: Path, *, source: Path, names: set[str], at: datetime, item: str) -> Horizon:
        """No renewed file leaves unchecked.

        Raises:
            SigningError: the file is not what it should be.
            RenewalRefusedError: what it was made from lacks something that cannot be added any more.
        """
        if not begins_with(out, source):
            raise SigningError(item, cause="the renewed file does not begin with its source")
        with OpenedFile(out, item=item) as opened:
            read = [ReadSignature(opened, found) for found in opened.found]
            added = [one for one in read if one.name not in names]
            faults = [fault for one in read if (fault := integrity_fault(one))]
            sound = not faults and not frame_faults(opened)
            alone = len(added) == 1 and added[0].is_timestamp and added[0].covers_all
            if not sound or not alone or len(read) != len(names) + 1:
                raise SigningError(item, cause=f"renewed file: faults {faults}, {len(added)} fields more")
            after = horizon_of(opened)
        setup = self._setup
        report = verify_file(out, trust=setup.trust, at=at, policy=setup.policy(at))
        if report.conclusion != "passed":
            raise SigningError(item, cause=f"renewed file: {report.conclusion}")
        if not setup.accept_outlived:
            dates = [at + years * _YEAR for years in setup.simulate_years]
            failing = fails_at(out, trust=setup.trust, now=at, dates=dates, item=item)
            if failing is not None:
                reason = f"dữ liệu kiểm chứng trong tệp thiếu: mô phỏng năm {failing:%Y} không kiểm tra được"
                raise RenewalRefusedError(item, reason=reason)
        return after


def _free_name(reader: PdfFileReader) -> str:
    """A field name that nobody uses, filled or not."""
    taken = set(_top_names(reader))
    return next(name for number in count(1) if (name := f"{STAMP_FIELD}{number}") not in taken)


def _top_names(reader: PdfFileReader) -> Iterator[str]:
    form = entry(reader.root, "/AcroForm")
    fields = entry(form, "/Fields") if isinstance(form, generic.DictionaryObject) else None
    yield from (str(entry(field, "/T") or "") for field in members(fields))
