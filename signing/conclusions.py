"""Why a signature got its conclusion and what to do about it, in both languages, for every code there is.

The codes are the sub-indications of ETSI EN 319 102-1, 5.1.3 (table 6), those of ours, and the faults of
:mod:`signing.structure`. What is written here stands in reports that outlive the program: change words, never
the meaning of a code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dossier.errors import Lang
from signing.reasons import IN_ENGLISH
from signing.structure import Fault

MODIFIED = "MODIFIED_AFTER_SIGNING"
MISSING = "SIGNATURE_MISSING"
UNEXPECTED = "UNEXPECTED_SIGNER"
FORMAT = "FORMAT_FAILURE"
GENERIC = "GENERIC"


@dataclass(frozen=True, slots=True)
class Saying:
    """One sentence why, one what to do.

    Attributes:
        why_vi: why, in Vietnamese.
        todo_vi: what to do, in Vietnamese.
        why_en: why, in English.
        todo_en: what to do, in English.
    """

    why_vi: str
    todo_vi: str
    why_en: str
    todo_en: str

    def why(self, lang: Lang) -> str:
        """The sentence why."""
        return self.why_vi if lang == "vi" else self.why_en

    def todo(self, lang: Lang) -> str:
        """The sentence what to do."""
        return self.todo_vi if lang == "vi" else self.todo_en


_ASK_ORIGINAL_VI = "Không sử dụng tệp này; xin lại tệp gốc từ nơi phát hành."
_ASK_ORIGINAL_EN = "Do not use this file; ask its issuer for the original."
_SIGN_AGAIN_VI = "Không tiếp nhận; đề nghị người ký ký lại bằng chứng thư số còn hiệu lực."
_SIGN_AGAIN_EN = "Do not accept it; ask the signer to sign again with a certificate in force."
_STRONGER_VI = "Không tiếp nhận; đề nghị ký lại bằng thuật toán và khóa mà quy định còn cho phép."
_STRONGER_EN = "Do not accept it; ask for a new signature with an algorithm and key that are still allowed."
_ADD_ROOT_VI = (
    "Hỏi nơi phát hành chữ ký thuộc hệ thống nào; nếu tin được thì thêm chứng thư gốc bằng motlan trust add."
)
_ADD_ROOT_EN = (
    "Ask the issuer which system the signature belongs to; if you trust it, add its root: motlan trust add."
)
_FRESH_CRL_VI = "Cập nhật danh sách thu hồi (CRL) vào kho tin cậy rồi kiểm tra lại."
_FRESH_CRL_EN = "Put a fresh revocation list (CRL) into the trust store and verify again."

SAYINGS: Mapping[str, Saying] = {
    FORMAT: Saying(
        "Cấu trúc chữ ký hoặc cấu trúc tệp không đúng chuẩn.",
        _ASK_ORIGINAL_VI,
        "The structure of the signature or of the file does not follow the standard.",
        _ASK_ORIGINAL_EN,
    ),
    MODIFIED: Saying(
        "Tệp đã bị thay đổi sau khi ký.",
        "Không sử dụng tệp này; lấy lại bản đã ký (motlan verify --revision) hoặc xin lại tệp gốc.",
        "The file was changed after it was signed.",
        "Do not use this file; take it as signed (motlan verify --revision) or ask for the original.",
    ),
    MISSING: Saying(
        "Thiếu chữ ký lẽ ra phải có trong tệp.",
        "Đối chiếu với bản trong kho lưu trữ; tệp này có thể đã bị cắt hoặc in lại.",
        "A signature that must be in the file is missing.",
        "Compare it with the copy in the archive; this file may have been cut back or printed anew.",
    ),
    UNEXPECTED: Saying(
        "Người ký không phải là người phải ký.",
        "Không tiếp nhận; hỏi cơ quan đứng tên vì sao người khác ký.",
        "The signer is not the one who must sign.",
        "Do not accept it; ask the agency named in the paper why somebody else signed.",
    ),
    "HASH_FAILURE": Saying(
        "Nội dung đã ký bị thay đổi (mã băm không khớp).",
        _ASK_ORIGINAL_VI,
        "The signed content was changed (its digest does not match).",
        _ASK_ORIGINAL_EN,
    ),
    "SIG_CRYPTO_FAILURE": Saying(
        "Chữ ký không khớp với chứng thư số.",
        _ASK_ORIGINAL_VI,
        "The signature does not match the certificate.",
        _ASK_ORIGINAL_EN,
    ),
    "REVOKED": Saying(
        "Chứng thư số đã bị thu hồi trước khi ký.",
        _SIGN_AGAIN_VI,
        "The certificate was revoked before the signature was made.",
        _SIGN_AGAIN_EN,
    ),
    "NOT_YET_VALID": Saying(
        "Chứng thư số chưa có hiệu lực khi ký.",
        _SIGN_AGAIN_VI,
        "The certificate was not yet in force when the signature was made.",
        _SIGN_AGAIN_EN,
    ),
    "EXPIRED": Saying(
        "Chứng thư số đã hết hạn trước khi ký.",
        _SIGN_AGAIN_VI,
        "The certificate had expired before the signature was made.",
        _SIGN_AGAIN_EN,
    ),
    "SIG_CONSTRAINTS_FAILURE": Saying(
        "Không có dấu thời gian tin cậy nên không chứng minh được thời điểm ký.",
        "Xin bản có dấu thời gian, hoặc bổ sung dấu thời gian khi chứng thư số còn hiệu lực.",
        "There is no trusted timestamp, so the moment of signing cannot be proven.",
        "Ask for a version with a timestamp, or have one added while the certificate is in force.",
    ),
    "CHAIN_CONSTRAINTS_FAILURE": Saying(
        "Chứng thư số không được phép dùng để ký văn bản.",
        "Không tiếp nhận; đề nghị ký lại bằng chứng thư số có mục đích ký văn bản.",
        "The certificate may not be used to sign documents.",
        "Do not accept it; ask for a new signature with a certificate meant for signing.",
    ),
    "CERTIFICATE_CHAIN_GENERAL_FAILURE": Saying(
        "Không lập được đường dẫn tin cậy của chứng thư số.",
        _ADD_ROOT_VI,
        "No path of trust can be built for the certificate.",
        _ADD_ROOT_EN,
    ),
    "NO_CERTIFICATE_CHAIN_FOUND": Saying(
        "Không lập được đường dẫn từ chứng thư số đến gốc tin cậy đã khai báo.",
        _ADD_ROOT_VI,
        "There is no path from the certificate to a root that is trusted here.",
        _ADD_ROOT_EN,
    ),
    "NO_SIGNING_CERTIFICATE_FOUND": Saying(
        "Không xác định được chứng thư số của người ký.",
        _ASK_ORIGINAL_VI,
        "The certificate of the signer cannot be identified.",
        _ASK_ORIGINAL_EN,
    ),
    "CRYPTO_CONSTRAINTS_FAILURE": Saying(
        "Thuật toán hoặc độ dài khóa quá yếu.",
        _STRONGER_VI,
        "The algorithm or the length of the key is too weak.",
        _STRONGER_EN,
    ),
    "CRYPTO_CONSTRAINTS_FAILURE_NO_POE": Saying(
        "Thuật toán hoặc độ dài khóa nay quá yếu và không chứng minh được là đã ký khi còn được phép.",
        _STRONGER_VI,
        "The algorithm or key is too weak by now, and nothing proves that it was used while still allowed.",
        _STRONGER_EN,
    ),
    "REVOKED_NO_POE": Saying(
        "Chứng thư số đã bị thu hồi và không chứng minh được là đã ký trước đó.",
        "Không tiếp nhận; hỏi cơ quan cấp chứng thư số thời điểm và lý do thu hồi.",
        "The certificate was revoked, and nothing proves that the signature was made before.",
        "Do not accept it; ask the authority when and why the certificate was revoked.",
    ),
    "REVOKED_CA_NO_POE": Saying(
        "Chứng thư số của cơ quan cấp đã bị thu hồi và không chứng minh được là đã ký trước đó.",
        "Không tiếp nhận; hỏi cơ quan quản lý gốc tin cậy về việc thu hồi.",
        "The authority's certificate was revoked, and nothing proves that the signature was made before.",
        "Do not accept it; ask the keeper of the root about the revocation.",
    ),
    "OUT_OF_BOUNDS_NO_POE": Saying(
        "Chứng thư số đã hết hạn và không chứng minh được là đã ký khi còn hạn.",
        "Tìm bản khác của văn bản có dấu thời gian lưu trữ; nếu không có, đề nghị ký lại.",
        "The certificate has expired, and nothing proves that the signature was made while it was in force.",
        "Look for a copy with an archive timestamp; if there is none, ask for a new signature.",
    ),
    "OUT_OF_BOUNDS_NOT_REVOKED": Saying(
        "Chứng thư số đã hết hạn; khi kiểm tra chưa thấy bị thu hồi.",
        "Tìm bản khác của văn bản có dấu thời gian lưu trữ; nếu không có, đề nghị ký lại.",
        "The certificate has expired; it was not revoked as far as can be seen.",
        "Look for a copy with an archive timestamp; if there is none, ask for a new signature.",
    ),
    "REVOCATION_OUT_OF_BOUNDS_NO_POE": Saying(
        "Dữ liệu thu hồi đã quá hạn.",
        _FRESH_CRL_VI,
        "The revocation data are out of date.",
        _FRESH_CRL_EN,
    ),
    "NO_POE": Saying(
        "Không còn bằng chứng tin cậy về thời điểm ký.",
        "Tìm bản lưu trữ còn dấu thời gian tin cậy; kiểm tra gốc tin cậy của dịch vụ dấu thời gian.",
        "There is no trusted proof left of when the signature was made.",
        "Look for an archived copy whose timestamps are trusted; check the root of the timestamp service.",
    ),
    "TRY_LATER": Saying(
        "Không có dữ liệu thu hồi còn hạn trong tệp hoặc trong kho cục bộ; không tra cứu qua mạng.",
        _FRESH_CRL_VI,
        "There are no fresh revocation data in the file or in the local store; nothing is fetched.",
        _FRESH_CRL_EN,
    ),
    "TIMESTAMP_ORDER_FAILURE": Saying(
        "Thứ tự các dấu thời gian không hợp lý.",
        "Không tiếp nhận; đề nghị nơi phát hành giải thích hoặc ký lại.",
        "The timestamps are in an order that cannot be.",
        "Do not accept it; ask the issuer to explain or to sign again.",
    ),
    "POLICY_PROCESSING_ERROR": Saying(
        "Không áp dụng được chính sách chữ ký ghi trong tệp.",
        "Xin nơi phát hành chính sách chữ ký đã dùng, hoặc kiểm tra theo chính sách của cơ quan mình.",
        "The signature policy named in the file could not be applied.",
        "Ask the issuer for the policy it used, or verify under your own policy.",
    ),
    "SIGNATURE_POLICY_NOT_AVAILABLE": Saying(
        "Không có chính sách chữ ký mà tệp viện dẫn.",
        "Xin nơi phát hành chính sách chữ ký đã dùng, hoặc kiểm tra theo chính sách của cơ quan mình.",
        "The signature policy that the file refers to is not at hand.",
        "Ask the issuer for the policy it used, or verify under your own policy.",
    ),
    "SIGNED_DATA_NOT_FOUND": Saying(
        "Không tìm thấy nội dung mà chữ ký xác nhận.",
        _ASK_ORIGINAL_VI,
        "The content that was signed cannot be found.",
        _ASK_ORIGINAL_EN,
    ),
    GENERIC: Saying(
        "Không đủ dữ liệu để kết luận.",
        "Không tiếp nhận; chuyển người phụ trách lưu trữ xem xét.",
        "There is not enough to decide.",
        "Do not accept it; hand it to the archivist in charge.",
    ),
}

PASSED = Saying(
    "Chữ ký toàn vẹn, người ký được xác thực, thời điểm ký được chứng minh.",
    "Có thể sử dụng và lưu trữ.",
    "The signature is intact, its signer is authenticated, the moment of signing is proven.",
    "It may be used and archived.",
)
UNSIGNED = Saying(
    "Tệp không có chữ ký số.",
    "Nếu văn bản phải có chữ ký số, xin lại tệp gốc từ nơi phát hành.",
    "The file bears no digital signature.",
    "If the document must be signed, ask its issuer for the original.",
)

FAULTS: Mapping[str, tuple[str, str]] = {
    Fault.NO_HEADER: (
        "Có dữ liệu lạ trước phần đầu của tệp.",
        "Foreign data stand before the file's header.",
    ),
    Fault.AFTER_END: (
        "Có dữ liệu lạ sau phần cuối của tệp.",
        "Foreign data stand after the end of the file.",
    ),
    Fault.RANGE: ("Vùng được ký ghi sai.", "The signed range is stated wrongly."),
    Fault.GAP: (
        "Phần không được ký chứa dữ liệu khác ngoài chữ ký.",
        "The unsigned gap holds other data than the signature.",
    ),
    Fault.CONTENTS: (
        "Chữ ký đọc được không trùng với chữ ký nằm trong tệp.",
        "The signature as read is not the one that stands in the file.",
    ),
    Fault.SIGNED_END: (
        "Phần được ký không kết thúc ở cuối một phiên bản của tệp.",
        "The signed part does not end where a revision of the file ends.",
    ),
    Fault.TRAILING_DATA: ("Có dữ liệu lạ nối sau chữ ký.", "Foreign data are appended to the signature."),
    Fault.REVISIONS: (
        "Có phần nối thêm vào tệp mà không thuộc phiên bản nào.",
        "Something was appended that belongs to no revision.",
    ),
}


def saying(code: str) -> Saying:
    """Why and what to do for a sub-indication; for one that nobody knows, that of ``GENERIC``."""
    return SAYINGS.get(code, SAYINGS[GENERIC])


_ENGLISH: Mapping[str, str] = {
    **{one.why_vi: one.why_en for one in (*SAYINGS.values(), PASSED, UNSIGNED)},
    **dict(FAULTS.values()),
    "Dấu thời gian lưu trữ không kiểm tra được; kết luận dựa vào dấu thời gian của chữ ký.": (
        "The archive timestamp could not be verified; the verdict rests on the signature's own timestamp."
    ),
    "Tệp có dấu thời gian lưu trữ của nơi không được tin cậy; đã bỏ qua.": (
        "The file has an archive timestamp of an authority that is not trusted here; it was ignored."
    ),
    "Dữ liệu kiểm chứng lâu dài không có trong tệp; đã dùng dữ liệu của kho cục bộ.": (
        "The file holds no long-term evidence; that of the local store was used."
    ),
    **IN_ENGLISH,
}


def in_language(sentence: str, lang: Lang) -> str:
    """A Vietnamese sentence of a report in the language asked for; one without translation stays as it is."""
    return _ENGLISH.get(sentence, sentence) if lang == "en" else sentence
