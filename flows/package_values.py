"""Metadata of a package from our records: what is known is filled in, what the law demands besides is asked.

Values somebody gives win over what the records say. Names of people stand nowhere but in a title or summary:
in the summary of an administrative paper, which the law asks for as it is printed, or where they were given.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from dossier.codes import parse_dossier_code, parse_procedure_code
from dossier.documents import Document
from dossier.errors import ArgumentError, PackageFieldsError, ProcedureUnknownError
from dossier.moments import VIETNAM
from dossier.trust import Trust
from flows.package_selection import Selection
from rulebook.packages import FieldRule, Level, PackageKind, PackageProfile
from rulebook.papers import Papers
from rulebook.procedures import Procedures

ARCHIVE_CODE: Final = "archiveCode"
"""Mã cơ quan lưu trữ: stands in front of every code of an AIP and of a DIP."""
ARCHIVE_NAME: Final = "archiveName"
FILE_CODE: Final = "fileCode"

_INHERITED: Final = (
    "maintenance",
    "mode",
    "language",
    "riskRecovery",
    "riskRecoveryStatus",
    "format",
    "process",
)
_BORN_DIGITAL: Final = frozenset({Trust.T1, Trust.T2, Trust.T3})
_OTHER_TYPE: Final = "32"
_OTHER_TERM: Final = "07"
_PERMANENT: Final = "01"
_ID_LENGTH: Final = 25
_SHOWN: Final = 12
_CODE: Final = re.compile(r"^[0-9A-Za-z](?:[0-9A-Za-z._/Đđ-]*[0-9A-Za-zĐđ])?$")
_UNSAFE: Final = re.compile(r"[^0-9A-Za-z.-]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What somebody says about a package: values by field, and by document id and field."""

    values: Mapping[str, str] = field(default_factory=dict)
    documents: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(slots=True)
class Totals:
    """What all documents of a package have together."""

    documents: int = 0
    pages: int = 0
    first: date | None = None
    last: date | None = None
    types: set[str] = field(default_factory=set)
    procedures: set[str] = field(default_factory=set)
    confidence: set[str] = field(default_factory=set)

    def add(self, document: Document) -> None:
        """Count a document in."""
        self.documents += 1
        self.pages += len(document.pages)
        self.types.add(document.type)
        self.procedures.add(document.procedure)
        self.confidence.add(confidence_of(document))
        if document.filed_at is not None:
            day = document.filed_at.astimezone(VIETNAM).date()
            self.first = min(self.first or day, day)
            self.last = max(self.last or day, day)


def confidence_of(document: Document) -> str:
    """Code of ``confidenceLevel``: born digital or digitised."""
    return "01" if document.trust in _BORN_DIGITAL else "02"


