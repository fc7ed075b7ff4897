from __future__ import annotations

import pytest
from pyhanko.sign.ades.report import AdESFailure, AdESIndeterminate

from signing.checks import CODES
from signing.conclusions import FAULTS, MISSING, MODIFIED, SAYINGS, UNEXPECTED, in_language, saying
from signing.reporting import words
from signing.reporting.uris import sub_indications
from signing.structure import Fault

STANDARD = sorted({one.standard_name for kind in (AdESFailure, AdESIndeterminate) for one in kind})
OURS = (MODIFIED, MISSING, UNEXPECTED)


@pytest.mark.parametrize("code", [*STANDARD, *OURS])
def test_every_sub_indication_says_why_and_what_to_do_in_both_languages(code: str) -> None:
    told = SAYINGS[code]
    sentences = [told.why_vi, told.todo_vi, told.why_en, told.todo_en]
    assert all(one[0].isupper() and one.endswith(".") for one in sentences)
    assert len(set(sentences)) == 4
    assert in_language(told.why_vi, "en") == told.why_en


def test_no_sub_indication_is_told_that_nobody_gives() -> None:
    assert set(SAYINGS) == {*STANDARD, *OURS}


def test_reasons_differ_wherever_the_codes_differ() -> None:
    reasons = [one.why_vi for one in SAYINGS.values()]
    assert len(set(reasons)) == len(reasons)
    assert len({one.why_en for one in SAYINGS.values()}) == len(reasons)


def test_a_code_that_nobody_knows_is_told_as_not_enough_to_decide() -> None:
    assert saying("SOMETHING_NEW") == SAYINGS["GENERIC"]


@pytest.mark.parametrize("fault", list(Fault))
def test_every_fault_of_the_bytes_has_its_sentence_in_both_languages(fault: Fault) -> None:
    vietnamese, english = FAULTS[fault]
    assert vietnamese.endswith(".")
    assert in_language(vietnamese, "en") == english != vietnamese


@pytest.mark.parametrize("code", CODES)
def test_every_check_of_ours_has_its_words(code: str) -> None:
    assert words.CHECKS[code]["vi"] != words.CHECKS[code]["en"]


TABLES = ("ALLOWED", "CHANGES", "CHECKS", "CONCLUSIONS", "LABELS", "NUMBERS", "OUTCOMES", "PHRASES")


@pytest.mark.parametrize("table", [*TABLES, "STAMPS", "TRUSTED", "TRUST_KINDS"])
def test_every_word_is_there_in_both_languages(table: str) -> None:
    for entry in getattr(words, table).values():
        assert set(entry) == {"vi", "en"}
        assert all(entry.values())


@pytest.mark.parametrize("code", STANDARD)
def test_a_code_of_the_standard_bears_the_name_that_the_standard_gives(code: str) -> None:
    assert sub_indications(code, "indeterminate") == (f"urn:etsi:019102:subindication:{code}",)


@pytest.mark.parametrize("code", [*OURS, "SOMETHING_NEW"])
def test_a_code_of_ours_stands_behind_the_nearest_of_the_standard(code: str) -> None:
    first, second = sub_indications(code, "failed")
    assert first.rpartition(":")[2] in STANDARD
    assert second == f"urn:x-motlan:subindication:{code}"
