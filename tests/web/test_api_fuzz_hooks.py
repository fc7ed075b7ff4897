"""What schemathesis is told besides the description never turns a wrong body into a right one."""

from __future__ import annotations

from tests.web.api_fuzz_hooks import COMPONENT, PERIOD, fitting

COMPONENTS = "/v1/dossiers/{code}/components"
COUNTS = "/v1/portal-counts"


def test_a_body_in_the_right_form_is_made_to_fit() -> None:
    made = fitting(COMPONENTS, {"components": [{"code": "XX-99", "came": "reused"}]})
    assert made == {"components": [{"code": COMPONENT, "came": "reused"}]}
    one = {"office": "H26.5.12", "first": "2000-01-01", "last": "2000-01-01", "received": 3}
    assert fitting(COUNTS, {"counts": [one]}) == {"counts": [{**one, **PERIOD}]}


def test_a_body_in_the_wrong_form_stays_whole() -> None:
    right = {"code": "XX-99", "came": "reused"}
    wrong = {"components": [right, {**right, "came": "__not_in_enum__"}, right]}
    assert fitting(COMPONENTS, wrong) == wrong
    counts = {"counts": [{"office": "H26.5.12", "first": 0, "last": "2000-01-01", "received": 3}]}
    assert fitting(COUNTS, counts) == counts
