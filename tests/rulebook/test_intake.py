"""Legal forms of the Circular: what is digitised on which day, and tables that are wrong."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from dossier.errors import RulebookError
from dossier.intake_errors import REFUSALS, NotDigitisedError, refusal, refusal_of
from dossier.legal_form import LegalForm
from rulebook.intake import Outcome, load_intake
from rulebook.papers import load_papers

TODAY = date(2026, 11, 21)
ROW = """[[form]]
form = "{form}"
label_vi = "a"
label_en = "a"
outcome = "{outcome}"
since = {since}
article = "Điều 4"
verified = false
"""
SEALED = """[[sealed]]
types = ["decision"]
since = 2020-01-01
article = "NĐ"
verified = false
"""


def test_every_form_has_a_rule_with_its_article_and_the_refused_ones_have_their_words() -> None:
    rules = load_intake()
    refused = set()
    for form in LegalForm:
        rule = rules.on(form, TODAY)
        assert (rule is None) is (form is LegalForm.UNSTATED)
        if rule is not None:
            assert rule.article
            assert rule.label_vi
            if rule.outcome is Outcome.REFUSE:
                refused.add(form)
    assert refused == set(REFUSALS)
    assert rules.outcome(LegalForm.COMPARED_PHOTO, TODAY) is Outcome.COMPARE
    assert rules.outcome(LegalForm.UNSTATED, TODAY) is Outcome.ACCEPT


def test_the_circular_counts_from_its_first_day() -> None:
    rules = load_intake()
    assert rules.outcome(LegalForm.PHOTOCOPY, date(2023, 5, 24)) is Outcome.ACCEPT
    assert rules.outcome(LegalForm.PHOTOCOPY, date(2023, 5, 25)) is Outcome.REFUSE


def test_types_under_a_seal_are_types_of_the_rulebook() -> None:
    rules, papers = load_intake(), load_papers()
    sealed = {type_ for group in rules.sealed for type_ in group.types}
    assert sealed
    assert all(papers.knows(type_) for type_ in sealed)
    assert not rules.bears_seal("identity_card", TODAY)
    assert rules.bears_seal("decision", TODAY)


def test_a_refusal_is_told_by_its_code_again() -> None:
    for form, kind in REFUSALS.items():
        error = refusal(form, "a.tif")
        assert (type(error), type(refusal_of(error.code, "a.tif"))) == (kind, kind)
        assert error.code == f"intake.{form.value}"
    # A form that only a later law refuses has words too.
    assert type(refusal(LegalForm.REGISTER_COPY, "a.tif")) is NotDigitisedError


@pytest.mark.parametrize(
    "table",
    [
        SEALED,
        ROW.format(form="no_such", outcome="accept", since="2023-05-25") + SEALED,
        ROW.format(form="original", outcome="maybe", since="2023-05-25") + SEALED,
        ROW.format(form="original", outcome="accept", since='"2023-05-25"') + SEALED,
        ROW.format(form="original", outcome="accept", since="2023-05-25") * 2 + SEALED,
        ROW.format(form="original", outcome="accept", since="2023-05-25\nuntil = 2020-01-01") + SEALED,
        ROW.format(form="original", outcome="accept", since="2023-05-25").replace("false", '"no"') + SEALED,
        ROW.format(form="original", outcome="accept", since="2023-05-25").replace("Điều 4", " ") + SEALED,
        ROW.format(form="original", outcome="accept", since="2023-05-25"),
    ],
)
def test_a_wrong_table_is_told_with_its_name(tmp_path: Path, table: str) -> None:
    path = tmp_path / "forms.toml"
    path.write_text(table, encoding="utf-8")
    with pytest.raises(RulebookError) as told:
        load_intake(path)
    assert "forms.toml" in told.value.sentence()


def test_rules_that_follow_each_other_count_each_in_its_days(tmp_path: Path) -> None:
    path = tmp_path / "forms.toml"
    first = ROW.format(form="photocopy", outcome="refuse", since="2023-05-25\nuntil = 2027-12-31")
    then = ROW.format(form="photocopy", outcome="compare", since="2028-01-01")
    path.write_text(first + then + SEALED, encoding="utf-8")
    rules = load_intake(path)
    days = (date(2027, 12, 31), date(2028, 1, 1))
    assert [rules.outcome(LegalForm.PHOTOCOPY, day) for day in days] == [Outcome.REFUSE, Outcome.COMPARE]
