"""The words of the reports, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from dossier.errors import Lang
from dossier.moments import VIETNAM
from signing.checks import BINDING, CLAIM, INTEGRITY, LATER, REGISTER
from signing.structure import Fault

Words = Mapping[Lang, str]

CONCLUSIONS: Mapping[str, Words] = {
    "passed": {"vi": "HỢP LỆ", "en": "VALID"},
    "failed": {"vi": "KHÔNG HỢP LỆ", "en": "NOT VALID"},
    "indeterminate": {"vi": "CHƯA ĐỦ CƠ SỞ", "en": "CANNOT BE DECIDED"},
    "unsigned": {"vi": "KHÔNG CÓ CHỮ KÝ", "en": "NOT SIGNED"},
}
INDICATIONS: Mapping[str, str] = {
    "passed": "TOTAL-PASSED",
    "failed": "TOTAL-FAILED",
    "indeterminate": "INDETERMINATE",
    "unsigned": "NO-SIGNATURE-FOUND",
}
TRUST_KINDS: Mapping[str, Words] = {
    "official": {
        "vi": "danh sách chuyên dùng công vụ (Ban Cơ yếu Chính phủ)",
        "en": "list of official-duty roots (Government Cipher Committee)",
    },
    "public": {"vi": "danh sách công cộng (NEAC)", "en": "list of public roots (NEAC)"},
    "own": {"vi": "danh sách riêng của cơ quan", "en": "the agency's own list"},
    "demo": {"vi": "MẪU – chỉ để trình diễn", "en": "DEMO – for demonstration only"},
}
NUMBERS: Mapping[str, Words] = {
    "tax": {"vi": "Mã số thuế", "en": "Tax code"},
    "personal": {"vi": "Số định danh cá nhân", "en": "Personal number"},
    "other": {"vi": "Mã số", "en": "Number"},
}
STAMPS: Mapping[str, Words] = {
    "content": {"vi": "Dấu thời gian nội dung", "en": "Content timestamp"},
    "signature": {"vi": "Dấu thời gian chữ ký", "en": "Signature timestamp"},
    "document": {"vi": "Dấu thời gian lưu trữ", "en": "Archive timestamp"},
}
TRUSTED: Mapping[bool | None, Words] = {
    True: {"vi": "tin cậy", "en": "trusted"},
    False: {"vi": "KHÔNG kiểm tra được", "en": "NOT verified"},
    None: {"vi": "không cần xét", "en": "not needed"},
}
CHANGES: Mapping[str, Words] = {
    "evidence": {"vi": "thêm dữ liệu kiểm chứng", "en": "evidence added"},
    "timestamp": {"vi": "thêm dấu thời gian", "en": "timestamp added"},
    "signature": {"vi": "thêm chữ ký", "en": "further signature"},
    "other": {"vi": "thay đổi khác", "en": "other change"},
}
ALLOWED: Mapping[bool, Words] = {
    True: {"vi": "được phép", "en": "allowed"},
    False: {"vi": "KHÔNG ĐƯỢC PHÉP", "en": "NOT ALLOWED"},
}
OUTCOMES: Mapping[str, Words] = {
    "passed": {"vi": "Đạt", "en": "Passed"},
    "failed": {"vi": "KHÔNG ĐẠT", "en": "FAILED"},
    "not_run": {"vi": "Không xét", "en": "Not run"},
}
CHECKS: Mapping[str, Words] = {
    Fault.NO_HEADER: {"vi": "đầu tệp", "en": "header"},
    Fault.AFTER_END: {"vi": "cuối tệp", "en": "end of file"},
    Fault.RANGE: {"vi": "vùng ký", "en": "signed range"},
    Fault.GAP: {"vi": "khoảng không ký", "en": "unsigned gap"},
    Fault.CONTENTS: {"vi": "chữ ký trong tệp", "en": "signature in file"},
    Fault.SIGNED_END: {"vi": "cuối phần ký", "en": "end of signed part"},
    Fault.TRAILING_DATA: {"vi": "dữ liệu nối sau", "en": "trailing data"},
    Fault.REVISIONS: {"vi": "các phiên bản", "en": "revisions"},
    INTEGRITY: {"vi": "toàn vẹn nội dung", "en": "integrity"},
    LATER: {"vi": "thay đổi về sau", "en": "later changes"},
    BINDING: {"vi": "ràng buộc chứng thư", "en": "certificate bound"},
    CLAIM: {"vi": "giờ khai khớp giờ chứng minh", "en": "claimed time agrees"},
    REGISTER: {"vi": "đối chiếu sổ đăng ký", "en": "register"},
}
LABELS: Mapping[str, Words] = {
    "title": {"vi": "BÁO CÁO KIỂM TRA CHỮ KÝ SỐ", "en": "SIGNATURE VERIFICATION REPORT"},
    "language": {"vi": "Ngôn ngữ", "en": "Language"},
    "demo": {
        "vi": "MẪU (DEMO) – gốc tin cậy chỉ để trình diễn, không có giá trị pháp lý",
        "en": "DEMO – the root is for demonstration only; no legal value",
    },
    "conclusion": {"vi": "Kết luận", "en": "Conclusion"},
    "todo": {"vi": "Cần làm", "en": "What to do"},
    "note": {"vi": "Lưu ý", "en": "Note"},
    "file": {"vi": "Tệp", "en": "File"},
    "size": {"vi": "Dung lượng", "en": "Size"},
    "sha256": {"vi": "SHA-256 của tệp", "en": "SHA-256 of the file"},
    "verified_at": {"vi": "Thời điểm xét", "en": "Verified as of"},
    "policy": {"vi": "Chính sách", "en": "Policy"},
    "trust_version": {"vi": "Kho tin cậy", "en": "Trust store"},
    "signature": {"vi": "Chữ ký", "en": "Signature"},
    "signatures": {"vi": "Các chữ ký", "en": "Signatures"},
    "signer": {"vi": "Người ký", "en": "Signer"},
    "name": {"vi": "Tên trong chứng thư", "en": "Name in certificate"},
    "organisation": {"vi": "Cơ quan, tổ chức", "en": "Organisation"},
    "job": {"vi": "Chức danh", "en": "Title"},
    "issuer": {"vi": "Nơi cấp chứng thư", "en": "Issued by"},
    "root": {"vi": "Gốc tin cậy", "en": "Trusted root"},
    "root_kind": {"vi": "Thuộc", "en": "In"},
    "time": {"vi": "Thời gian", "en": "Time"},
    "claimed": {"vi": "Giờ ký tự khai", "en": "Claimed time"},
    "claimed_signed": {"vi": "Giờ khai khi ký", "en": "Claimed (signed)"},
    "proven": {"vi": "Thời điểm chứng minh", "en": "Proven since"},
    "certificate": {"vi": "Chứng thư số và thuật toán", "en": "Certificate and algorithms"},
    "validity": {"vi": "Hiệu lực", "en": "In force"},
    "revocation": {"vi": "Tình trạng thu hồi", "en": "Revocation"},
    "key": {"vi": "Khóa", "en": "Key"},
    "algorithm": {"vi": "Thuật toán ký", "en": "Signature algorithm"},
    "serial": {"vi": "Số hiệu chứng thư", "en": "Serial number"},
    "coverage": {"vi": "Phạm vi ký", "en": "What is signed"},
    "revision": {"vi": "Phiên bản được ký", "en": "Signed revision"},
    "bytes": {"vi": "Số byte được ký", "en": "Bytes signed"},
    "signed_sha256": {"vi": "SHA-256 bản đã ký", "en": "SHA-256 as signed"},
    "later": {"vi": "Thay đổi sau khi ký", "en": "Changes after signing"},
    "long_term": {"vi": "Lưu trữ lâu dài", "en": "Long term"},
    "level": {"vi": "Mức", "en": "Level"},
    "renewal": {"vi": "Gia hạn trước ngày", "en": "Renew before"},
    "checks": {"vi": "Kiểm tra của chương trình", "en": "Checks of the program"},
    "unreadable": {"vi": "(không đọc được)", "en": "(not readable)"},
    "details_follow": {
        "vi": "Chi tiết từng chữ ký ở các trang sau.",
        "en": "Details on the following pages.",
    },
    "page": {"vi": "Trang", "en": "Page"},
    "made_by": {
        "vi": "Lập bằng phần mềm Một Lần; ý nghĩa các kết luận: docs/verification.md (ETSI EN 319 102-1).",
        "en": "Made by Một Lần; for the meaning of conclusions see docs/verification.md (ETSI EN 319 102-1).",
    },
}
PHRASES: Mapping[str, Words] = {
    "none": {"vi": "không có", "en": "none"},
    "unknown": {"vi": "không rõ", "en": "unknown"},
    "no_stamp": {"vi": "không có dấu thời gian", "en": "no timestamp"},
    "no_path": {"vi": "không tìm thấy", "en": "not found"},
    "revoked": {"vi": "ĐÃ THU HỒI từ {at}", "en": "REVOKED since {at}"},
    "authority_revoked": {"vi": "NƠI CẤP BỊ THU HỒI từ {at}", "en": "ISSUER REVOKED since {at}"},
    "good": {"vi": "chưa thu hồi, theo {source} lúc {at}", "en": "not revoked, by {source} of {at}"},
    "embedded": {"vi": "(trong tệp)", "en": "(in the file)"},
    "local": {"vi": "(kho cục bộ)", "en": "(local store)"},
    "no_revocation": {"vi": "không có dữ liệu thu hồi", "en": "no revocation data"},
    "of": {"vi": "{first} trên {all}", "en": "{first} of {all}"},
    "revision": {"vi": "Phiên bản {number}", "en": "Revision {number}"},
    "not_planned": {"vi": "chưa lập kế hoạch", "en": "not planned yet"},
    "whole": {"vi": "toàn bộ tệp", "en": "the whole file"},
}


def word(table: Mapping[str, Words], key: str, lang: Lang) -> str:
    """A word of a table; a key that the table lacks stands for itself."""
    return table[key][lang] if key in table else key


def phrase(key: str, lang: Lang, **values: str) -> str:
    """A phrase with its gaps filled."""
    return PHRASES[key][lang].format(**values)


def moment(at: datetime) -> str:
    """A moment as it is printed in practice: ``21.11.2026 08:05:00 +07:00``."""
    try:
        return at.astimezone(VIETNAM).strftime("%d.%m.%Y %H:%M:%S +07:00")
    except OverflowError:
        # A certificate without end says 31.12.9999 (RFC 5280, 4.1.2.5), which has no tomorrow here.
        return at.strftime("%d.%m.%Y %H:%M:%S +00:00")


def day(at: datetime) -> str:
    """The day of a moment in this country."""
    return moment(at).split(" ", 1)[0]


def count(number: int, lang: Lang) -> str:
    """A number with its thousands set apart as the language does."""
    grouped = f"{number:,}"
    return grouped.replace(",", ".") if lang == "vi" else grouped
