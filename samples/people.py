"""The invented people of the four dossiers. None of them exists; numbers end in 999xxx on purpose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

YEARS_PER_CENTURY = 100


def identity_number(province: str, *, male: bool, year: int, tail: str) -> str:
    """A 12-digit personal identification number: province of birth, sex and century, year, tail."""
    century_digit = (year // YEARS_PER_CENTURY - 19) * 2 + (0 if male else 1)
    return f"{province}{century_digit}{year % YEARS_PER_CENTURY:02d}{tail}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An invented person, with the addresses that papers print."""

    name: str
    male: bool
    born: date
    province: str
    tail: str
    ethnicity: str
    birthplace: str
    origin: str
    residence: str
    old_residence: str = ""
    old_card: str = ""

    @property
    def number(self) -> str:
        """The personal identification number."""
        return identity_number(self.province, male=self.male, year=self.born.year, tail=self.tail)

    @property
    def sex(self) -> str:
        """`male` or `female`, as stored."""
        return "male" if self.male else "female"

    @property
    def sex_vi(self) -> str:
        """Sex as papers print it."""
        return "Nam" if self.male else "Nữ"

    @property
    def title_vi(self) -> str:
        """Form of address."""
        return "ông" if self.male else "bà"


CHU = Person(
    name="Giàng Seo Chứ",
    male=True,
    born=date(1991, 4, 12),
    province="010",
    tail="999101",
    ethnicity="Mông",
    birthplace="Trạm Y tế xã Tả Van Chư, huyện Bắc Hà, tỉnh Lào Cai",
    origin="Tả Van Chư, Bắc Hà, Lào Cai",
    residence="Thôn Sẻ Chải, xã Tả Củ Tỷ, tỉnh Lào Cai",
    old_residence="Thôn Sẻ Chải, xã Tả Van Chư, huyện Bắc Hà, tỉnh Lào Cai",
)
MY = Person(
    name="Vàng Thị Mỷ",
    male=False,
    born=date(1993, 9, 3),
    province="010",
    tail="999102",
    ethnicity="Mông",
    birthplace="Trạm Y tế xã Lùng Phình, huyện Bắc Hà, tỉnh Lào Cai",
    origin="Lùng Phình, Bắc Hà, Lào Cai",
    residence="Thôn Sẻ Chải, xã Tả Củ Tỷ, tỉnh Lào Cai",
    old_residence="Thôn Pả Chư Tỷ, xã Lùng Phình, huyện Bắc Hà, tỉnh Lào Cai",
)
PHA = Person(
    name="Giàng Seo Phà",
    male=True,
    born=date(2019, 6, 21),
    province="010",
    tail="999103",
    ethnicity="Mông",
    birthplace="Bệnh viện Đa khoa huyện Bắc Hà, tỉnh Lào Cai",
    origin="Xã Tả Van Chư, huyện Bắc Hà, tỉnh Lào Cai",
    residence="Thôn Sẻ Chải, xã Tả Củ Tỷ, tỉnh Lào Cai",
)
LIEU = Person(
    name="Nông Thị Bích Liễu",
    male=False,
    born=date(2000, 12, 8),
    province="004",
    tail="999201",
    ethnicity="Tày",
    birthplace="Bệnh viện Đa khoa tỉnh Cao Bằng",
    origin="Xã Đàm Thủy, huyện Trùng Khánh, tỉnh Cao Bằng",
    residence="Xóm Bản Giốc, xã Đàm Thủy, tỉnh Cao Bằng",
    old_residence="Xóm Bản Giốc, xã Đàm Thủy, huyện Trùng Khánh, tỉnh Cao Bằng",
    old_card="085999201",
)
THANG = Person(
    name="Nông Văn Thắng",
    male=True,
    born=date(1972, 2, 14),
    province="004",
    tail="999202",
    ethnicity="Tày",
    birthplace="Tỉnh Cao Bằng",
    origin="Xã Đàm Thủy, huyện Trùng Khánh, tỉnh Cao Bằng",
    residence="Xóm Bản Giốc, xã Đàm Thủy, huyện Trùng Khánh, tỉnh Cao Bằng",
)
PEN = Person(
    name="Hoàng Thị Pẻn",
    male=False,
    born=date(1975, 7, 30),
    province="004",
    tail="999203",
    ethnicity="Nùng",
    birthplace="Tỉnh Cao Bằng",
    origin="Xã Chí Viễn, huyện Trùng Khánh, tỉnh Cao Bằng",
    residence="Xóm Bản Giốc, xã Đàm Thủy, huyện Trùng Khánh, tỉnh Cao Bằng",
)
LONG = Person(
    name="Nguyễn Đức Long",
    male=True,
    born=date(1997, 5, 25),
    province="027",
    tail="999204",
    ethnicity="Kinh",
    birthplace="Tỉnh Bắc Ninh",
    origin="Phường Đình Bảng, thị xã Từ Sơn, tỉnh Bắc Ninh",
    residence="Số 18 đường Lý Thái Tổ, phường Từ Sơn, tỉnh Bắc Ninh",
)
BLO = Person(
    name="Y Blô Niê",
    male=True,
    born=date(1985, 1, 17),
    province="066",
    tail="999301",
    ethnicity="Ê Đê",
    birthplace="Tỉnh Đắk Lắk",
    origin="Ea Tul, Cư M'gar, Đắk Lắk",
    residence="Buôn Sah A, xã Ea Tul, tỉnh Đắk Lắk",
    old_residence="Buôn Sah A, xã Ea Tul, huyện Cư M'gar, tỉnh Đắk Lắk",
    old_card="241999301",
)
HBIA = Person(
    name="H'Bia Mlô",
    male=False,
    born=date(1988, 10, 30),
    province="066",
    tail="999302",
    ethnicity="Ê Đê",
    birthplace="Tỉnh Đắk Lắk",
    origin="Xã Ea Drơng, huyện Cư M'gar, tỉnh Đắk Lắk",
    residence="Buôn Sah A, xã Ea Tul, tỉnh Đắk Lắk",
    old_residence="Buôn Yông, xã Ea Drơng, huyện Cư M'gar, tỉnh Đắk Lắk",
)
QUYEN = Person(
    name="Bùi Thị Lệ Quyên",
    male=False,
    born=date(1990, 3, 2),
    province="051",
    tail="999303",
    ethnicity="Kinh",
    birthplace="Tỉnh Quảng Ngãi",
    origin="Phường Trương Quang Trọng, thành phố Quảng Ngãi",
    residence="Số 42 đường Hùng Vương, xã Quảng Phú, tỉnh Đắk Lắk",
)
HUONG = Person(
    name="Trần Thị Thu Hương",
    male=False,
    born=date(1986, 8, 19),
    province="079",
    tail="999401",
    ethnicity="Kinh",
    birthplace="Bệnh viện Từ Dũ, Thành phố Hồ Chí Minh",
    origin="An Thới, Bình Thủy, Cần Thơ",
    residence="Số 127/5 đường Phan Văn Trị, phường Bình Lợi Trung, Thành phố Hồ Chí Minh",
    old_residence="Số 127/5 đường Phan Văn Trị, phường 11, quận Bình Thạnh, Thành phố Hồ Chí Minh",
)
KHAI = Person(
    name="Lê Quang Khải",
    male=True,
    born=date(1983, 11, 5),
    province="079",
    tail="999402",
    ethnicity="Kinh",
    birthplace="Thành phố Hồ Chí Minh",
    origin="Xã Phước Vĩnh An, huyện Củ Chi, Thành phố Hồ Chí Minh",
    residence="Số 127/5 đường Phan Văn Trị, phường Bình Lợi Trung, Thành phố Hồ Chí Minh",
    old_residence="Số 127/5 đường Phan Văn Trị, phường 11, quận Bình Thạnh, Thành phố Hồ Chí Minh",
)
HAN = Person(
    name="Lê Trần Gia Hân",
    male=False,
    born=date(2018, 2, 25),
    province="079",
    tail="999403",
    ethnicity="Kinh",
    birthplace="Bệnh viện Hùng Vương, quận 5, Thành phố Hồ Chí Minh",
    origin="Xã Phước Vĩnh An, huyện Củ Chi, Thành phố Hồ Chí Minh",
    residence="Số 127/5 đường Phan Văn Trị, phường 11, quận Bình Thạnh, Thành phố Hồ Chí Minh",
)

EVERYONE = (CHU, MY, PHA, LIEU, THANG, PEN, LONG, BLO, HBIA, QUYEN, HUONG, KHAI, HAN)
