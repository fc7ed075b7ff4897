from __future__ import annotations

import json
import re
import unicodedata

import pytest

from samples.people import EVERYONE, Person
from samples.truth import KEY_FIELDS
from tests.samples.shelf import DOSSIERS, SAMPLES, Sample, sample_files, samples

MEBIBYTE = 1024 * 1024
DOSSIER_CODE = re.compile(r"[A-Z]\d{2}(?:\.[0-9A-Z]{1,3}){0,3}-\d{6}-\d{4,6}")
# Provinces of birth that the invented people come from (domain table of identity numbers).
PROVINCES = {"004", "010", "027", "051", "066", "079"}
# A table is one field joined by semicolons, and many cells in the text.
_TABLES = {"business_lines"}


def _folded(text: str) -> str:
    return " ".join(text.split())


def test_every_file_has_its_truth_its_text_and_a_line_in_the_readme() -> None:
    readme = (SAMPLES / "README.md").read_text(encoding="utf-8")
    files = sample_files()
    assert len(files) == 16
    for path in files:
        assert path.with_name(f"{path.name}.expected.json").is_file()
        assert path.with_name(f"{path.name}.txt").is_file()
        assert f"| `{path.name}` |" in readme


def test_there_is_no_truth_without_its_file() -> None:
    named = {path.name.removesuffix(".expected.json") for path in DOSSIERS.glob("*/*.expected.json")}
    assert named == {path.name for path in sample_files()}


def test_the_set_stays_below_fifteen_mebibytes() -> None:
    total = sum(path.stat().st_size for path in SAMPLES.rglob("*") if path.is_file())
    assert total < 15 * MEBIBYTE


def test_all_types_the_set_promises_are_there() -> None:
    types = {document["type"] for sample in samples() for document in sample.truth["documents"]}
    assert types == set(KEY_FIELDS)


@pytest.mark.parametrize("sample", samples(), ids=str)
def test_truth_has_the_fixed_shape_and_pages_that_add_up(sample: Sample) -> None:
    truth = sample.truth
    assert truth["file"] == sample.path.name
    assert truth["grade"] in {"clean", "light", "worn", "bad"}
    held = [page for document in truth["documents"] for page in document["pages"]] + truth["blank_pages"]
    assert sorted(held) == list(range(1, truth["pages"] + 1))
    assert sample.text.count("\f") == truth["pages"] - 1
    for document in truth["documents"]:
        assert set(document["key_fields"]) <= set(document["fields"])
        assert set(document["key_fields"]) <= set(KEY_FIELDS[document["type"]])


@pytest.mark.parametrize("sample", samples(), ids=str)
def test_what_a_field_prints_stands_in_the_text(sample: Sample) -> None:
    text = _folded(sample.text)
    assert text == unicodedata.normalize("NFC", text)
    for document in sample.truth["documents"]:
        for name, field in document["fields"].items():
            if name not in _TABLES:
                assert _folded(field["printed"]) in text, name


def test_every_page_says_that_it_is_a_specimen() -> None:
    for sample in samples():
        blank = set(sample.truth["blank_pages"])
        for number, page in enumerate(sample.text.split("\f"), start=1):
            assert number in blank or "MẪU – người và giấy tờ không có thật" in page


def test_exactly_one_page_is_upside_down_and_one_is_blank() -> None:
    turned = [turn for sample in samples() for turn in sample.truth["rotated_pages"].values()]
    blank = [page for sample in samples() for page in sample.truth["blank_pages"]]
    assert turned == [180]
    assert blank == [2]


@pytest.mark.parametrize("person", EVERYONE, ids=lambda person: person.number)
def test_identity_numbers_tell_province_sex_century_and_year(person: Person) -> None:
    number = person.number
    assert re.fullmatch(r"\d{12}", number)
    assert number[:3] in PROVINCES
    century, is_female = divmod(int(number[3]), 2)
    assert (19 + century) * 100 + int(number[4:6]) == person.born.year
    assert bool(is_female) == (not person.male)


def test_owners_and_numbers_on_papers_belong_to_the_invented_people() -> None:
    known = {person.number for person in EVERYONE}
    assert len(known) == len(EVERYONE)
    for sample in samples():
        assert set(sample.truth["owners"]) <= known
        for document in sample.truth["documents"]:
            numbers = {field["value"] for name, field in document["fields"].items() if "personal_id" in name}
            assert numbers <= known


def test_dossiers_name_their_files_and_carry_valid_codes() -> None:
    folders = sorted(path for path in DOSSIERS.iterdir() if path.is_dir())
    assert len(folders) == 4
    for folder in folders:
        dossier = json.loads((folder / "dossier.json").read_text(encoding="utf-8"))
        assert DOSSIER_CODE.fullmatch(dossier["code"])
        assert re.fullmatch(r"\d\.\d{6}", dossier["procedure"])
        assert {paper["file"] for paper in dossier["papers"]} == {
            path.name for path in sample_files() if path.parent == folder
        }


def test_a_file_name_carries_diacritics_and_spaces() -> None:
    assert any(" " in path.name and not path.name.isascii() for path in sample_files())
