"""Values that fit the description of a request, and that only what is known here can refuse."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from dossier.api_errors import RequestValueError
from dossier.errors import ArgumentError


@contextmanager
def meant() -> Iterator[None]:
    """Tell a refused argument of a command as the value of the request that it is (409).

    Raises:
        RequestValueError: for an ``ArgumentError``, under the place in the body: ``--paper-type`` is
            ``paper.type``, ``--set place_of_birth`` is ``place_of_birth``.
    """
    try:
        yield
    except ArgumentError as error:
        place = error.item.removeprefix("--set ").removeprefix("--").replace("-", ".")
        raise RequestValueError(place, expected=str(error.details["expected"])) from error
