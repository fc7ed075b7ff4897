"""The answer: for each component whether it is held, by which document, until when, and why or why not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypedDict

from dossier.documents import Document
from dossier.errors import Lang
from dossier.ids import DocumentId
from dossier.trust import Trust
from reuse.sentences import ROUTINE
from reuse.verdict import Reason


class Status(StrEnum):
    """What the officer does about a component."""

    HELD = "held"
    """In the store and usable: must not be asked for."""
    DATA = "data"
    """Read from a national database: must not be asked for."""
    ASK = "ask"
    """The citizen hands it in."""
    UNSURE = "unsure"
    """An officer settles it first."""
    NOT_REQUIRED = "not_required"


class FlagsJson(TypedDict):
    """Flags of a file as the national portal takes them (TaiLieuNop)."""

    DuocSoHoa: int
    DuocTaiSuDung: int
    DuocLayTuKhoDMQG: int
    MaKetQuaThayThe: str


class ComponentJson(TypedDict):
    """A component as ``motlan reuse --json`` prints it."""

    code: str
    name_vi: str
    status: str
    document: str | None
    valid_until: str | None
    trust: str | None
    reasons: list[str]
    reason_codes: list[str]
    flags: FlagsJson


class AnswerJson(TypedDict):
    """An answer as ``motlan reuse --json`` prints it."""

    procedure: str
    owner: str
    on: str
    components: list[ComponentJson]


@dataclass(frozen=True, slots=True)
class Flags:
    """What the national portal counts for the index of Decision 766/QĐ-TTg.

    Attributes:
        digitised: the file was made by digitising paper (DuocSoHoa).
        reused: 0 no, 1 a paper digitised before, 2 replaced by a result (DuocTaiSuDung).
        national_store: taken from the store on the national portal (DuocLayTuKhoDMQG); papers of our own
            store and data of a database are not.
        replacing_result: code of that result (MaKetQuaThayThe). It holds the owner's number: it goes into
            the answer and never into a log.
    """

    digitised: bool = False
    reused: int = 0
    national_store: bool = False
    replacing_result: str = ""

    def as_json(self) -> FlagsJson:
        """The flags under their national names."""
        return {
            "DuocSoHoa": int(self.digitised),
            "DuocTaiSuDung": self.reused,
            "DuocLayTuKhoDMQG": int(self.national_store),
            "MaKetQuaThayThe": self.replacing_result,
        }


NO_FLAGS = Flags()


def held_flags(document: Document, *, as_replacement: bool) -> Flags:
    """The flags of a component that a held document satisfies."""
    return Flags(
        digitised=document.trust in {Trust.T4, Trust.T5},
        reused=2 if as_replacement else 1,
        replacing_result=document.result_code if as_replacement else "",
    )


@dataclass(frozen=True, slots=True)
class Refusal:
    """A candidate that was not taken, and everything that spoke against it."""

    document: DocumentId
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentAnswer:
    """The answer for one component.

    Attributes:
        code, name_vi: of the component.
        status: what to do.
        reasons: why, the most telling first.
        rule: legal ground of the component.
        document: the paper that satisfies it, or that an officer must look at.
        valid_until: last valid day of that paper, nothing when it has no term.
        trust: of that paper; T1 for data of a database.
        flags: for the national portal.
        refusals: candidates of the right type that were not taken.
    """

    code: str
    name_vi: str
    status: Status
    reasons: tuple[Reason, ...]
    rule: str
    document: DocumentId | None = None
    valid_until: date | None = None
    trust: Trust | None = None
    flags: Flags = NO_FLAGS
    refusals: tuple[Refusal, ...] = ()

    def as_json(self) -> ComponentJson:
        """The component as the command prints it."""
        return {
            "code": self.code,
            "name_vi": self.name_vi,
            "status": self.status.value,
            "document": self.document,
            "valid_until": self.valid_until.isoformat() if self.valid_until else None,
            "trust": self.trust.name if self.trust else None,
            "reasons": [reason.sentence() for reason in self.reasons],
            "reason_codes": [reason.code for reason in self.reasons],
            "flags": self.flags.as_json(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answer to one question: components in the order of the procedure."""

    procedure: str
    procedure_name_vi: str
    owner: str
    on: date
    components: tuple[ComponentAnswer, ...]

    def as_json(self) -> AnswerJson:
        """The answer as ``motlan reuse --json`` prints it."""
        return {
            "procedure": self.procedure,
            "owner": self.owner,
            "on": self.on.isoformat(),
            "components": [component.as_json() for component in self.components],
        }

    def in_words(self, lang: Lang = "vi") -> str:
        """A short answer for the counter: what is there, what to ask for, and why. Names no person."""
        return "\n".join(self._lines(lang))

    def _lines(self, lang: Lang) -> Iterator[str]:
        vi = lang == "vi"
        if vi:
            yield f"{self.procedure_name_vi} ({self.procedure}), ngày tiếp nhận {self.on:%d/%m/%Y}"
        else:
            yield f"{self.procedure_name_vi} ({self.procedure}), received on {self.on.isoformat()}"
        for status, heading_vi, heading_en in _HEADINGS:
            found = [component for component in self.components if component.status is status]
            if found:
                yield f"{heading_vi if vi else heading_en}:"
            for component in found:
                yield f"  - {component.name_vi}"
                yield from (
                    f"      {reason.sentence(lang)}"
                    for reason in component.reasons
                    if reason.code not in ROUTINE
                )
                # Asking for a paper needs a ground that the officer can name.
                if status is Status.ASK:
                    yield f"      {'Căn cứ' if vi else 'Ground'}: {component.rule}"


_HEADINGS = (
    (Status.HELD, "Đã có, không yêu cầu nộp", "Held, must not be asked for"),
    (Status.DATA, "Đọc từ cơ sở dữ liệu, không yêu cầu nộp", "Read from a database, must not be asked for"),
    (Status.ASK, "Đề nghị công dân nộp", "To ask the citizen for"),
    (Status.UNSURE, "Cán bộ cần xem trước khi yêu cầu", "For an officer to settle first"),
    (Status.NOT_REQUIRED, "Không yêu cầu", "Not required"),
)
