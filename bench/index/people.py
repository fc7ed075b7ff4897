"""Invented people and papers, the same for the same count: names as skewed as names in Vietnam are."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from dossier.ids import DocumentId


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_FAMILY: Final = _words(
    "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đào Đoàn Vương Trịnh "
    "Trương Đinh Lâm Phùng Mai Tô Hà Tạ Lò Giàng Vàng Sùng Chu Quách Cao Thái Lương Tống Triệu Mẫu"
)
_MIDDLE: Final = _words(
    "Thị Văn Hữu Đức Minh Ngọc Thanh Quang Thu Xuân Công Đình Kim Hồng Bảo Gia Anh Quốc Mỹ Phương "
    "Tuấn Hải Khánh Như Thùy Bích Diệu Duy Trọng Thế"
)
_GIVEN: Final = _words(
    "Anh An Ánh Ân Bình Bảo Bích Châu Chi Cường Dung Dũng Duyên Dương Đạt Đức Giang Hà Hải Hạnh "
    "Hằng Hân Hiền Hiếu Hoa Hòa Hoà Hoàng Hồng Huệ Hùng Huy Hương Hường Khang Khánh Khoa Kiên Lan "
    "Lâm Linh Loan Long Lộc Ly Mai Mạnh Mận Mẩy Minh My Mỹ Mã Má Mạ Nam Nga Ngân Nghĩa Ngọc Nguyên "
    "Nguyệt Nhi Nhung Như Oanh Phát Phong Phúc Phương Phượng Quân Quang Quyên Quỳnh Sơn Tài Tâm "
    "Tân Thanh Thành Thảo Thắng Thịnh Thu Thủy Thùy Thúy Thư Thương Tiên Tiến Toàn Trang Trâm "
    "Trinh Trí Trung Trúc Tú Tuấn Tuyết Tùng Uyên Vân Việt Vinh Vy Xuân Yến Yên"
)
TYPES: Final = (
    "birth_certificate",
    "marriage_certificate",
    "citizen_card",
    "land_use_certificate",
    "decision",
    "diploma",
    "household_book",
    "driving_licence",
)
_PEOPLE_TO_PAPERS: Final = 0.3
_NAMES_TO_PEOPLE: Final = 0.05
_FIRST_DAY: Final = date(2023, 1, 2)
_DAYS: Final = 1400
_PAPERS_OF_A_DOSSIER: Final = 5


@dataclass(frozen=True, slots=True)
class Shape:
    """How many of what there are for that many papers: 3 people to 10 papers, 20 people to a name."""

    papers: int

    @property
    def people(self) -> int:
        """People who own papers."""
        return max(50, int(self.papers * _PEOPLE_TO_PAPERS))

    @property
    def names(self) -> int:
        """Different names among them."""
        return max(20, int(self.people * _NAMES_TO_PEOPLE))


def names_of(shape: Shape) -> list[str]:
    """The different names, in the order people got them."""
    draw = random.Random(11)  # noqa: S311  invented, and the same each time
    weights = [1 / (place + 1) for place in range(len(_FAMILY))]
    found: dict[str, None] = {}
    while len(found) < shape.names:
        words = [draw.choices(_FAMILY, weights)[0], draw.choice(_MIDDLE)]
        while draw.random() < 0.45 and len(words) < 6:
            words.append(draw.choice((*_MIDDLE, *_GIVEN)))
        found[" ".join((*words, draw.choice(_GIVEN)))] = None
    return list(found)


def name_of(person: int, shape: Shape) -> int:
    """Index of a person's name: a few names are borne by thousands, most by some."""
    share = (person * 2654435761 % 2**32) / 2**32
    return int(shape.names * share**1.5)


def number_of(person: int) -> str:
    """A person's 12-digit number."""
    return f"{(person * 7919) % 10**12:012d}"


def old_number_of(person: int) -> str:
    """The 9-digit number that two of five people had before; else empty."""
    return f"{(person * 104729) % 10**9:09d}" if person % 5 < 2 else ""


def uuid_text(number: int) -> str:
    """A number as ``str(uuid.UUID(int=number))`` writes it, ten times as fast."""
    digits = f"{number:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def id_of(paper: int) -> DocumentId:
    """Id of a paper's record."""
    return DocumentId(uuid_text(paper))


def owner_of(paper: int, shape: Shape) -> int:
    """Whose paper it is: no order, some have many."""
    return paper * 2246822519 % (2**31) % shape.people


def dossier_of(paper: int) -> str:
    """The dossier a paper came with, of one of 300 offices."""
    dossier = paper // _PAPERS_OF_A_DOSSIER
    return f"{office_of(paper)}-{day_of(paper, 1):%y%m%d}-{dossier % 10**6:06d}"


def office_of(paper: int) -> str:
    """One of 300 offices."""
    dossier = paper // _PAPERS_OF_A_DOSSIER
    return f"H{26 + dossier % 10}.{dossier % 30}"


def day_of(paper: int, papers: int) -> date:
    """The day a paper was filed; with the count of papers spread over four years."""
    spread = paper * _DAYS // papers if papers > 1 else paper // _PAPERS_OF_A_DOSSIER // 300 % _DAYS
    return _FIRST_DAY + timedelta(days=spread)