class Describer:
    """Puts the values of one package together."""

    def __init__(  # noqa: PLR0913 - the parts of the rulebook it needs
        self,
        profile: PackageProfile,
        papers: Papers,
        procedures: Procedures,
        *,
        kind: PackageKind,
        selection: Selection,
        given: Given,
    ) -> None:
        """Check what was given.

        Raises:
            ArgumentError: a field that no package has, or a code that cannot be one.
        """
        self._profile = profile
        self._papers = papers
        self._procedures = procedures
        self._kind = kind
        self._selection = selection
        self._given = given
        self.level = Level.REQUEST if kind is PackageKind.DIP else selection.level
        _known(profile, given)

    @property
    def file_code(self) -> str:
        """The dossier's code, kept unchanged (Circular 13/2023/TT-BNV), or the code given; may be empty."""
        return self._given.values.get(FILE_CODE) or self._selection.dossier

    def stem(self, order: int) -> str:
        """File name of a document: dossier code and number (Circular 05/2025/TT-BNV Article 8)."""
        return f"{_UNSAFE.sub('_', self.file_code or 'tai-lieu')[:80]}.{order:07d}"

    def package(self, totals: Totals) -> dict[str, str]:
        """Values of the package's EAD, by the names packages of the kind write; not checked yet."""
        known = self._of_dossier(totals) if self.level is not Level.REQUEST else {}
        rules = self._profile.rules(self.level, self._kind)
        found = {}
        for rule in rules:
            value = self._given.values.get(rule.name) or known.get(rule.name, "")
            found[rule.name_in(self._kind)] = value or self._profile.defaults.get(rule.name, "")
        return found

    def document(self, document: Document, order: int, *, package: Mapping[str, str]) -> dict[str, str]:
        """Values of a document's EAD, likewise."""
        given = {name: value for name in _INHERITED if (value := self._given.values.get(name))}
        given |= self._given.documents.get(document.id, {})
        inherited = {name: value for name in _INHERITED if (value := package.get(name))}
        known = {**self._profile.defaults, **inherited, **self._of_document(document, order)}
        found = {}
        for rule in self._profile.rules(Level.DOCUMENT, self._kind):
            value = given.get(rule.name) or known.get(rule.name, "")
            found[rule.name_in(self._kind)] = value
        return found

    def troubles(self, level: Level, values: Mapping[str, str]) -> list[str]:
        """What is missing or cannot stand in a field, for people."""
        rules = self._profile.rules(level, self._kind)
        missing = self._profile.missing(rules, values, kind=self._kind)
        found = [f"{rule.name} ({rule.label_vi}): chưa có" for rule in missing]
        for rule in rules:
            reason = self._profile.wrong(rule, values.get(rule.name_in(self._kind), ""))
            if reason:
                found.append(f"{rule.name} ({rule.label_vi}): {reason}")
        return found

    def codes_missing(self) -> list[str]:
        """Codes that every document's code is made of."""
        found = []
        if not self.file_code and self.level is Level.REQUEST:
            found.append(f"{FILE_CODE} (Mã hồ sơ hoặc mã gói tin): chưa có")
        if self._kind is not PackageKind.SIP and not self._given.values.get(ARCHIVE_CODE):
            found.append(f"{ARCHIVE_CODE} (Mã cơ quan lưu trữ): chưa có")
        return found

    def retention(self, totals: Totals) -> str:
        """Code of ``maintenance`` given, or the longest the rulebook knows; empty when it knows not all."""
        given = self._given.values.get("maintenance")
        if given:
            return given
        codes = {self._retention_of(type_) for type_ in totals.types}
        return "" if "" in codes or not codes else min(codes)

    def _of_dossier(self, totals: Totals) -> dict[str, str]:
        mixed = len(totals.confidence) > 1
        return {
            FILE_CODE: self._with_archive(self.file_code),
            "title": self._title(totals),
            "maintenance": self.retention(totals),
            "startDate": _day(self._received() or totals.first),
            "endDate": _day(totals.last),
            "totalDoc": str(totals.documents),
            "numberOfPage": str(totals.pages),
            "confidenceLevel": "03" if mixed else next(iter(totals.confidence), ""),
        }

    def _of_document(self, document: Document, order: int) -> dict[str, str]:
        spec = self._papers.spec(document.type)
        number, notation = _number_and_sign(self._taken(document, "number"))
        code = f"{self.file_code}.{order:07d}" if self.file_code else ""
        issued = self._taken(document, "issuedDate")
        # Other papers' summaries would be made of names: their type says what they are.
        summary = self._taken(document, "subject") if spec.administrative else ""
        known = {
            "docId": document.id.replace("-", "")[:_ID_LENGTH],
            "docCode": self._with_archive(code),
            "typeName": self._profile.types.get(document.type, _OTHER_TYPE),
            "codeNumber": number,
            "codeNotation": notation,
            "issuedDate": _printed_day(issued),
            "organName": _shortened(self._taken(document, "organName"), self._rule("organName")),
            "subject": _shortened(summary or spec.label_vi, self._rule("subject")),
            "numberOfPage": str(len(document.pages)),
            "confidenceLevel": confidence_of(document),
        }
        term = self._retention_of(document.type)
        return known | ({"maintenance": term} if term else {})

    def _rule(self, name: str) -> FieldRule:
        return next(rule for rule in self._profile.levels[Level.DOCUMENT] if rule.name == name)

    def _taken(self, document: Document, name: str) -> str:
        sources = self._profile.taken.get(name, ())
        return next((value for source in sources if (value := document.value(source))), "")

    def _with_archive(self, code: str) -> str:
        archive = self._given.values.get(ARCHIVE_CODE, "")
        if not code or not archive or self._kind is PackageKind.SIP:
            return code
        return f"{archive}.{code}"

    def _title(self, totals: Totals) -> str:
        """The procedure's name, when all papers belong to one; it names nobody."""
        procedures = {code for code in totals.procedures if code}
        if len(procedures) != 1 or self.level is not Level.DOSSIER:
            return ""
        day = self._received() or totals.last
        try:
            code = parse_procedure_code(procedures.pop())
            name = self._procedures.on(code, day).name_vi if day else ""
        except (ProcedureUnknownError, ArgumentError):
            return ""
        return f"Hồ sơ {self.file_code}: {name}" if name else ""

    def _received(self) -> date | None:
        return parse_dossier_code(self._selection.dossier).received if self._selection.dossier else None

    def _retention_of(self, type_: str) -> str:
        rule = self._papers.spec(type_).retention
        if rule is None or not (rule.permanent or rule.years):
            return ""
        if rule.permanent:
            return _PERMANENT
        return self._profile.retention_codes.get(str(rule.years), _OTHER_TERM)


