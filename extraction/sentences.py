"""What a person is told about which pages make a paper, and what to do. Vietnamese, then English."""

from __future__ import annotations

from dossier.totals import PAGES_DIFFER, PAPERS_DIFFER
from extraction.split import BEGIN_UNSURE, CARD_SIDES, SHEET_REFUSED, TWO_PAPERS

SENTENCES: dict[str, tuple[str, str]] = {
    TWO_PAPERS: (
        "Một trang có thể chứa hai giấy tờ. Xem lại; nếu đúng, quét riêng từng giấy tờ.",
        "A page may hold two papers. Look at it; if so, scan each of them by itself.",
    ),
    CARD_SIDES: (
        "Có nhiều thẻ liền nhau, chưa rõ mặt sau nào của thẻ nào. Xem lại các trang này.",
        "Several cards follow each other; which back belongs to which is not clear. Look at these pages.",
    ),
    BEGIN_UNSURE: (
        "Chưa chắc trang này bắt đầu giấy tờ mới hay thuộc giấy tờ trước. Xem lại.",
        "It is not sure whether this page begins a paper or belongs to the one before. Look at it.",
    ),
    SHEET_REFUSED: (
        "Trang có mã giống tờ ngăn nhưng không dùng được, nên được giữ như một trang giấy tờ. Xem lại.",
        "A code like that of a separator sheet does not hold; the page is kept as a page. Look at it.",
    ),
    PAPERS_DIFFER: (
        "Số giấy tờ đã khai khác số tìm thấy. Đếm lại bản giấy.",
        "The declared number of papers is not the number found. Count the originals again.",
    ),
    PAGES_DIFFER: (
        "Số trang có chữ đã khai khác số tìm thấy. Đếm lại bản giấy.",
        "The declared number of printed pages is not the number found. Count the originals again.",
    ),
}
