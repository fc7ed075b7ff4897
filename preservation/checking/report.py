"""What a check of a package found: codes for programs, sentences for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

MOST_FINDINGS: Final = 1000
"""More are counted and not kept: a package of somebody else may be wrong in every line."""

SENTENCES: Final[Mapping[str, str]] = {
    "package.path": "tên tệp không an toàn hoặc không dùng được",
    "package.link": "liên kết hoặc tệp đặc biệt; gói chỉ được có tệp thường",
    "package.duplicate": "hai tệp cùng tên (hoặc chỉ khác chữ hoa, chữ thường)",
    "package.too_large": "quá nhiều tệp, quá lớn, hoặc nén đến mức bất thường",
    "package.encrypted": "tệp bị mã hóa hoặc nén kiểu không được hỗ trợ",
    "package.overlap": "hai tệp chồng lên nhau trong ZIP",
    "package.root": "gói phải là một thư mục mang đúng OBJID, hai chấm đổi thành gạch dưới",
    "package.damaged": "không đọc được trọn vẹn",
    "package.missing": "thiếu tệp mà cấu trúc gói bắt buộc phải có",
    "package.unlisted": "có trong gói nhưng METS không nêu",
    "package.unexpected": "loại gói này không được có",
    "xml.unreadable": "không phải XML đọc được",
    "xml.doctype": "có khai báo DOCTYPE, không được phép",
    "xml.schema": "không đúng lược đồ",
    "mets.attribute": "thuộc tính bắt buộc thiếu hoặc sai giá trị",
    "mets.section": "thiếu phần bắt buộc",
    "mets.id_twice": "mã ID ghi hai lần",
    "mets.id_unknown": "tham chiếu đến ID không có",
    "mets.href": "đường dẫn không an toàn hoặc không phải đường dẫn tương đối",
    "mets.absent": "METS nêu nhưng trong gói không có",
    "mets.size": "kích thước khác METS",
    "mets.checksum": "mã băm khác METS",
    "mets.checksum_type": "thuật toán băm phải là SHA-256",
    "mets.twice": "METS nêu một tệp hai lần",
    "mets.unlinked": "tài liệu và siêu dữ liệu mô tả không nối một – một (MetadataLink/File)",
    "ead.root": "phần tử gốc phải là simpledc",
    "ead.missing": "thiếu trường bắt buộc",
    "ead.unknown": "không có trường này",
    "ead.twice": "một trường ghi hai lần",
    "ead.value": "giá trị không dùng được",
    "ead.count": "số tài liệu khác totalDoc",
    "premis.version": "phải là PREMIS 3.0",
    "premis.value": "thiếu hoặc sai thành phần bắt buộc",
    "premis.event": "loại sự kiện không có trong danh mục",
    "premis.absent_event": "thiếu sự kiện bắt buộc",
    "premis.checksum": "mã băm khác METS",
    "premis.uncovered": "tài liệu không có trong PREMIS",
    "signature.failed": "chữ ký số không hợp lệ",
    "signature.indeterminate": "chưa đủ cơ sở kết luận về chữ ký số",
    "signature.unsigned": "không có chữ ký số",
    "signature.unreadable": "không đọc được như tệp PDF",
}
"""Every code with its sentence in Vietnamese."""


class Severity(StrEnum):
    """Whether a finding makes a package invalid."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong.

    Attributes:
        code: stable, of ``SENTENCES``.
        path: file in the package; empty for the package itself.
        detail: names, numbers or codes; never the content of a field.
        severity: error or warning.
    """

    code: str
    path: str = ""
    detail: str = ""
    severity: Severity = Severity.ERROR

    @property
    def sentence(self) -> str:
        """For people."""
        detail = f" ({self.detail})" if self.detail else ""
        return f"{self.path or 'gói'}: {SENTENCES[self.code]}{detail}"


@dataclass(slots=True)
class Findings:
    """Collects findings; the first thousand are kept, all are counted."""

    kept: list[Finding] = field(default_factory=list)
    errors: int = 0
    warnings: int = 0

    def add(
        self, code: str, path: str = "", detail: str = "", *, severity: Severity = Severity.ERROR
    ) -> None:
        """Note something that is wrong."""
        if severity is Severity.ERROR:
            self.errors += 1
        else:
            self.warnings += 1
        if len(self.kept) < MOST_FINDINGS:
            self.kept.append(Finding(code=code, path=path[:300], detail=detail[:200], severity=severity))


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageReport:
    """The verdict on one package.

    Attributes:
        objid, kind: as its METS says; empty when nobody could read it.
        profile: version of the table it was checked by.
        files, size, documents: what it holds.
        findings: the first thousand.
        errors, warnings: how many in all.
    """

    objid: str
    kind: str
    profile: str
    files: int
    size: int
    documents: int
    findings: tuple[Finding, ...]
    errors: int
    warnings: int

    @property
    def valid(self) -> bool:
        """No error; warnings may remain."""
        return self.errors == 0

    def as_json(self) -> dict[str, object]:
        """As ``motlan package check --json`` prints it."""
        return {
            "valid": self.valid,
            "package": self.objid,
            "kind": self.kind,
            "profile": self.profile,
            "files": self.files,
            "size": self.size,
            "documents": self.documents,
            "errors": self.errors,
            "warnings": self.warnings,
            "findings": [
                {
                    "code": found.code,
                    "severity": found.severity.value,
                    "path": found.path,
                    "detail": found.detail,
                    "message": found.sentence,
                }
                for found in self.findings
            ],
        }
