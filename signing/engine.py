"""The work behind :class:`signing.signer.DocumentSigner`: look, place, sign, check; or leave nothing."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.hashes import SHA256
from pyhanko.sign.timestamps.common_utils import TimestampRequestError

from dossier.errors import (
    InputNotFoundError,
    InputPermissionError,
    MarkCollisionError,
    MotlanError,
    SigningError,
    SigningRefusedError,
    StoreFullError,
    TimestampUnavailableError,
)
from signing.appearance import (
    Marks,
    PdfRect,
    officer_text,
    organisation_text,
    place_marks,
    refuse_collision,
)
from signing.background import BackgroundLoop
from signing.gate import pass_gate
from signing.keys import organisation_name
from signing.levels import Level
from signing.pades import Batch, Mark, augment, certificates_of_others, make_batch, sign
from signing.preflight import OFFICER_FIELD, ORGANISATION_FIELD, FirstPage, Inspection, inspect
from signing.report import SignatureReport

if TYPE_CHECKING:
    from signing.signer import SigningSetup


class Engine:
    """Signs with one setup; keeps what a batch shares."""

    def __init__(self, setup: SigningSetup) -> None:
        self._setup = setup
        self._loop = BackgroundLoop()
        self._batch: Batch | None = None

    def close(self) -> None:
        """Stop the background thread."""
        self._loop.close()
        self._batch = None

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
        seen = _look(source, out, item=item)
        if seen.signed:
            raise SigningRefusedError(item, reason="tệp đã có chữ ký")
        marks = self._places(seen.page, item=item)
        taken = [*occupied, *(place for _, place in seen.page.annotations)]
        refuse_collision(marks.officer, taken, item=item)
        refuse_collision(marks.organisation, taken, item=item)
        mark = Mark(
            field=OFFICER_FIELD,
            places={OFFICER_FIELD: marks.officer, ORGANISATION_FIELD: marks.organisation},
            paragraphs=officer_text(self._setup.officer_name, at=at),
            at=at,
        )
        self._produce(source, out, mark=mark, seen=seen, item=item)

    def seal_as_organisation(
        self, source: Path, out: Path, *, at: datetime, item: str, occupied: Sequence[PdfRect]
    ) -> None:
        """See :meth:`signing.signer.DocumentSigner.seal_as_organisation`."""
        seen = _look(source, out, item=item)
        if seen.signed not in {(), (OFFICER_FIELD,)} or bool(seen.signed) != seen.ready:
            raise SigningRefusedError(item, reason="tệp đã có chữ ký của người khác")
        own = {OFFICER_FIELD, ORGANISATION_FIELD}
        standing = {name: place for name, place in seen.page.annotations if name in own}
        place = standing.get(ORGANISATION_FIELD) or self._places(seen.page, item=item).organisation
        others = [other for name, other in seen.page.annotations if name not in own]
        refuse_collision(place, [*occupied, *others], item=item)
        mark = Mark(
            field=ORGANISATION_FIELD,
            places={} if seen.ready else {ORGANISATION_FIELD: place},
            paragraphs=organisation_text(self._setup.organisation_name, at=at),
            at=at,
        )
        self._produce(source, out, mark=mark, seen=seen, item=item)

    def _produce(self, source: Path, out: Path, *, mark: Mark, seen: Inspection, item: str) -> None:
        done = False
        try:
            self._loop.run(self._write(source, out, mark=mark, seen=seen, item=item))
            pass_gate(out, source=source, earlier=seen.signed, made=mark.field, item=item)
            done = True
        except Exception as error:
            raise as_ours(error, item) from error
        finally:
            if not done:
                out.unlink(missing_ok=True)

    async def _write(self, source: Path, out: Path, *, mark: Mark, seen: Inspection, item: str) -> None:
        batch = await self._current_batch()
        sealing = mark.field == ORGANISATION_FIELD
        level = self._setup.seal_level if sealing else self._setup.officer_level
        extra = await certificates_of_others(seen.signers, batch=batch, item=item)
        with out.open("w+b") as target:
            await sign(source, target, mark=mark, batch=batch, level=level)
            if level > Level.B_T:
                await augment(target, batch=batch, level=level, extra=extra)

    async def _current_batch(self) -> Batch:
        setup = self._setup
        now = setup.clock()
        if self._batch is None or not self._batch.good_at(now):
            keys = {OFFICER_FIELD: setup.officer, ORGANISATION_FIELD: setup.organisation}
            crls = setup.revocation.crls(now=now)
            self._batch = await make_batch(keys, source=setup.timestamps, crls=crls, now=now)
        return self._batch

    def _places(self, page: FirstPage, *, item: str) -> Marks:
        setup = self._setup
        try:
            return place_marks(page.visible, officer=setup.officer_name, organisation=setup.organisation_name)
        except MarkCollisionError as error:
            raise as_ours(error, item) from error


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


def as_ours(error: Exception, item: str) -> MotlanError:
    """The error for the caller, naming the file; whatever the libraries raise becomes one of ours."""
    if isinstance(error, MotlanError):
        return error if error.item else type(error)(item, cause=error.cause, **error.details)
    if isinstance(error, FileNotFoundError):
        return InputNotFoundError(item, cause=type(error).__name__)
    if isinstance(error, PermissionError):
        return InputPermissionError(item, cause=type(error).__name__)
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return StoreFullError(item, cause=type(error).__name__)
    if isinstance(error, TimestampRequestError | asyncio.TimeoutError):
        return TimestampUnavailableError(item, cause=type(error).__name__)
    return SigningError(item, cause=type(error).__name__)