def refuse(selection: Selection, troubles: Sequence[str]) -> None:
    """Tell everything that is missing at once.

    Raises:
        PackageFieldsError: there is something.
    """
    if troubles:
        shown = "; ".join(troubles[:_SHOWN])
        rest = len(troubles) - _SHOWN
        raise PackageFieldsError(selection.name, fields=shown + (f"; và {rest} chỗ khác" if rest > 0 else ""))


def _known(profile: PackageProfile, given: Given) -> None:
    package = {rule.name for level in Level for rule in profile.levels[level] if level is not Level.DOCUMENT}
    documents = {rule.name for rule in profile.levels[Level.DOCUMENT]}
    _refuse_unknown(given.values, package | documents.intersection(_INHERITED) | {ARCHIVE_CODE, ARCHIVE_NAME})
    for values in given.documents.values():
        _refuse_unknown(values, documents)
    for name in (FILE_CODE, ARCHIVE_CODE, "docCode"):
        for values in (given.values, *given.documents.values()):
            if name in values and _CODE.match(values[name]) is None:
                raise ArgumentError(
                    f"--set {name}", expected="chữ, số và các dấu . - _ /, ví dụ G09.2026.HS-01"
                )


def _refuse_unknown(values: Iterable[str], known: set[str]) -> None:
    for name in values:
        if name not in known:
            raise ArgumentError(f"--set {name[:40]}", expected=f"một trong {', '.join(sorted(known))}")


def _number_and_sign(printed: str) -> tuple[str, str]:
    """``123/QĐ-UBND`` is number 123 and sign QĐ-UBND; anything else is a sign, if it fits."""
    number, slash, sign = printed.partition("/")
    if slash and number.strip().isdigit() and len(number.strip()) <= 11 and len(sign) <= 30:
        return number.strip(), sign.strip()
    if printed.isdigit() and len(printed) <= 11:
        return printed, ""
    return "", printed if len(printed) <= 30 else ""


def _printed_day(value: str) -> str:
    """A day of ours (ISO 8601) as packages write it; what is no whole day stays empty."""
    try:
        return _day(date.fromisoformat(value))
    except ValueError:
        return ""


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""


def _shortened(text: str, rule: FieldRule) -> str:
    """Cut between words, with the mark that something was left out."""
    text = " ".join(text.split())
    if len(text) <= rule.length:
        return text
    return text[: rule.length - 2].rsplit(" ", 1)[0] + " …"
