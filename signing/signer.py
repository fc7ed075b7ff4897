"""Signing of digitised papers: the officer at capture, the organisation when the copy is complete.

Only by incremental update: a signed file begins with the bytes of its source. A file never gets a signature
of ours when somebody else has signed it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self

from dossier.errors import DemoKeyError, SettingsError
from signing.appearance import A4_WIDTH, POINTS_PER_MM, PdfRect
from signing.keys import DEMO_WORD, SigningKey, check_key, common_name, is_demo, organisation_name
from signing.levels import Level
from signing.placing import room_needed_mm
from signing.report import SignatureReport
from signing.revocation import RevocationSource
from signing.timestamps import TimestampSource

if TYPE_CHECKING:
    from signing.prepared import Prepared

Role = Literal["officer", "organisation"]
_A4_WIDTH_MM = A4_WIDTH / POINTS_PER_MM


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningSetup:
    """With what to sign.

    Attributes:
        officer: key of the officer.
        organisation: key of the organisation.
        timestamps: timestamp authority; ``None`` allows level B-B only.
        revocation: where revocation lists come from.
        clock: gives the present; aware.
        officer_level: level of the officer's signature, B-B or B-T.
        seal_level: level of the sealed file.
        production: real operation, where demonstration keys are refused.
    """

    officer: SigningKey
    organisation: SigningKey
    timestamps: TimestampSource | None
    revocation: RevocationSource
    clock: Callable[[], datetime]
    officer_level: Level = Level.B_T
    seal_level: Level = Level.B_LTA
    production: bool = False

    @property
    def officer_name(self) -> str:
        """The name in the officer's mark."""
        return _shown(self.officer, common_name(self.officer.certificate))

    @property
    def organisation_name(self) -> str:
        """The name in the organisation's mark."""
        certificate = self.organisation.certificate
        return _shown(self.organisation, organisation_name(certificate) or common_name(certificate))


