"""What comes in and goes out, as the OpenAPI description shows it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    StringConstraints,
    WithJsonSchema,
)

from dossier.admission import EmergencyReason
from dossier.asking import AskReason
from dossier.changes import ChangeKind
from dossier.corrections import CorrectionGround, CorrectionState
from dossier.declared import MOST_COMPONENTS, Came
from dossier.keeping import RequestKind
from dossier.legal_form import LegalForm
from dossier.owners import OwnerKind
from web.api.json_values import Day, whole

# A day that exists: what fits the pattern can be read as a date.
_DAY = (
    r"(?:[0-9]{2}(?:(?:0[1-9]|1[0-2])(?:0[1-9]|1[0-9]|2[0-8])"
    r"|(?:0[13-9]|1[0-2])(?:29|30)|(?:0[13578]|1[02])31)|(?:[02468][048]|[13579][26])0229)"
)
_AGENCY = r"(?:[0-9A-Z]{3}(?:\.[0-9A-Z]{2}){2}\.[A-Z][0-9]{2}|[A-Z][0-9]{2}(?:\.[0-9A-Z]{1,3}){0,3})"
OFFICE = rf"^{_AGENCY}$"
DOSSIER = rf"^{_AGENCY}-{_DAY}-[0-9]{{4,6}}$"
_NUMBER = (
    r"^(?:[0-9]{12}|[0-9]{9}|[0-9]{10}(?:[0-9]{3})?|[A-Z]{1,2}[0-9]{6,8}"
    r"|ML[NT][0-9A-HJKMNP-TV-Z]{12}[0-9A-Z])$"
)
ID = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"

DossierCode = Annotated[str, StringConstraints(pattern=DOSSIER, max_length=40)]
ProcedureCode = Annotated[str, StringConstraints(pattern=r"^[0-9]\.[0-9]{6}$")]
Number = Annotated[str, StringConstraints(pattern=_NUMBER)]
FactName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]{0,39}$")]
RecordId = Annotated[str, StringConstraints(pattern=ID)]
# A word of three letters, spelt out: what \S leaves out is not the same in every language that reads this.
Words = Annotated[str, StringConstraints(max_length=1000, pattern=r"[0-9A-Za-zÀ-ỹ]{3}")]


def _stated(form: LegalForm) -> LegalForm:
    if not form:
        raise ValueError("unstated")
    return form


StatedForm = Annotated[
    LegalForm,
    AfterValidator(_stated),
    WithJsonSchema({"type": "string", "enum": [form.value for form in LegalForm if form]}),
]
"""A legal form that somebody said; where nobody did there is none."""

Reason = Annotated[str, StringConstraints(min_length=10, max_length=1000, pattern=r"[0-9A-Za-zÀ-ỹ]{3}")]


class _In(BaseModel):
    """A body; what it does not know it refuses."""

    model_config = ConfigDict(extra="forbid")


class PersonIn(_In):
    """Another person of the case."""

    whose: Literal["partner", "child"]
    number: Number


class FactIn(_In):
    """Something that is known about the case."""

    name: FactName
    holds: StrictBool


class ReuseCheckIn(_In):
    """One question: which papers of the dossier's procedure does this person still owe?"""

    dossier: DossierCode = Field(description="Mã hồ sơ đang mở, đã đăng ký")
    owner: Number = Field(description="Số định danh của người nộp")
    persons: list[PersonIn] = Field(default=[], max_length=20)
    facts: list[FactIn] = Field(default=[], max_length=40)


class ReuseBatchIn(_In):
    """Several questions at once; each is answered or refused by itself."""

    checks: list[ReuseCheckIn] = Field(min_length=1, max_length=100)


class DossierIn(_In):
    """A dossier that was received; its code tells office and day."""

    code: DossierCode
    procedure: ProcedureCode
    owner: Number = Field(description="Số định danh của người nộp")
    persons: list[PersonIn] = Field(default=[], max_length=20)


class InsistedIn(_In):
    """Why a component was asked for although the answer had been held, data or not required."""

    reason: AskReason
    words: Annotated[str, StringConstraints(min_length=10, max_length=500)] = Field(
        description="Lý do bằng lời, không ghi tên, số định danh; được mã hóa"
    )


class ShownPaperIn(_In):
    """The paper that was shown for somebody who has no number."""

    type: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
    number: Annotated[str, StringConstraints(min_length=1, max_length=50, pattern=r"^[0-9A-Za-zÀ-ỹ./\- ]+$")]


class _OwnerIn(_In):
    """An owner without a number of the state."""

    dossier: DossierCode = Field(description="Hồ sơ sẽ đăng ký cho người này")
    procedure: ProcedureCode
    name: Annotated[str, StringConstraints(min_length=2, max_length=300, pattern=r"[A-Za-zÀ-ỹ]{2}")]
    paper: ShownPaperIn


