"""Answer machines and browsers over TCP, beside the socket of the desk, until told to stop."""

from __future__ import annotations

import contextlib
import gc
import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

import uvicorn

from dossier.errors import SettingsError
from flows.checking.saving import Saver
from flows.leaving import leaving_together
from flows.searching.filling import filling
from web.auth.journal_watch import watching
from web.draining import Draining
from web.http_protocol import with_limits
from web.station.app import Site, build_site
from wiring.api_settings import ApiSettings
from wiring.services import Services
from wiring.turns import take_short_turns

_BACKLOG = 256
_KEEP_ALIVE_SECONDS = 15
_GRACE_SECONDS = 10
LEAVE_SECONDS: Final = 15.0
"""So long answers that were begun may take, once nothing new is taken."""
SIGNING_SECONDS: Final = 10.0
"""So long the paper that is being signed at a page may take at the end."""
_LOOK_SECONDS = 0.05
_COLLECT_AFTER = (20_000, 20, 50)
_LEFT_TO_THE_WRITER: Final = timedelta(minutes=1)
"""So long papers that people finished are left to the process that writes, before this one saves them."""


@contextlib.contextmanager
def answering(
    services: Services, listen: tuple[str, int], *, draining: Draining | None = None, alone: bool = False
) -> Iterator[tuple[str, int]]:
    """Answer on an address while the block runs; gives the address as it is bound.

    The service opens the store a second time, only to look and to journal: what the desk writes meanwhile
    does not close it. At the end it says that it is not ready, goes on answering as long as the settings
    want, takes nothing new, and finishes what it began; what is not finished by then is cut off.

    Args:
        services: of the installation.
        listen: host and port.
        draining: told by others when the process is to end.
        alone: another process writes. It takes in words and saves papers; here a paper is saved that was
            left for a minute.

    Raises:
        SettingsError: the address is not safe or not free, or TLS files cannot be used.
        DemoKeyError: production without a key for answers.
    """
    settings = services.settings.api
    settings.need_safe(listen)
    leaving = draining or Draining()
    bound = _bind(listen)
    try:
        with Services(services.settings, clock=services.clock) as looking, contextlib.ExitStack() as left:
            # Papers are saved behind those who check them; what a killed process left goes on.
            saver = Saver(services, after=_LEFT_TO_THE_WRITER if alone else timedelta(0))
            site = build_site(looking, wake=saver.wake, is_leaving=lambda: leaving.is_leaving)
            # What is being signed is finished, the rest stays in the queue.
            left.callback(site.station.signing.close, within_s=SIGNING_SECONDS)
            server = uvicorn.Server(_config(site, looking, settings))
            left.enter_context(_collecting_seldom())
            take_short_turns()
            thread = threading.Thread(target=server.run, args=([bound],), name="api", daemon=True)
            thread.start()
            while thread.is_alive() and not server.started:
                thread.join(_LOOK_SECONDS)
            if not thread.is_alive():
                raise SettingsError("MOTLAN_API_LISTEN", reason="dịch vụ không khởi động được")
            try:
                words = contextlib.nullcontext() if alone else filling(looking)
                with leaving_together(leaving.told, watching(looking), words, saver):
                    yield bound.getsockname()[:2]
            finally:
                leaving.begin()
                thread.join(leaving.rest(settings.drain_seconds))
                # Streams end first: they would be waited for.
                site.station.streams.leave()
                server.should_exit = True
                thread.join(LEAVE_SECONDS)
    finally:
        bound.close()


@contextlib.contextmanager
def _collecting_seldom() -> Iterator[None]:
    """Set aside what lives as long as the process, and look for cycles less often.

    The libraries and the rules are hundreds of thousands of objects; looking through them again for every few
    checks is a fifth of what a check costs (``python -m bench.reuse_service``).
    """
    before = gc.get_threshold()
    # Somebody who set things aside before keeps them so: they cannot be told apart at the end.
    is_ours = not gc.get_freeze_count()
    if is_ours:
        gc.collect()
        gc.freeze()
    gc.set_threshold(*_COLLECT_AFTER)
    try:
        yield
    finally:
        if is_ours:
            gc.unfreeze()
        gc.set_threshold(*before)


def _config(site: Site, services: Services, settings: ApiSettings) -> uvicorn.Config:
    if settings.behind_proxy and not services.settings.station.forwarded:
        # Rates and waits at the door go by address: one person who tries makes everybody wait.
        services.log.warning("station.one_address", item="MOTLAN_STATION_FORWARDED")
    config = uvicorn.Config(
        site,
        http=with_limits(
            head_seconds=settings.header_seconds,
            take_seconds=settings.body_seconds,
            most_connections=settings.connections,
        ),
        ws="none",
        lifespan="off",
        log_level="warning",
        access_log=False,
        server_header=False,
        # The address of a peer is the one of its connection: headers may say anything.
        proxy_headers=False,
        backlog=_BACKLOG,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=_GRACE_SECONDS,
        ssl_certfile=settings.tls_certificate,
        ssl_keyfile=settings.tls_key,
    )
    try:
        config.load()
    except OSError as error:
        raise SettingsError("MOTLAN_API_TLS_CERTIFICATE", reason="không dùng được chứng thư TLS") from error
    return config


def _bind(listen: tuple[str, int]) -> socket.socket:
    family = socket.AF_INET6 if ":" in listen[0] else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(listen)
    except OSError as error:
        listening.close()
        where = f"{listen[0]}:{listen[1]}"
        raise SettingsError("MOTLAN_API_LISTEN", reason=f"không nghe được ở {where}") from error
    return listening
