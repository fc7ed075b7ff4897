"""Dossier 2: a Tày woman of Cao Bằng and a Kinh man of Bắc Ninh register their marriage."""

from __future__ import annotations

from datetime import date
from functools import partial

from samples import agencies as office
from samples.degrade import Wear
from samples.papers import birth, card, marital
from samples.people import LIEU, LONG, PEN, THANG
from samples.plan import DossierPlan, FilePlan, PagePlan

_SINGLE = "Hiện tại chưa đăng ký kết hôn với ai"
_BRIDE = marital.MaritalStatus(
    number="09/UBND-XNTTHN",
    person=LIEU,
    card="Căn cước công dân",
    card_issuer="Cục Cảnh sát QLHC về TTXH",
    card_issued_on=date(2024, 1, 15),
    lived_from=date(2018, 12, 8),
    status=_SINGLE,
    purpose="Đăng ký kết hôn với ông Nguyễn Đức Long",
    issued_on=date(2026, 2, 5),
    agency=office.DAM_THUY,
    signer=office.DAM_THUY_CHAIR,
)
_GROOM = marital.MaritalStatus(
    number="186/UBND-XNTTHN",
    person=LONG,
    card="Căn cước",
    card_issuer="Bộ Công an",
    card_issued_on=date(2024, 10, 21),
    lived_from=date(2017, 5, 25),
    status=_SINGLE,
    purpose="Đăng ký kết hôn với bà Nông Thị Bích Liễu",
    issued_on=date(2026, 9, 18),
    agency=office.TU_SON,
    signer=office.TU_SON_VICE,
    leaders=False,
)
_CARD = card.Card(person=LIEU, issued_on=date(2024, 1, 15), expires_on=date(2040, 12, 8), new_form=False)
_BIRTH = birth.Birth(
    number="112/2019",
    child=LIEU,
    mother=PEN,
    father=THANG,
    registered_at="Ủy ban nhân dân xã Đàm Thủy, huyện Trùng Khánh, tỉnh Cao Bằng",
    registered_on=date(2019, 10, 14),
    agency=office.DAM_THUY_2019,
    signer=office.DAM_THUY_CHAIR,
    declarant=THANG,
)

DOSSIER = DossierPlan(
    folder="2-dang-ky-ket-hon",
    code="H14.9.2-261105-0012",
    procedure="1.000894",
    owner=LIEU.number,
    story="Chị Nông Thị Bích Liễu (Tày, Cao Bằng) và anh Nguyễn Đức Long (Kinh, Bắc Ninh) đăng ký kết hôn.",
    files=(
        FilePlan(
            name="xac-nhan-tinh-trang-hon-nhan-nu.jpg",
            draws=(partial(marital.draw, _BRIDE),),
            grade="bad",
            purpose=(
                "JPEG màu 200 dpi nén mạnh; bóng tối mép trái, nghiêng 2,7°, nắp máy quét hở (viền tối); "
                "cấp 05/02/2026, đã quá 6 tháng"
            ),
            pages=(
                PagePlan(
                    wear=Wear(
                        skew=2.7,
                        noise=4.5,
                        blur=0.75,
                        tint=(240, 234, 218),
                        shade=0.16,
                        edge_shadow=0.42,
                        fold=(0.49,),
                        specks=220,
                        lid=(58, 57, 60),
                    ),
                    dpi=200,
                    quality=42,
                ),
            ),
        ),
        FilePlan(
            name="xac-nhan-tinh-trang-hon-nhan-nam.pdf",
            draws=(partial(marital.draw, _GROOM),),
            grade="clean",
            purpose="PDF ảnh quét 300 dpi, sạch; cấp 18/09/2026, còn giá trị",
            pages=(PagePlan(wear=Wear(skew=-0.15, noise=1.0, blur=0.4), quality=80),),
        ),
        FilePlan(
            name="can-cuoc-cong-dan-nu.jpg",
            draws=(partial(card.draw_copied, _CARD),),
            grade="light",
            purpose="JPEG màu 300 dpi; hai mặt thẻ CCCD gắn chíp trên một trang A4",
            pages=(PagePlan(wear=Wear(skew=0.7, noise=1.8, blur=0.5, shade=0.04, specks=30), quality=80),),
        ),
        FilePlan(
            name="giay-khai-sinh-nu.pdf",
            draws=(partial(birth.draw, _BIRTH),),
            grade="clean",
            purpose="PDF sinh từ phần mềm (không quét): có lớp chữ thật, phông nhúng",
            origin="digital",
        ),
    ),
)