class PersonOwnerIn(_OwnerIn):
    """A person, a new-born mostly."""

    kind: Literal[OwnerKind.PERSON]
    birth: Day = Field(description="Ngày sinh")


class OrganisationOwnerIn(_OwnerIn):
    """An organisation before its tax code is given."""

    kind: Literal[OwnerKind.ORGANISATION]
    birth: None = Field(default=None, description="Tổ chức không có ngày sinh")


OwnerIn = Annotated[PersonOwnerIn | OrganisationOwnerIn, Field(discriminator="kind")]


class OwnerOut(BaseModel):
    """The number this store gave; sent wherever an identity number is."""

    number: str
    shown: str
    new: bool


class ComponentIn(_In):
    """A component of the dossier's procedure and how it came."""

    code: Annotated[str, StringConstraints(min_length=1, max_length=50)]
    came: Came
    document: RecordId | None = None
    form: StatedForm | None = Field(default=None, description="Chưa ai nói thì để trống (null)")
    insisted: InsistedIn | None = None


class ComponentsIn(_In):
    """All of them; what was declared before is replaced."""

    components: list[ComponentIn] = Field(max_length=MOST_COMPONENTS)


class ResultsIn(_In):
    """Results of a dossier: held back from reuse until they are handed over."""

    documents: list[RecordId] = Field(min_length=1, max_length=50)
    handed_over: StrictBool


class PortalCountIn(_In):
    """Dossiers that the national portal counts as received by one office in a period."""

    office: Annotated[str, StringConstraints(pattern=OFFICE, max_length=35)]
    first: Day = Field(description="Ngày tiếp nhận đầu kỳ")
    last: Day = Field(description="Ngày tiếp nhận cuối kỳ")
    received: Annotated[StrictInt, Field(ge=0, le=100_000_000), BeforeValidator(whole)]


class PortalCountsIn(_In):
    """Several of them; all are kept, or none."""

    counts: list[PortalCountIn] = Field(min_length=1, max_length=1000)


class PortalCountsOut(BaseModel):
    """How many were new."""

    counts: int
    kept: int


class EmergencyIn(_In):
    """Why a paper must be read without a dossier."""

    document: RecordId
    reason: EmergencyReason
    words: Words = Field(description="Lý do bằng lời; được mã hóa, chỉ người kiểm tra đọc")


class RequestIn(_In):
    """What a citizen asks for about one of their own papers."""

    document: RecordId
    kind: RequestKind
    words: Words = Field(description="Yêu cầu bằng lời: điều gì sai, phải sửa thế nào")


class FieldIn(_In):
    """What a field ought to say, as people write it; an empty value removes it."""

    name: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
    value: Annotated[str, StringConstraints(max_length=2000)]


class CorrectionIn(_In):
    """What is right about a filed paper, and why the officer may say so."""

    ground: CorrectionGround
    words: Reason = Field(description="Lý do bằng lời; được mã hóa, chỉ giữ trong hồ sơ")
    request: RecordId | None = Field(default=None, description="Yêu cầu chỉnh sửa của chủ thể dữ liệu")
    fields: list[FieldIn] = Field(default=[], max_length=60)
    type: Annotated[str, StringConstraints(pattern=r"^(?:[a-z][a-z0-9_]{0,63})?$")] = ""
    owner: Number | None = None
    confirmed: StrictBool = Field(default=False, description="Đã xem, các điểm còn lại đều đúng")


class DecisionIn(_In):
    """A second person's word on a correction."""

    approve: StrictBool
    words: Reason | None = Field(default=None, description="Lý do từ chối")


class FlagsOut(BaseModel):
    """Flags of the national portal (TaiLieuNop)."""

    DuocSoHoa: int
    DuocTaiSuDung: int
    DuocLayTuKhoDMQG: int
    MaKetQuaThayThe: str


class ComponentOut(BaseModel):
    """A component of the procedure."""

    code: str
    name_vi: str
    status: Literal["held", "data", "ask", "unsure", "not_required"]
    document: str | None
    valid_until: date | None
    trust: str | None
    reasons: list[str]
    reason_codes: list[str]
    flags: FlagsOut


class ReuseOut(BaseModel):
    """What is held, what must be asked for, and why."""

    dossier: str
    procedure: str
    owner: str
    on: date
    components: list[ComponentOut]


class RefusedOut(BaseModel):
    """A question of a batch that was not answered."""

    code: str
    detail: str


class BatchItemOut(BaseModel):
    """One of the two, in the order of the questions."""

    answer: ReuseOut | None
    refused: RefusedOut | None


