from __future__ import annotations

import pytest
from asn1crypto import x509
from hypothesis import given
from hypothesis import strategies as st

from signing.details import SubjectNumber
from signing.subjects import subject_number, subject_text


def name(**parts: str) -> x509.Name:
    return x509.Name.build(parts)


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("MST:0100109106", "tax", "0100109106"),
        ("MST: 0100109106-001", "tax", "0100109106-001"),
        ("TINVN-0100109106", "tax", "0100109106"),
        ("VATVN-0100109106", "tax", "0100109106"),
        ("0100109106", "tax", "0100109106"),
        ("CCCD:051099999999", "personal", "051099999999"),
        ("cmnd=012345678", "personal", "012345678"),
        ("PNOVN-051099999999", "personal", "051099999999"),
        ("051099999999", "personal", "051099999999"),
        ("012345678", "personal", "012345678"),
        ("MNS:1234567", "other", "MNS:1234567"),
        ("No. 7", "other", "No. 7"),
    ],
)
@pytest.mark.parametrize("part", ["serial_number", "user_id"])
def test_the_number_of_a_subject_is_told_apart_by_its_prefix_or_its_form(
    text: str, kind: str, value: str, part: str
) -> None:
    found = subject_number(name(common_name="MẪU", **{part: text}))
    assert found is not None
    assert (found.kind, found.value) == (kind, value)


def test_a_subject_without_number_has_none() -> None:
    assert subject_number(name(common_name="Lê Văn Mẫu")) is None
    assert subject_number(name(common_name="Lê Văn Mẫu", serial_number="  ")) is None


def test_a_tax_code_comes_before_a_personal_number() -> None:
    found = subject_number(
        name(common_name="MẪU", user_id="CCCD:051099999999", serial_number="MST:0100109106")
    )
    assert found == SubjectNumber(kind="tax", value="0100109106")


def test_names_are_composed_as_people_type_them() -> None:
    assert subject_text(name(common_name="Nguye\u0302\u0303n"), "common_name") == "Nguyễn"


@given(st.text(alphabet="0123456789", min_size=9, max_size=12))
def test_a_personal_number_never_shows_in_what_is_logged(digits: str) -> None:
    number = SubjectNumber(kind="personal", value=digits)
    assert digits not in repr(number)
    assert number.masked.endswith(digits[-4:])
    assert digits[:-4] not in number.masked
    assert len(number.masked) == len(digits)


def test_a_tax_code_is_public() -> None:
    assert SubjectNumber(kind="tax", value="0100109106").masked == "0100109106"
