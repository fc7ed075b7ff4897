"""Dossier 4: a shop owner in Hồ Chí Minh City changes the registration of her business household."""

from __future__ import annotations

from datetime import date
from functools import partial

from samples import agencies as office
from samples.degrade import Wear
from samples.papers import birth, card, decision, household, residence
from samples.people import HAN, HUONG, KHAI
from samples.plan import DossierPlan, FilePlan, PagePlan

_SHOP = household.Household(
    code=HUONG.number,
    name="Hộ kinh doanh Tiệm bánh Hương Quê",
    address=HUONG.residence,
    phone="028 0000 0401",
    lines=(
        ("Sản xuất các loại bánh từ bột", "1071"),
        ("Bán lẻ lương thực, thực phẩm, đồ uống trong các cửa hàng kinh doanh tổng hợp", "4711"),
    ),
    capital_vnd=180_000_000,
    owner=HUONG,
    first_on=date(2019, 4, 9),
    changed_on=date(2025, 10, 30),
    change_number=2,
    agency=office.ECONOMY_BINH_LOI_TRUNG,
    signer=office.ECONOMY_HEAD,
)
_CARD = card.Card(person=HUONG, issued_on=date(2024, 9, 12), expires_on=date(2046, 8, 19), new_form=True)
_RESIDENCE = residence.Residence(
    number="0877/XN-CAP",
    person=HUONG,
    relation="Vợ",
    household=((KHAI, "Chủ hộ"), (HUONG, "Vợ"), (HAN, "Con")),
    issued_on=date(2026, 6, 22),
    issuer="Công an phường Bình Lợi Trung",
    agency=office.CA_BINH_LOI_TRUNG,
    signer=office.BINH_LOI_TRUNG_POLICE,
    temporary="Số 9 đường Nguyễn Huy Lượng, phường Bình Lợi Trung, Thành phố Hồ Chí Minh",
)
_BIRTH = birth.Birth(
    number="245/2018",
    child=HAN,
    mother=HUONG,
    father=KHAI,
    registered_at="Ủy ban nhân dân phường 11, quận Bình Thạnh, Thành phố Hồ Chí Minh",
    registered_on=date(2018, 3, 16),
    agency=office.BINH_THANH_11,
    signer=office.BINH_THANH_11_VICE,
    declarant=KHAI,
    typed="noto",
)
_DECISION = decision.Decision(
    number="1268/QĐ-UBND",
    issued_on=date(2026, 10, 6),
    summary="Về việc hỗ trợ lãi suất vay vốn cho hộ kinh doanh Tiệm bánh Hương Quê",
    deciding="Ủy ban nhân dân phường Bình Lợi Trung",
    grounds=(
        "Căn cứ Luật Tổ chức chính quyền địa phương ngày 16 tháng 6 năm 2025;",
        (
            "Căn cứ Kế hoạch số 74/KH-UBND ngày 03 tháng 3 năm 2026 của Ủy ban nhân dân phường Bình Lợi "
            "Trung về "
            "hỗ trợ hộ kinh doanh chuyển đổi số và phát triển sản xuất;"
        ),
        "Theo đề nghị của Trưởng phòng Kinh tế, Hạ tầng và Đô thị.",
    ),
    articles=(
        (
            (
                "Hỗ trợ lãi suất vay vốn cho hộ kinh doanh Tiệm bánh Hương Quê do bà Trần Thị Thu Hương, "
                "số định "
                f"danh cá nhân {HUONG.number}, làm chủ hộ, với mức 3%/năm trên dư nợ 150.000.000 đồng."
            ),
            "Thời hạn hỗ trợ: 12 tháng, kể từ ngày 01 tháng 11 năm 2026 đến ngày 31 tháng 10 năm 2027.",
        ),
        (
            (
                "Phòng Kinh tế, Hạ tầng và Đô thị phối hợp với ngân hàng cho vay chi trả phần lãi được "
                "hỗ trợ theo "
                "từng quý; kiểm tra việc sử dụng vốn đúng mục đích."
            ),
        ),
        (
            (
                "Chánh Văn phòng, Trưởng phòng Kinh tế, Hạ tầng và Đô thị và bà Trần Thị Thu Hương chịu "
                "trách nhiệm "
                "thi hành Quyết định này kể từ ngày ký./."
            ),
        ),
    ),
    recipients=("- Như Điều 3;", "- Thường trực Đảng ủy;", "- Lưu: VT, KTHTĐT."),
    person=HUONG,
    agency=office.BINH_LOI_TRUNG,
    signer=office.BINH_LOI_TRUNG_CHAIR,
)

DOSSIER = DossierPlan(
    folder="4-ho-kinh-doanh",
    code="H29.112.6-261112-0041",
    procedure="2.000720",
    owner=HUONG.number,
    story="Bà Trần Thị Thu Hương (Thành phố Hồ Chí Minh) đăng ký thay đổi nội dung hộ kinh doanh.",
    files=(
        FilePlan(
            name="giay-chung-nhan-ho-kinh-doanh.tif",
            draws=(partial(household.draw, _SHOP),),
            grade="clean",
            purpose="TIFF một trang màu 200 dpi nén deflate, quét sạch",
            pages=(PagePlan(dpi=200, packing="deflate"),),
        ),
        FilePlan(
            name="quyet-dinh-ho-tro-lai-suat.pdf",
            draws=(partial(decision.draw, _DECISION),),
            grade="clean",
            purpose=(
                "PDF sinh từ phần mềm, ĐÃ KÝ SỐ mức B-LTA bởi cơ quan mẫu (gốc tin cậy: "
                "trust/co-quan-mau.pem)"
            ),
            origin="signed",
        ),
        FilePlan(
            name="xac-nhan-cu-tru.pdf",
            draws=(partial(residence.draw, _RESIDENCE),),
            grade="light",
            purpose=(
                "PDF ảnh quét 300 dpi, trang để NGƯỢC 180°; CT07 cấp 22/06/2026 còn giá trị, có nơi tạm trú"
            ),
            pages=(
                PagePlan(
                    wear=Wear(
                        skew=0.8, noise=2.0, blur=0.55, tint=(252, 250, 244), shade=0.05, specks=40, turn=180
                    ),
                    quality=72,
                ),
            ),
        ),
        FilePlan(
            name="giay-khai-sinh-con.jpg",
            draws=(partial(birth.draw, _BIRTH),),
            grade="light",
            purpose="JPEG màu 200 dpi; dấu đỏ đè chữ ký xanh, bóng mép, nghiêng −0,9°",
            pages=(
                PagePlan(
                    wear=Wear(
                        skew=-0.9,
                        noise=2.4,
                        blur=0.45,
                        tint=(250, 246, 234),
                        shade=0.06,
                        edge_shadow=0.15,
                        specks=50,
                    ),
                    dpi=200,
                    quality=76,
                ),
            ),
        ),
        FilePlan(
            name="can-cuoc-chu-ho.pdf",
            draws=(partial(card.draw, _CARD),),
            grade="clean",
            purpose="PDF ảnh quét 300 dpi, hai trang khổ thẻ (hai mặt Căn cước mẫu 2024)",
            pages=(
                PagePlan(wear=Wear(noise=1.0, blur=0.4), quality=82),
                PagePlan(wear=Wear(noise=1.0, blur=0.4), quality=82),
            ),
        ),
    ),
)
