"""How long a doubtful field takes at the check station: ``python -m bench.check_desk --papers 100``.

A real browser, Debian's Chromium, goes from field to field by Enter through papers of invented people.
Counted are key presses, the milliseconds from the key to the frame in which the next question stands (the
browser's own clock), those that the server took for it, and what grows in a long sitting: nodes of the page,
memory of the server, and the time of the last hundred papers beside that of the first hundred. With
``--papers 2000 --asked 1`` it is a sitting of 2,000 papers.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from playwright.sync_api import Page, sync_playwright

from bench.check_listen import LISTEN, STATE
from bench.check_stage import COOKIE, Served, fill, left_to_save, people, serving, settings_of
from wiring.services import Services

_ASKED: Final = ("full_name", "date_of_birth", "personal_id")
_FEW: Final = 100
_NEXT_FIELD_MS: Final = 100.0
_PER_FIELD_MS: Final = 2500.0
_GROWN: Final = 1.25
_COUNT: Final = "() => document.querySelectorAll('*').length"


@dataclass(slots=True)
class Sitting:
    """What was measured: milliseconds of each field, whether it was the last of its paper, and what grew."""

    shown: list[float] = field(default_factory=list)
    served: list[float] = field(default_factory=list)
    last: list[bool] = field(default_factory=list)
    nodes: list[int] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)
    presses: int = 0
    seconds: float = 0.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Fill, sit, tell; 1 when a field took too long or something grew."""
    parser = argparse.ArgumentParser(prog="python -m bench.check_desk", description=__doc__)
    parser.add_argument("--papers", type=int, default=100)
    parser.add_argument("--asked", type=int, default=3, choices=(1, 2, 3), help="doubtful fields of a paper")
    parser.add_argument("--think-ms", type=float, default=0, help="before each key")
    asked = parser.parse_args(arguments)
    chromium = shutil.which("chromium")
    if chromium is None:
        raise SystemExit("needs Debian's chromium")
    with tempfile.TemporaryDirectory(prefix="motlan-desk-") as made:
        data = Path(made) / "data"
        fill(data, asked.papers + 1, asked=_ASKED[: asked.asked])
        with Services(settings_of(data, MOTLAN_API_RATE_PER_MINUTE="100000")) as services:
            (somebody,) = people(services, 1)
            _say(f"load before: {os.getloadavg()[0]:.2f} on {os.cpu_count()} cores")
            with (
                serving(data, MOTLAN_API_RATE_PER_MINUTE="100000") as served,
                sync_playwright() as driver,
            ):
                browser = driver.chromium.launch(executable_path=chromium)
                context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="vi-VN")
                context.add_cookies([{"name": COOKIE, "value": somebody.token, "url": served.address}])
                page = context.new_page()
                page.goto(f"{served.address}/check")
                sitting = sit(page, served, fields=asked.papers * asked.asked, think_ms=asked.think_ms)
                browser.close()
                _say(f"load after: {os.getloadavg()[0]:.2f}; {left_to_save(services)} papers on their way")
    return tell(sitting, per_paper=asked.asked)


def sit(page: Page, served: Served, *, fields: int, think_ms: float) -> Sitting:
    """Take the next paper and press Enter through so many fields.

    Args:
        page: the queue.
        served: the station.
        fields: that are answered.
        think_ms: waited before each key.
    """
    sitting, began = Sitting(), time.monotonic()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.evaluate(LISTEN)
    for number in range(fields):
        page.wait_for_timeout(think_ms)
        before = page.evaluate(STATE)
        page.keyboard.press("Enter")
        sitting.presses += 1
        page.wait_for_function("() => window.waits.length > 0", timeout=60_000)
        shown, server = page.evaluate("() => window.waits.pop()")
        after = page.evaluate(STATE)
        if after == before:
            raise SystemExit(f"Enter led nowhere: {page.inner_text('main')}")
        sitting.shown.append(shown)
        sitting.served.append(server)
        sitting.last.append(after.split()[0] != before.split()[0])
        if number % 50 == 0 or number == fields - 1:
            sitting.nodes.append(page.evaluate(_COUNT))
            sitting.memory.append(served.resident_bytes())
    sitting.seconds = time.monotonic() - began
    return sitting


def tell(sitting: Sitting, *, per_paper: int) -> int:
    """Say what was measured; 1 when it is more than it may be."""
    within = [one for one, last in zip(sitting.shown, sitting.last, strict=True) if not last]
    next_paper = [one for one, last in zip(sitting.shown, sitting.last, strict=True) if last]
    for name, times in (("next field", within), ("next paper", next_paper), ("server", sitting.served)):
        if len(times) > 1:
            cuts = statistics.quantiles(times, n=100)
            _say(f"{name}: {len(times)}, ms p50 {cuts[49]:.0f} p95 {cuts[94]:.0f} most {max(times):.0f}")
    count = len(sitting.shown)
    each = 1000 * sitting.seconds / count
    _say(f"{sitting.presses / count:.2f} key presses and {each:.0f} ms a doubtful field")
    few = _FEW * per_paper
    first, last = statistics.median(sitting.shown[:few]), statistics.median(sitting.shown[-few:])
    memory = [one / 1_000_000 for one in sitting.memory]
    _say(f"first {few} fields: median {first:.0f} ms, last {few}: {last:.0f} ms, ratio {last / first:.2f}")
    _say(f"nodes {sitting.nodes[0]} … {sitting.nodes[-1]}, at most {max(sitting.nodes)}")
    _say(
        f"memory of the server, MB: {', '.join(f'{one:.0f}' for one in memory[:: max(1, len(memory) // 8)])}"
    )
    slow = bool(within) and statistics.quantiles(within, n=100)[94] > _NEXT_FIELD_MS
    grown = last > _GROWN * first or max(sitting.nodes) > sitting.nodes[0] + 40
    return 1 if slow or grown or each > _PER_FIELD_MS else 0


def _say(line: str) -> None:
    sys.stdout.write(f"{time.strftime('%H:%M:%S')} {line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
