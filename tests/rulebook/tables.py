"""Small tables for tests: a library card, as an office would add it, and a folder of an office."""

from __future__ import annotations

from pathlib import Path

LIBRARY_CARD = """
type = "library_card"
label_vi = "Thẻ thư viện"
source = "Quy chế thư viện xã (mẫu)"
titles = ["THẺ THƯ VIỆN", { text = "THẺ ĐỌC SÁCH", until = 2019-12-31, form = "Quy chế cũ" }]
anchors = ["Bạn đọc", "Phòng đọc"]

[[validity]]
kind = "printed"
field = "expiry_date"
article = "Quy chế thư viện xã"
verified = true

[[party]]
role = "owner"
relation = "subject"
name = "reader_full_name"
number = "personal_id"

[[field]]
name = "card_number"
label_vi = "Số thẻ"
kind = "code"
key = true
labels = ["Số thẻ"]

[[field]]
name = "reader_full_name"
label_vi = "Bạn đọc"
kind = "person_name"
key = true
labels = ["Bạn đọc"]

[[field]]
name = "personal_id"
label_vi = "Số định danh"
kind = "personal_id"
labels = ["Số định danh cá nhân"]

[[field]]
name = "expiry_date"
label_vi = "Giá trị đến"
kind = "date"
labels = ["Giá trị đến ngày"]
"""


def office(folder: Path, *, thresholds: str = "", **tables: str) -> Path:
    """An office's rulebook with these paper tables, by file name without its ending."""
    (folder / "papers").mkdir(parents=True)
    for name, text in tables.items():
        (folder / "papers" / f"{name}.toml").write_text(text, encoding="utf-8")
    if thresholds:
        (folder / "thresholds.toml").write_text(thresholds, encoding="utf-8")
    return folder
