"""Traces as an option: spans of requests and stages, with ids, codes and counts, to the one address set.

OpenTelemetry is imported when an address is set and never otherwise. The provider is our own and not the
process's: what libraries would tell (Prefect tells names of runs) stays here. What goes wrong in a span is
told by its code; the words of an error may quote a paper.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Any, Final, Protocol

from dossier.errors import MotlanError, SettingsError
from wiring.program import distribution_version

if TYPE_CHECKING:
    from opentelemetry.sdk.trace.export import SpanExporter

_SETTING: Final = "MOTLAN_TRACES"
_PREFIX: Final = "motlan."
_SECONDS: Final = 10
_LEAVE_MILLISECONDS: Final = 3_000


class Span(Protocol):
    """One piece of work that is going on."""

    def rename(self, name: str) -> None:
        """Call it what it turned out to be: a name of ours, never one from outside."""

    def note(self, **values: str | int) -> None:
        """What is known of it: ids, codes, counts."""


class Tracer(Protocol):
    """What callers may do with traces."""

    def span(self, name: str, **values: str | int) -> AbstractContextManager[Span]:
        """Tell of the work in the block.

        Args:
            name: of the kind of work, one of ours.
            values: ids, codes, counts.
        """

    def close(self) -> None:
        """Send what is left, for a bounded time."""


class _Silent:
    """Tells nobody."""

    def rename(self, name: str) -> None:
        """See ``Span``."""

    def note(self, **values: str | int) -> None:
        """See ``Span``."""

    def span(self, name: str, **values: str | int) -> AbstractContextManager[Span]:
        """See ``Tracer``."""
        del name, values
        return nullcontext(self)

    def close(self) -> None:
        """See ``Tracer``."""


class _Told:
    """A span of OpenTelemetry."""

    def __init__(self, span: Any) -> None:
        self._span = span

    def rename(self, name: str) -> None:
        """See ``Span``."""
        self._span.update_name(name)

    def note(self, **values: str | int) -> None:
        """See ``Span``."""
        self._span.set_attributes({f"{_PREFIX}{key}": value for key, value in values.items()})


class _Telling:
    """Tells an exporter."""

    def __init__(self, exporter: SpanExporter, *, at_once: bool) -> None:
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
        from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor  # noqa: PLC0415

        # Not ``Resource.create``: that reads names of machine and account from the environment.
        told = Resource({"service.name": "motlan", "service.version": distribution_version()})
        self._provider = TracerProvider(resource=told, shutdown_on_exit=False)
        self._provider.add_span_processor((SimpleSpanProcessor if at_once else BatchSpanProcessor)(exporter))
        self._tracer = self._provider.get_tracer("motlan")

    @contextmanager
    def span(self, name: str, **values: str | int) -> Iterator[Span]:
        """See ``Tracer``."""
        with self._tracer.start_as_current_span(
            name, record_exception=False, set_status_on_exception=False
        ) as span:
            told = _Told(span)
            told.note(**values)
            try:
                yield told
            except Exception as error:
                told.note(error=error.code if isinstance(error, MotlanError) else type(error).__name__)
                raise

    def close(self) -> None:
        """See ``Tracer``."""
        self._provider.force_flush(_LEAVE_MILLISECONDS)
        self._provider.shutdown()


def open_tracer(address: str, *, exporter: Callable[[], SpanExporter] | None = None) -> Tracer:
    """What tells of work.

    Args:
        address: where spans go by OTLP over HTTP; nobody is told when empty.
        exporter: makes what takes them, each at once; for tests.

    Raises:
        SettingsError: OpenTelemetry is not installed.
    """
    if exporter is not None:
        return _Telling(exporter(), at_once=True)
    if not address:
        return _Silent()
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415

        return _Telling(OTLPSpanExporter(endpoint=address, timeout=_SECONDS), at_once=False)
    except ImportError as error:
        reason = "chưa cài OpenTelemetry: pip install 'motlan[traces]'"
        raise SettingsError(_SETTING, reason=reason, cause=str(error)) from error
