"""What names of sub-folders and files say about their papers."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.declared_names import NameDeclared, NamePattern
from dossier.watch_errors import WatchNameError

DOSSIER = "H26.5.12-261102-0001"
OWNER = "010091999101"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (DOSSIER, NameDeclared(dossier=DOSSIER)),
        (f"{DOSSIER.lower()} 1.004222", NameDeclared(dossier=DOSSIER, procedure="1.004222")),
        (f"{DOSSIER}_{OWNER}", NameDeclared(dossier=DOSSIER, owner=OWNER)),
        (
            f" {DOSSIER}__1.004222_{OWNER}_Trần Thị Mẫu ",
            NameDeclared(dossier=DOSSIER, procedure="1.004222", owner=OWNER),
        ),
        (f"{DOSSIER} (2)", NameDeclared(dossier=DOSSIER)),
        ("000.00.12.H26-261102-0001", NameDeclared(dossier="000.00.12.H26-261102-0001")),
    ],
)
def test_a_name_says_dossier_procedure_and_owner_in_this_order(name: str, said: NameDeclared) -> None:
    assert NamePattern().declared(name) == said


@pytest.mark.parametrize(
    "name",
    [
        "scan-20261127-0001",
        "SCAN_20261127_083015",
        "202611020830",
        OWNER,
        "IMG-20261127-WA0001",
        "trang 2",
        "may-quet-1",
        "",
    ],
)
def test_what_scanners_number_by_themselves_says_nothing(name: str) -> None:
    assert NamePattern().declared(name) is None


@pytest.mark.parametrize(
    "name",
    [
        "H26.5.12-261302-0001",
        "H26.5.12-2611-0001",
        f"{DOSSIER}_1.00422",
        f"{DOSSIER}_01009199910",
    ],
)
def test_a_slip_of_the_pen_is_told_with_the_name(name: str) -> None:
    with pytest.raises(WatchNameError) as caught:
        NamePattern().declared(name)
    assert caught.value.item == name


def test_an_office_may_order_the_parts_as_it_likes() -> None:
    pattern = NamePattern("{owner}[ - {procedure}]")
    assert pattern.declared(f"{OWNER} - 1.004222") == NameDeclared(owner=OWNER, procedure="1.004222")
    assert pattern.declared(OWNER) == NameDeclared(owner=OWNER)


@pytest.mark.parametrize(
    "text", ["", "abc", "{nobody}", "[{dossier}", "{dossier}]", "{dossier}{dossier}", "{"]
)
def test_a_pattern_that_is_none_is_refused_with_the_place(text: str) -> None:
    with pytest.raises(ValueError, match=r"^\d+$"):
        NamePattern(text)


@given(st.text())
def test_no_name_is_anything_but_said_unsaid_or_told(name: str) -> None:
    try:
        said = NamePattern().declared(name)
    except WatchNameError:
        return
    assert said is None or said.dossier


@given(st.sampled_from(["NFC", "NFD"]), st.text(alphabet="ăâđêôơưÁạ bc", min_size=1))
def test_accents_in_the_rest_make_no_difference(form: str, rest: str) -> None:
    name = unicodedata.normalize("NFD" if form == "NFD" else "NFC", f"{DOSSIER}_x{rest}")
    assert NamePattern().declared(name) == NameDeclared(dossier=DOSSIER)
