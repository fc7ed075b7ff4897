"""Which separator sheets a dossier needs, what stands on each, and the file to print."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date

from dossier.codes import parse_dossier_code, parse_procedure_code
from dossier.errors import ArgumentError, ProcedureUnknownError
from dossier.separators import COMPONENT_VI, SeparatorSheet, SheetKind, encode_sheet, is_component
from ocr.separator_sheets import PrintedSheet, separator_pdf
from rulebook.procedures import Procedure
from signing import typeface
from wiring.services import Services

_TITLES = {
    SheetKind.DOSSIER: "Tờ ngăn: bắt đầu hồ sơ",
    SheetKind.PAPER: "Tờ ngăn: giấy tờ tiếp theo",
    SheetKind.END: "Tờ ngăn: kết thúc hồ sơ",
}
_FOOT = (
    "Tờ này chỉ dùng để tách giấy tờ khi quét, không phải giấy tờ của hồ sơ.",
    "In một mặt, cỡ A4, đúng tỷ lệ; dùng lại được khi mã còn nguyên.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a person wants sheets for.

    Attributes:
        dossier, procedure: codes as typed; each may be empty.
        components: code, papers, pages of each (0 when the pages were not counted).
        neutral: sheets that only say that one more paper follows.
    """

    dossier: str = ""
    procedure: str = ""
    components: tuple[tuple[str, int, int], ...] = ()
    neutral: int = 0


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: what it says to programs, and the text of its code."""

    says: SeparatorSheet
    code: str

    def as_json(self) -> dict[str, object]:
        """Plain data."""
        return {**asdict(self.says), "kind": self.says.kind.name.lower(), "code": self.code}


@dataclass(frozen=True, slots=True)
class SeparatorFile:
    """The sheets in the order to lay them, and the PDF."""

    sheets: tuple[Sheet, ...]
    pdf: bytes


def separator_file(services: Services, asked: Asked, *, on: date) -> SeparatorFile:
    """The sheets of a dossier: one that begins it, one for each component, neutral ones, one that ends it.

    Args:
        services: for the rulebook.
        asked: what a person wants.
        on: day of the procedure's version.

    Raises:
        ArgumentError: a code breaks its grammar, a component is none of the procedure's, or nothing is asked.
    """
    dossier = str(parse_dossier_code(asked.dossier)) if asked.dossier else ""
    procedure = parse_procedure_code(asked.procedure) if asked.procedure else ""
    known = _procedure(services, procedure, on)
    _check(asked, known)
    sheets = tuple(Sheet(says, encode_sheet(says)) for says in _sheets(asked, dossier, procedure))
    printed = [_printed(sheet, known) for sheet in sheets]
    return SeparatorFile(sheets, separator_pdf(printed, typeface))


def _procedure(services: Services, code: str, on: date) -> Procedure | None:
    """The procedure's version of that day; nothing for one the rulebook does not know."""
    try:
        return services.procedures.on(code, on) if code else None
    except ProcedureUnknownError:
        return None


def _check(asked: Asked, known: Procedure | None) -> None:
    if not (asked.dossier or asked.components or asked.neutral):
        raise ArgumentError("motlan separators print", expected="--dossier, --component hoặc --sheets")
    codes = {component.code for component in known.components} if known else set()
    for number, (code, _, _) in enumerate(asked.components, 1):
        item = f"--component ({number})"
        if not is_component(code):
            raise ArgumentError(item, expected=COMPONENT_VI)
        if known and code not in codes:
            raise ArgumentError(item, expected=f"một trong: {', '.join(sorted(codes))}")


def _sheets(asked: Asked, dossier: str, procedure: str) -> Iterator[SeparatorSheet]:
    papers = sum(count for _, count, _ in asked.components) + asked.neutral
    # Half a count is no count: pages are declared for the dossier when they are for every component.
    counted = asked.components and not asked.neutral and all(pages for _, _, pages in asked.components)
    pages = sum(count for _, _, count in asked.components) if counted else 0
    frame = {"dossier": dossier, "procedure": procedure, "papers": papers, "pages": pages}
    if dossier:
        yield SeparatorSheet(kind=SheetKind.DOSSIER, **frame)  # type: ignore[arg-type]
    for code, count, sides in asked.components:
        yield SeparatorSheet(
            kind=SheetKind.PAPER,
            dossier=dossier,
            procedure=procedure,
            component=code,
            papers=count,
            pages=sides,
        )
    for _ in range(asked.neutral):
        yield SeparatorSheet(kind=SheetKind.PAPER, dossier=dossier, procedure=procedure, papers=1)
    if dossier:
        yield SeparatorSheet(kind=SheetKind.END, **frame)  # type: ignore[arg-type]


def _printed(sheet: Sheet, known: Procedure | None) -> PrintedSheet:
    says = sheet.says
    return PrintedSheet(
        code=sheet.code,
        title=_TITLES[says.kind],
        lines=tuple(_lines(says, known)),
        foot=(*_FOOT, sheet.code),
    )


def _lines(says: SeparatorSheet, known: Procedure | None) -> Iterator[str]:
    if says.dossier:
        yield f"Mã hồ sơ: {says.dossier}"
    if says.procedure:
        yield f"Thủ tục: {says.procedure}" + (f" {known.name_vi}" if known else "")
    if says.component:
        names = {component.code: component.name_vi for component in known.components} if known else {}
        yield f"Thành phần: {says.component} {names.get(says.component, '')}".rstrip()
    counted = f"{says.papers} giấy tờ" + (f", {says.pages} trang có chữ" if says.pages else "")
    match says.kind:
        case SheetKind.END:
            yield "Đặt tờ này sau trang cuối cùng của hồ sơ."
            if says.papers:
                yield f"Đã khai cả hồ sơ: {counted}."
        case SheetKind.DOSSIER:
            yield "Đặt tờ này trước giấy tờ đầu tiên của hồ sơ."
            if says.papers:
                yield f"Đã khai cả hồ sơ: {counted}."
        case SheetKind.PAPER:
            yield f"Đặt tờ này ngay trước: {counted}."
