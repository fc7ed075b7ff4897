from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from signing.locks import CERTIFIED, LOCKED, UNCLEAR, FieldLock, Locks

NAMES = st.text("abc.", min_size=1, max_size=6)


def test_a_lock_of_all_fields_covers_every_field() -> None:
    assert Locks(fields=(FieldLock("/All"),)).against_signature("ChuKyCoQuan", creates=False) == LOCKED


@given(NAMES, st.frozensets(NAMES, max_size=4))
def test_what_one_list_includes_the_same_list_excludes(field: str, names: frozenset[str]) -> None:
    assert FieldLock("/Include", names).covers(field) is not FieldLock("/Exclude", names).covers(field)


def test_a_name_covers_the_fields_below_it_and_no_others() -> None:
    lock = FieldLock("/Include", frozenset({"A.B"}))
    assert [lock.covers(name) for name in ("A.B", "A.B.C", "A.BC", "A")] == [True, True, False, False]


def test_certification_allows_only_prepared_fields_and_at_its_strictest_none() -> None:
    allowed = {
        (permission, creates): Locks(permission=permission).against_signature("X", creates=creates)
        for permission in (1, 2, 3, None)
        for creates in (True, False)
    }
    assert allowed == {
        (1, True): CERTIFIED,
        (1, False): CERTIFIED,
        (2, True): CERTIFIED,
        (2, False): "",
        (3, True): CERTIFIED,
        (3, False): "",
        (None, True): "",
        (None, False): "",
    }


def test_what_is_not_understood_stops_everything() -> None:
    locks = Locks(unclear=True)
    assert (locks.against_signature("X", creates=False), locks.against_timestamp("Y")) == (UNCLEAR, UNCLEAR)


def test_only_a_lock_that_names_it_stops_a_timestamp() -> None:
    named = Locks(fields=(FieldLock("/Include", frozenset({"DauThoiGian"})),))
    assert named.against_timestamp("DauThoiGian") == LOCKED
    assert named.against_timestamp("DauThoiGian2") == ""
    assert Locks(permission=1, fields=(FieldLock("/All"),)).against_timestamp("DauThoiGian") == ""
