from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pdfplumber
import pytest
from PIL import Image
from PIL.TiffImagePlugin import TiffImageFile

from samples.fonts import FACES, missing_letters, vietnamese_letters
from samples.make import DEFAULT_SEED, build_file
from samples.mrz import check_digit, td1
from samples.people import CHU
from samples.plans import DOSSIERS
from samples.words import date_in_words, year_in_words
from tests.samples.shelf import SAMPLES

# One of each container that is cheap to rebuild.
CHEAP = ("can-cuoc-cha.tif", "xac-nhan-cu-tru-ct07.jpg", "can-cuoc-chu-ho.pdf", "giay-khai-sinh-nu.pdf")


def _build(out: Path, *, seed: int, names: tuple[str, ...] = CHEAP) -> dict[str, bytes]:
    for dossier in DOSSIERS:
        for plan in dossier.files:
            if plan.name in names:
                build_file(out, plan, seed=seed, trust=out)
    return {path.name: path.read_bytes() for path in sorted(out.iterdir())}


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return _build(tmp_path_factory.mktemp("rebuilt"), seed=DEFAULT_SEED)


def test_the_same_seed_gives_the_same_bytes(rebuilt: dict[str, bytes], tmp_path: Path) -> None:
    assert _build(tmp_path, seed=DEFAULT_SEED) == rebuilt
    assert len(rebuilt) == 3 * len(CHEAP)


def test_another_seed_gives_another_scan_of_the_same_paper(rebuilt: dict[str, bytes], tmp_path: Path) -> None:
    name = "can-cuoc-cha.tif"
    other = _build(tmp_path, seed=DEFAULT_SEED + 1, names=(name,))
    assert other[name] != rebuilt[name]
    assert other[f"{name}.expected.json"] == rebuilt[f"{name}.expected.json"]


def test_the_committed_set_is_what_the_maker_makes(rebuilt: dict[str, bytes], tmp_path: Path) -> None:
    committed = {path.name: path for path in (SAMPLES / "dossiers").rglob("*") if path.is_file()}
    for name, data in rebuilt.items():
        if name.endswith((".json", ".txt")):
            assert committed[name].read_bytes() == data
    name = "xac-nhan-cu-tru-ct07.jpg"
    (tmp_path / name).write_bytes(rebuilt[name])
    with Image.open(tmp_path / name) as ours, Image.open(committed[name]) as theirs:
        # Another processor may round a last bit differently; the picture must be the same to the eye.
        away = np.abs(np.asarray(ours, dtype=np.int16) - np.asarray(theirs, dtype=np.int16))
    assert float(away.mean()) < 1.0


@pytest.mark.parametrize("face", sorted(FACES))
def test_every_font_holds_every_vietnamese_letter(face: str) -> None:
    assert len(vietnamese_letters()) == 146
    assert missing_letters(face) == frozenset()


def test_the_born_digital_paper_has_its_text_as_text() -> None:
    folder = SAMPLES / "dossiers" / "2-dang-ky-ket-hon"
    with pdfplumber.open(folder / "giay-khai-sinh-nu.pdf") as pdf:
        words = (pdf.pages[0].extract_text() or "").split()
    assert words == (folder / "giay-khai-sinh-nu.pdf.txt").read_text(encoding="utf-8").split()


def test_the_mixed_tiff_holds_a_bilevel_page_and_a_colour_page() -> None:
    path = SAMPLES / "dossiers" / "3-chuyen-nhuong-dat" / "quyet-dinh-chuyen-muc-dich.tif"
    seen = []
    with Image.open(path) as image:
        assert isinstance(image, TiffImageFile)
        for page in range(image.n_frames):
            image.seek(page)
            seen.append((image.mode, image.info["compression"], image.info["dpi"]))
    assert seen == [("1", "group4", (300, 300)), ("RGB", "jpeg", (300, 300))]


def test_the_machine_readable_lines_agree_with_a_known_specimen() -> None:
    assert check_digit("190123456") == "9"
    assert check_digit("001190123456") == "0"
    lines = td1(CHU, CHU.born.replace(year=2031))
    assert [len(line) for line in lines] == [30, 30, 30]
    assert lines[0].startswith("IDVNM0919991015010091999101<<")
    assert lines[2].startswith("GIANG<<SEO<CHU<<")


@pytest.mark.parametrize(
    ("year", "words"),
    [
        (2000, "hai nghìn"),
        (2005, "hai nghìn không trăm linh năm"),
        (2015, "hai nghìn không trăm mười lăm"),
        (1991, "một nghìn chín trăm chín mươi mốt"),
    ],
)
def test_years_are_said_as_papers_write_them(year: int, words: str) -> None:
    assert year_in_words(year) == words


def test_a_date_in_words_names_april_by_its_own_name() -> None:
    assert date_in_words(CHU.born).startswith("Ngày mười hai tháng tư năm ")


def test_truth_is_json_with_vietnamese_letters_readable(rebuilt: dict[str, bytes]) -> None:
    data = rebuilt["can-cuoc-cha.tif.expected.json"].decode("utf-8")
    assert "Giàng Seo Chứ" in data
    assert json.loads(data)["documents"][0]["fields"]["full_name"] == {
        "value": "Giàng Seo Chứ",
        "printed": "GIÀNG SEO CHỨ",
    }
