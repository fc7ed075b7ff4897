"""The list of samples that people read, written from the plans so that it cannot fall behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from samples.plan import DossierPlan, FilePlan

_HEAD = """# Bộ hồ sơ mẫu

Bốn hồ sơ của những người **không có thật**. Tên người, số định danh, số giấy tờ, chữ ký và con dấu đều do
`samples/make.py` vẽ ra; mỗi tờ in ở chân trang dòng "MẪU – người và giấy tờ không có thật".

* Nguồn gốc: dựng bằng `python -m samples.make --seed {seed}`; cùng hạt giống cho cùng byte, trừ tệp ký số
  (khóa được tạo mới mỗi lần dựng, rồi bỏ đi).
* Giấy phép: Apache-2.0 (có thể dùng như CC0).
* Phông chữ: Debian `fonts-croscore`, `fonts-freefont-ttf`, `fonts-noto-core`, `fonts-dejavu-core`.
* Bên cạnh mỗi tệp: `<tệp>.expected.json` (loại giấy, trang, các trường theo từ vựng của dự án) và
  `<tệp>.txt` (chữ theo thứ tự đọc, các trang cách nhau bằng dấu sang trang). Chữ trên con dấu, chữ ký,
  dòng chấm và hình nền không nằm trong `.txt`; khối cơ quan bên trái đứng trước Quốc hiệu; hàng của bảng
  được viết lần lượt từng ô; giấy kết hôn viết cột vợ trước, cột chồng sau.
* `dossier.json`: mã hồ sơ, mã thủ tục, số định danh của người nộp, danh sách tệp.
* `trust/co-quan-mau.pem`: chứng thư gốc MẪU của cơ quan đã ký tệp PDF ký số. Không dùng ngoài bộ mẫu.
* Đầu vào hỏng cho kiểm thử không lưu ở đây: `samples/bad.py` dựng khi cần.

Mức `grade`: `clean` (quét sạch), `light` (như văn phòng thường gặp), `worn` (cũ, gấp, ố), `bad` (kém).
"""


_ORIGINS = {"scan": "dựng, quét giả lập", "digital": "dựng, PDF có lớp chữ", "signed": "dựng, PDF ký số"}
_COLUMNS = "| Tệp | Nguồn gốc | Mức | Mục đích và độ xuống cấp | Kết quả mong đợi |\n|---|---|---|---|---|"


def _row(plan: FilePlan) -> str:
    cells = (
        f"`{plan.name}`",
        _ORIGINS[plan.origin],
        plan.grade,
        plan.purpose,
        f"`{plan.name}.expected.json`",
    )
    return f"| {' | '.join(cells)} |"


def write_readme(path: Path, dossiers: Sequence[DossierPlan], *, seed: int) -> None:
    """Write the README of the sample set."""
    parts = [_HEAD.format(seed=seed)]
    for dossier in dossiers:
        table = "\n".join(_row(plan) for plan in dossier.files)
        parts.append(
            f"## dossiers/{dossier.folder}\n\n{dossier.story} Mã hồ sơ `{dossier.code}`, thủ tục "
            f"`{dossier.procedure}`.\n\n{_COLUMNS}\n{table}\n"
        )
    path.write_text("\n".join(parts), encoding="utf-8")
