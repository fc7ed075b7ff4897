"""Traces tell ids and codes to whoever is named, and nobody anything when nobody is."""

from __future__ import annotations

import gzip
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest
from opentelemetry import trace

from dossier.errors import EngineMissingError, SettingsError
from wiring.settings import read_settings
from wiring.tracing import Tracer, open_tracer

if TYPE_CHECKING:
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

NUMBER = "001185000017"


@pytest.fixture
def told() -> InMemorySpanExporter:
    memory = pytest.importorskip(
        "opentelemetry.sdk.trace.export.in_memory_span_exporter", reason="OpenTelemetry is not installed"
    )
    made: InMemorySpanExporter = memory.InMemorySpanExporter()
    return made


@pytest.fixture
def tracer(told: InMemorySpanExporter) -> Tracer:
    return open_tracer("", exporter=lambda: told)


def test_a_span_has_its_last_name_and_what_is_known_of_it(tracer: Tracer, told: InMemorySpanExporter) -> None:
    with tracer.span("request", request="r-1") as span:
        span.rename("request health")
        span.note(status=200)
        with tracer.span("read", item="i-1"):
            pass
    inner, outer = told.get_finished_spans()
    assert (outer.name, dict(outer.attributes or {})) == (
        "request health",
        {"motlan.request": "r-1", "motlan.status": 200},
    )
    assert inner.parent is not None
    assert outer.context is not None
    assert inner.parent.span_id == outer.context.span_id
    assert set(outer.resource.attributes) == {"service.name", "service.version"}


def test_what_goes_wrong_is_told_by_its_code_alone(tracer: Tracer, told: InMemorySpanExporter) -> None:
    with pytest.raises(EngineMissingError), tracer.span("read", item="i-1"):
        raise EngineMissingError("tesseract", cause=NUMBER)
    with pytest.raises(ValueError, match=NUMBER), tracer.span("file", item="i-1"):
        raise ValueError(NUMBER)
    spans = told.get_finished_spans()
    assert [dict(one.attributes or {})["motlan.error"] for one in spans] == ["engine.missing", "ValueError"]
    assert NUMBER not in "".join(one.to_json() for one in spans)
    assert [one.events for one in spans] == [(), ()]


def test_spans_of_libraries_stay_inside(tracer: Tracer, told: InMemorySpanExporter) -> None:
    with trace.get_tracer("prefect").start_as_current_span(NUMBER), tracer.span("read"):
        pass
    assert [one.name for one in told.get_finished_spans()] == ["read"]


def test_spans_go_to_the_address_that_is_set(told: InMemorySpanExporter) -> None:
    came: list[tuple[str, str, bytes]] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            came.append((self.path, self.headers["Content-Type"], body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Collector) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        tracer = open_tracer(f"http://127.0.0.1:{server.server_port}/v1/traces")
        with tracer.span("read", item="i-1"):
            pass
        tracer.close()
        server.shutdown()
    ((path, kind, body),) = came
    assert (path, kind) == ("/v1/traces", "application/x-protobuf")
    assert b"i-1" in gzip.decompress(body) if body[:2] == b"\x1f\x8b" else b"i-1" in body


def test_nobody_is_told_and_nothing_imported_unless_somebody_is_named() -> None:
    code = (
        "import sys\nfrom wiring.tracing import open_tracer\n"
        "with open_tracer('').span('read', item='x') as span: span.rename('y'); span.note(status=1)\n"
        "print([name for name in sys.modules if name.startswith('opentelemetry')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_an_address_must_be_one() -> None:
    assert read_settings({"MOTLAN_TRACES": "http://127.0.0.1:4318/v1/traces"}).traces.startswith("http:")
    with pytest.raises(SettingsError):
        read_settings({"MOTLAN_TRACES": "collector"})
