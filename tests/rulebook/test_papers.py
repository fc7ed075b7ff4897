from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from dossier.errors import RulebookError
from dossier.fields import Field
from dossier.geometry import Box
from dossier.trust import Term, TermKind
from rulebook.paper_spec import Papers, Sensitivity
from rulebook.papers import load_papers, read_paper
from rulebook.vocabulary import VOCABULARY

RECEIVED = date(2026, 11, 2)
GOOD = """
type = "dossier_receipt"
label_vi = "Giấy tiếp nhận"
source = "Mẫu 01"
titles = ["GIẤY TIẾP NHẬN"]

[[validity]]
kind = "unknown"
article = "Mẫu 01"

[[field]]
name = "dossier_code"
label_vi = "Mã hồ sơ"
kind = "code"
labels = ["Mã hồ sơ"]

[[field]]
name = "received_at"
label_vi = "Ngày nhận"
kind = "date"
labels = ["Ngày nhận"]

[[field]]
name = "due_at"
label_vi = "Ngày trả"
kind = "date"
labels = ["Ngày trả"]
"""


@pytest.fixture(scope="module")
def papers() -> Papers:
    return load_papers()


def _field(name: str, value: str) -> Field:
    return Field(name=name, value=value, printed=value, confidence=0.9, page=1, box=Box(0, 0, 1, 1))


def _table(folder: Path, text: str) -> Path:
    path = folder / "paper.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_type_of_the_vocabulary_has_its_table(papers: Papers) -> None:
    assert set(papers.specs) == set(VOCABULARY)


def test_every_key_field_can_be_looked_for(papers: Papers) -> None:
    for spec in papers.specs.values():
        assert spec.key_fields == tuple(name for name in spec.by_name if VOCABULARY[spec.type][name])


def test_a_type_without_a_table_reads_as_unknown(papers: Papers) -> None:
    assert papers.spec("library_card").type == "unknown"


def test_national_result_codes_stand_where_they_are_known(papers: Papers) -> None:
    assert papers.spec("birth_certificate").result_code == "KQ.G15.000031"
    assert papers.spec("marriage_certificate").result_code == "KQ.G15.000032"


@pytest.mark.parametrize(
    ("type_", "fields", "kind", "until", "status"),
    [
        ("birth_certificate", {}, TermKind.UNLIMITED, None, ""),
        ("marriage_certificate", {}, TermKind.UNLIMITED, None, "marriage"),
        ("land_certificate", {}, TermKind.UNLIMITED, None, "land"),
        ("household_business_certificate", {}, TermKind.UNLIMITED, None, "business"),
        ("marital_status_certificate", {"issue_date": "2026-08-31"}, TermKind.UNTIL, date(2027, 2, 28),
         "marriage"),
        ("marital_status_certificate", {}, TermKind.UNKNOWN, None, "marriage"),
        ("residence_confirmation", {"issue_date": "2026-03-10"}, TermKind.UNTIL, date(2027, 3, 10),
         "residence"),
        ("residence_confirmation", {"issue_date": "2022-03-10"}, TermKind.UNKNOWN, None, "residence"),
        ("residence_confirmation", {"issue_date": "2023-12-20", "permanent_residence": "Xã Tả Phìn"},
         TermKind.UNTIL, date(2024, 1, 19), "residence"),
        ("residence_confirmation", {"issue_date": "2024-01-02", "permanent_residence": "Xã Tả Phìn"},
         TermKind.UNTIL, date(2025, 1, 2), "residence"),
        ("driving_licence", {"licence_class": "a1"}, TermKind.UNLIMITED, None, ""),
        ("driving_licence", {"licence_class": "B2", "expiry_date": "2030-05-06"}, TermKind.UNTIL,
         date(2030, 5, 6), ""),
        ("driving_licence", {"licence_class": "A1, B2"}, TermKind.UNKNOWN, None, ""),
        ("health_certificate", {"issue_date": "2026-01-31"}, TermKind.UNTIL, date(2027, 1, 31), ""),
        ("construction_permit", {"issue_date": "2026-05-05"}, TermKind.UNTIL, date(2027, 5, 5),
         "construction"),
        ("criminal_record_certificate", {"issue_date": "2026-05-05"}, TermKind.UNKNOWN, None, ""),
        ("identity_card", {"expiry_date": "2031-04-12"}, TermKind.UNTIL, date(2031, 4, 12), ""),
        ("identity_card", {"expiry_date": "Không thời hạn"}, TermKind.UNLIMITED, None, ""),
        ("identity_card", {}, TermKind.UNKNOWN, None, ""),
        ("decision", {}, TermKind.UNKNOWN, None, ""),
        ("unknown", {}, TermKind.UNKNOWN, None, ""),
    ],
)  # fmt: skip
def test_the_term_follows_the_rule_of_the_type(
    papers: Papers, type_: str, fields: dict[str, str], *, kind: TermKind, until: date | None, status: str
) -> None:
    found = papers.spec(type_).term([_field(name, value) for name, value in fields.items()], RECEIVED)
    assert (found.kind, found.until, found.status_check) == (kind, until, status)
    assert isinstance(found, Term)
    assert found.rule


