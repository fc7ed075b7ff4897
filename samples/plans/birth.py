"""Dossier 1: a Mông couple in Lào Cai registers the birth of their second child."""

from __future__ import annotations

from datetime import date
from functools import partial

from samples import agencies as office
from samples.degrade import Wear
from samples.papers import birth, card, marriage, residence
from samples.people import CHU, MY, PHA
from samples.plan import DossierPlan, FilePlan, PagePlan

_MARRIAGE = marriage.Marriage(
    number="07/2017",
    wife=MY,
    husband=CHU,
    registered_at="Ủy ban nhân dân xã Tả Van Chư, huyện Bắc Hà, tỉnh Lào Cai",
    registered_on=date(2017, 2, 20),
    agency=office.TA_VAN_CHU,
    signer=office.TA_VAN_CHU_CHAIR,
)
_CARD = card.Card(person=CHU, issued_on=date(2025, 8, 14), expires_on=date(2031, 4, 12), new_form=True)
_BIRTH = birth.Birth(
    number="31/2019",
    child=PHA,
    mother=MY,
    father=CHU,
    registered_at="Ủy ban nhân dân xã Tả Van Chư, huyện Bắc Hà, tỉnh Lào Cai",
    registered_on=date(2019, 7, 5),
    agency=office.TA_VAN_CHU,
    signer=office.TA_VAN_CHU_VICE,
    declarant=CHU,
    typed="free",
)
_RESIDENCE = residence.Residence(
    number="214/XN-CAX",
    person=CHU,
    relation="Chủ hộ",
    household=((CHU, "Chủ hộ"), (MY, "Vợ"), (PHA, "Con")),
    issued_on=date(2026, 3, 10),
    issuer="Công an xã Tả Củ Tỷ",
    agency=office.CA_TA_CU_TY,
    signer=office.TA_CU_TY_POLICE,
)

DOSSIER = DossierPlan(
    folder="1-dang-ky-khai-sinh",
    code="H38.21.3-261103-0007",
    procedure="1.001193",
    owner=CHU.number,
    story="Vợ chồng người Mông ở Lào Cai đăng ký khai sinh cho con thứ hai.",
    files=(
        FilePlan(
            name="giay-chung-nhan-ket-hon.jpg",
            draws=(partial(marriage.draw, _MARRIAGE),),
            grade="light",
            purpose="JPEG màu 300 dpi; nghiêng 1,1°, nền ngả vàng, sáng không đều, dấu đỏ đè chữ ký",
            pages=(
                PagePlan(
                    wear=Wear(skew=1.1, noise=2.4, blur=0.6, tint=(251, 247, 236), shade=0.05, specks=40),
                    quality=74,
                ),
            ),
        ),
        FilePlan(
            name="can-cuoc-cha.tif",
            draws=(partial(card.draw, _CARD),),
            grade="clean",
            purpose="TIFF hai trang 300 dpi (hai mặt thẻ Căn cước mẫu 2024), nén JPEG; QR và MRZ",
            pages=(
                PagePlan(wear=Wear(noise=1.0, blur=0.4), quality=82),
                PagePlan(wear=Wear(noise=1.0, blur=0.4), quality=82),
            ),
        ),
        FilePlan(
            name="Giấy khai sinh của con (bản chính).pdf",
            draws=(partial(birth.draw, _BIRTH),),
            grade="worn",
            purpose=(
                "PDF ảnh quét 300 dpi, tên tệp có dấu và khoảng trắng; nếp gấp, ố, nghiêng −1,6°; "
                "trang 2 là mặt sau trắng, hằn chữ mặt trước"
            ),
            pages=(
                PagePlan(
                    wear=Wear(
                        skew=-1.6,
                        noise=3.2,
                        blur=0.8,
                        tint=(247, 240, 222),
                        shade=0.08,
                        edge_shadow=0.22,
                        fold=(0.335, 0.668),
                        specks=160,
                    ),
                    quality=68,
                ),
                PagePlan(
                    wear=Wear(
                        skew=1.2,
                        noise=2.6,
                        blur=0.8,
                        tint=(247, 240, 222),
                        bleed=0.10,
                        fold=(0.335,),
                        specks=120,
                    ),
                    quality=55,
                    blank=True,
                ),
            ),
        ),
        FilePlan(
            name="xac-nhan-cu-tru-ct07.jpg",
            draws=(partial(residence.draw, _RESIDENCE),),
            grade="clean",
            purpose="JPEG màu 200 dpi, quét sạch; CT07 cấp 10/03/2026 còn giá trị",
            pages=(PagePlan(wear=Wear(skew=0.2, noise=1.2, blur=0.35), dpi=200, quality=82),),
        ),
    ),
)
