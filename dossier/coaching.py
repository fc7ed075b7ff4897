"""What is told about a page while its paper is still in the hand: one code, one sentence, what to do.

These are not the findings of reading (``ocr.checks``), which stay with a paper for ever: advice is for the
next ten seconds, and is forgotten when the page is handed in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

from dossier.geometry import Box

Lang = Literal["vi", "en"]


class Severity(IntEnum):
    """How much it matters, larger is worse."""

    NOTE = 1
    """Nothing to do; said so that nobody wonders."""
    LOOK = 2
    """Compare with the paper."""
    RESCAN = 3
    """The page will be read badly or not at all: scan it again now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """One thing to tell.

    Attributes:
        code: a key of ``ADVICE``.
        page: 1-based number in the scan; 0 for the scan as a whole.
        value: how much, in the unit of the code (degrees, millimetres, grey levels, counts).
        box: where on the page, in pixels of the page as stored; ``None`` for all of it.
        about: what the sentence names: a component, a paper type. Never a person.
    """

    code: str
    page: int
    value: float = 0.0
    box: Box | None = None
    about: str = ""

    @property
    def severity(self) -> Severity:
        """As the table says."""
        return ADVICE[self.code].severity

    def sentence(self, lang: Lang) -> str:
        """What is wrong and what to do."""
        told = ADVICE[self.code]
        template = told.vi if lang == "vi" else told.en
        return template.format(value=self.value, about=self.about)

    def as_json(self) -> dict[str, object]:
        """As commands print it."""
        box = self.box
        return {
            "code": self.code,
            "severity": self.severity.name.lower(),
            "page": self.page,
            "value": round(self.value, 3),
            "box": [box.left, box.top, box.right, box.bottom] if box else None,
            "about": self.about,
            "message_vi": self.sentence("vi"),
            "message_en": self.sentence("en"),
        }


@dataclass(frozen=True, slots=True)
class Told:
    """What stands in the table for a code."""

    severity: Severity
    vi: str
    en: str


ADVICE: Mapping[str, Told] = {
    "coach.blank": Told(
        Severity.NOTE,
        "Trang trắng. Không cần làm gì nếu là mặt sau không có chữ.",
        "The page is blank. Nothing to do if it is an empty back.",
    ),
    "coach.blurred": Told(
        Severity.RESCAN,
        "Ảnh mờ. Lau kính máy quét, vuốt phẳng giấy, quét lại trang này.",
        "The picture is blurred. Clean the glass, flatten the paper, scan this page again.",
    ),
    "coach.bright": Told(
        Severity.RESCAN,
        "Ảnh quá sáng hoặc chữ quá nhạt. Giảm độ sáng (brightness) của máy quét, quét lại trang này.",
        "Too bright, or the print is too pale. Lower the scanner's brightness, scan this page again.",
    ),
    "coach.component_missing": Told(
        Severity.LOOK,
        "Chưa thấy: {about}. Quét thêm nếu người dân có nộp.",
        "Not seen yet: {about}. Scan it if the citizen handed it in.",
    ),
    "coach.corner": Told(
        Severity.RESCAN,
        "Góc giấy bị gập hoặc mất khoảng {value:.0f} mm. Vuốt phẳng góc giấy, quét lại trang này.",
        "A corner is folded or missing ({value:.0f} mm). Flatten it, scan this page again.",
    ),
    "coach.cut": Told(
        Severity.RESCAN,
        "Chữ bị cắt ở mép giấy ({value:.0f} dòng). Chỉnh thanh dẫn giấy, quét lại trang này.",
        "Print is cut off at the edge ({value:.0f} lines). Set the paper guides, scan this page again.",
    ),
    "coach.dark": Told(
        Severity.RESCAN,
        "Ảnh quá tối. Tăng độ sáng (brightness) của máy quét, quét lại trang này.",
        "Too dark. Raise the scanner's brightness, scan this page again.",
    ),
    "coach.fold": Told(
        Severity.LOOK,
        "Giấy có nếp gấp. Vuốt phẳng; quét lại nếu nếp gấp đè lên chữ.",
        "The sheet has a fold. Flatten it; scan again if the fold runs over print.",
    ),
    "coach.low_resolution": Told(
        Severity.RESCAN,
        "Chỉ {value:.0f} dpi. Đặt máy quét ở 300 dpi (ít nhất 200), quét lại.",
        "Only {value:.0f} dpi. Set the scanner to 300 dpi (at least 200), scan again.",
    ),
    "coach.no_seal": Told(
        Severity.LOOK,
        "{about}: không thấy con dấu. Kiểm tra có đúng bản đã đóng dấu không.",
        "{about}: no seal is seen. Check that this is the sealed copy.",
    ),
    "coach.page_again": Told(
        Severity.LOOK,
        "Giống hệt trang trước lúc dừng máy. Nếu cùng một trang bị quét hai lần, hãy bỏ một.",
        "Looks like the page before the pause. If one page was scanned twice, drop one of them.",
    ),
    "coach.page_missing": Told(
        Severity.LOOK,
        "Giấy đánh số trang đến {value:.0f} nhưng thiếu trang {about}. Tìm và quét trang thiếu.",
        "The paper counts {value:.0f} pages and page {about} is missing. Find it and scan it.",
    ),
    "coach.pages_differ": Told(
        Severity.LOOK,
        "Số trang có chữ lệch {value:+.0f} so với số đã đếm. Đếm lại xấp giấy.",
        "Pages with print differ by {value:+.0f} from what was counted. Count the stack again.",
    ),
    "coach.papers_differ": Told(
        Severity.LOOK,
        "Số giấy tờ lệch {value:+.0f} so với số đã đếm. Đếm lại xấp giấy.",
        "Papers differ by {value:+.0f} from what was counted. Count the stack again.",
    ),
    "coach.skew": Told(
        Severity.LOOK,
        "Giấy bị lệch {value:.1f}°. Chương trình tự chỉnh; chỉnh thanh dẫn giấy sát mép cho tờ sau.",
        "The sheet lies askew by {value:.1f}°. It is straightened; set the paper guides for the next one.",
    ),
    "coach.streak": Told(
        Severity.RESCAN,
        "Có sọc dọc suốt trang: kính quét bẩn. Lau dải kính của khay nạp, quét lại trang này.",
        "A line runs down the whole page: the glass is dirty. Wipe the feeder's glass, scan again.",
    ),
    "coach.too_long": Told(
        Severity.RESCAN,
        "Ảnh dài {value:.0f} mm: có thể máy kéo hai tờ nối nhau. Tách giấy, quét lại các tờ này.",
        "The picture is {value:.0f} mm long: two sheets may have come together. Part them, scan again.",
    ),
    "coach.upside_down": Told(
        Severity.NOTE,
        "Trang nằm ngược hoặc ngang. Chương trình tự xoay, không cần làm gì.",
        "The page lies upside down or on its side. It is turned by itself, nothing to do.",
    ),
    "coach.wrong_side": Told(
        Severity.RESCAN,
        "Cùng một mặt của thẻ hai lần. Lật thẻ, quét mặt còn lại.",
        "The same side of the card twice. Turn the card over, scan its other side.",
    ),
}


def worst(advice: Iterable[Advice]) -> Severity | None:
    """The gravest of them; nothing where there is none."""
    return max((one.severity for one in advice), default=None)
