"""What every address of the service shares, and how a checked answer is told: journalled, signed, sent."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Self

from fastapi.responses import JSONResponse
from starlette.requests import Request

from dossier.events import Event, EventKind
from web.answers import AnswerSigner, Given, digest, open_signer
from web.api.metrics import Metrics
from web.auth.authentication import Authenticator
from web.auth.caller import Caller
from web.auth.guard import Guard, Named, Standing
from web.auth.matrix import Endpoint
from web.auth.rates import Buckets
from wiring.services import Services


@dataclass(frozen=True, slots=True)
class Context:
    """The service of one installation."""

    services: Services
    authenticator: Authenticator
    guard: Guard
    rates: Buckets
    signer: AnswerSigner
    metrics: Metrics
    counting: threading.Lock
    """Held by whoever counts a period: it takes the machine for seconds, so one does at a time."""

    @classmethod
    def of(
        cls,
        services: Services,
        *,
        seconds: Callable[[], float] = time.monotonic,
        fetch: Callable[[], bytes] | None = None,
    ) -> Self:
        """Put it together; ``seconds`` only grow, ``fetch`` gives the keys of the identity provider."""
        return cls(
            services=services,
            authenticator=Authenticator(services, seconds=seconds, fetch=fetch),
            guard=Guard(services, seconds=seconds),
            rates=Buckets(services.settings.api.rate_per_minute, clock=seconds),
            signer=open_signer(services),
            metrics=Metrics(services, seconds=seconds),
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

    def answer(self, standing: Standing, told: object, *, status: int = 200) -> JSONResponse:
        """An answer: first in the journal, then on its way."""
        compact, given = self.prove(standing, told)
        content = {
            "request": given.request,
            "answered_at": given.at.isoformat(timespec="seconds"),
            "demo": self.signer.demo,
            "answer": told,
            "jws": compact,
        }
        return JSONResponse(content, status_code=status)

    def prove(
        self, standing: Standing, told: object, *, details: Mapping[str, str | int] | None = None
    ) -> tuple[str, Given]:
        """Sign what is told and journal that it was; without the entry there is no answer."""
        services = self.services
        given = Given(
            request=standing.request,
            caller=standing.caller.id,
            endpoint=standing.endpoint.value,
            at=services.clock(),
        )
        compact = self.signer.sign(given, told)
        access = standing.access
        services.store.records.record(
            Event(
                kind=EventKind.API_ANSWERED,
                at=given.at,
                actor=given.caller,
                subject=given.request,
                dossier=access.dossier,
                purpose=access.purpose,
                details={"endpoint": given.endpoint, "sha256": digest(compact), **(details or {})},
            )
        )
        return compact, given
