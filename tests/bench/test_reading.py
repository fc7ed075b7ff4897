"""The bench on two tiny pages, one of them a scan in the layout of the public scans."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from bench.reading.cases import Case, cases_of_folder, cases_of_scans, of_half, spread
from bench.reading.confusions import confusions, errors_json
from bench.reading.picture import draw
from bench.reading.report import as_json, rows, table
from bench.reading.run import run_here
from bench.reading.usage import MemoryWatch, cpu_seconds, resident_megabytes
from bench.reading.ways import Ours, WayName
from dossier.errors import EngineTimeoutError
from ocr.reader import Reader
from ocr.recorded import RecordedEngine, RecordingEngine
from tests.ocr.pages import FixedEngine, StillClock, coloured, draw_page, engine_word, save

_WORDS = (
    engine_word("Uỷ", (60, 60, 140, 90)),
    engine_word("ban", (150, 60, 220, 90)),
    engine_word("147/GM-TB", (230, 60, 300, 90)),
)


@dataclass(frozen=True)
class Parrot:
    """A way that reads what it was told, or fails."""

    text: str
    name: WayName = "tesseract"
    fails: bool = False

    def read(self, image: Path) -> tuple[str, int | None]:
        del image
        if self.fails:
            raise EngineTimeoutError(page=1, seconds=1)
        return self.text, 0


def _folder(folder: Path) -> Path:
    save(draw_page(("Ủy ban 147/GM-TB",)), folder / "a.png")
    save(coloured(draw_page(("Ủy ban",))), folder / "b.jpg")
    (folder / "a.txt").write_text("Ủy ban 147/GM-TB\n", encoding="utf-8")
    (folder / "b.txt").write_text("Ủy ban\n", encoding="utf-8")
    save(draw_page(("không có chữ kèm theo",)), folder / "c.png")
    known = [
        {"file": "a.png", "grade": "clean", "half": "test", "rotation": 0, "keys": ["147/GM-TB"]},
        {"file": "b.jpg", "grade": "bad", "half": "tune", "rotation": 90},
    ]
    (folder / "truth.json").write_text(json.dumps(known), encoding="utf-8")
    return folder


def _scan(folder: Path, name: str, pages: int) -> None:
    sheets = [Image.fromarray(draw_page((f"Trang {number}",))).convert("1") for number in range(pages)]
    sheets[0].save(folder / f"{name}.tif", save_all=True, append_images=sheets[1:], dpi=(150, 150))
    sheets[0].save(folder / f"{name}.pdf", save_all=True, append_images=sheets[1:], resolution=150)
    (folder / f"{name}.tif").unlink()


def test_a_folder_gives_the_files_that_have_a_text_beside_them(tmp_path: Path) -> None:
    cases = cases_of_folder(_folder(tmp_path), work=tmp_path)
    assert [(case.name, case.grade, case.half, case.rotation, case.keys) for case in cases] == [
        ("a.png", "clean", "test", 0, ("147/GM-TB",)),
        ("b.jpg", "bad", "tune", 90, ()),
    ]
    assert [case.name for case in of_half(cases, "test")] == ["a.png"]
    assert cases[0].image == tmp_path / "a.png"


def test_a_scan_gives_only_the_pages_its_text_has(tmp_path: Path) -> None:
    folder, work = tmp_path / "real", tmp_path / "work"
    (folder / "pages").mkdir(parents=True)
    work.mkdir()
    _scan(folder, "r01_giay_moi", 1)
    _scan(folder, "r02_p1-5_ke_hoach", 4)
    (folder / "r01_giay_moi.txt").write_text("TT | Họ và tên\n", encoding="utf-8")
    (folder / "r02_p1-5_ke_hoach_p2-3.txt").write_text("hai\fba\f\n", encoding="utf-8")
    (folder / "r03_vang_mat_p1.txt").write_text("không có tệp\n", encoding="utf-8")
    save(draw_page(("một",)), folder / "pages" / "p01.png")
    (folder / "pages" / "p01.txt").write_text("một", encoding="utf-8")
    cases = cases_of_scans(folder, work=work)
    assert [(case.name, case.truth.strip(), case.grade) for case in cases] == [
        ("r01_giay_moi.pdf#1", "TT Họ và tên", "real"),
        ("r02_p1-5_ke_hoach.pdf#2", "hai", "real"),
        ("r02_p1-5_ke_hoach.pdf#3", "ba", "real"),
        ("p01.png", "một", "drawn"),
    ]
    with Image.open(cases[1].image) as picture:
        assert picture.mode == "1"
        assert picture.info["dpi"][0] == pytest.approx(150, abs=1)


def test_a_page_that_its_file_turns_is_turned_for_every_way(tmp_path: Path) -> None:
    _scan(tmp_path, "r05_ngang", 1)
    with pikepdf.open(tmp_path / "r05_ngang.pdf", allow_overwriting_input=True) as pdf:
        pdf.pages[0].rotate(90, relative=False)
        pdf.save()
    (tmp_path / "r05_ngang.txt").write_text("Trang 0", encoding="utf-8")
    (case,) = cases_of_scans(tmp_path, work=tmp_path)
    with Image.open(case.image) as picture:
        assert picture.height > picture.width


def test_few_pages_are_taken_from_everywhere() -> None:
    cases = [Case(name=str(number), image=Path("x"), truth="") for number in range(100)]
    few = [int(case.name) for case in spread(cases, 24)]
    assert few == sorted(set(few))
    assert len(few) == 24
    # Of a set that goes through four grades in turn every grade is there.
    assert {number % 4 for number in few} == {0, 1, 2, 3}
    assert spread(cases, 24) == spread(cases, 24)
    assert spread(cases, 0) == cases


def test_the_reader_is_scored_by_grade_and_over_all(tmp_path: Path) -> None:
    cases = cases_of_folder(_folder(tmp_path), work=tmp_path)
    recording = RecordingEngine(FixedEngine(words=_WORDS))
    first = run_here(Ours(Reader(recording, cpu_clock=StillClock())), cases)
    engine = RecordedEngine(recording.recording, version="fixed 1")
    result = run_here(Ours(Reader(engine, cpu_clock=StillClock())), cases)
    assert [o.shot.text for o in result.outcomes] == [o.shot.text for o in first.outcomes]
    assert [(row["grade"], row["pages"], row["keys"]) for row in rows(result)] == [
        ("clean", 1, 1.0),
        ("bad", 1, None),
        ("mean", 2, 1.0),
    ]
    clean, bad, mean = rows(result)
    assert clean["cer"] == pytest.approx(2 / 16)
    assert mean["cer"] == pytest.approx((clean["cer"] + bad["cer"]) / 2)
    assert (clean["orientation"], bad["orientation"]) == (1, 0)
    assert result.peak_megabytes > 0


def test_a_way_that_fails_is_counted_and_named(tmp_path: Path) -> None:
    result = run_here(Parrot("", fails=True), cases_of_folder(_folder(tmp_path), work=tmp_path))
    assert rows(result)[-1]["failed"] == 2
    assert {outcome.shot.failure for outcome in result.outcomes} == {"engine.timeout"}
    assert rows(result)[-1]["cer"] == 1


def test_the_report_is_plain_json_and_a_table_in_vietnamese(tmp_path: Path) -> None:
    result = run_here(Parrot("Ủy ban"), cases_of_folder(_folder(tmp_path), work=tmp_path))
    told = json.loads(json.dumps(as_json([result], workers=1)))
    assert {row["grade"] for row in told["rows"]} == {"clean", "bad", "mean"}
    assert len(told["pages"]) == 2
    assert "tất cả" in table([result])
    draw([result], tmp_path / "bars.png")
    with Image.open(tmp_path / "bars.png") as picture:
        assert picture.size[0] > 800


def test_confusions_pair_what_stood_there_with_what_was_read() -> None:
    pairs = confusions("Tổ trưởng cấp phép", "Tô trưởng câp phép |")
    assert dict(pairs) == {("Tổ", "Tô"): 1, ("cấp", "câp"): 1, ("", "|"): 1}


def test_lines_in_another_order_are_no_confusion() -> None:
    assert not confusions("một hai ba bốn năm", "bốn năm một hai ba")


def test_the_list_of_errors_begins_with_the_worst_page(tmp_path: Path) -> None:
    result = run_here(Parrot("Ủy ban"), cases_of_folder(_folder(tmp_path), work=tmp_path))
    told = json.loads(json.dumps(errors_json(result.outcomes)))
    assert told["total"] == [["147/GM-TB", "", 1]]
    assert [(page["page"], page["lost_keys"]) for page in told["pages"]] == [("a.png", ["147/GM-TB"])]


def test_usage_counts_this_process() -> None:
    before = cpu_seconds()
    sum(range(3_000_000))
    assert cpu_seconds() > before
    assert resident_megabytes(2**22) == 0
    with MemoryWatch(lambda: (2**22,)) as watch:
        pass
    assert watch.peak_megabytes == 0
