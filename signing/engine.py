"""The work behind :class:`signing.signer.DocumentSigner`: look, place, sign, check; or leave nothing."""

from __future__ import annotations

from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from asn1crypto import cms
from cryptography.hazmat.primitives.hashes import SHA256

from dossier.errors import (
    MarkCollisionError,
    MotlanError,
    SettingsError,
    SigningError,
    SigningRefusedError,
)
from signing.appearance import PdfRect, officer_text, organisation_text
from signing.background import BackgroundLoop, Result
from signing.cms_signer import DIGEST
from signing.failures import as_ours
from signing.gate import pass_gate
from signing.keys import organisation_name
from signing.late_stamp import StampPlace, find_place, is_stamped, write_stamped
from signing.levels import Level
from signing.pades import Batch, Mark, augment, certificates_of_others, make_batch, sign
from signing.placing import place_marks, place_organisation, refuse_collision
from signing.preflight import OFFICER_FIELD, ORGANISATION_FIELD, FirstPage, Inspection, inspect
from signing.prepared import Prepared, copy_start, fill, prepare
from signing.report import SignatureReport
from signing.tsa_client import FailoverTimeStamper

if TYPE_CHECKING:
    from signing.signer import Role, SigningSetup

_OWN_FIELDS = frozenset({OFFICER_FIELD, ORGANISATION_FIELD})


