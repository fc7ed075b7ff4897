"""What schemathesis does not know by itself: a file that is a PDF; a procedure, dossier, person and paper.

Every address gets one example that it answers well, for the role that may ask there.
Half of what it makes up in the right form is exchanged for what is there, so that it gets behind the first
door; the other half, and all of what it makes up in the wrong form, stays.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from typing import Any

import schemathesis
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from tests.storage.builders import record_id
from tests.web.invented import DOSSIER, PROCEDURE, WIFE
from web.api.shapes import DOSSIER as DOSSIER_FORM
from web.api.shapes import ID, ComponentsIn, CorrectionIn, OwnerIn, PortalCountsIn, ResultsIn

CLOSING = "H26.5.12-261118-0077"
"""A dossier to close: the other one has to stay open for all that needs an open one."""
CORRECTED, PROPOSED = "corrected", "proposed"
"""Names of the paper to correct, and of the one for which a correction waits for a second person."""
PERIOD = {"first": "2026-10-01", "last": "2026-10-31"}
RESULT = "result"
"""Name of the paper that was filed for the dossier."""
COMPONENT = "TT-01"
"""A component of the procedure."""
SHOWN = "live_birth_notice"
"""A type of paper that is shown for somebody without a number."""
FIELD = "ethnicity"
"""A field of the paper to correct, whose values are free words."""

_THERE = {
    "procedure": (r"^[0-9]\.[0-9]{6}$", PROCEDURE),
    "dossier": (DOSSIER_FORM, DOSSIER),
    "Motlan-Dossier": (DOSSIER_FORM, DOSSIER),
    "code": (DOSSIER_FORM, DOSSIER),
    "owner": (r"^[0-9]{12}$", WIFE),
    "document": (ID, os.environ.get("MOTLAN_FUZZ_DOCUMENT", "")),
    "case": (ID, os.environ.get("MOTLAN_FUZZ_CASE", "")),
    "Motlan-Emergency": (ID, os.environ.get("MOTLAN_FUZZ_GRANT", "")),
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


def fitting(path: str, body: Any) -> Any:
    """A body of the right form that fits its address every second time: a component, a result …

    One in the wrong form stays whole: what is exchanged or left out could be what is wrong with it.
    """
    form, fits = next((found for end, found in _FITTING.items() if path.endswith(end)), (None, None))
    if form is None or fits is None or not isinstance(body, dict):
        return body
    try:
        form.validate_python(body)
    except ValidationError:
        return body
    return fits(body)


def _odd(listed: object) -> bool:
    """Whether it is one of every two lists (or words)."""
    return isinstance(listed, list | str) and len(listed) % 2 == 1


def _fitting_components(body: dict[str, Any]) -> dict[str, Any]:
    components = body["components"]
    return {**body, "components": [{**components[0], "code": COMPONENT}]} if _odd(components) else body


def _fitting_results(body: dict[str, Any]) -> dict[str, Any]:
    return {**body, "documents": [record_id(RESULT)]} if _odd(body["documents"]) else body


def _fitting_correction(body: dict[str, Any]) -> dict[str, Any]:
    fields = body.get("fields")
    if not fields or not _odd(fields):
        return body
    kept = {name: each for name, each in body.items() if name not in ("type", "owner", "request")}
    return {**kept, "fields": [{**fields[0], "name": FIELD}]}


def _fitting_owner(body: dict[str, Any]) -> dict[str, Any]:
    shown = body["paper"]
    return {**body, "paper": {**shown, "type": SHOWN}} if _odd(shown["number"]) else body


def _fitting_counts(body: dict[str, Any]) -> dict[str, Any]:
    counts = body["counts"]
    return {**body, "counts": [{**counts[0], **PERIOD}]} if _odd(counts) else body


_FITTING: Mapping[str, tuple[TypeAdapter[Any], Callable[[dict[str, Any]], dict[str, Any]]]] = {
    "/components": (TypeAdapter(ComponentsIn), _fitting_components),
    "/results": (TypeAdapter(ResultsIn), _fitting_results),
    "/corrections": (TypeAdapter(CorrectionIn), _fitting_correction),
    "/owners": (TypeAdapter(OwnerIn), _fitting_owner),
    "/portal-counts": (TypeAdapter(PortalCountsIn), _fitting_counts),
}


def good(method: str, path: str) -> dict[str, Any]:
    """A request that is answered well, as parts of a case."""
    own = os.environ.get("MOTLAN_FUZZ_DOCUMENT", "")
    check = {"dossier": DOSSIER, "owner": WIFE}
    new = {"code": "H26.5.12-261117-0078", "procedure": PROCEDURE, "owner": WIFE}
    words = "Giấy tờ mẫu in khác với hồ sơ"
    bodies: dict[str, Any] = {
        "/v1/documents/{document}/corrections": {
            "ground": "misread",
            "words": words,
            "fields": [{"name": FIELD, "value": "Kinh"}],
        },
        "/v1/corrections/{case}/decision": {"approve": True},
        "/v1/owners": {
            "dossier": DOSSIER,
            "procedure": PROCEDURE,
            "kind": "person",
            "name": "Mẫu Văn Bé",
            "birth": "2026-11-01",
            "paper": {"type": SHOWN, "number": "12/2026"},
        },
        "/v1/portal-counts": {"counts": [{"office": "H26.5.12", "received": 40, **PERIOD}]},
        "/v1/reuse-checks": check,
        "/v1/reuse-checks/batch": {"checks": [check]},
        "/v1/dossiers": new,
        "/v1/dossiers/{code}/handling": {"channel": 1},
        "/v1/dossiers/{code}/components": {
            "components": [{"code": COMPONENT, "came": "reused", "document": own}]
        },
        "/v1/dossiers/{code}/results": {"documents": [record_id(RESULT)], "handed_over": True},
        "/v1/emergency-grants": {"document": own, "reason": "life", "words": "Người bệnh mẫu"},
        "/v1/me/requests": {"document": own, "kind": "view", "words": "Xin xem giấy tờ"},
    }
    made: dict[str, Any] = {}
    if "{code}" in path:
        made["path_parameters"] = {"code": CLOSING if path.endswith("/close") else DOSSIER}
    if "{document}" in path:
        made |= {"path_parameters": {"document": own}, "headers": {"Motlan-Dossier": DOSSIER}}
    if path.endswith("/corrections"):
        made["path_parameters"] = {"document": record_id(CORRECTED)}
    if "{case}" in path:
        made["path_parameters"] = {"case": os.environ.get("MOTLAN_FUZZ_CASE", "")}
    if path == "/v1/indicators":
        made["query"] = {"from": "2026-11-01", "to": "2026-11-30"}
    if path == "/v1/verifications":
        made |= {"body": small_pdf(), "media_type": "application/pdf"}
    elif method != "GET" and path in bodies:
        made |= {"body": bodies[path], "media_type": "application/json"}
    return made


@schemathesis.hook
def before_add_examples(context: schemathesis.HookContext, examples: list[Any]) -> None:
    operation = context.operation
    if operation is not None:
        examples.append(operation.Case(**good(operation.method.upper(), operation.path)))


@schemathesis.hook
def map_body(context: schemathesis.HookContext, body: Any) -> Any:
    return fitting(_path(context), exchanged(body))


@schemathesis.hook
def map_path_parameters(context: schemathesis.HookContext, path_parameters: Any) -> Any:
    found = exchanged(path_parameters)
    if _path(context).endswith("/close") and isinstance(found, dict) and found.get("code") == DOSSIER:
        return {**found, "code": CLOSING}
    if _path(context).endswith("/corrections") and isinstance(found, dict) and "document" in found:
        own = os.environ.get("MOTLAN_FUZZ_DOCUMENT", "")
        return {**found, "document": record_id(CORRECTED)} if found["document"] == own else found
    return found


@schemathesis.hook
def map_query(_context: schemathesis.HookContext, query: Any) -> Any:
    return exchanged(query)


def _path(context: schemathesis.HookContext) -> str:
    return context.operation.path if context.operation is not None else ""


@schemathesis.hook
def map_headers(_context: schemathesis.HookContext, headers: Any) -> Any:
    return exchanged(headers)


schemathesis.openapi.media_type("application/pdf", st.just(small_pdf()))
