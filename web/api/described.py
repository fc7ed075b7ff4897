"""What the OpenAPI description says of every address besides its answer: the problems it may tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from web.api.problems import MEDIA_TYPE
from web.api.shapes import Problem

_WORDS: Final = {
    400: "The request is no proper HTTP request",
    401: "No key or token that counts",
    403: "The caller may not do this",
    404: "There is nothing like this for this caller",
    408: "The body did not come in time",
    409: "It fits the description, but not what is here; `code` tells why",
    410: "Destroyed by a decision",
    413: "The body is too large",
    415: "The body is of another type",
    416: "The file has no such range",
    422: "The request does not fit the description",
    429: "Too many requests; see Retry-After",
    500: "Something unforeseen",
    503: "Too much to do; see Retry-After",
}
_ALWAYS: Final = (400, 401, 403, 422, 429, 500, 503)
_WITH_BODY: Final = (408, 413, 415)

REQUEST_ID: Final = {"Motlan-Request-Id": {"schema": {"type": "string", "format": "uuid"}}}


def described(
    answer: Any,
    problems: Sequence[int] = (),
    *,
    status: int = 200,
    body: bool = True,
    besides: Mapping[int, Mapping[str, object]] = MappingProxyType({}),
) -> dict[str, Any]:
    """Arguments of a route.

    Args:
        answer: model of the answer.
        problems: statuses besides those that every address may have.
        status: of a good answer.
        body: whether the request has one.
        besides: other answers by status, as OpenAPI describes them.
    """
    statuses = {*_ALWAYS, *problems, *(_WITH_BODY if body else ())}
    return {
        "response_model": answer,
        "status_code": status,
        "responses": {
            status: {"headers": REQUEST_ID},
            **{
                each: {
                    "description": _WORDS[each],
                    "content": {MEDIA_TYPE: {"schema": _problem_schema()}},
                }
                for each in sorted(statuses)
            },
            **besides,
        },
    }


@cache
def _problem_schema() -> dict[str, Any]:
    """Once for all addresses: making it anew for each took longer than all the rest of a start."""
    return Problem.model_json_schema()
