"""The code of land certificates on the form since 01/08/2024. Its payload is not published.

Parts are taken by the name before them (``Số phát hành: AA 01234567``) or, the serial number, by its shape;
only what validates.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping

from dossier.persons import personal_id
from extraction.folding import squash
from extraction.qr.payload import Payload, day, tidy
from extraction.values.amounts import read_area
from extraction.values.names import read_name

_SERIAL = re.compile(r"(?<![A-ZĐ0-9])([A-ZĐ]{2})\s?([0-9]{6}|[0-9]{8})(?![0-9])")
_PARCEL = re.compile(r"^[0-9]{1,5}[a-z]?$", re.IGNORECASE)
_REGISTER = re.compile(r"^[A-ZĐ]{1,4}[\s.\-]?[0-9]{1,7}(?:[/.\-][0-9A-ZĐ]{1,10}){0,3}$")
_PAIR = re.compile(r"^([^:=]{2,60})[:=]\s*(\S.*)$")
_LONGEST_PLACE = 300
_LEAST_KNOWN = 2
"""Values that have to be told by their names before a code without a serial number is taken for one."""


def _serial(text: str) -> str:
    match = _SERIAL.fullmatch(text.upper())
    return f"{match[1]}{match[2]}" if match else ""


def _number(text: str) -> str:
    return text.upper() if _PARCEL.match(text) else ""


def _register(text: str) -> str:
    return re.sub(r"\s", "", text) if _REGISTER.match(text) else ""


def _name(text: str) -> str:
    found = read_name(text)
    return found.value if found is not None and " " in found.value else ""


def _person(text: str) -> str:
    found = personal_id(text)
    return found.digits if found else ""


def _area(text: str) -> str:
    found = read_area(text)
    return found.value if found is not None and float(found.value) > 0 else ""


def _place(text: str) -> str:
    return text if len(text) <= _LONGEST_PLACE and "," in text else ""


_KEYS: Mapping[str, tuple[str, Callable[[str], str]]] = {
    "sophathanh": ("serial_number", _serial),
    "soseri": ("serial_number", _serial),
    "seri": ("serial_number", _serial),
    "serial": ("serial_number", _serial),
    "sovaoso": ("register_number", _register),
    "sovaosocapgcn": ("register_number", _register),
    "sovaosocapgiaychungnhan": ("register_number", _register),
    "thuadatso": ("parcel_number", _number),
    "sothua": ("parcel_number", _number),
    "sothuadat": ("parcel_number", _number),
    "thuaso": ("parcel_number", _number),
    "tobandoso": ("map_sheet_number", _number),
    "soto": ("map_sheet_number", _number),
    "sotobando": ("map_sheet_number", _number),
    "dientich": ("area_m2", _area),
    "diachithuadat": ("parcel_address", _place),
    "diachi": ("parcel_address", _place),
    "nguoisudungdat": ("owner_full_name", _name),
    "chusudung": ("owner_full_name", _name),
    "chusohuu": ("owner_full_name", _name),
    "hoten": ("owner_full_name", _name),
    "hovaten": ("owner_full_name", _name),
    "sodinhdanh": ("owner_personal_id", _person),
    "sodinhdanhcanhan": ("owner_personal_id", _person),
    "cccd": ("owner_personal_id", _person),
    "socccd": ("owner_personal_id", _person),
    "ngaycap": ("issue_date", day),
    "ngaycapgcn": ("issue_date", day),
}


def read_land(text: str) -> Payload | None:
    """The payload of a land certificate; nothing when it has neither a serial number nor two known parts.

    A name that comes twice with two values says nothing: a parcel of several owners.
    """
    pairs = list(_pairs(text))
    found: dict[str, set[str]] = {}
    for name, said in pairs:
        field, validate = _KEYS.get(squash(name), ("", _place))
        value = validate(tidy(said)) if field else ""
        if value:
            found.setdefault(field, set()).add(value)
    values = {field: next(iter(said)) for field, said in found.items() if len(said) == 1}
    serials = {f"{match[1]}{match[2]}" for match in _SERIAL.finditer(text)}
    if "serial_number" not in values and len(serials) == 1:
        values["serial_number"] = serials.pop()
    if "serial_number" not in values and len(values) < _LEAST_KNOWN:
        return None
    taken = {name for name, _ in pairs if squash(name) in _KEYS}
    extras = tuple(tidy(f"{name}: {said}") for name, said in pairs if name not in taken)
    return Payload(kind="land_certificate", values=values, extras=extras)


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    """Names and values of JSON, or of parts between bars, semicolons and line breaks."""
    if text.startswith("{"):
        try:
            data = json.loads(text)
        except (ValueError, RecursionError):
            data = {}
        yield from (
            (str(name), str(said))
            for name, said in (data.items() if isinstance(data, dict) else ())
            if isinstance(said, str | int | float)
        )
        return
    for part in re.split(r"[|;\n]", text):
        match = _PAIR.match(tidy(part))
        if match:
            yield match[1], match[2]
