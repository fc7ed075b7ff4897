"""Errors as problem details (RFC 9457): our stable code, a sentence, the next step, the request id."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping, Sequence
from typing import Final

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.requests import Request

from dossier.api_errors import (
    CredentialsError,
    DossierFutureError,
    HandlingTimeError,
    NotAdmittedError,
    PeriodError,
    PortalCountError,
    ProviderUnavailableError,
    RangeOutsideError,
    RateLimitError,
    ReadingCopyError,
    RequestConflictError,
    RequestError,
    RequestMediaTypeError,
    RequestMethodError,
    RequestNulError,
    RequestPathError,
    RequestSlowError,
    RequestTooLargeError,
    RequestValueError,
    ServiceBusyError,
)
from dossier.errors import (
    AccessRefusedError,
    InputError,
    InputFileTooLargeError,
    KeyUnusableError,
    Lang,
    MotlanError,
    PdfUnreadableError,
    PinRefusedError,
    PolicyUnknownError,
    ProcedureUnknownError,
    RecordMissingError,
    StoreBusyError,
    StoreFullError,
    StoreUnavailableError,
    TokenMissingError,
    VersionConflictError,
)
from dossier.keeping_errors import CorrectionError, DisposalError, ObjectDestroyedError, SubjectRequestError
from dossier.rules_errors import MustNotAskError
from dossier.service_errors import (
    ChangesGoneError,
    ComponentUnknownError,
    CursorInvalidError,
    ExportTooLargeError,
    NothingHeldError,
)
from dossier.staff_errors import (
    ForeignFormError,
    ProviderRefusedError,
    SessionEndedError,
    SignInError,
    SignInLockedError,
    StaffKnownError,
    StaffUnknownError,
)

MEDIA_TYPE: Final = "application/problem+json"
_RETRY_SECONDS: Final = 2
_MOST_PLACES: Final = 20

_STATUS: Final[Mapping[type[MotlanError], int]] = {
    CredentialsError: 401,
    SessionEndedError: 401,
    SignInError: 401,
    ForeignFormError: 403,
    ProviderRefusedError: 403,
    StaffUnknownError: 404,
    StaffKnownError: 409,
    SignInLockedError: 429,
    NotAdmittedError: 403,
    AccessRefusedError: 403,
    RequestPathError: 404,
    RecordMissingError: 404,
    ProcedureUnknownError: 404,
    PolicyUnknownError: 404,
    RequestMethodError: 405,
    RequestSlowError: 408,
    RequestConflictError: 409,
    RequestValueError: 409,
    CursorInvalidError: 409,
    DossierFutureError: 409,
    HandlingTimeError: 409,
    PeriodError: 409,
    ReadingCopyError: 409,
    ComponentUnknownError: 409,
    PortalCountError: 409,
    VersionConflictError: 409,
    ObjectDestroyedError: 410,
    ChangesGoneError: 410,
    ExportTooLargeError: 413,
    NothingHeldError: 404,
    SubjectRequestError: 409,
    CorrectionError: 409,
    DisposalError: 409,
    KeyUnusableError: 409,
    PinRefusedError: 409,
    TokenMissingError: 503,
    MustNotAskError: 409,
    RequestTooLargeError: 413,
    InputFileTooLargeError: 413,
    RequestMediaTypeError: 415,
    InputError: 422,
    PdfUnreadableError: 422,
    RangeOutsideError: 416,
    RateLimitError: 429,
    ServiceBusyError: 503,
    ProviderUnavailableError: 503,
    StoreBusyError: 503,
    StoreUnavailableError: 503,
    StoreFullError: 503,
    RequestNulError: 400,
    RequestError: 422,
}
_TITLES: Final = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    408: "Request Timeout",
    409: "Conflict",
    410: "Gone",
    413: "Content Too Large",
    415: "Unsupported Media Type",
    416: "Range Not Satisfiable",
    422: "Unprocessable Content",
    429: "Too Many Requests",
    500: "Internal Server Error",
    503: "Service Unavailable",
}
_BY_HTTP: Final[Mapping[int, type[MotlanError]]] = {404: RequestPathError, 405: RequestMethodError}


def status_of(error: MotlanError) -> int:
    """The HTTP status of an error; the nearest class above it decides, 500 where none does."""
    return next((_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS), 500)


def problem(
    error: MotlanError,
    *,
    request: str,
    lang: Lang,
    headers: Mapping[str, str] | None = None,
    places: Sequence[Mapping[str, str]] = (),
) -> JSONResponse:
    """An error as a response.

    Args:
        error: what happened; details of our own failures stay with us.
        request: its id.
        lang: language of the sentences.
        headers: besides those that belong to the status.
        places: where in the request something is wrong, and what.
    """
    status = status_of(error)
    told = error if status < 500 or isinstance(error, RequestError) else _without_item(error)
    content: dict[str, object] = {
        "type": f"urn:motlan:error:{told.code}",
        "title": _TITLES[status],
        "status": status,
        "detail": told.sentence(lang),
        "instance": f"urn:uuid:{request}",
        "code": told.code,
        "next": told.next_step(lang),
    }
    if places:
        content["places"] = list(places)
    return JSONResponse(
        content,
        status_code=status,
        media_type=MEDIA_TYPE,
        headers={"Content-Language": lang, **_headers(error, status), **(headers or {})},
    )


def of_request(
    request: Request,
    error: MotlanError,
    *,
    headers: Mapping[str, str] | None = None,
    places: Sequence[Mapping[str, str]] = (),
) -> JSONResponse:
    """An error as the response to a request, in the language it asks for; see ``problem``."""
    return problem(
        error,
        request=str(request.state.request),
        lang=language(request),
        headers=headers,
        places=places,
    )


def language(request: Request) -> Lang:
    """Vietnamese, unless English is what the caller puts first."""
    return "en" if request.headers.get("accept-language", "").strip().lower().startswith("en") else "vi"


async def on_motlan_error(request: Request, error: Exception) -> JSONResponse:
    """Handler of errors of ours."""
    return of_request(request, error if isinstance(error, MotlanError) else MotlanError())


async def on_invalid(request: Request, error: Exception) -> JSONResponse:
    """Handler of requests that do not fit the description; values are never repeated."""
    found = error.errors() if isinstance(error, RequestValidationError) else []
    places = [
        {"in": _place(each["loc"], str(each["type"])), "why": str(each["type"])}
        for each in found[:_MOST_PLACES]
    ]
    where = ", ".join(place["in"] for place in places[:3])
    return of_request(request, RequestError(reason=where or "—"), places=places)


async def on_http_error(request: Request, error: Exception) -> JSONResponse:
    """Handler of what the framework refuses by itself: unknown paths, wrong methods, broken bodies."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = dict((error.headers if isinstance(error, HTTPException) else None) or {})
    if status == 405:
        headers["Allow"] = ", ".join(_methods(request))
    kind = _BY_HTTP.get(status)
    told = kind() if kind is not None else RequestError(reason="—") if status < 500 else MotlanError()
    return of_request(request, told, headers=headers)


def _methods(request: Request) -> Sequence[str]:
    """What the address answers to (RFC 9110, 10.2.1): the framework names the methods of one route alone."""
    told: Mapping[str, Mapping[str, object]] = request.app.openapi()["paths"]
    path = request.url.path
    forms = [form for form in told if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", form), path)]
    return sorted({method.upper() for form in forms for method in told[form]})


def _place(parts: Sequence[str | int], why: str) -> str:
    """Where in a request, in our own words: the name of what we do not know is the caller's."""
    known = parts[:-1] if why == "extra_forbidden" else parts
    return ".".join(
        ["…" if why == "json_invalid" and index else str(part) for index, part in enumerate(known)]
    )


def _headers(error: MotlanError, status: int) -> dict[str, str]:
    if status == 401:
        return {"WWW-Authenticate": 'Bearer realm="motlan"'}
    if status in (429, 503):
        return {"Retry-After": str(error.details.get("seconds", _RETRY_SECONDS))}
    return {}


def _without_item(error: MotlanError) -> MotlanError:
    """The same kind of error without what it is about: names of files of ours are nobody's business."""
    bare = copy.copy(error)
    bare.item = ""
    return bare
