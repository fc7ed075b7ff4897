"""Settings to services: stores, engine, signer, rulebook, clock. The only place that picks adapters.

Each service is made when it is first used: a command that only looks something up never loads images or keys.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import TYPE_CHECKING, Self

from dossier.errors import DemoKeyError, SchemaError, StoreFullError, StoreMissingError
from dossier.moments import VIETNAM
from wiring.settings import Settings

if TYPE_CHECKING:
    from dossier.labels import LabelNotes
    from dossier.ports import Clock
    from ocr.engine import Engine
    from ocr.reader import Reader
    from rulebook.papers import Papers
    from rulebook.places import Places
    from rulebook.procedures import Procedures
    from signing.demo import DemoPki
    from signing.detached import DetachedSigner
    from signing.key_sources import KeyOpener, KeySource
    from signing.keys import SigningKey
    from signing.report import ExpectedSignature, Report
    from signing.revocation import RevocationSource
    from signing.signer import DocumentSigner
    from signing.timestamps import TimestampSource
    from signing.trust import TrustStore
    from storage.gazetteer import Gazetteer
    from storage.store import Store
    from wiring.key_settings import Role
    from wiring.logs import Log
    from wiring.rules import OfficeRules


def utc_now() -> datetime:
    """The system's clock."""
    return datetime.now(UTC)


