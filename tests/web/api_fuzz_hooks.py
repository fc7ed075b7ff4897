"""What schemathesis does not know by itself: a file that is a PDF; a procedure, dossier, person and paper.

Half of what it makes up in the right form is exchanged for what is there, so that it gets behind the first
door; the other half, and all of what it makes up in the wrong form, stays.
"""

from __future__ import annotations

import os
import re
from typing import Any

import schemathesis
from hypothesis import strategies as st

from tests.web.office import DOSSIER, PROCEDURE, WIFE
from web.api.shapes import DOSSIER as DOSSIER_FORM
from web.api.shapes import ID

_THERE = {
    "procedure": (r"^[0-9]\.[0-9]{6}$", PROCEDURE),
    "dossier": (DOSSIER_FORM, DOSSIER),
    "Motlan-Dossier": (DOSSIER_FORM, DOSSIER),
    "code": (DOSSIER_FORM, DOSSIER),
    "owner": (r"^[0-9]{12}$", WIFE),
    "document": (ID, os.environ.get("MOTLAN_FUZZ_DOCUMENT", "")),
}

_OBJECTS = (
    b"1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n",
    b"2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n",
    b"3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>\nendobj\n",
)


def small_pdf() -> bytes:
    """A PDF of one empty page."""
    made, places = b"%PDF-1.7\n", []
    for each in _OBJECTS:
        places.append(len(made))
        made += each
    table = b"xref\n0 4\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    return made + table + b"trailer\n<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(made)


def there(name: str, value: object) -> object:
    """The value, or what is there in its place."""
    form, known = _THERE.get(name, ("", ""))
    if not known or not isinstance(value, str) or not re.match(form, value):
        return value
    return known if ord(value[-1]) % 2 else value


def exchanged(value: Any) -> Any:
    """The same with every second thing that is there."""
    if isinstance(value, dict):
        return {name: exchanged(there(name, each)) for name, each in value.items()}
    return [exchanged(each) for each in value] if isinstance(value, list) else value


@schemathesis.hook
def map_body(_context: schemathesis.HookContext, body: Any) -> Any:
    return exchanged(body)


@schemathesis.hook
def map_path_parameters(_context: schemathesis.HookContext, path_parameters: Any) -> Any:
    return exchanged(path_parameters)


@schemathesis.hook
def map_headers(_context: schemathesis.HookContext, headers: Any) -> Any:
    return exchanged(headers)


schemathesis.openapi.media_type("application/pdf", st.just(small_pdf()))