class Engine:
    """Signs with one setup; keeps what a batch shares."""

    def __init__(self, setup: SigningSetup) -> None:
        self._setup = setup
        self._loop = BackgroundLoop()
        self._batch: Batch | None = None

    def close(self) -> None:
        """Close connections and stop the background thread."""
        timestamper = self._batch.timestamper if self._batch else None
        if isinstance(timestamper, FailoverTimeStamper):
            self._loop.run(timestamper.aclose())
        self._loop.close()
        self._batch = None

    def cancel(self) -> None:
        """See :meth:`signing.signer.DocumentSigner.cancel`."""
        self._loop.cancel()

    def officer_is_stamped(self, source: Path, *, item: str) -> bool:
        """See :meth:`signing.signer.DocumentSigner.officer_is_stamped`."""
        return is_stamped(source, field=OFFICER_FIELD, item=item)

    def stamp_officer(self, source: Path, out: Path, *, item: str) -> None:
        """See :meth:`signing.signer.DocumentSigner.stamp_officer`."""
        seen = _look(source, out, item=item)
        if seen.signed != (OFFICER_FIELD,):
            raise SigningRefusedError(item, reason="tệp không phải bản chỉ có chữ ký của cán bộ")
        with _all_or_nothing(out, item=item):
            place = find_place(source, field=OFFICER_FIELD, item=item)
            token = self._loop.run(self._token(place))
            write_stamped(source, out, place=place, token=token, item=item)

    def made(self, found: SignatureReport) -> bool:
        """See :meth:`signing.signer.DocumentSigner.made`."""
        own = (self._setup.officer.certificate, self._setup.organisation.certificate)
        if found.fingerprint in {certificate.fingerprint(SHA256()).hex() for certificate in own}:
            return True
        names = {organisation_name(certificate) for certificate in own} - {""}
        return found.field in {OFFICER_FIELD, ORGANISATION_FIELD} and found.organisation in names

    def sign_as_officer(
        self, source: Path, out: Path, *, at: datetime, item: str, occupied: Sequence[PdfRect]
    ) -> None:
        """See :meth:`signing.signer.DocumentSigner.sign_as_officer`."""
        mark, seen = self._officer_mark(source, out, at=at, item=item, occupied=occupied)
        self._produce(source, out, mark=mark, seen=seen, item=item)

    def seal_as_organisation(
        self, source: Path, out: Path, *, at: datetime, item: str, occupied: Sequence[PdfRect]
    ) -> None:
        """See :meth:`signing.signer.DocumentSigner.seal_as_organisation`."""
        mark, seen = self._organisation_mark(source, out, at=at, item=item, occupied=occupied)
        self._produce(source, out, mark=mark, seen=seen, item=item)

    def prepare(self, source: Path, out: Path, *, role: Role, at: datetime, item: str) -> Prepared:
        """See :meth:`signing.signer.DocumentSigner.prepare`."""
        placed = self._organisation_mark if role == "organisation" else self._officer_mark
        mark, seen = placed(source, out, at=at, item=item, occupied=())
        return self._kept(out, self._prepare(source, out, mark=mark, seen=seen, item=item), item=item)

    def finish(self, half: Path, out: Path, *, prepared: Prepared, signature: bytes, item: str) -> None:
        """See :meth:`signing.signer.DocumentSigner.finish`."""
        self._kept(out, self._finish(half, out, prepared=prepared, signature=signature, item=item), item=item)

    def _officer_mark(
        self, source: Path, out: Path, *, at: datetime, item: str, occupied: Sequence[PdfRect]
    ) -> tuple[Mark, Inspection]:
        seen = _look(source, out, item=item)
        if seen.signed:
            raise SigningRefusedError(item, reason="tệp đã có chữ ký")
        _refuse_locked(seen, creates=True, item=item)
        taken = [*occupied, *(place for _, place in seen.page.annotations)]
        mark = Mark(
            field=OFFICER_FIELD,
            places=self._places_of_both(seen.page, taken, item=item),
            paragraphs=officer_text(self._setup.officer_name, at=at),
            view=seen.page.view,
            at=at,
        )
        return mark, seen

    def _organisation_mark(
        self, source: Path, out: Path, *, at: datetime, item: str, occupied: Sequence[PdfRect]
    ) -> tuple[Mark, Inspection]:
        seen = _look(source, out, item=item)
        if seen.signed not in {(), (OFFICER_FIELD,)} or bool(seen.signed) != seen.ready:
            raise SigningRefusedError(item, reason="tệp đã có chữ ký của người khác")
        _refuse_locked(seen, creates=not seen.ready, item=item)
        others = [other for name, other in seen.page.annotations if name not in _OWN_FIELDS]
        taken = [*occupied, *others]
        mark = Mark(
            field=ORGANISATION_FIELD,
            places=self._place_of_seal(seen, taken, item=item),
            paragraphs=organisation_text(self._setup.organisation_name, at=at),
            view=seen.page.view,
            at=at,
        )
        return mark, seen

    def _produce(self, source: Path, out: Path, *, mark: Mark, seen: Inspection, item: str) -> None:
        with _all_or_nothing(out, item=item):
            self._loop.run(self._write(source, out, mark=mark, seen=seen, item=item))
            pass_gate(out, source=source, earlier=seen.signed, made=mark.field, item=item)

    async def _token(self, place: StampPlace) -> cms.ContentInfo:
        batch = await self._current_batch()
        if batch.timestamper is None:
            raise SettingsError("signing.tsa", reason="chưa có nơi cấp dấu thời gian")
        return await batch.timestamper.async_timestamp(place.digest, DIGEST)

    async def _prepare(self, source: Path, out: Path, *, mark: Mark, seen: Inspection, item: str) -> Prepared:
        batch = await self._current_batch()
        await certificates_of_others(seen.signers, batch=batch, item=item)
        return await prepare(source, out, mark=mark, batch=batch, level=self._level(mark.field))

    async def _finish(
        self, half: Path, out: Path, *, prepared: Prepared, signature: bytes, item: str
    ) -> None:
        batch, level = await self._current_batch(), self._level(prepared.field_name)
        key = self._setup.organisation if prepared.field_name == ORGANISATION_FIELD else self._setup.officer
        # What comes first in the prepared file is the source itself, wherever that is by now.
        source = out.with_name(f"{out.name}.source")
        try:
            copy_start(half, source, size=prepared.source_size)
            seen = inspect(source, item=item)
            extra = await certificates_of_others(seen.signers, batch=batch, item=item)
            copy_start(half, out)
            with out.open("r+b") as target:
                await fill(target, prepared=prepared, signature=signature, key=key, batch=batch, level=level)
                if level > Level.B_T:
                    await augment(target, batch=batch, level=level, extra=extra)
            pass_gate(out, source=source, earlier=seen.signed, made=prepared.field_name, item=item)
        finally:
            source.unlink(missing_ok=True)

    def _kept(self, out: Path, work: Coroutine[Any, Any, Result], *, item: str) -> Result:
        """Do the work; ``out`` stays only if it succeeds."""
        with _all_or_nothing(out, item=item):
            return self._loop.run(work)

    def _level(self, field: str) -> Level:
        return self._setup.seal_level if field == ORGANISATION_FIELD else self._setup.officer_level

    async def _write(self, source: Path, out: Path, *, mark: Mark, seen: Inspection, item: str) -> None:
        batch = await self._current_batch()
        level = self._level(mark.field)
        extra = await certificates_of_others(seen.signers, batch=batch, item=item)
        with out.open("w+b") as target:
            await sign(source, target, mark=mark, batch=batch, level=level)
            if level > Level.B_T:
                # Also those of the authorities whose stamps the signatures got.
                stamped = getattr(batch.timestamper, "certificates", {}).values()
                await augment(target, batch=batch, level=level, extra=(*extra, *stamped))

    async def _current_batch(self) -> Batch:
        setup = self._setup
        now = setup.clock()
        if self._batch is None or not self._batch.good_at(now):
            keys = {OFFICER_FIELD: setup.officer, ORGANISATION_FIELD: setup.organisation}
            crls = setup.revocation.crls(now=now)
            self._batch = await make_batch(keys, source=setup.timestamps, crls=crls, now=now)
        return self._batch

    def _places_of_both(self, page: FirstPage, taken: Sequence[PdfRect], *, item: str) -> dict[str, PdfRect]:
        try:
            marks = place_marks(
                page.view.shown(page.visible),
                officer=self._setup.officer_name,
                organisation=self._setup.organisation_name,
                occupied=[page.view.shown(one) for one in taken],
            )
        except MarkCollisionError as error:
            raise as_ours(error, item) from error
        return {
            OFFICER_FIELD: page.view.on_page(marks.officer),
            ORGANISATION_FIELD: page.view.on_page(marks.organisation),
        }

    def _place_of_seal(self, seen: Inspection, taken: Sequence[PdfRect], *, item: str) -> dict[str, PdfRect]:
        """Where to put its field; nothing when the field stands there since the officer signed."""
        page = seen.page
        standing = dict(page.annotations).get(ORGANISATION_FIELD)
        if seen.ready and standing is not None:
            refuse_collision(standing, taken, item=item)
            return {}
        try:
            place = place_organisation(
                page.view.shown(page.visible),
                organisation=self._setup.organisation_name,
                occupied=[page.view.shown(one) for one in taken],
            )
        except MarkCollisionError as error:
            raise as_ours(error, item) from error
        return {ORGANISATION_FIELD: page.view.on_page(place)}


def _refuse_locked(seen: Inspection, *, creates: bool, item: str) -> None:
    reason = seen.locks.against_signature(ORGANISATION_FIELD, creates=creates)
    if reason:
        raise SigningRefusedError(item, reason=reason)


@contextmanager
def _all_or_nothing(out: Path, *, item: str) -> Iterator[None]:
    """Whatever ends the block early leaves no file, and an error of ours."""
    done = False
    try:
        yield
        done = True
    except Exception as error:
        raise as_ours(error, item) from error
    finally:
        if not done:
            out.unlink(missing_ok=True)


def _look(source: Path, out: Path, *, item: str) -> Inspection:
    if out.exists() and source.exists() and out.samefile(source):
        raise SigningError(item, cause="a file is never signed in place")
    try:
        return inspect(source, item=item)
    except Exception as error:
        if isinstance(error, OSError | MotlanError):
            raise as_ours(error, item) from error
        raise SigningRefusedError(
            item, reason="không đọc được cấu trúc tệp", cause=type(error).__name__
        ) from error
