"""The table of packages: what it holds, and what a wrong one is told."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.errors import RulebookError
from rulebook.packages import Level, PackageKind, ValueKind, load_profile
from rulebook.papers import load_papers
from tests.project.test_layout import ROOT

TABLE = ROOT / "rulebook" / "tables" / "packages" / "tt05-2025.toml"
PROFILE = load_profile()


def test_the_circular_has_eighteen_fields_of_a_dossier_and_twenty_one_of_a_document() -> None:
    counts = {(level, kind): len(PROFILE.rules(level, kind)) for level in Level for kind in PackageKind}
    assert counts[Level.DOSSIER, PackageKind.AIP] == 18
    assert (counts[Level.BUNDLE, PackageKind.SIP], counts[Level.BUNDLE, PackageKind.AIP]) == (5, 4)
    assert counts[Level.REQUEST, PackageKind.DIP] == 7
    assert (counts[Level.DOCUMENT, PackageKind.AIP], counts[Level.DOCUMENT, PackageKind.DIP]) == (21, 20)
    assert len(PROFILE.codes["document_type"]) == 32


def test_every_paper_type_that_is_mapped_is_one_of_ours() -> None:
    assert set(PROFILE.types) <= set(load_papers().specs)


def test_before_its_first_day_no_table_holds() -> None:
    assert load_profile(on=date(2025, 7, 1)).version == "tt05-2025/1"
    with pytest.raises(RulebookError):
        load_profile(on=date(2025, 6, 30))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('codes = "mode"', 'codes = "moods"', "codes"),
        ('decision = "02"', 'decision = "77"', "types"),
        ('kind = "date"', 'kind = "moment"', "kind"),
        ("since = 2025-07-01", 'sinse = "x"', "since"),
        ('name = "title"', 'name = "fileCode"', "dossier"),
        ('required = "recovery"', 'requires = "recovery"', "requires"),
    ],
)
def test_a_wrong_table_is_named_with_what_is_wrong(tmp_path: Path, old: str, new: str, told: str) -> None:
    text = TABLE.read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "wrong.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(RulebookError) as error:
        load_profile(tmp_path)
    assert told in error.value.message()


@given(st.dates(date(1000, 1, 1)))
def test_any_day_is_written_in_one_way_only(day: date) -> None:
    rule = next(rule for rule in PROFILE.levels[Level.DOSSIER] if rule.kind is ValueKind.DATE)
    assert PROFILE.wrong(rule, f"{day:%d/%m/%Y}") == ""
    assert PROFILE.wrong(rule, day.isoformat()) != ""
