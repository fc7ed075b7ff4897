"""Dossier 3: an Ê Đê couple in Đắk Lắk has a land transfer certified."""

from __future__ import annotations

from datetime import date
from functools import partial

from samples import agencies as office
from samples.degrade import Wear
from samples.papers import card, decision, land, marriage, receipt, residence
from samples.people import BLO, HBIA, QUYEN
from samples.plan import DossierPlan, FilePlan, PagePlan

_LAND = land.Land(
    serial="AA 02999317",
    register_number="VP 00812",
    owner=BLO,
    parcel="248",
    map_sheet="37",
    address="Buôn Sah A, xã Ea Tul, huyện Cư M'gar, tỉnh Đắk Lắk",
    area_m2="862.4",
    purpose="Đất trồng cây lâu năm",
    term="Đến ngày 15 tháng 10 năm 2043",
    origin="Nhà nước công nhận quyền sử dụng đất",
    issued_on=date(2025, 3, 26),
    agency=office.LAND_OFFICE_DAK_LAK,
    signer=office.DAK_LAK_LAND,
    changes=(
        "Thế chấp tại Ngân hàng Chính sách xã hội, Phòng giao dịch Cư M'gar theo hồ sơ số 000318.TC.001 "
        "ngày 12/05/2025. Xóa đăng ký thế chấp ngày 04/09/2026."
    ),
)
_MARRIAGE = marriage.Marriage(
    number="22/2018",
    wife=HBIA,
    husband=BLO,
    registered_at="Ủy ban nhân dân xã Ea Tul, huyện Cư M'gar, tỉnh Đắk Lắk",
    registered_on=date(2018, 11, 16),
    agency=office.EA_TUL_2018,
    signer=office.EA_TUL_VICE,
)
_RESIDENCE = residence.Residence(
    number="1032/XN-CAX",
    person=BLO,
    relation="Chồng",
    household=((HBIA, "Chủ hộ"), (BLO, "Chồng")),
    issued_on=date(2025, 8, 15),
    issuer="Công an xã Ea Tul",
    agency=office.CA_EA_TUL,
    signer=office.EA_TUL_POLICE,
)
_RECEIPT = receipt.Receipt(
    receiver=BLO,
    payer=QUYEN,
    amount="50.000.000",
    amount_in_words="năm mươi triệu đồng chẵn",
    reason=(
        "Đây là tiền đặt cọc để nhận chuyển nhượng thửa đất số 248 tại buôn Sah A. Số tiền còn lại sẽ được "
        "giao đủ khi hai bên ký hợp đồng tại Trung tâm Phục vụ hành chính công xã Ea Tul."
    ),
    place="Ea Tul",
    written_on=date(2026, 10, 28),
)
_CARD = card.Card(person=BLO, issued_on=date(2023, 5, 10), expires_on=date(2045, 1, 17), new_form=False)
_DECISION = decision.Decision(
    number="347/QĐ-UBND",
    issued_on=date(2026, 8, 12),
    summary="Về việc cho phép chuyển mục đích sử dụng đất đối với hộ ông Y Blô Niê",
    deciding="Chủ tịch Ủy ban nhân dân xã Ea Tul",
    grounds=(
        "Căn cứ Luật Tổ chức chính quyền địa phương ngày 16 tháng 6 năm 2025;",
        "Căn cứ Luật Đất đai ngày 18 tháng 01 năm 2024;",
        (
            "Căn cứ Nghị định số 151/2025/NĐ-CP ngày 12 tháng 6 năm 2025 của Chính phủ quy định về phân "
            "định thẩm "
            "quyền của chính quyền địa phương 02 cấp trong lĩnh vực đất đai;"
        ),
        "Theo đề nghị của Trưởng phòng Kinh tế xã tại Tờ trình số 129/TTr-KT ngày 06 tháng 8 năm 2026.",
    ),
    articles=(
        (
            (
                "Cho phép ông Y Blô Niê, sinh ngày 17/01/1985, số định danh cá nhân "
                f"{BLO.number}, thường trú tại buôn Sah A, xã Ea Tul, tỉnh Đắk Lắk chuyển mục đích sử dụng "
                "120,0 m² đất trồng cây lâu năm thuộc thửa đất số 248, tờ bản đồ số 37 sang đất ở tại "
                "nông thôn."
            ),
            (
                "Vị trí, ranh giới phần diện tích được chuyển mục đích xác định theo mảnh trích đo địa "
                "chính số "
                "64-2026 do Chi nhánh Văn phòng đăng ký đất đai Cư M'gar lập ngày 22 tháng 7 năm 2026."
            ),
            "Hình thức sử dụng: hộ gia đình, cá nhân sử dụng riêng. Thời hạn sử dụng phần đất ở: lâu dài.",
        ),
        (
            "Giao các cơ quan, đơn vị và người sử dụng đất thực hiện các công việc sau:",
            (
                "1. Phòng Kinh tế xã có trách nhiệm chuyển thông tin địa chính đến cơ quan thuế, thông "
                "báo cho ông "
                "Y Blô Niê nộp tiền sử dụng đất, lệ phí theo quy định và giám sát việc sử dụng đất."
            ),
            (
                "2. Chi nhánh Văn phòng đăng ký đất đai Cư M'gar cập nhật, chỉnh lý hồ sơ địa chính và "
                "xác nhận thay "
                "đổi vào Giấy chứng nhận đã cấp số phát hành AA 02999317 sau khi người sử dụng đất hoàn "
                "thành nghĩa "
                "vụ tài chính."
            ),
            (
                "3. Ông Y Blô Niê sử dụng đất đúng mục đích, đúng diện tích được phép chuyển và thực "
                "hiện đầy đủ "
                "quyền, nghĩa vụ của người sử dụng đất."
            ),
        ),
        (
            "Quyết định này có hiệu lực kể từ ngày ký.",
            (
                "Chánh Văn phòng Hội đồng nhân dân và Ủy ban nhân dân xã, Trưởng phòng Kinh tế, Trưởng "
                "buôn Sah A "
                "và ông Y Blô Niê chịu trách nhiệm thi hành Quyết định này./."
            ),
        ),
    ),
    recipients=("- Như Điều 3;", "- Sở Nông nghiệp và Môi trường;", "- Thuế cơ sở 4;", "- Lưu: VT, KT."),
    person=BLO,
    agency=office.EA_TUL,
    signer=office.EA_TUL_VICE,
    face="free",
)

