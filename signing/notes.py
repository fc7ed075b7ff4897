"""What a verdict does not rest on: things that could not be checked, each with a code and a sentence.

Notes that warn stand among the reasons that people read; the others are for whoever wants to know all.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class NoteCode(StrEnum):
    """The kinds of notes; stable, programs match on them."""

    REVOCATION_NONE = "revocation.none"
    REVOCATION_ENDED = "revocation.ended"
    REVOCATION_TOO_OLD = "revocation.too_old"
    REVOCATION_BEFORE_SIGNING = "revocation.before_signing"
    LIST_UNREADABLE = "revocation.unreadable"
    LIST_LATER = "revocation.later"
    EVIDENCE_LOCAL = "evidence.local"
    ARCHIVE_TIMESTAMP = "timestamp.archive_unchecked"
    ARCHIVE_ALGORITHM = "timestamp.archive_algorithm"
    STRANGERS_TIMESTAMP = "timestamp.stranger"
    TIMESTAMP_DIGEST = "timestamp.digest"
    NO_TRUSTED_TIME = "time.none"
    ROOT_SERVICE = "root.service"
    ROOT_DAYS = "root.days"
    SCHEME = "algorithm.scheme"
    ALGORITHM_ENDED = "algorithm.ended"


SENTENCES_VI = {
    NoteCode.REVOCATION_NONE: "Không có dữ liệu thu hồi của chứng thư số {subject} trong tệp hay kho cục bộ; "
    "chưa kiểm tra được việc thu hồi.",
    NoteCode.REVOCATION_ENDED: "Dữ liệu thu hồi mới nhất của chứng thư số {subject} chỉ có giá trị đến "
    "{day}; chưa kiểm tra được việc thu hồi sau ngày đó.",
    NoteCode.REVOCATION_TOO_OLD: "Dữ liệu thu hồi của chứng thư số {subject} phát hành ngày {day}, cũ hơn "
    "{limit} ngày mà chính sách cho phép.",
    NoteCode.REVOCATION_BEFORE_SIGNING: "Dữ liệu thu hồi của chứng thư số {subject} phát hành ngày {day}, "
    "trước thời điểm ký; chưa kiểm tra được việc thu hồi trong khoảng giữa.",
    NoteCode.LIST_UNREADABLE: "Tệp {subject} trong thư mục danh sách thu hồi của kho cục bộ không đọc được "
    "nên đã bỏ qua; hãy thay hoặc xóa tệp đó.",
    NoteCode.LIST_LATER: "Danh sách thu hồi của {subject} trong kho cục bộ phát hành ngày {day}, sau "
    "thời điểm xét, nên không dùng.",
    NoteCode.EVIDENCE_LOCAL: "Dữ liệu kiểm chứng lâu dài không có trong tệp; đã dùng dữ liệu của kho cục bộ.",
    NoteCode.ARCHIVE_TIMESTAMP: "Dấu thời gian lưu trữ không kiểm tra được; kết luận dựa vào dấu thời gian "
    "của chữ ký.",
    NoteCode.ARCHIVE_ALGORITHM: "Dấu thời gian lưu trữ dùng thuật toán mà chính sách không còn chấp nhận.",
    NoteCode.STRANGERS_TIMESTAMP: "Tệp có dấu thời gian lưu trữ của nơi không được tin cậy; đã bỏ qua.",
    NoteCode.TIMESTAMP_DIGEST: "Dấu thời gian của chữ ký dùng hàm băm mà chính sách không chấp nhận.",
    NoteCode.NO_TRUSTED_TIME: "Không có dấu thời gian tin cậy; kết luận chỉ đúng vào lúc kiểm tra.",
    NoteCode.ROOT_SERVICE: "Gốc {subject} có trong kho tin cậy nhưng không được khai báo cho dịch vụ này.",
    NoteCode.ROOT_DAYS: "Gốc {subject} chỉ được tin cậy trong khoảng ngày đã khai báo; chữ ký hoặc "
    "dấu thời gian nằm ngoài khoảng đó.",
    NoteCode.SCHEME: "{subject}",
    NoteCode.ALGORITHM_ENDED: "Thuật toán {subject} chỉ được chấp nhận đến {day}; chữ ký được chứng minh "
    "là có trước ngày đó.",
}

_QUIET = frozenset({NoteCode.REVOCATION_BEFORE_SIGNING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One thing worth knowing about a verdict.

    Attributes:
        code: which.
        subject: common name of the certificate, name of the root, file or algorithm that it is about; may be
            empty.
        day: ISO date in Vietnam; may be empty.
        limit: a number that the sentence names; 0 for none.
    """

    code: NoteCode
    subject: str = ""
    day: str = ""
    limit: int = 0

    @property
    def sentence(self) -> str:
        """In Vietnamese."""
        return SENTENCES_VI[self.code].format(subject=self.subject, day=_shown(self.day), limit=self.limit)

    @property
    def warns(self) -> bool:
        """Whether it belongs among the reasons that people read."""
        return self.code not in _QUIET


def warnings_of(notes: tuple[Note, ...]) -> tuple[str, ...]:
    """Sentences of the notes that warn, in order."""
    return tuple(note.sentence for note in notes if note.warns)


def _shown(day: str) -> str:
    year, _, rest = day.partition("-")
    month, _, number = rest.partition("-")
    return f"{number}/{month}/{year}" if number else day
