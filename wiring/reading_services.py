"""The reading half of an installation: its tables, its engine, its reader, and the log."""

from __future__ import annotations

import sys
from functools import cached_property
from typing import TYPE_CHECKING

from wiring.signing_services import SigningServices

if TYPE_CHECKING:
    from dossier.labels import LabelNotes
    from ocr.engine import Engine
    from ocr.last_reading import LastReading
    from ocr.reader import Reader
    from rulebook.intake import IntakeRules
    from rulebook.packages import PackageProfile
    from rulebook.papers import Papers
    from rulebook.places import Places
    from rulebook.procedures import Procedures
    from rulebook.separation import SeparationRules
    from rulebook.signed_by_person import SigningRules
    from rulebook.working_days import WorkingDays
    from storage.gazetteer import Gazetteer
    from wiring.logs import Log
    from wiring.rules import OfficeRules
    from wiring.tracing import Tracer


class ReadingServices(SigningServices):
    """What ``wiring.services.Services`` has to do with tables and print; made when first used."""

    # the rulebook

    @cached_property
    def labels(self) -> LabelNotes:
        """What corrections taught about forms; changed only inside ``writing``."""
        from storage.labels import LabelFile  # noqa: PLC0415
        from storage.layout import Layout  # noqa: PLC0415

        return LabelFile(Layout(self.settings.data).learning)

    @cached_property
    def _rules(self) -> OfficeRules:
        from wiring.rules import OfficeRules  # noqa: PLC0415

        return OfficeRules(self.rules_folder, lambda: self.log)

    @property
    def papers(self) -> Papers:
        """Paper types, the office's among them; a wrong table stops the program with file and line."""
        return self._rules.papers()

    @cached_property
    def working_days(self) -> WorkingDays:
        """Days and hours this office works; a wrong table stops the program with file and line."""
        from rulebook.workday_tables import load_working_days  # noqa: PLC0415

        return load_working_days(office=self.rules_folder)

    @property
    def procedures(self) -> Procedures:
        """Procedures of the rulebook, the office's and the imported ones among them."""
        return self._rules.procedures()

    @property
    def intake(self) -> IntakeRules:
        """Which legal forms of papers are digitised; a wrong table stops the program with its name."""
        from rulebook.intake import load_intake  # noqa: PLC0415

        return load_intake()

    @property
    def signing_rules(self) -> SigningRules:
        """Which papers a person signs for the office; the line signs all others."""
        return self._rules.signing()

    @cached_property
    def readings(self) -> LastReading:
        """Readings of files as they are kept; of a long file the one that was asked for last stays open."""
        from ocr.last_reading import LastReading  # noqa: PLC0415
        from storage.layout import Layout  # noqa: PLC0415

        return LastReading(Layout(self.settings.data).work)

    @cached_property
    def separation(self) -> SeparationRules:
        """Which steps of a paper one and the same person may not do; read once.

        Raises:
            RulebookError: the office's table is wrong.
        """
        from rulebook.separation import load_separation  # noqa: PLC0415

        return load_separation(self.rules_folder)

    @cached_property
    def package_profile(self) -> PackageProfile:
        """Fields and code lists of archive packages that hold today."""
        from rulebook.packages import load_profile  # noqa: PLC0415

        return load_profile(on=self.today())

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

    @cached_property
    def tracer(self) -> Tracer:
        """Tells of requests and stages where the settings name somebody to be told.

        Raises:
            SettingsError: OpenTelemetry is not installed.
        """
        from wiring.tracing import open_tracer  # noqa: PLC0415

        tracer = open_tracer(self.settings.traces)
        self._stack.callback(tracer.close)
        return tracer

    @cached_property
    def log(self) -> Log:
        """The log of this installation; ids and codes only."""
        from wiring.logs import log_to, open_log  # noqa: PLC0415

        if self.settings.log == "stderr":
            return log_to(sys.stderr)
        return self._stack.enter_context(open_log(self.settings.data / "logs" / "motlan.jsonl"))
