"""Accounts, devices and forms as people type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.errors import ArgumentError
from dossier.legal_form import LegalForm, device_name, parse_account, parse_form


@pytest.mark.parametrize("account", ["", "ha.tran", "quay-1", "ha.tran@lao-cai", "A1"])
def test_an_account_is_an_id(account: str) -> None:
    assert parse_account(f" {account} ") == account


@pytest.mark.parametrize(
    "wrong", ["Trần Thị Hà", "ha tran", "001185000017", "123456789", "-a", "a" * 65, "a\nb", "a/b"]
)
def test_a_written_out_name_or_an_identity_number_is_no_account(wrong: str) -> None:
    with pytest.raises(ArgumentError) as told:
        parse_account(wrong)
    assert wrong not in str(told.value)


@given(st.text(max_size=200))
def test_the_name_of_a_device_is_one_short_printable_line(text: str) -> None:
    name = device_name(text)
    assert len(name) <= 80
    assert name.isprintable()
    assert device_name(name) == name


def test_devices_are_named_as_their_drivers_name_them() -> None:
    assert device_name("airscan:e0:Canon  TS6000\tseries ") == "airscan:e0:Canon TS6000 series"


def test_a_form_is_known_by_its_word() -> None:
    assert [parse_form(form.value) for form in LegalForm] == list(LegalForm)
    with pytest.raises(ArgumentError):
        parse_form("bản photo")
