"""What every address of the service shares, and how a checked answer is told: journalled, signed, sent."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Self

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse

from dossier.events import Event, EventKind
from flows.kept_counts import KeptCounts
from flows.operating.readiness import Readiness
from web.answers import AnswerSigner, Given, digest, open_signer
from web.api.metrics import Metrics
from web.api.room import Room
from web.auth.authentication import Authenticator
from web.auth.caller import Caller
from web.auth.guard import Guard, Named, Standing
from web.auth.matrix import Endpoint
from web.auth.rates import Buckets
from wiring.services import Services


class Written(JSONResponse):
    """A JSON response whose body is written already."""

    def render(self, content: bytes) -> bytes:
        """See ``Response``."""
        return content


@dataclass(frozen=True, slots=True)
class Context:
    """The service of one installation."""

    services: Services
    authenticator: Authenticator
    guard: Guard
    rates: Buckets
    signer: AnswerSigner
    metrics: Metrics
    room: Room
    """For reuse checks that wait."""
    seconds: Callable[[], float]
    readiness: Readiness
    kept: KeptCounts
    """Sums of months that were counted before."""
    counting: threading.Lock
    """Held by whoever counts a period: it takes the machine for seconds, so one does at a time."""

    @classmethod
    def of(
        cls,
        services: Services,
        *,
        seconds: Callable[[], float] = time.monotonic,
        fetch: Callable[[], bytes] | None = None,
        is_leaving: Callable[[], bool] = lambda: False,
    ) -> Self:
        """Put it together.

        Args:
            services: of the installation.
            seconds: that only grow.
            fetch: gives the keys of the identity provider.
            is_leaving: whether the process was told to end.
        """
        readiness = Readiness(services, is_leaving=is_leaving, seconds=seconds)
        return cls(
            services=services,
            authenticator=Authenticator(services, seconds=seconds, fetch=fetch),
            guard=Guard(services, seconds=seconds),
            rates=Buckets(services.settings.api.rate_per_minute, clock=seconds),
            signer=open_signer(services),
            metrics=Metrics(services, readiness, seconds=seconds),
            room=Room(
                services.settings.api.waiting,
                wait_seconds=services.settings.api.wait_seconds,
                clock=seconds,
            ),
            seconds=seconds,
            readiness=readiness,
            kept=KeptCounts(),
            counting=threading.Lock(),
        )

    def weigh(self, request: Request, endpoint: Endpoint, named: Named) -> Standing:
        """What the caller of a request stands on; see ``Guard.weigh``."""
        caller: Caller = request.state.caller
        return self.guard.weigh(caller, endpoint, named, request=request.state.request)

    def weigh_new(self, request: Request, endpoint: Endpoint, *, office: str, procedure: str) -> Standing:
        """The same for a caller who brings a new dossier; see ``Guard.weigh_new``."""
        caller: Caller = request.state.caller
        return self.guard.weigh_new(
            caller, endpoint, office=office, procedure=procedure, request=request.state.request
        )

    def weigh_role(self, request: Request, endpoint: Endpoint) -> Standing:
        """A caller at an address that weighs parts; see ``Guard.weigh_role``."""
        caller: Caller = request.state.caller
        return self.guard.weigh_role(caller, endpoint, request=request.state.request)

    def weigh_figures(self, request: Request, endpoint: Endpoint, *, office: str = "") -> Standing:
        """A caller who asks for figures; see ``Guard.weigh_figures``."""
        caller: Caller = request.state.caller
        return self.guard.weigh_figures(caller, endpoint, office=office, request=request.state.request)

    def answer(
        self, standing: Standing, told: object, *, status: int = 200, besides: Sequence[Event] = ()
    ) -> JSONResponse:
        """An answer: first in the journal, with what else it leaves there, then on its way."""
        body, answered = self.sealed(standing, told)
        self.services.store.records.record(*besides, answered)
        return Written(body, status_code=status)

    def sealed(self, standing: Standing, told: object) -> tuple[bytes, Event]:
        """The body of an answer, signed, and the entry without which it must not go out."""
        given = self._given(standing)
        # Written once: what is read and what is signed are the same bytes.
        text = orjson.dumps(told)
        compact = self.signer.sign_text(given, text)
        head = {
            "request": given.request,
            "answered_at": given.at.isoformat(timespec="seconds"),
            "demo": self.signer.demo,
        }
        body = b'%s,"answer":%s,"jws":"%s"}' % (orjson.dumps(head)[:-1], text, compact.encode())
        return body, _answered(standing, given, compact)

    def prove(
        self, standing: Standing, told: object, *, details: Mapping[str, str | int] | None = None
    ) -> tuple[str, Given]:
        """Sign what is told and journal that it was; without the entry there is no answer."""
        given = self._given(standing)
        compact = self.signer.sign(given, told)
        self.services.store.records.record(_answered(standing, given, compact, details or {}))
        return compact, given

    def _given(self, standing: Standing) -> Given:
        return Given(
            request=standing.request,
            caller=standing.caller.id,
            endpoint=standing.endpoint.value,
            at=self.services.clock(),
        )


def _answered(
    standing: Standing,
    given: Given,
    compact: str,
    details: Mapping[str, str | int] = MappingProxyType({}),
) -> Event:
    access = standing.access
    return Event(
        kind=EventKind.API_ANSWERED,
        at=given.at,
        actor=given.caller,
        subject=given.request,
        dossier=access.dossier,
        purpose=access.purpose,
        details={"endpoint": given.endpoint, "sha256": digest(compact), **details},
    )
