"""What the one-stop software tells about a dossier, its flags and figures, as OpenAPI describes them."""

from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta
from typing import Annotated, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StrictInt, StringConstraints

from dossier.handling import Channel, OfficeLevel, Status, StatusChange
from dossier.told import MOST_FILES, MOST_STATUSES, Told, ToldFile, ToldResult
from web.api.json_values import whole
from web.api.shapes import FactName, RecordId

# A moment that exists, with its zone: what fits the pattern can be read.
_DAY: Final = (
    r"(?:20[0-9]{2}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])"
    r"|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)|20(?:[02468][048]|[13579][26])-02-29)"
)
DAY: Final = rf"^{_DAY}$"
_MOMENT: Final = rf"^{_DAY}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9])$"

Moment = Annotated[str, StringConstraints(pattern=_MOMENT, max_length=25)]
Component = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z._/-]{1,50}$")]
PaperType = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Officer = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z._@-]{1,64}$")]
Code = Annotated[str, StringConstraints(pattern=r"^[!-~]{1,100}$")]
Link = Annotated[str, StringConstraints(pattern=r"^https?://[!-~]{1,500}$")]
Title = Annotated[str, StringConstraints(pattern=r"^[\w .,;:()/-]{1,200}$")]


ChannelNumber = Annotated[StrictInt, Field(ge=1, le=3), BeforeValidator(whole)]
StatusNumber = Annotated[StrictInt, Field(ge=1, le=10), BeforeValidator(whole)]
ReusedNumber = Annotated[StrictInt, Field(ge=0, le=2), BeforeValidator(whole)]
_WEEK: Final = 7 * 24 * 3600
Seconds = Annotated[StrictInt, Field(ge=0, le=_WEEK), BeforeValidator(whole)]


class _In(BaseModel):
    """A body; what it does not know it refuses."""

    model_config = ConfigDict(extra="forbid")


class StatusIn(_In):
    """TrangThaiHoSo and since when."""

    status: StatusNumber
    at: Moment


class HandlingFileIn(_In):
    """A file of the dossier (TaiLieuNop)."""

    component: Component = Field(description="MaThanhPhanHoSo")
    document: RecordId | None = Field(default=None, description="Mã giấy tờ trong kho này")
    paper: PaperType | None = Field(default=None, description="Loại giấy tờ, ví dụ birth_certificate")
    digitised: StrictBool = Field(default=False, description="DuocSoHoa")
    reused: ReusedNumber = Field(default=0, description="DuocTaiSuDung")
    national_store: StrictBool = Field(default=False, description="DuocLayTuKhoDMQG")
    deleted: StrictBool = Field(default=False, description="IsDeleted")
    replaced_by: Code | None = Field(default=None, description="MaKetQuaThayThe; được mã hóa")

    def told(self) -> ToldFile:
        """As the flow takes it."""
        return ToldFile(
            component=self.component,
            document=self.document or "",
            paper=self.paper or "",
            digitised=self.digitised,
            reused=self.reused,
            national_store=self.national_store,
            deleted=self.deleted,
            replaced_by=self.replaced_by or "",
        )


class ResultIn(_In):
    """A result paper; kept sealed."""

    name: Title = Field(description="TenGiayTo")
    component: Component | None = Field(default=None, description="MaThanhPhanHoSo")
    paper: Code | None = Field(default=None, description="GiayToId")
    link: Link | None = Field(default=None, description="DuongDanTepTinKetQua")
    code: Code | None = Field(default=None, description="MaGiayToKetQua")

    def told(self) -> ToldResult:
        """As the flow takes it."""
        return ToldResult(
            name=unicodedata.normalize("NFC", self.name),
            component=self.component or "",
            paper=self.paper or "",
            link=self.link or "",
            code=self.code or "",
        )


