from __future__ import annotations

import pytest

from extraction.document import understand
from rulebook.paper_spec import Papers
from tests.extraction.old_forms import OLD_BIRTH, OLD_HOUSEHOLD, OLD_LAND, PRINTED_CT07
from tests.extraction.papers import Rows
from tests.extraction.writing import page

EXPECTED: list[tuple[str, Rows, dict[str, str]]] = [
    (
        "birth_certificate",
        OLD_BIRTH,
        {
            "document_number": "88",
            "full_name": "Đặng Quốc Bảo",
            "date_of_birth": "2009-11-05",
            "date_of_birth_in_words": "Ngày năm tháng mười một năm hai nghìn không trăm linh chín",
            "sex": "male",
            "ethnicity": "Kinh",
            "nationality": "Việt Nam",
            "place_of_birth": "Trạm Y tế xã Hy Cương",
            "place_of_origin": "Hy Cương, Việt Trì, Phú Thọ",
            "mother_full_name": "Bùi Thị Lan",
            "mother_birth_year": "1983",
            "mother_ethnicity": "Mường",
            "mother_nationality": "Việt Nam",
            "mother_residence": "Xã Thanh Ba, huyện Thanh Ba",
            "father_full_name": "Đặng Văn Hòa",
            "father_birth_year": "1980",
            "father_ethnicity": "Kinh",
            "father_nationality": "Việt Nam",
            "father_residence": "Xã Hy Cương, thành phố Việt Trì",
            "declarant_full_name": "Đặng Văn Hòa",
            "registered_at": "UBND xã Hy Cương, thành phố Việt Trì",
            "registration_date": "2009-11-20",
        },
    ),
    (
        "land_certificate",
        OLD_LAND,
        {
            "serial_number": "BX123456",
            "register_number": "CH01234",
            "owner_full_name": "Đặng Văn Hòa",
            "owner_personal_id": "131234567",
            "parcel_number": "215",
            "map_sheet_number": "14",
            "parcel_address": "khu 3, xã Hy Cương, thành phố Việt Trì, tỉnh Phú Thọ",
            "area_m2": "1250.5",
            "land_use_purpose": "Đất ở tại nông thôn 400 m2; đất trồng cây lâu năm 850,5 m2",
            "use_term": "Đất ở: Lâu dài",
            "use_origin": "Nhận chuyển nhượng đất được công nhận quyền sử dụng đất",
            "issue_date": "2016-06-09",
            "issuer": "ỦY BAN NHÂN DÂN",
        },
    ),
    (
        "household_business_certificate",
        OLD_HOUSEHOLD,
        {
            "business_code": "18A8001234",
            "business_name": "TẠP HÓA LAN HÒA",
            "business_address": "Khu 3, xã Hy Cương, thành phố Việt Trì, tỉnh Phú Thọ",
            "business_lines": "Bán lẻ tạp hóa",
            "capital_vnd": "50000000",
            "owner_full_name": "Bùi Thị Lan",
            "owner_personal_id": "131765432",
            "first_registration_date": "2018-03-12",
            "issuer": "PHÒNG TÀI CHÍNH - KẾ HOẠCH",
        },
    ),
    (
        "residence_confirmation",
        PRINTED_CT07,
        {
            "document_number": "45/XN",
            "full_name": "Đặng Văn Hòa",
            "date_of_birth": "1980-07-07",
            "sex": "male",
            "personal_id": "025080001234",
            "permanent_residence": "Khu 3, xã Hy Cương, tỉnh Phú Thọ",
            "current_residence": "Khu 3, xã Hy Cương, tỉnh Phú Thọ",
            "household_head_full_name": "Bùi Thị Lan",
            "relation_to_head": "Chồng",
            "issue_date": "2026-01-06",
            "issuer": "CÔNG AN XÃ HY CƯƠNG",
        },
    ),
]


@pytest.mark.parametrize(("type_", "rows", "values"), EXPECTED, ids=[entry[0] for entry in EXPECTED])
def test_older_forms_are_read_by_the_same_tables(
    papers: Papers, type_: str, rows: Rows, values: dict[str, str]
) -> None:
    (paper,) = understand([page(rows)], papers)
    assert paper.type == type_
    assert {field.name: field.value for field in paper.fields} == values
