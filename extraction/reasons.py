"""What each reason code of a field means, for people and for ``docs/evidence.md`` (a test compares)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from dossier.errors import Lang

_REASONS = {
    "amount.words_agrees": (
        "Số tiền hoặc diện tích bằng chữ khớp bằng số",
        "the amount in words is the one in digits",
    ),
    "amount.words_conflict": ("Bằng chữ khác bằng số", "the amount in words is another than in digits"),
    "code.shape_conflict": (
        "Không đúng dạng của loại số này",
        "the code has none of the shapes such codes have",
    ),
    "date.age_conflict": (
        "Tuổi không hợp với loại giấy này",
        "too young for such a paper, or older than people get",
    ),
    "date.form_conflict": ("Ngày không thuộc thời gian dùng mẫu này", "the form was not in use on that day"),
    "date.generation_conflict": ("Tuổi cha, mẹ không hợp với tuổi con", "a parent is too young or too old"),
    "date.order_conflict": ("Ngày trước lại sau ngày sau", "something ends before it begins"),
    "date.other_day": (
        "Không thấy nhãn của ngày này, tạm lấy ngày của giấy",
        "no label says which day it is; the day of the paper was taken",
    ),
    "date.words_agrees": ("Ngày bằng chữ khớp bằng số", "the day in words is the one in digits"),
    "date.words_conflict": ("Ngày bằng chữ khác bằng số", "the day in words is another than in digits"),
    "ethnicity.known": ("Là một trong 54 dân tộc", "one of the 54 peoples"),
    "ethnicity.near_miss_conflict": ("Gần giống tên một dân tộc", "an accent or a letter off one people"),
    "field.printed_twice": ("Giấy in giá trị này hai lần", "another place of the paper says the same"),
    "field.two_candidates": ("Chỗ khác trên giấy ghi khác", "another place of the paper says something else"),
    "id.generation_conflict": ("Số của cha, mẹ không hợp tuổi con", "a parent's number tells a wrong age"),
    "id.place_agrees": (
        "Ba số đầu là tỉnh nơi sinh hoặc quê",
        "the number's province is that of birth or origin",
    ),
    "id.place_unknown": (
        "Ba số đầu không phải tỉnh nào",
        "the number's first digits are no province (birth abroad)",
    ),
    "id.registered_agrees": (
        "Ba số đầu là tỉnh đăng ký khai sinh",
        "the number's province registered the birth",
    ),
    "id.registered_conflict": (
        "Ba số đầu không phải tỉnh đăng ký khai sinh",
        "another province than the number's registered the birth",
    ),
    "id.same_conflict": ("Hai người cùng một số", "two people with one number"),
    "id.sex_agrees": ("Số định danh khớp giới tính", "the number tells the printed sex"),
    "id.sex_conflict": ("Số định danh trái giới tính", "the number tells another sex"),
    "id.year_agrees": ("Số định danh khớp năm sinh", "the number tells the printed year of birth"),
    "id.year_conflict": ("Số định danh trái năm sinh", "the number tells another year of birth"),
    "label.other_time": (
        "Nhãn này không in trên giấy cấp ngày đó",
        "the label was not printed on papers of that day",
    ),
    "mrz.agrees": ("Dòng máy đọc khớp chữ in", "the machine-readable zone says the same"),
    "mrz.corrected": (
        "Lấy theo dòng máy đọc, chữ in gần giống",
        "the zone's value; the print is nearly that",
    ),
    "mrz.digit_corrected": (
        "Một số của dòng máy đọc được sửa theo số kiểm tra",
        "a digit of the zone was misread; the check digits leave one reading",
    ),
    "mrz.name_agrees": ("Tên khớp dòng máy đọc (không dấu)", "the name without accents is the zone's"),
    "mrz.print_conflict": ("Dòng máy đọc khác chữ in", "the zone's value; the print says something else"),
    "name.echo_agrees": ("Tên được in lại giống vậy", "the name stands once more on the paper"),
    "name.echo_conflict": (
        "Tên được in lại với dấu khác",
        "the same letters with other accents stand elsewhere",
    ),
    "name.longer_conflict": ("Chỗ khác in tên dài hơn", "a longer name stands elsewhere"),
    "name.surname_corrected": (
        "Dấu của họ đọc sai, đã lấy họ thường gặp cùng chữ",
        "the accents of the surname were misread; the frequent one with these letters was taken",
    ),
    "name.twice_agrees": ("Hai trường cùng một tên", "two fields name the same person"),
    "name.twice_conflict": ("Hai tên chỉ khác một, hai chữ", "two names differ by a letter or two"),
    "nationality.known": ("Là một quốc tịch thường gặp", "a nation papers name"),
    "nationality.near_miss_conflict": ("Gần giống tên một nước", "an accent or a letter off one nation"),
    "number.year_agrees": ("Năm trong số giấy khớp ngày", "the year in the number is that of the day"),
    "number.year_conflict": ("Năm trong số giấy khác ngày", "the year in the number is another"),
    "ocr.box_strokes": (
        "Nét ô vuông bị đọc thành số, đã bỏ",
        "strokes of boxes were read as digits and left out",
    ),
    "ocr.choice_mended": (
        "Đọc nhầm nét, chỉ một giá trị có thể đúng",
        "a mark of the same stroke was read; only one possible value looks like that",
    ),
    "ocr.date_mended": ("Ngày thiếu một nét gạch", "a stroke between the parts of the date was missing"),
    "ocr.digit_corrected": ("Chữ được hiểu là số", "a letter was taken for a digit"),
    "ocr.role_mended": (
        "Dấu chấm sau TM., KT., TL. … không đọc được, đã thêm",
        "the full stop of an abbreviated role was not read",
    ),
    "ocr.sign_corrected": ("Ký hiệu được sửa theo bảng viết tắt", "a letter of the sign was corrected"),
    "ocr.stray_mark": ("Vết bẩn bị đọc thành dấu, đã bỏ", "a speck was read as a mark and left out"),
    "ocr.stroke_mended": (
        "Chữ giữa hai số được hiểu là gạch chéo",
        "a letter between digits was taken for a stroke",
    ),
    "place.before_merger": (
        "Địa chỉ ghi cấp huyện, trước 01/07/2025",
        "an address of before the merger; fine",
    ),
    "place.commune_known": ("Xã, phường có trong danh mục", "the commune is known"),
    "place.district_known": ("Huyện, quận có trong danh mục", "the district is known"),
    "place.near_miss_conflict": ("Gần giống một địa danh", "an accent or a letter off one place"),
    "place.province_former": ("Tên tỉnh cũ", "a province before the 63"),
    "place.province_known": ("Kết thúc bằng tên tỉnh", "the address ends in a province, old or new"),
    "place.province_unknown": (
        "Sau chữ “tỉnh” không phải tỉnh nào",
        "“tỉnh” is printed, but no province follows",
    ),
    "qr.agrees": ("Mã QR khớp chữ in", "the QR code says the same"),
    "qr.corrected": ("Lấy theo mã QR, chữ in gần giống", "the code's value; the print is nearly that"),
    "qr.print_conflict": ("Mã QR khác chữ in", "the code's value; the print says something else"),
    "tax.digit_agrees": ("Số kiểm tra của mã số thuế đúng", "the check digit of the tax code holds"),
    "tax.digit_conflict": ("Số kiểm tra của mã số thuế sai", "the check digit of the tax code fails"),
    "tax.digit_unknown": ("Không kiểm tra được mã số này", "a code whose digits cannot be checked"),
    "tax.owner_agrees": ("Mã số hộ là số định danh của chủ hộ", "the household's code is its owner's number"),
    "tax.owner_conflict": ("Mã số hộ khác số định danh của chủ hộ", "the household's code is another number"),
}

REASONS: Mapping[str, tuple[str, str]] = MappingProxyType(_REASONS)
"""Reason code to what people read, in Vietnamese and English."""


def sentence(code: str, lang: Lang = "vi") -> str:
    """What people read; the code itself where it is not known."""
    return REASONS.get(code, (code, code))[0 if lang == "vi" else 1]
