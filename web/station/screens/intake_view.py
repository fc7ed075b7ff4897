"""What the intake page shows of a batch: words for states, troubles and pages; no rights, no acts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from dossier.coaching import Advice, Severity, worst
from dossier.errors import MotlanError
from dossier.moments import VIETNAM
from dossier.tray_errors import TrayElsewhereError, TrayLostError
from dossier.trays import (
    SCANNED,
    FileState,
    ScanState,
    Tray,
    TrayFile,
    TrayPage,
    TrayState,
    TrayTrouble,
)
from flows.trays.counted import Counted, counted
from flows.trays.desk import error_of, trouble_of
from web.station.views import sized
from web.station.visit import Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A batch of the list."""

    tray: Tray
    state: str
    began_on: date
    files: int
    bad: bool


@dataclass(frozen=True, slots=True)
class Said:
    """What is said about something that was just sent: about what, what, and what to do."""

    about: str
    text: str
    next: str = ""
    wrong: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FileShown:
    """A file as it is listed."""

    file: TrayFile
    size: str
    state: str
    trouble: Said | None
    bad_pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PageShown:
    """A page with its picture and what the coach says about it."""

    page: TrayPage
    caption: str
    advice: Sequence[tuple[Advice, str]]
    worst: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Everything about a batch.

    Attributes:
        tray: the batch.
        procedure: name of its procedure; empty when it is not known.
        files: that were sent, and the one that scanned pages became.
        scanned: scanned pages in order, those that were taken back as well.
        doubtful: pages of files about which the coach says something.
        stack: what is said about the scanned stack as a whole.
        trouble, scan_trouble: why it does not go on, how the scanner ended.
        read, total: pages that were read, and all that are known of.
        counted: declared beside found, once everything is at rest.
        refused: files that were refused.
    """

    tray: Tray
    procedure: str
    state: str
    files: Sequence[FileShown]
    scanned: Sequence[PageShown]
    doubtful: Sequence[PageShown]
    stack: Sequence[str]
    trouble: Said | None
    scan_trouble: Said | None
    read: int
    total: int
    counted: Counted | None
    refused: int

    @property
    def is_open(self) -> bool:
        """Whether it takes files and pages."""
        return self.tray.state is TrayState.OPEN

    @property
    def is_done(self) -> bool:
        """Whether everything of it is at rest."""
        return self.tray.state is TrayState.DONE

    @property
    def is_stopped(self) -> bool:
        """Whether a person must do something before it goes on."""
        return self.tray.state is TrayState.STOPPED

    @property
    def is_scanning(self) -> bool:
        """Whether the scanner is at work for it."""
        return self.tray.scan_state is not ScanState.IDLE

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to hand in."""
        return not self.files and all(one.page.back for one in self.scanned)


def line_of(visit: Visit, tray: Tray) -> Line:
    """A batch of the list."""
    files = visit.context.services.store.records.trays.files(tray.id)
    return Line(
        tray=tray,
        state=visit.words(f"tray.{tray.state.value}"),
        began_on=tray.began_at.astimezone(VIETNAM).date(),
        files=len(files),
        bad=tray.state is TrayState.STOPPED or any(file.state is FileState.REFUSED for file in files),
    )


def shown(visit: Visit, tray: Tray) -> Shown:
    """A batch as it is now."""
    services = visit.context.services
    table = services.store.records.trays
    files, pages = table.files(tray.id), table.pages(tray.id)
    is_lost = tray.trouble is not None and tray.trouble.code == TrayLostError.code
    is_here = tray.state is TrayState.DONE or is_lost or services.store.trays.has(tray.id)
    names = {file.number: file.name for file in files}
    scanned = [page for page in pages if page.file == SCANNED]
    sent = [page for page in pages if page.file != SCANNED and _matters(page)]
    return Shown(
        tray=tray,
        procedure=_procedure(visit, tray),
        state=visit.words(f"tray.{tray.state.value}"),
        files=[_file(visit, file, pages) for file in files],
        scanned=[_page(visit, page, str(place)) for place, page in enumerate(_placed(scanned), start=1)],
        doubtful=[_page(visit, page, f"{names.get(page.file, '')} · {page.number}") for page in sent],
        stack=[one.sentence(visit.lang) for one in tray.advice],
        trouble=told(visit, tray.trouble if is_here else trouble_of(TrayElsewhereError())),
        scan_trouble=told(visit, tray.scan_trouble),
        read=sum(file.done for file in files),
        total=sum(file.total for file in files),
        counted=counted(services, tray, files) if tray.state is TrayState.DONE else None,
        refused=sum(file.state is FileState.REFUSED for file in files),
    )


def told(visit: Visit, trouble: TrayTrouble | None, *, name: str = "") -> Said | None:
    """A trouble that was kept, in the language of whoever looks."""
    if trouble is None:
        return None
    error = error_of(trouble, name=name) or MotlanError(name)
    return Said(name, visit.sentence(error), next=visit.next_step(error), wrong=True)


def _procedure(visit: Visit, tray: Tray) -> str:
    services = visit.context.services
    today = services.today()
    if tray.procedure not in services.procedures.codes(today):
        return ""
    return services.procedures.on(tray.procedure, today).name_vi


def _placed(pages: Sequence[TrayPage]) -> Sequence[TrayPage]:
    """Those that are handed in, in order; then those that were taken back."""
    return sorted(pages, key=lambda page: (page.back, page.place))


def _matters(page: TrayPage) -> bool:
    grave = worst(page.advice)
    return grave is not None and grave > Severity.NOTE


def _file(visit: Visit, file: TrayFile, pages: Sequence[TrayPage]) -> FileShown:
    theirs = [page for page in pages if page.file == file.number != SCANNED]
    return FileShown(
        file=file,
        size=sized(file.size),
        state=_state(visit, file),
        trouble=_refusal(visit, file),
        bad_pages=sum(worst(page.advice) is Severity.RESCAN for page in theirs),
    )


def _state(visit: Visit, file: TrayFile) -> str:
    if file.state is FileState.READING and file.total:
        return visit.words("intake.reading", done=min(file.done + 1, file.total), total=file.total)
    return visit.words(f"tray_file.{file.state.value}")


def _refusal(visit: Visit, file: TrayFile) -> Said | None:
    """Why it was refused; the note beside it knows what an error could not tell again."""
    if file.trouble is None:
        return None
    if error_of(file.trouble, name=file.name) is None:
        note = visit.context.services.store.quarantine.find(file.trouble.code, file.sha256)
        if note is not None:
            # The same bytes may have been refused under the name that somebody else gave them.
            message = note.message.replace(note.name, file.name) if note.name else note.message
            return Said(file.name, message, next=note.next_step, wrong=True)
    return told(visit, file.trouble, name=file.name)


def _page(visit: Visit, page: TrayPage, caption: str) -> PageShown:
    grave = worst(page.advice)
    return PageShown(
        page=page,
        caption=caption,
        advice=[(one, one.sentence(visit.lang)) for one in page.advice],
        worst=grave.name.lower() if grave is not None else "",
    )
