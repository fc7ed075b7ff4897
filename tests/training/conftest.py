"""A few invented sentences, and a folder of fonts that every machine with the Debian packages has."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.truth.fonts import FAMILIES
from training.faces import Faces

# Names by which ``training.faces`` knows them; the last stands in for a hand.
_FILES = {
    "Tinos-Regular.ttf": "Tinos-Regular.ttf",
    "Tinos-Bold.ttf": "Tinos-Bold.ttf",
    "Arimo-Regular.ttf": "Arimo-Regular.ttf",
    "dkg.ttf": "Cousine-Regular.ttf",
}


@pytest.fixture(scope="session")
def sentences() -> tuple[str, ...]:
    return (
        "Ủy ban nhân dân xã Mỹ Thuận tiếp nhận hồ sơ, ghi sổ và hẹn ngày trả kết quả cho người nộp.",
        "Người yêu cầu chịu trách nhiệm về lời khai của mình; nếu khai sai thì bị xử lý theo quy định.",
        "Điều 7. Giấy tờ đã nộp một lần thì không phải nộp lại, trừ trường hợp đã hết thời hạn (nếu có).",
        "Căn cứ đề nghị của Trưởng phòng Nội vụ tại Tờ trình số 12/TTr-NV ngày 03 tháng 5 năm 2024.",
        "Mức thu: 15.000 đồng/bản; 8.000 đồng cho mỗi bản sao tiếp theo “không kể số trang”.",
    )


@pytest.fixture(scope="session")
def faces(tmp_path_factory: pytest.TempPathFactory) -> Faces:
    (folder,) = {Path(family.files[0]).parent for family in FAMILIES if family.name == "Tinos"}
    missing = [name for name in _FILES.values() if not (folder / name).is_file()]
    if missing:
        pytest.skip(f"fonts are MISSING, nothing is drawn: install fonts-croscore ({', '.join(missing)})")
    chosen = tmp_path_factory.mktemp("fonts")
    for name, file in _FILES.items():
        (chosen / name).symlink_to(folder / file)
    return Faces(chosen)