class DocumentSigner:
    """Signs files; one object serves a whole batch and several threads. Close it when done."""

    def __init__(self, setup: SigningSetup) -> None:
        """Check the setup and the keys.

        Raises:
            KeyUnusableError: a key must not be used now.
            DemoKeyError: demonstration keys in production.
            SettingsError: a level that cannot be reached with this setup.
        """
        _check(setup)
        from signing.engine import Engine  # noqa: PLC0415  the library takes a second to load

        self._setup = setup
        self._engine = Engine(setup)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop the background thread; a later call starts it again."""
        self._engine.close()

    def cancel(self) -> None:
        """End what waits for a timestamp now; its callers get ``concurrent.futures.CancelledError``."""
        self._engine.cancel()

    def made(self, found: SignatureReport) -> bool:
        """Whether a signature found in a file is ours: our key, or our field with our organisation's name.

        The second holds after keys were renewed.
        """
        return self._engine.made(found)

    def room_needed_mm(self, page_width_mm: float = _A4_WIDTH_MM) -> float:
        """Height at the top of page one that both marks need, in millimetres from the edge.

        Raises:
            MarkCollisionError: the page is too narrow.
        """
        return room_needed_mm(
            officer=self._setup.officer_name,
            organisation=self._setup.organisation_name,
            page_width_mm=page_width_mm,
        )

    def sign_as_officer(
        self, source: Path, out: Path, *, at: datetime, item: str, occupied: Sequence[PdfRect] = ()
    ) -> None:
        """Sign a captured paper as the officer, mark top left, and make both fields ready.

        Args:
            source: PDF/A without any signature; not changed.
            out: the signed file; overwritten if it is there, never the source itself; not forced to disk.
            at: aware; the moment of capture, shown in the mark.
            item: how to name the file to a person.
            occupied: what must not be covered in the top 60 mm of page one, in points of user space.

        Raises:
            SigningRefusedError: the file must not be signed.
            MarkCollisionError: there is no room for both marks that covers nothing.
            KeyUnusableError: a key must not be used now.
            SigningError: it went wrong; ``out`` is not there.
        """
        self._engine.sign_as_officer(source, out, at=at, item=item, occupied=occupied)

    def officer_is_stamped(self, source: Path, *, item: str) -> bool:
        """Whether the officer's signature of a file has its timestamp.

        Raises:
            SigningRefusedError: it has no signature of the officer.
        """
        return self._engine.officer_is_stamped(source, item=item)

    def stamp_officer(self, source: Path, out: Path, *, item: str) -> None:
        """Give an officer's signature of level B-B its timestamp: B-T in a new file of the same size.

        The token goes into the room kept free inside the signature (an unsigned attribute, ETSI EN 319 122-1,
        5.3); not a byte beside it changes. Only while nothing stands after that signature.

        Args:
            source: a file with the officer's signature and no other; not changed.
            out: the stamped file; as with :meth:`sign_as_officer`.
            item: how to name the file to a person.

        Raises:
            SigningRefusedError: the file has other signatures, a stamp already, or no room.
            TimestampUnavailableError: no authority gave a token.
            KeyUnusableError: a key must not be used now.
            SigningError: it went wrong; ``out`` is not there.
        """
        self._engine.stamp_officer(source, out, item=item)

    def seal_as_organisation(
        self, source: Path, out: Path, *, at: datetime, item: str, occupied: Sequence[PdfRect] = ()
    ) -> None:
        """Sign as the organisation, mark top right, then add evidence and a timestamp for all of it.

        Args:
            source: PDF/A with the officer's signature or with none; not changed.
            out: the sealed file; as with :meth:`sign_as_officer`.
            at: aware; the moment of conversion, shown in the mark.
            item: how to name the file to a person.
            occupied: what must not be covered in the top 60 mm of page one, in points of user space.

        Raises:
            SigningRefusedError: the file must not be signed, or somebody else has signed it.
            MarkCollisionError: the mark would cover something or has no room.
            KeyUnusableError: a key must not be used now.
            SigningError: it went wrong; ``out`` is not there.
        """
        self._engine.seal_as_organisation(source, out, at=at, item=item, occupied=occupied)

    def key(self, role: Role) -> SigningKey:
        """The key of that role."""
        return self._setup.organisation if role == "organisation" else self._setup.officer

    def prepare(self, source: Path, out: Path, *, role: Role, at: datetime, item: str) -> Prepared:
        """Write a file that is ready but for its signature, so that it can be signed later or elsewhere.

        Args:
            source: as :meth:`sign_as_officer` or :meth:`seal_as_organisation`; not changed.
            out: the prepared file; overwritten if it is there.
            role: who is going to sign.
            at: aware; the moment shown in the mark.
            item: how to name the file to a person.

        Returns:
            What :meth:`finish` needs; the signature to get is over its ``attributes``.

        Raises:
            SigningError: as :meth:`sign_as_officer`; ``out`` is not there.
        """
        return self._engine.prepare(source, out, role=role, at=at, item=item)

    def finish(self, half: Path, out: Path, *, prepared: Prepared, signature: bytes, item: str) -> None:
        """Put a signature into a prepared file, check the result, and bring it to its level.

        Args:
            half: the prepared file; not changed, so this can be done again.
            out: the signed file; overwritten if it is there, not forced to disk.
            prepared: what :meth:`prepare` returned.
            signature: made by the key of that role over ``prepared.attributes``.
            item: how to name the file to a person.

        Raises:
            KeyUnusableError: the signature is not that of the key, or the key must not be used any more.
            SigningError: as :meth:`sign_as_officer`; ``out`` is not there.
        """
        self._engine.finish(half, out, prepared=prepared, signature=signature, item=item)


def _check(setup: SigningSetup) -> None:
    if setup.officer_level > Level.B_T:
        raise SettingsError("signing.levels.capture", reason="chữ ký khi số hóa chỉ ở mức B-B hoặc B-T")
    if setup.timestamps is None and max(setup.officer_level, setup.seal_level) > Level.B_B:
        raise SettingsError("signing.tsa", reason="mức ký cao hơn B-B cần nơi cấp dấu thời gian")
    if setup.production and setup.timestamps is not None and setup.timestamps.demo:
        raise DemoKeyError("signing.tsa")
    now = setup.clock()
    crls = setup.revocation.crls(now=now)
    for key in (setup.officer, setup.organisation):
        check_key(key, at=now, crls=crls, production=setup.production)


def _shown(key: SigningKey, name: str) -> str:
    return f"{name} ({DEMO_WORD})" if is_demo(key) and DEMO_WORD not in name else name
