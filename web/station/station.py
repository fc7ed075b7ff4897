"""What all pages share: the service they stand on, hashes of passwords, rates of strangers, cookies."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Literal, Self

from anyio import CapacityLimiter
from starlette.requests import Request
from starlette.responses import Response

from flows.arranging.thumbs import Thumbs
from flows.checking.pictures import Pictures
from flows.signing_desk.room import SigningRoom
from flows.staff.breached import need_list
from flows.staff.passwords import Passwords
from flows.trays.scanners import KnownScanners
from web.api.context import Context
from web.auth.rates import Buckets
from web.station.places import Places
from web.station.provider import Provider
from web.station.streams import Streams
from wiring.station_settings import StationSettings

_STRANGERS: Final = 8
_SMALL_FORMS: Final = 8
_SMALL_FORM_SECONDS: Final = 5.0
_UPLOADS: Final = 6
"""Forms with many files that come at once: each may be as large as a day's scans."""
_UPLOADS_EACH: Final = 2
"""Of those of one person: two tabs. Slow ones of theirs keep nobody else out."""
_JUDGED_AT_ONCE: Final = 2
"""Files of strangers judged together: each takes a processor for a while."""
_KNOCKS_PER_MINUTE: Final = 60
"""Forms of the door that one address may send: each leaves something in the records."""
_PATIENCE: Final = 10.0
_NAME: Final = "motlan-station"


class Lane(StrEnum):
    """Threads that answer some pages and no others."""

    COMMON = "common"
    """Those of all pages that have none of their own."""
    DESK = "desk"
    """Short work that many people wait for at once. Few threads, so that whoever came first is done first:
    forty that share one interpreter are all late."""
    PICTURES = "pictures"
    """Long computing: whoever waits for words does not wait for it."""


_THREADS: Final = {Lane.DESK: 8, Lane.PICTURES: 4}


@dataclass(frozen=True, slots=True)
class Station:
    """The station of one installation."""

    context: Context
    passwords: Passwords
    door_rates: Buckets
    verify_rates: Buckets
    strangers: threading.BoundedSemaphore
    """Places for files of strangers, while they come and are judged: they keep nobody else out."""
    small_forms: threading.BoundedSemaphore
    """Places for forms of strangers without a file, while they come: others than those of files, which are
    slow by nature and would keep people from signing in."""
    small_form_seconds: float
    """Within which such a form must have come."""
    verify_room: threading.BoundedSemaphore
    verify_patience: float
    """Seconds that somebody waits for room before being told to come again."""
    provider: Provider | None
    pictures: Pictures = field(default_factory=Pictures)
    thumbs: Thumbs = field(default_factory=Thumbs)
    lanes: Mapping[Lane, CapacityLimiter] = field(
        default_factory=lambda: {lane: CapacityLimiter(count) for lane, count in _THREADS.items()}
    )
    wake: Callable[[], None] = lambda: None
    """Tells whoever saves papers behind the people that there is one more."""
    signing: SigningRoom = field(default_factory=SigningRoom)
    uploads: Places = field(default_factory=lambda: Places(_UPLOADS, each=_UPLOADS_EACH))
    """Places for forms with many files, while they come."""
    draw_checks: threading.BoundedSemaphore = field(default_factory=lambda: threading.BoundedSemaphore(1))
    """Somebody draws a sample once more: that opens every paper of a batch."""
    streams: Streams = field(default_factory=Streams)
    scanners: KnownScanners = field(default_factory=KnownScanners)

    @classmethod
    def of(  # noqa: PLR0913 - what tests put in another's place
        cls,
        context: Context,
        *,
        passwords: Passwords | None = None,
        provider: Provider | None = None,
        verify_patience: float = _PATIENCE,
        small_form_seconds: float = _SMALL_FORM_SECONDS,
        seconds: Callable[[], float] = time.monotonic,
        wake: Callable[[], None] = lambda: None,
    ) -> Self:
        """Put it together; ``seconds`` only grow, ``provider`` is where people sign in besides.

        Raises:
            SettingsError: the list of stolen passwords is none.
        """
        settings = context.services.settings.station
        if settings.breached_passwords is not None:
            need_list(settings.breached_passwords)
        return cls(
            context=context,
            passwords=passwords or Passwords(),
            door_rates=Buckets(_KNOCKS_PER_MINUTE, clock=seconds),
            verify_rates=Buckets(settings.verify_per_minute, clock=seconds),
            strangers=threading.BoundedSemaphore(_STRANGERS),
            small_forms=threading.BoundedSemaphore(_SMALL_FORMS),
            small_form_seconds=small_form_seconds,
            verify_room=threading.BoundedSemaphore(_JUDGED_AT_ONCE),
            verify_patience=verify_patience,
            provider=provider,
            wake=wake,
        )

    @property
    def settings(self) -> StationSettings:
        """Those of the pages."""
        return self.context.services.settings.station

    def is_private(self, request: Request) -> bool:
        """Whether the browser came by TLS, here or before a proxy."""
        behind = self.context.services.settings.api.behind_proxy
        return request.url.scheme == "https" or behind or self.settings.is_https

    def cookie(self, request: Request) -> str:
        """Name of the cookie of sessions; a browser takes the prefix by TLS alone (RFC 6265bis)."""
        return f"__Host-{_NAME}" if self.is_private(request) else _NAME

    def set_cookie(  # noqa: PLR0913 - a cookie has these parts
        self,
        response: Response,
        request: Request,
        name: str,
        value: str,
        *,
        lasts: int | None = None,
        same_site: Literal["strict", "lax"] = "strict",
    ) -> None:
        """Give the browser a cookie for this host alone that no script reads."""
        response.set_cookie(
            name,
            value,
            max_age=lasts,
            path="/",
            secure=self.is_private(request),
            httponly=True,
            samesite=same_site,
        )

    def delete_cookie(self, response: Response, request: Request, name: str) -> None:
        """Take a cookie away."""
        response.delete_cookie(
            name, path="/", secure=self.is_private(request), httponly=True, samesite="strict"
        )