_STACK = PagePlan(
    wear=Wear(skew=0.5, noise=1.8, blur=0.45, tint=(252, 250, 245), specks=25), dpi=200, quality=78
)

DOSSIER = DossierPlan(
    folder="3-chuyen-nhuong-dat",
    code="H15.31.4-261110-0003",
    procedure="2.001035",
    owner=BLO.number,
    story="Ông Y Blô Niê và bà H'Bia Mlô (Ê Đê, Đắk Lắk) chứng thực hợp đồng chuyển nhượng đất.",
    files=(
        FilePlan(
            name="ho-so-quet-ca-tap.pdf",
            draws=(
                partial(land.draw, _LAND),
                partial(marriage.draw, _MARRIAGE),
                partial(residence.draw, _RESIDENCE),
                partial(receipt.draw, _RECEIPT),
            ),
            grade="light",
            purpose=(
                "PDF ảnh quét 200 dpi, bốn giấy tờ trong một tệp: giấy chứng nhận đất (2 trang, hằn mặt "
                "sau), "
                "kết hôn, CT07 quá một năm, giấy biên nhận riêng (loại chưa xác định)"
            ),
            pages=(
                PagePlan(
                    wear=Wear(skew=-0.8, noise=2.0, blur=0.45, bleed=0.07, shade=0.04, specks=30),
                    dpi=200,
                    quality=78,
                ),
                PagePlan(
                    wear=Wear(skew=0.6, noise=2.0, blur=0.45, bleed=0.07, shade=0.04, specks=30),
                    dpi=200,
                    quality=78,
                ),
                _STACK,
                PagePlan(
                    wear=Wear(skew=-0.4, noise=1.8, blur=0.45, fold=(0.5,), specks=25), dpi=200, quality=78
                ),
                PagePlan(
                    wear=Wear(skew=1.4, noise=2.4, blur=0.5, tint=(248, 246, 240), specks=60),
                    dpi=200,
                    quality=74,
                ),
            ),
        ),
        FilePlan(
            name="quyet-dinh-chuyen-muc-dich.tif",
            draws=(partial(decision.draw, _DECISION),),
            grade="light",
            purpose=(
                "TIFF hai trang 300 dpi: trang 1 đen trắng nén G4, trang 2 màu nén JPEG, dấu đỏ đè chữ "
                "ký, lỗ đục và ghim"
            ),
            pages=(
                PagePlan(
                    wear=Wear(skew=-0.6, noise=2.0, blur=0.6, specks=70, holes=True, staple=True),
                    packing="g4",
                ),
                PagePlan(
                    wear=Wear(
                        skew=-0.5, noise=2.0, blur=0.55, specks=30, shade=0.05, holes=True, staple=True
                    ),
                    quality=74,
                ),
            ),
        ),
        FilePlan(
            name="cccd-chong.jpg",
            draws=(partial(card.draw_copied, _CARD),),
            grade="worn",
            purpose="JPEG màu 300 dpi; hai mặt thẻ CCCD trên trang A4, nghiêng −2,2°, sáng không đều",
            pages=(
                PagePlan(
                    wear=Wear(
                        skew=-2.2,
                        noise=3.0,
                        blur=0.8,
                        tint=(247, 246, 240),
                        shade=0.10,
                        edge_shadow=0.2,
                        specks=90,
                    ),
                    quality=68,
                ),
            ),
        ),
    ),
)
