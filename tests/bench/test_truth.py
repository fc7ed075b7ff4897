"""The truth set: halves that share nothing, layouts that fit, texts that say what is printed."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bench.truth.chance import Chance
from bench.truth.fonts import FAMILIES, HALVES, Half, dressed, shares
from bench.truth.make import key_strings, lay_out, make_page, make_set, print_in_some, printed_fields
from bench.truth.plan import LAYOUTS, Entry, entries
from bench.truth.pools import NAMINGS, PROVINCES, STREETS
from bench.truth.space import SPECIMEN, fits
from bench.truth.wear import GRADES, scene_of, take
from bench.truth.wording import wording
from ocr.scoring import fold
from rulebook.vocabulary import VOCABULARY
from samples import fonts
from samples.degrade import Grade, Wear
from samples.sheet import Sheet, Style

SEED = 7


def _entry(layout: str, half: Half, index: int = 0) -> Entry:
    return Entry(index=index, layout=layout, half=half, grade="clean")


def test_every_type_of_the_vocabulary_has_a_layout() -> None:
    assert set(VOCABULARY) <= set(LAYOUTS)


def test_no_layout_belongs_to_both_halves() -> None:
    tune = {draw for draw, _ in LAYOUTS.values()}
    test = {draw for _, draw in LAYOUTS.values()}
    assert not tune & test
    assert len(tune) == len(test) == len(LAYOUTS)


def test_the_halves_share_no_font_and_each_font_has_every_vietnamese_letter() -> None:
    files = {half: {file for family in shares(half) for file in family.files} for half in HALVES}
    assert not files["tune"] & files["test"]
    for family in FAMILIES:
        with dressed(family):
            assert all(not fonts.missing_letters(face) for face in ("serif", "serif-bold", "serif-italic"))
    assert len(FAMILIES) >= 6
    assert [family.name for family in shares("test")].count("FreeSerif") > 5


def test_the_halves_share_no_name_place_or_sentence() -> None:
    def words(half: Half) -> set[str]:
        people = {part for naming in NAMINGS[half] for part in (*naming.men, *naming.women)}
        places = {part for home in PROVINCES[half] for part in (home.name, *home.communes, *home.villages)}
        return (
            people | places | set(STREETS[half]) | set(wording(half).sentences) | set(wording(half).subjects)
        )

    assert not words("tune") & words("test")


def test_a_borrowed_face_is_given_back() -> None:
    before = dict(fonts.FACES)
    family = shares("test")[0]
    with dressed(family):
        assert fonts.font_path("serif-bold") == Path(family.files[1])
    assert before == fonts.FACES


@pytest.mark.parametrize("half", HALVES)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_fits_its_sheet_and_prints_its_fields(layout: str, half: Half) -> None:
    entry = _entry(layout, half)
    family, paper, sheet = print_in_some(shares(half)[:3], entry, seed=SEED)
    with dressed(family):
        assert fits(sheet)
    page = fold(sheet.text)
    assert paper.kind in VOCABULARY
    assert set(paper.fields.entries) <= set(VOCABULARY[paper.kind])
    for name, field in printed_fields(paper, sheet.text).items():
        if name != "business_lines":  # cells of a table, which stand apart
            assert fold(field["printed"]) in page, name
    assert all(key in page for key in key_strings(printed_fields(paper, sheet.text), sheet.text))


@settings(max_examples=12)
@given(st.integers(0, 10_000), st.sampled_from(sorted(LAYOUTS)), st.sampled_from(HALVES))
def test_the_same_seed_says_the_same(index: int, layout: str, half: Half) -> None:
    entry = _entry(layout, half, index)
    families = shares(half)[:3]
    first, second = (print_in_some(families, entry, seed=SEED)[2].text for _ in range(2))
    assert first == second


def test_numbers_and_dates_of_running_text_are_keys_too() -> None:
    text = "Sinh ngày 05/09/2026, số 010091990101; ngày 05\ntháng 9 năm 2026; điện thoại 0912345678."
    assert key_strings({}, text) == ["05/09/2026", "010091990101", "ngày 05 tháng 9 năm 2026"]


def test_text_that_meets_text_does_not_fit() -> None:
    sheet, style = Sheet(), Style("serif", 13)
    sheet.write(30, 40, "Ủy ban nhân dân", style=style)
    assert fits(sheet)
    sheet.write(35, 42, "xã Ea Tul", style=style)
    assert not fits(sheet)


def test_a_list_of_pages_is_balanced_from_its_beginning() -> None:
    made = entries(240)
    assert [entry.half for entry in made[:4]] == ["tune", "test", "tune", "test"]
    counts = {grade: sum(entry.grade == grade for entry in made) for grade in GRADES}
    assert max(counts.values()) - min(counts.values()) <= 4
    assert {entry.layout for entry in made if entry.half == "test"} == set(LAYOUTS)
    assert {(entry.layout, entry.grade) for entry in made if entry.half == "test"} == {
        (layout, grade) for layout in LAYOUTS for grade in GRADES
    }
    assert {entry.half for entry in entries(10, half="test")} == {"test"}


def test_people_are_invented_by_lot_and_their_numbers_say_so() -> None:
    person = Chance("test", np.random.default_rng(3)).person()
    assert len(person.number) == 12
    assert person.number[6:8] == "99"


@pytest.mark.parametrize("grade", GRADES)
def test_a_taken_page_keeps_its_ink_whatever_happened_to_it(grade: Grade) -> None:
    page = np.full((400, 280, 3), 255, np.uint8)
    page[180:220, 40:240] = 20
    for seed in range(6):
        chance = Chance("tune", np.random.default_rng(seed))
        scene = scene_of(grade, chance)
        taken = take(page, scene, rng=chance.rng, behind=page if scene.wear.bleed else None)
        assert taken.dtype == np.uint8
        assert taken.ndim == (3 if scene.depth == "colour" else 2)
        assert taken.min() < 150
        if scene.turn in {90, 270} and scene.wear.skew == 0 and abs(scene.skew) < 5:
            assert taken.shape[1] > taken.shape[0]


def test_only_bad_pages_are_turned_and_the_skew_stays_in_its_grade() -> None:
    most = {"clean": 0.6, "light": 2.0, "worn": 5.0, "bad": 10.0}
    for seed in range(40):
        for grade in GRADES:
            scene = scene_of(grade, Chance("tune", np.random.default_rng(seed)))
            assert abs(scene.skew) <= most[grade]
            assert scene.turn == 0 or grade == "bad"
            assert scene.wear.skew == Wear().skew


def test_a_made_set_is_what_the_bench_reads(tmp_path: Path) -> None:
    (tmp_path / "0009-old-page.jpg").touch()
    counted: list[int] = []
    make_set(tmp_path, entries(2), seed=SEED, workers=1, tell=counted.append)
    known = json.loads((tmp_path / "truth.json").read_text(encoding="utf-8"))
    assert counted == [1, 2]
    assert [entry["half"] for entry in known] == ["tune", "test"]
    for entry in known:
        with Image.open(tmp_path / entry["file"]) as image:
            assert image.info["dpi"][0] == pytest.approx(entry["dpi"], abs=1)
        text = (tmp_path / entry["file"]).with_suffix(".txt").read_text(encoding="utf-8")
        assert SPECIMEN in text
        assert entry["keys"]
        assert entry["fields"]["full_name"]["value"]
    assert len(list(tmp_path.iterdir())) == 5


def test_a_page_is_made_again_byte_for_byte(tmp_path: Path) -> None:
    entry = Entry(index=3, layout="notice", half="test", grade="light")
    names = []
    for folder in (tmp_path / "a", tmp_path / "b"):
        folder.mkdir()
        names.append(make_page(folder, entry, seed=SEED)["file"])
    first, second = ((tmp_path / folder / names[0]).read_bytes() for folder in ("a", "b"))
    assert first == second


def test_a_layout_lays_out_the_sheet_that_is_asked_for() -> None:
    with dressed(shares("tune")[0]):
        paper, sheet = lay_out(_entry("decision", "tune"), seed=SEED)
    assert sheet in paper.sheets