class HandlingIn(_In):
    """Everything the one-stop software knows of a dossier now; takes the place of what it said before."""

    channel: ChannelNumber | None = Field(default=None, description="KenhThucHien")
    level: OfficeLevel | None = Field(default=None, description="Cấp của cơ quan tiếp nhận")
    received_at: Moment | None = Field(default=None, description="NgayTiepNhan, đúng ngày trong mã hồ sơ")
    promised_at: Moment | None = Field(default=None, description="NgayHenTra")
    waited_seconds: Seconds | None = Field(default=None, description="Từ lấy số đến khi được gọi")
    statuses: list[StatusIn] = Field(default=[], max_length=MOST_STATUSES)
    officer: Officer | None = Field(default=None, description="Tài khoản xử lý; chỉ giữ mã tham chiếu")
    files: list[HandlingFileIn] = Field(default=[], max_length=MOST_FILES)
    results: list[ResultIn] = Field(default=[], max_length=20)
    yields_paper: StrictBool = Field(default=True, description="Thủ tục có kết quả là giấy tờ")
    synchronised: StrictBool = Field(default=False, description="Đã đồng bộ lên Cổng quốc gia")
    verified_account: StrictBool = Field(default=False, description="TaiKhoanDuocXacThucVoiVNeID")
    paid_online: StrictBool = Field(default=False, description="DuocThanhToanTrucTuyen")
    portal_store: StrictBool = False
    population: StrictBool = Field(default=False, description="Đã khai thác CSDL dân cư")
    databases: list[FactName] = Field(default=[], max_length=20, description="DSKetNoiCSDL")
    disliked: StrictBool = Field(default=False, description="Có phản ánh hoặc không hài lòng")

    def told(self) -> Told:
        """As the flow takes it."""
        changes = (StatusChange(Status(each.status), _moment(each.at)) for each in self.statuses)
        return Told(
            channel=Channel(self.channel) if self.channel else None,
            level=self.level,
            received_at=_moment(self.received_at) if self.received_at else None,
            promised_at=_moment(self.promised_at) if self.promised_at else None,
            waited=timedelta(seconds=self.waited_seconds) if self.waited_seconds is not None else None,
            changes=tuple(sorted(changes, key=lambda change: (change.at, change.status))),
            officer=self.officer or "",
            files=tuple(each.told() for each in self.files),
            results=tuple(each.told() for each in self.results),
            yields_paper=self.yields_paper,
            synchronised=self.synchronised,
            verified_account=self.verified_account,
            paid_online=self.paid_online,
            portal_store=self.portal_store,
            population=self.population,
            databases=tuple(dict.fromkeys(self.databases)),
            disliked=self.disliked,
        )


class HandlingOut(BaseModel):
    """Which version of what was told is kept now."""

    dossier: str
    version: int


class FileFlagsOut(BaseModel):
    """TaiLieuNop."""

    TepDinhKemId: str
    TenTepDinhKem: str
    IsDeleted: int
    MaThanhPhanHoSo: str
    DuongDanTaiTepTin: str
    DuocSoHoa: int
    DuocTaiSuDung: int
    DuocLayTuKhoDMQG: int
    MaKetQuaThayThe: str


class ResultFlagsOut(BaseModel):
    """A result paper."""

    TenGiayTo: str
    MaThanhPhanHoSo: str
    GiayToId: str
    DuongDanTepTinKetQua: str
    MaGiayToKetQua: str


class OwnerFlagsOut(BaseModel):
    """DinhDanhCHS."""

    LoaiDinhDanh: Literal[1, 2] | None
    SoDinhDanh: str


class DossierFlagsOut(BaseModel):
    """A dossier under the names of the national data model."""

    MaHoSo: str
    TaiLieuNop: list[FileFlagsOut]
    GiayToKetQua: list[ResultFlagsOut]
    HoSoCoThanhPhanSoHoa: int
    TaiKhoanDuocXacThucVoiVNeID: int
    DuocThanhToanTrucTuyen: int
    DinhDanhCHS: list[OwnerFlagsOut]
    DSKetNoiCSDL: list[str]


class FigureOut(BaseModel):
    """One figure: how many of how many, and percent, minutes, hours or dossiers."""

    counted: int | None
    of: int | None
    value: float | None = Field(description="Không có gì để đếm thì để trống")
    full_at: float | None


class CampaignOut(BaseModel):
    """Digitising the results of before: how far, and how many are left for the target of the year."""

    name: str
    office: str
    year: int
    results: int
    digitised: int
    target: float
    left: int


class MeasuredOut(BaseModel):
    """What a page cost so far in this installation."""

    pages: int
    read_cpu_seconds: float
    file_cpu_seconds: float


class MachineDaysOut(BaseModel):
    """Days that so many machines need; more machines do not help where the one writer holds them up."""

    machines: int
    days: float
    one_writer: bool


class BacklogOut(BaseModel):
    """Dossiers on shelves; an example of the project until the office tells its own."""

    name: str
    office: str
    example: bool
    dossiers: int
    pages_per_dossier: float
    cores_per_machine: int
    hours_per_day: float
    measured: MeasuredOut | None = Field(description="Chưa đọc trang nào thì để trống")
    machines: list[MachineDaysOut]


class IndicatorsOut(BaseModel):
    """The figures of a period, by number of the indicator or by word."""

    model_config = ConfigDict(populate_by_name=True)

    first: str = Field(alias="from")
    to: str
    made_at: datetime
    whole: dict[str, FigureOut]
    levels: dict[str, dict[str, FigureOut]]
    offices: dict[str, dict[str, FigureOut]]
    campaigns: list[CampaignOut]
    backlogs: list[BacklogOut]


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
