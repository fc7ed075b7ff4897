"""What the browser is asked about a check desk: which question stands there, how long the next one took."""

from __future__ import annotations

from typing import Final

STATE: Final = (
    "() => { const desk = document.getElementById('desk');"
    " return desk ? `${desk.dataset.paper} ${desk.dataset.question}` : location.pathname; }"
)
"""Paper and question; the address where there is no desk."""
LISTEN: Final = """() => {
  window.waits = [];
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter") window.pressed = performance.now();
  }, true);
  document.addEventListener("htmx:afterSettle", () => {
    const began = window.pressed;
    window.pressed = 0;
    if (began) requestAnimationFrame(() => {
      const asked = performance.getEntriesByType("resource")
        .filter((one) => one.initiatorType === "xmlhttprequest");
      const last = asked[asked.length - 1];
      window.waits.push([performance.now() - began, last ? last.responseEnd - last.requestStart : 0]);
      performance.clearResourceTimings();
    });
  });
}"""
"""Keeps in ``window.waits``, for each Enter, milliseconds to the next question and those of the request."""