SENSITIVE = {
    "birth_certificate": {"ethnicity", "mother_ethnicity", "father_ethnicity"},
    "marriage_certificate": {"wife_ethnicity", "husband_ethnicity"},
    "marital_status_certificate": {"ethnicity"},
    "death_extract": {"ethnicity", "cause_of_death"},
    "live_birth_notice": {"birth_weight_grams"},
    "criminal_record_certificate": {"criminal_record"},
    "diploma": {"ethnicity"},
    "health_certificate": {"conclusion"},
}


def test_ethnicity_health_and_criminal_records_are_sensitive_and_nothing_else(papers: Papers) -> None:
    found = {
        spec.type: {field.name for field in spec.fields if field.sensitivity is Sensitivity.SENSITIVE}
        for spec in papers.specs.values()
    }
    assert {type_: names for type_, names in found.items() if names} == SENSITIVE


def test_pictures_of_cards_health_papers_and_criminal_records_are_sensitive_as_a_whole(
    papers: Papers,
) -> None:
    found = {spec.type for spec in papers.specs.values() if spec.image_sensitivity is Sensitivity.SENSITIVE}
    assert found == {"identity_card", "health_certificate", "criminal_record_certificate"}


def test_criminal_records_may_not_be_demanded_since_july_2026_and_nothing_else_is(papers: Papers) -> None:
    since = {spec.type: [rule.since for rule in spec.not_demanded] for spec in papers.specs.values()}
    assert {type_: days for type_, days in since.items() if days} == {
        "criminal_record_certificate": [date(2026, 7, 1)]
    }


def test_every_term_names_its_article_and_only_what_was_read_is_verified(papers: Papers) -> None:
    rules = {(spec.type, rule.article) for spec in papers.specs.values() for rule in spec.validity}
    assert all(article.strip() for _, article in rules)
    verified = {spec.type for spec in papers.specs.values() for rule in spec.validity if rule.verified}
    assert verified == {"marital_status_certificate", "residence_confirmation"}


def test_how_long_papers_are_kept_is_said_to_be_open(papers: Papers) -> None:
    for spec in papers.specs.values():
        if spec.type == "unknown":
            continue
        assert spec.retention is not None, spec.type
        assert (spec.retention.years, spec.retention.permanent, spec.retention.verified) == (0, False, False)


def test_a_good_table_is_read(tmp_path: Path) -> None:
    assert read_paper(_table(tmp_path, GOOD)).key_fields == ("dossier_code", "received_at", "due_at")


@pytest.mark.parametrize(
    ("old", "new", "line", "word"),
    [
        ('type = "dossier_receipt"', 'type = "dossier_recipe"', 2, "từ vựng"),
        ('source = "Mẫu 01"', 'sauce = "Mẫu 01"', 1, "thiếu"),
        ('name = "dossier_code"', 'name = "dossier_cod"', 12, "từ vựng"),
        ('kind = "code"', 'kind = "cod"', 14, "không thuộc"),
        ('kind = "unknown"', 'kind = "months"', 8, "số tháng"),
        ('labels = ["Mã hồ sơ"]', 'labels = "Mã hồ sơ"', 15, "danh sách"),
        ('labels = ["Mã hồ sơ"]', 'lables = ["Mã hồ sơ"]', 12, "thiếu nhãn"),
        ('labels = ["Mã hồ sơ"]', 'labels = ["Mã hồ sơ"]\nblock = "mẹ"', 16, "không có phần"),
        ('labels = ["Mã hồ sơ"]', 'labels = ["Mã hồ sơ"]\nask_below = 7.0', 16, "khoảng"),
        ('labels = ["Mã hồ sơ"]', 'labels = ["Mã hồ sơ"]\npattern = "("', 16, "biểu thức"),
        ('labels = ["Mã hồ sơ"]', 'labels = ["Mã hồ sơ"]\nkey = false', 12, "khóa chính"),
        ('name = "due_at"', 'name = "received_at"', 24, "hai lần"),
    ],
)
def test_a_wrong_table_is_refused_with_file_and_line(
    tmp_path: Path, old: str, new: str, line: int, word: str
) -> None:
    with pytest.raises(RulebookError) as caught:
        read_paper(_table(tmp_path, GOOD.replace(old, new)))
    assert caught.value.item == "paper.toml"
    assert word in caught.value.sentence()
    assert caught.value.details["line"] == line


def test_a_missing_key_field_is_refused(tmp_path: Path) -> None:
    without = GOOD[: GOOD.rindex("[[field]]")]
    with pytest.raises(RulebookError, match="due_at"):
        read_paper(_table(tmp_path, without))


def test_a_folder_without_the_unknown_table_is_refused(tmp_path: Path) -> None:
    _table(tmp_path, GOOD)
    with pytest.raises(RulebookError, match="unknown"):
        load_papers(tmp_path)


def test_two_tables_of_one_type_are_refused(tmp_path: Path) -> None:
    _table(tmp_path, GOOD)
    (tmp_path / "again.toml").write_text(GOOD, encoding="utf-8")
    with pytest.raises(RulebookError, match="dossier_receipt"):
        load_papers(tmp_path)
