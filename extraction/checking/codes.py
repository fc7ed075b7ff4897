"""Tax and enterprise codes: the check digit, and the owner's own number as the code of a household."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from dossier.fields import Field
from dossier.persons import personal_id
from dossier.tax import tax_code_holds
from extraction.checking.effects import Effect, note, verdict
from extraction.checking.known import Known, issued_on

_CODES = ("enterprise_code", "business_code")
_TAX_CODES_SINCE = date(2010, 6, 1)


def tax_digit(fields: Mapping[str, Field], _: Known) -> Iterator[Effect]:
    """The tenth digit of a tax code is worked out from the nine before it.

    Numbers of enterprises are tax codes since June 2010 (Decree 43/2010/NĐ-CP); those before are not.
    """
    made = issued_on(fields)
    before = made is not None and made < _TAX_CODES_SINCE
    for name in _CODES:
        code = fields.get(name)
        if code is None or personal_id(code.value) is not None:
            continue
        holds = tax_code_holds(code.value)
        if holds is not None and (holds or not before):
            yield verdict(name, "tax.digit", agrees=holds)
        elif code.value.replace("-", "").isdecimal():
            yield note(name, "tax.digit_unknown")


def household_owner(fields: Mapping[str, Field], _: Known) -> Iterator[Effect]:
    """Since 01/07/2025 the code of a household is its owner's number: printed twice."""
    code, owner = fields.get("business_code"), fields.get("owner_personal_id")
    if code is None or owner is None or personal_id(code.value) is None or personal_id(owner.value) is None:
        return
    agrees = code.value == owner.value
    yield verdict(code.name, "tax.owner", agrees=agrees)
    yield verdict(owner.name, "tax.owner", agrees=agrees)
