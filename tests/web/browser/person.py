"""Somebody who works by the keyboard alone, and looks at every page with the eyes of others as well."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Page

from tools.axe import PLACE

_MOST_TABS: Final = 80
_ACTIVE: Final = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return {name: "", tag: "BODY", seen: true};
  const label = one.labels && one.labels.length ? one.labels[0].innerText : "";
  const style = getComputedStyle(one);
  const box = one.getBoundingClientRect();
  return {
    name: (one.getAttribute("aria-label") || label || one.innerText || one.value || "").trim(),
    tag: one.tagName, type: one.type || "", id: one.id, value: one.value || "",
    seen: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2
      && box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight,
  };
}"""
_SETTLED: Final = """() => {
  const first = document.querySelector("[autofocus]");
  return document.readyState === "complete" && (!first || document.activeElement === first || location.hash);
}"""
_TO_TOP: Final = """() => {
  const down = scrollY;
  scrollTo({ top: 0, behavior: "instant" });
  return down;
}"""
_BACK_TO: Final = """down => scrollTo({ top: down, behavior: "instant" })"""
_TOO_WIDE: Final = """() => {
  // Lists stand as cards on a telephone; what scrolls there is wider than the screen as well.
  const cards = innerWidth < 640 ? [...document.querySelectorAll(".scroll > .cards")] : [];
  return Math.max(
    document.scrollingElement.scrollWidth - document.documentElement.clientWidth,
    ...cards.map((one) => one.scrollWidth - one.parentElement.clientWidth),
  );
}"""


class Person:
    """Types, presses keys, reads; never touches a mouse."""

    def __init__(self, page: Page, address: str, *, pictures: Path) -> None:
        self.page = page
        self.address = address
        self.pictures = pictures
        self.errors: list[str] = []
        self.looked: dict[str, list[str]] = {}
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("requestfailed", self._fail)

    def _hear(self, message: Any) -> None:
        if message.type in {"error", "warning"}:
            self.errors.append(f"{message.text} ({self.page.url})")

    def _fail(self, request: Any) -> None:
        # A page that turns out to be a file to keep is left off as a page; a stream ends with its page.
        left = request.is_navigation_request() or request.resource_type == "eventsource"
        if "ERR_ABORTED" not in (request.failure or "") or not left:
            self.errors.append(f"{request.url} {request.failure}")

    def open(self, path: str) -> None:
        """Type an address."""
        self.page.goto(f"{self.address}{path}")
        self.page.wait_for_function(_SETTLED)

    def press(self, *keys: str) -> None:
        """Press keys one after the other; ``Alt+X`` is an access key."""
        for key in keys:
            if key.startswith("Alt+"):
                self._access(key.removeprefix("Alt+"))
            else:
                self.page.keyboard.press(key)

    def _access(self, key: str) -> None:
        """What Playwright sends with Alt held says no letter, so the browser would not look for one."""
        session = self.page.context.new_cdp_session(self.page)
        pressed = {
            "modifiers": 1,
            "key": key,
            "code": f"Digit{key}" if key.isdigit() else f"Key{key.upper()}",
            "windowsVirtualKeyCode": ord(key.upper()),
        }
        session.send(
            "Input.dispatchKeyEvent", {"type": "keyDown", "text": key, "unmodifiedText": key, **pressed}
        )
        session.send("Input.dispatchKeyEvent", {"type": "keyUp", **pressed})

    def write(self, text: str) -> None:
        """Type a text."""
        self.page.keyboard.type(text)

    def tab_to(self, name: str, *, back: bool = False) -> None:
        """Go on with Tab until something of that name has the focus; what has it can always be seen."""
        seen = []
        for _ in range(_MOST_TABS):
            active = self.page.evaluate(_ACTIVE)
            seen.append(active["name"][:40])
            said = active["name"].split("\n")[0]
            if said == name or said.startswith(f"{name}:"):
                return
            self.press("Shift+Tab" if back else "Tab")
            active = self.page.evaluate(_ACTIVE)
            assert active["seen"], f"the focus cannot be seen: {active}"
        raise AssertionError(f"Tab does not lead to {name!r}: {seen}")

    def go(self, *keys: str) -> None:
        """Press keys that lead to another page, and wait for it."""
        with self.page.expect_navigation():
            self.press(*keys)
        # The field to begin with has the focus a frame after the page is there.
        self.page.wait_for_function(_SETTLED)

    def text(self) -> str:
        """What the page says."""
        return " ".join(self.page.inner_text("main").split())

    def path(self) -> str:
        """Where the page is."""
        return self.page.url.removeprefix(self.address).partition("?")[0].partition("#")[0]

    def look(self, name: str) -> None:
        """Keep a picture of the whole page, and look for what keeps others from using it."""
        self.pictures.mkdir(parents=True, exist_ok=True)
        # From its top: the bar stays where the window is, in the middle of a page that was scrolled.
        down = self.page.evaluate(_TO_TOP)
        self.page.screenshot(path=self.pictures / f"{name}.png", full_page=True)
        self.page.evaluate(_BACK_TO, down)
        assert self.page.evaluate(_TOO_WIDE) <= 0, f"{name} is wider than the screen"
        self.looked[name] = faults(self.page)


def faults(page: Page) -> list[str]:
    """Serious and critical findings of axe-core, nothing where it is not at hand."""
    if not PLACE.is_file():
        return []
    page.evaluate(PLACE.read_text("utf-8"))
    found = page.evaluate(
        "async () => (await axe.run(document, {resultTypes: ['violations']})).violations"
        ".filter(one => ['serious', 'critical'].includes(one.impact))"
        ".map(one => `${one.id}: ${one.nodes.map(node => node.html).slice(0, 3).join(' | ')}`)"
    )
    return list(found)