class Services:
    """All adapters of one installation. Use it in a ``with`` block, or close it."""

    def __init__(self, settings: Settings, *, clock: Clock = utc_now) -> None:
        self.settings = settings
        self.clock = clock
        self._stack = ExitStack()
        self._turn = RLock()
        self._writing: Store | None = None
        self._keys: dict[Role, SigningKey] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close what was opened."""
        self._stack.close()

    def today(self) -> date:
        """Today's date in Vietnam."""
        return self.clock().astimezone(VIETNAM).date()

    # the store

    def create(self) -> bool:
        """Make the data folder, the database and, unless keys are configured, the demo PKI.

        Returns:
            Whether the store was made now.

        Raises:
            DemoKeyError: production without keys of its own.
            StoreError: the folder cannot be used.
        """
        from storage.store import create_store  # noqa: PLC0415

        if self.settings.production and self.uses_demo_keys:
            raise DemoKeyError("MOTLAN_OFFICER_KEY, MOTLAN_ORGANISATION_KEY")
        # A store that is complete and of this version needs no lock: somebody may be writing to it.
        made = not self._is_ready() and create_store(
            self.settings.data, clock=self.clock, actor=self.settings.actor
        )
        if self.uses_demo_keys:
            self._trust_demo()
        return made

    def _is_ready(self) -> bool:
        from storage.store import open_store  # noqa: PLC0415

        try:
            with open_store(self.settings.data, clock=self.clock, read_only=True):
                return True
        except (StoreMissingError, SchemaError):
            return False

    @property
    def store(self) -> Store:
        """The store, open for looking and, inside ``writing``, for everything.

        Raises:
            StoreMissingError: ``create`` was never called here.
        """
        return self._writing or self._looking

    @cached_property
    def _looking(self) -> Store:
        from storage.store import open_store  # noqa: PLC0415

        return self._stack.enter_context(
            open_store(
                self.settings.data,
                clock=self.clock,
                read_only=True,
                result_type_code=self._result_type_code,
            )
        )

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Be the one writer of the data folder; what a killed writer left half-done is tidied up first.

        Threads of one process take turns and wait; another process waits as long as the settings say.

        Raises:
            StoreBusyError: another process writes for longer than the settings wait.
        """
        from storage.store import open_store  # noqa: PLC0415

        with (
            self._turn,
            open_store(
                self.settings.data,
                clock=self.clock,
                read_only=False,
                result_type_code=self._result_type_code,
                wait_seconds=self.settings.lock_seconds,
                max_file_bytes=self.settings.max_file_bytes,
            ) as opened,
        ):
            self._writing = opened
            try:
                yield
            finally:
                self._writing = None

    def need_room(self) -> None:
        """Refuse to begin on a disk that is nearly full: a batch and Prefect's own files need room.

        Raises:
            StoreFullError: less is free than the settings ask for.
        """
        if shutil.disk_usage(self.settings.data).free < self.settings.min_free_bytes:
            raise StoreFullError(str(self.settings.data))

    def _result_type_code(self, type_: str) -> str:
        return self.papers.spec(type_).result_code or type_

    # the rulebook

    @cached_property
    def labels(self) -> LabelNotes:
        """What corrections taught about forms; changed only inside ``writing``."""
        from storage.labels import LabelFile  # noqa: PLC0415
        from storage.layout import Layout  # noqa: PLC0415

        return LabelFile(Layout(self.settings.data).learning)

    @property
    def rules_folder(self) -> Path:
        """The office's own tables; it need not be there."""
        return self.settings.rules or self.settings.data / "rulebook"

    @cached_property
    def _rules(self) -> OfficeRules:
        from wiring.rules import OfficeRules  # noqa: PLC0415

        return OfficeRules(self.rules_folder, lambda: self.log)

    @property
    def papers(self) -> Papers:
        """Paper types, the office's among them; a wrong table stops the program with file and line."""
        return self._rules.papers()

    @cached_property
    def procedures(self) -> Procedures:
        """Procedures of the rulebook."""
        from rulebook.procedures import load_procedures  # noqa: PLC0415

        return load_procedures(tuple(self.papers.specs))

    @cached_property
    def gazetteer(self) -> Gazetteer:
        """The catalogue of districts and communes that was loaded here."""
        from storage.gazetteer import Gazetteer  # noqa: PLC0415

        return Gazetteer(self.settings.data / "rulebook")

    @cached_property
    def places(self) -> Places:
        """Provinces and units: the project's tables, and the catalogue of this installation before them."""
        from rulebook.places import load_places  # noqa: PLC0415

        own = load_places()
        units = self.gazetteer.units(own.name_of)
        return own.with_units(units) if units else own

    # reading

    @cached_property
    def engine(self) -> Engine:
        """What reads the print of a page."""
        from ocr.careful import CarefulEngine  # noqa: PLC0415
        from ocr.net.engine import NetEngine  # noqa: PLC0415
        from ocr.tesseract import TesseractEngine  # noqa: PLC0415

        return CarefulEngine(TesseractEngine()) if self.settings.engine == "tesseract" else NetEngine()

    @cached_property
    def witness(self) -> Engine | None:
        """What is asked about words the engine leaves open; none where Tesseract is the engine."""
        from ocr.tesseract import TesseractEngine  # noqa: PLC0415

        return None if self.settings.engine == "tesseract" else TesseractEngine()

    @cached_property
    def reader(self) -> Reader:
        """The reader on that engine."""
        from ocr.limits import ReadLimits  # noqa: PLC0415
        from ocr.reader import Reader  # noqa: PLC0415

        limits = ReadLimits(page_seconds=self.settings.page_seconds, max_pixels=self.settings.max_page_pixels)
        return Reader(self.engine, witness=self.witness, limits=limits, workers=self.settings.workers)

    # signing

    @property
    def uses_demo_keys(self) -> bool:
        """Whether any signature would be made with a demo key."""
        return self.settings.officer_key is None or self.settings.organisation_key is None

    @cached_property
    def trust(self) -> TrustStore:
        """Roots this installation trusts; nothing but what was added."""
        from signing.trust import TrustStore  # noqa: PLC0415

        return TrustStore(self.settings.data / "trust", production=self.settings.production)

    @cached_property
    def signer(self) -> DocumentSigner:
        """Officer's and organisation's keys, timestamps and revocation data behind one signer.

        Raises:
            KeyUnusableError, DemoKeyError: a key cannot be used here and now.
        """
        from signing.signer import DocumentSigner, SigningSetup  # noqa: PLC0415

        return self._stack.enter_context(
            DocumentSigner(
                SigningSetup(
                    officer=self.key("officer"),
                    organisation=self.key("organisation"),
                    timestamps=self._timestamps(),
                    revocation=self._revocation(),
                    clock=self.clock,
                    production=self.settings.production,
                )
            )
        )

    def verify(
        self, path: Path, *, at: datetime, expected: Sequence[ExpectedSignature] | None = None
    ) -> Report:
        """The verdict on a file under the roots of this installation.

        Raises:
            PdfUnreadableError: it is no PDF that can be read.
        """
        from signing.verify import verify_file  # noqa: PLC0415

        return verify_file(path, trust=self.trust, at=at, expected=expected)

    @cached_property
    def _demo(self) -> DemoPki:
        from signing.demo import ensure_demo_pki  # noqa: PLC0415

        if not (self.settings.data / "motlan-store.json").exists():
            raise StoreMissingError(str(self.settings.data))
        return ensure_demo_pki(self.settings.data / "demo-pki", now=self.clock())

    def _trust_demo(self) -> None:
        from signing.trust import trust_demo  # noqa: PLC0415

        trust_demo(
            self.trust, self._demo.root_certificate.read_bytes(), crls=self._demo.crls(now=self.clock())
        )

    def key(self, role: Role) -> SigningKey:
        """The key of a role, opened once.

        Raises:
            KeyUnusableError, PinRefusedError, TokenMissingError, SigningServiceError: it cannot be reached.
        """
        if role not in self._keys:
            self._keys[role] = self._open_key(role)
        return self._keys[role]

    def _open_key(self, role: Role) -> SigningKey:
        source = self._source(role)
        if source is not None:
            return self._opener.open(source, item=role)
        return self._demo.officer() if role == "officer" else self._demo.organisation()

    def _source(self, role: Role) -> KeySource | None:
        return self.settings.officer_key if role == "officer" else self.settings.organisation_key

    def signer_as(self, role: Role) -> DocumentSigner:
        """A signer for one role alone: nobody is asked for the PIN or the phone of the other.

        The other key is then needed for the width of its mark only; where opening it would ask somebody, the
        key of the role stands in.

        Raises:
            KeyUnusableError, DemoKeyError: the key cannot be used here and now.
        """
        from signing.key_sources import Pkcs12Source  # noqa: PLC0415
        from signing.signer import DocumentSigner, SigningSetup  # noqa: PLC0415

        other: Role = "organisation" if role == "officer" else "officer"
        source = self._source(other)
        silent = isinstance(source, Pkcs12Source) or (source is None and self._source(role) is None)
        key = self.key(role)
        pair = {role: key, other: self.key(other) if silent else key}
        setup = SigningSetup(
            officer=pair["officer"],
            organisation=pair["organisation"],
            timestamps=self._timestamps(),
            revocation=self._revocation(),
            clock=self.clock,
            production=self.settings.production,
        )
        return self._stack.enter_context(DocumentSigner(setup))

    @property
    def signs_silently(self) -> bool:
        """Whether the organisation can sign without asking anybody: its key is open, or in a file."""
        from signing.key_sources import Pkcs12Source  # noqa: PLC0415

        source = self._source("organisation")
        return source is None or isinstance(source, Pkcs12Source) or "organisation" in self._keys

    @cached_property
    def detached_signer(self) -> DetachedSigner:
        """Signs files of the store itself (heads of the journal, certificates) as the organisation.

        Raises:
            KeyUnusableError, PinRefusedError, TokenMissingError, SigningServiceError: it cannot be reached.
        """
        from signing.detached import DetachedSigner  # noqa: PLC0415

        return DetachedSigner(
            key=self.key("organisation"),
            timestamps=self._timestamps(),
            revocation=self._revocation(),
            clock=self.clock,
            production=self.settings.production,
        )

    @cached_property
    def _opener(self) -> KeyOpener:
        from signing.key_sources import KeyOpener  # noqa: PLC0415

        opener = KeyOpener(clock=self.clock, above=self.trust.authorities())
        self._stack.callback(opener.close)
        return opener

    def _timestamps(self) -> TimestampSource:
        from signing.timestamps import HttpTimestampAuthority, LocalTimestampAuthority  # noqa: PLC0415

        if self.settings.timestamp_url:
            return HttpTimestampAuthority(
                url=self.settings.timestamp_url,
                chain=self.trust.authorities(),
                timeout_s=int(self.settings.timestamp_seconds),
            )
        return LocalTimestampAuthority(self._demo.timestamp_authority(), self.clock)

    def _revocation(self) -> RevocationSource:
        from signing.revocation import CrlFolder, JoinedLists  # noqa: PLC0415

        lists = CrlFolder(self.settings.data / "trust" / "crls")
        if self.uses_demo_keys:
            # One key may be real already while the other is still the demo key.
            return JoinedLists((self._demo, lists))
        return lists

    @cached_property
    def log(self) -> Log:
        """The log file of this installation; ids and codes only."""
        from wiring.logs import open_log  # noqa: PLC0415

        return self._stack.enter_context(open_log(self.settings.data / "logs" / "motlan.jsonl"))