class ReuseBatchOut(BaseModel):
    """Answers in the order of the questions."""

    checks: list[BatchItemOut]


class FieldOut(BaseModel):
    """A field of a paper."""

    value: str
    confidence: float


class DocumentOut(BaseModel):
    """A paper without its file."""

    document: str
    version: int
    type: str
    type_vi: str
    state: str
    standing: str
    pages: int
    trust: str
    signature: str
    valid_until: date | None
    term: str
    filed_at: datetime | None
    dossier: str
    file: dict[str, Any] | None = Field(description="sha256, size; nothing while there is no file")
    fields: dict[str, FieldOut]
    withheld: list[str] = Field(description="Fields beyond the caller's scope")


class DeclaredOut(BaseModel):
    """A component as it was declared; what was left out is told as null, which may be sent too."""

    code: str
    came: Came
    document: str | None
    form: StatedForm | None


class DossierOut(BaseModel):
    """A dossier and the papers that were handed in for it here."""

    dossier: str
    procedure: str
    office: str
    received_on: date
    state: Literal["open", "closed"]
    papers: list[dict[str, Any]]
    components: list[DeclaredOut]


class ResultsOut(BaseModel):
    """What counts for reuse now."""

    dossier: str
    results: list[dict[str, Any]]


class ChangeOut(BaseModel):
    """One change, by ids and codes."""

    kind: ChangeKind
    document: str
    version: int
    type: str
    dossier: str
    procedure: str
    at: datetime


class ChangesOut(BaseModel):
    """One page of the feed; the next begins at ``cursor``."""

    changes: list[ChangeOut]
    cursor: str
    more: bool


class CorrectedOut(BaseModel):
    """That a paper of a citizen was corrected: when, why, which version of its record that made."""

    correction: str
    version: int
    ground: CorrectionGround
    request: str | None
    at: datetime


class CorrectionOut(BaseModel):
    """A correction and where it stands."""

    correction: str
    document: str
    state: CorrectionState
    ground: CorrectionGround
    request: str | None
    fields: list[str]
    made_at: datetime
    decided_at: datetime | None
    version: int | None = Field(description="Of the record that it made; nothing until it is applied")


class FieldChangeOut(BaseModel):
    """A field as it is now, and as the correction says it; empty where it is none."""

    name: str
    now: str
    proposed: str


class CorrectionViewOut(CorrectionOut):
    """A correction with what it says, for whoever approves it."""

    words: str
    changes: list[FieldChangeOut]
    withheld: list[str] = Field(description="Fields beyond the caller's scope")


class HeldOut(BaseModel):
    """A paper that is held about a citizen."""

    document: str
    version: int
    type: str
    type_vi: str
    relation: Literal["own", "named"]
    state: str
    standing: str
    restricted: bool
    signature: str
    filed_at: datetime | None
    valid_until: date | None
    dossier: str
    corrections: list[CorrectedOut]
    scans: list[str]


class MyPapersOut(BaseModel):
    """One page of them; the next begins after ``next``."""

    papers: list[HeldOut]
    next: str | None


class LookOut(BaseModel):
    """One look at a citizen's data."""

    entry: int
    at: datetime
    what: str
    by: str
    label: str
    offices: list[str]
    purpose: str
    dossier: str
    document: str


class MyLooksOut(BaseModel):
    """One page of looks, the newest first; the next begins before ``next``."""

    looks: list[LookOut]
    next: int | None


class RequestOut(BaseModel):
    """A request of a data subject and the days the law leaves for it."""

    request: str
    kind: RequestKind
    document: str
    received: date
    answer_by: date
    carry_out_by: date
    answer: str | None
    answered_on: date | None
    late: bool


class MyRequestsOut(BaseModel):
    """Everything a citizen asked for, the oldest first."""

    requests: list[RequestOut]


class EmergencyOut(BaseModel):
    """Leave to read one paper; sent as ``Motlan-Emergency``."""

    grant: str
    document: str
    ends_at: datetime


class VerificationOut(BaseModel):
    """The verdict on a file, as ``motlan verify --json`` prints it."""

    model_config = ConfigDict(extra="allow")

    conclusion: Literal["passed", "failed", "indeterminate", "unsigned"]
    signatures: list[dict[str, Any]]


class Problem(BaseModel):
    """Problem details (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str = Field(description="Stable; see docs/errors.md")
    next: str
    places: list[dict[str, str]] = []


Told = TypeVar("Told")


class Signed(BaseModel, Generic[Told]):
    """An answer and its proof; ``motlan answer verify`` takes the whole of it."""

    request: str
    answered_at: datetime
    demo: bool = Field(description="Signed with a demo key: proves nothing")
    answer: Told
    jws: str = Field(description="The same as a compact JWS (ES256); keys at /v1/answer-keys")
