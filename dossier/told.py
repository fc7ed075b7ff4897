"""What only the one-stop software knows of a dossier: it tells the store, which keeps every version.

Names of the national data model stand in the descriptions; ``dossier.handling`` is what figures are computed
from, and takes from here, from the papers of the dossier and from the journal.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final, Protocol

from dossier.declared import DeclaredComponent
from dossier.events import Event
from dossier.handling import Channel, OfficeLevel, StatusChange

MOST_FILES: Final = 200
MOST_STATUSES: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldFile:
    """A file of the dossier (TaiLieuNop), as the one-stop software counts it.

    Attributes:
        component: MaThanhPhanHoSo, at most 50 characters.
        document: id of the paper here, empty when it is none of ours.
        paper: paper type, empty when not known.
        digitised: DuocSoHoa.
        reused: DuocTaiSuDung, 0 to 2.
        national_store: DuocLayTuKhoDMQG.
        deleted: IsDeleted; such a file counts for nothing.
        replaced_by: MaKetQuaThayThe; it may begin with the owner's number, so it is kept sealed.
    """

    component: str
    document: str = ""
    paper: str = ""
    digitised: bool = False
    reused: int = 0
    national_store: bool = False
    deleted: bool = False
    replaced_by: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldResult:
    """A result paper; all of it is kept sealed, since names, links and codes may tell whose it is.

    Attributes:
        name: TenGiayTo.
        component: MaThanhPhanHoSo.
        paper: GiayToId.
        link: DuongDanTepTinKetQua; empty while there is no file.
        code: MaGiayToKetQua; empty without one.
    """

    name: str = field(repr=False)
    component: str = ""
    paper: str = field(default="", repr=False)
    link: str = field(default="", repr=False)
    code: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One version of what was told; the newest counts, and each is whole.

    Attributes:
        channel: KenhThucHien; nothing when not told, and the dossier counts as brought to the counter.
        level: of the receiving office; nothing when not told.
        received_at: NgayTiepNhan, aware, on the day that the dossier code names.
        promised_at: NgayHenTra, aware.
        waited: from taking a number to being served.
        changes: TrangThaiHoSo with their times, in order of time.
        officer: opaque account of who handled it; kept as a keyed reference, and read back as that.
        files, results: what was submitted, and what came out.
        yields_paper: the procedure gives a paper.
        synchronised: the national portal has it.
        verified_account: TaiKhoanDuocXacThucVoiVNeID.
        paid_online: DuocThanhToanTrucTuyen.
        portal_store: taken from the store of the portal.
        population: the population database was used.
        databases: DSKetNoiCSDL, short names.
        disliked: a complaint or a dislike.
    """

    channel: Channel | None = None
    level: OfficeLevel | None = None
    received_at: datetime | None = None
    promised_at: datetime | None = None
    waited: timedelta | None = None
    changes: tuple[StatusChange, ...] = ()
    officer: str = field(default="", repr=False)
    files: tuple[ToldFile, ...] = ()
    results: tuple[ToldResult, ...] = ()
    yields_paper: bool = True
    synchronised: bool = False
    verified_account: bool = False
    paid_online: bool = False
    portal_store: bool = False
    population: bool = False
    databases: tuple[str, ...] = ()
    disliked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What a report needs of a version: nothing that is sealed.

    Attributes:
        told: without results and codes; ``officer`` is the reference.
        result_link, result_code: some result has a file, and some has a file and a code.
    """

    told: Told
    result_link: bool
    result_code: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldVersion:
    """A version as it was told.

    Attributes:
        version: 1 and up.
        at, by: when (aware) and by which caller.
        told: whole.
    """

    version: int
    at: datetime
    by: str
    told: Told


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierPaper:
    """A paper of the store that has to do with a dossier.

    Attributes:
        document: its id.
        type: paper type.
        filed: it is digitised, read and signed; else it still waits.
        own: it was handed in for this dossier; else it was read for it.
    """

    document: str
    type: str
    filed: bool
    own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierRow:
    """A registered dossier with everything the store holds about how it went; no number and no name.

    Attributes:
        code, procedure, received_on, registered_at, closed_at: as registered.
        applicant: opaque reference of the applicant's number.
        counted: the newest version that was told, nothing when none was.
        papers: those of the store.
        insisted: how often a held paper was asked for all the same.
        declared: how each component came, as declared last.
    """

    code: str
    procedure: str
    received_on: date
    registered_at: datetime
    closed_at: datetime | None
    applicant: str
    counted: Counted | None = None
    papers: tuple[DossierPaper, ...] = ()
    insisted: int = 0
    declared: tuple[DeclaredComponent, ...] = ()


class Handlings(Protocol):
    """What was told about dossiers, and dossiers as reports read them."""

    def tell(self, code: str, told: Told, *, at: datetime, by: str, events: Sequence[Event]) -> int:
        """Keep a version of a registered dossier; gives its number.

        Telling again what the newest version says changes and journals nothing.
        """

    def versions(self, code: str) -> Sequence[ToldVersion]:
        """All versions, the oldest first; ``officer`` is a reference."""

    def rows(self, *, last: date) -> Iterator[DossierRow]:
        """Dossiers received up to a day in Vietnam, person by person, in constant memory.

        All dossiers of one applicant come one after the other.
        """

    def filed(self, office: str, types: Sequence[str]) -> int:
        """How many papers of these types an office, and those below it, have digitised, signed and filed."""

    def row(self, code: str) -> DossierRow | None:
        """One dossier."""
