"""Numbers for Prometheus: requests by address and status, and the indicators of this year by level.

Labels are names of our own addresses, classes of status, figures and levels: few, and never a person's, an
office's or a dossier's. Counting a year takes a while, so it is done beside the answers and kept for a time.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)

from dossier.admission import EVERYTHING, Scopes
from dossier.errors import MotlanError
from flows.indicators import Wanted, make_report
from flows.operating.readiness import Readiness
from flows.report_rows import figure_rows
from rulebook.period_report import Figures, PeriodReport
from web.api.state_metrics import StateMetrics
from wiring.services import Services

MEDIA_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_FRESH_SECONDS: Final = 900.0
_MOST_KEPT: Final = 8
_SECONDS: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0)

_Reach = tuple[tuple[str, ...], tuple[str, ...]]


class Metrics:
    """What one service has counted. Safe for threads."""

    def __init__(self, services: Services, readiness: Readiness, *, seconds: Callable[[], float]) -> None:
        """Count for an installation; ``seconds`` only grow."""
        self._services = services
        self._seconds = seconds
        self._registry = CollectorRegistry()
        self._whole = CollectorRegistry()
        ProcessCollector(registry=self._whole)
        self._whole.register(StateMetrics(services, readiness, seconds=seconds))
        self._requests = Counter(
            "motlan_api_requests", "Answered requests", ("address", "status"), registry=self._registry
        )
        self._took = Histogram(
            "motlan_api_seconds", "Time to answer", ("address",), buckets=_SECONDS, registry=self._registry
        )
        self._guard = threading.Lock()
        self._kept: dict[_Reach, tuple[float, PeriodReport]] = {}
        self._counting: threading.Thread | None = None

    def observe(self, address: str, status: int, seconds: float) -> None:
        """Note an answered request.

        Args:
            address: name of the address in the program, ``none`` when there is none.
            status: of HTTP.
            seconds: it took.
        """
        self._requests.labels(address, f"{status // 100}xx").inc()
        self._took.labels(address).observe(seconds)

    def text(self, scopes: Scopes) -> bytes:
        """Everything in the text format of Prometheus; figures cover what is in the scopes.

        Figures that are too old are counted again beside; until that is done the old ones stand, or none.
        """
        reach = (scopes.offices, scopes.procedures)
        with self._guard:
            known = self._kept.get(reach)
            if known is None or self._seconds() - known[0] >= _FRESH_SECONDS:
                self._start(reach, scopes)
        told = generate_latest(self._registry) + generate_latest(self._figures(known))
        # What waits everywhere is no business of whoever watches one office.
        return told + (generate_latest(self._whole) if EVERYTHING in scopes.offices else b"")

    def settle(self) -> None:
        """Wait until nothing is being counted."""
        counting = self._counting
        if counting is not None:
            counting.join()

    def _start(self, reach: _Reach, scopes: Scopes) -> None:
        if self._counting is None or not self._counting.is_alive():
            self._counting = threading.Thread(
                target=self._count, args=(reach, scopes), name="indicators", daemon=True
            )
            self._counting.start()

    def _count(self, reach: _Reach, scopes: Scopes) -> None:
        services = self._services
        try:
            today = services.today()
            made = make_report(services, date(today.year, 1, 1), today, wanted=Wanted(scopes=scopes))
        except MotlanError as error:
            services.log.warning("metrics.failed", code=error.code)
            return
        with self._guard:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.pop(min(self._kept, key=lambda each: self._kept[each][0]))
            self._kept[reach] = (self._seconds(), made)

    def _figures(self, known: tuple[float, PeriodReport] | None) -> CollectorRegistry:
        registry = CollectorRegistry()
        age = Gauge("motlan_report_age_seconds", "How old the figures are; -1: none yet", registry=registry)
        age.set(self._seconds() - known[0] if known else -1)
        if known is None:
            return registry
        value = Gauge(
            "motlan_figure",
            "Figures of dossiers received this year: percent, minutes, hours or dossiers",
            ("figure", "level"),
            registry=registry,
        )
        counted = Gauge(
            "motlan_figure_counted", "Dossiers or people that meet it", ("figure", "level"), registry=registry
        )
        for level, figures in _places(known[1]).items():
            for row in figure_rows(figures, "level", level):
                if row.value is not None:
                    value.labels(row.figure, level).set(float(row.value))
                if row.counted is not None:
                    counted.labels(row.figure, level).set(row.counted)
        return registry


def _places(report: PeriodReport) -> Mapping[str, Figures]:
    return {"all": report.whole, **{level.value: figures for level, figures in report.levels.items()}}
