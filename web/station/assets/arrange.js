// Keys of the page on which pages are arranged: they press the buttons that are there. What is not saved yet
// lives as long as this tab.
"use strict";

(() => {
  const drafts = draftsOf("arrange");
  const place = () => document.getElementById("arrange");
  const form = () => document.getElementById("plan");
  const key = () => [place().dataset.person, place().dataset.file];
  const radios = () => [...form().querySelectorAll("input[name=page]")];

  const choose = (radio) => {
    if (!radio) return;
    radio.checked = true;
    radio.focus({ preventScroll: true });
    radio.closest(".leaf").scrollIntoView({ block: "nearest" });
  };

  // The sheet in the row above or below that lies nearest.
  const beside = (from, down) => {
    const own = from.getBoundingClientRect();
    let best = null;
    let least = Infinity;
    for (const radio of radios()) {
      const box = radio.getBoundingClientRect();
      const rows = down ? box.top - own.top : own.top - box.top;
      if (rows < 20) continue;
      const away = rows * 4 + Math.abs(box.left - own.left);
      if (away < least) {
        least = away;
        best = radio;
      }
    }
    return best;
  };

  const named = (event) => {
    const letter = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (event.ctrlKey) return `Ctrl+${letter}`;
    return event.shiftKey && letter === "t" ? "Shift+T" : letter;
  };

  document.addEventListener("keydown", (event) => {
    if (!place() || event.altKey || event.metaKey || document.querySelector("dialog[open]")) return;
    const typing = event.target instanceof HTMLElement && event.target.matches("select, input:not([type=radio]), textarea");
    const name = named(event);
    if (typing && name !== "Ctrl+s" && name !== "Escape") return;
    const act = place().querySelector(`[data-key="${CSS.escape(name)}"]`);
    if (act) {
      event.preventDefault();
      if (!act.disabled) act.click();
      return;
    }
    const chosen = form().querySelector("input[name=page]:checked");
    const all = radios();
    if (!chosen || event.ctrlKey) return;
    const next = {
      ArrowRight: () => all[all.indexOf(chosen) + 1],
      ArrowLeft: () => all[all.indexOf(chosen) - 1],
      ArrowDown: () => beside(chosen, true),
      ArrowUp: () => beside(chosen, false),
      Home: () => all[0],
      End: () => all[all.length - 1],
    }[name];
    if (next && document.activeElement === chosen) {
      event.preventDefault();
      choose(next());
    }
  });

  // Another type counts at once.
  document.addEventListener("change", (event) => {
    if (!(event.target instanceof HTMLElement) || !event.target.matches("[data-type]")) return;
    form().querySelector("button[value=show]").click();
  });

  const keep = () => {
    const field = (name) => form().querySelector(`input[name=${name}]`).value;
    const changed = form().querySelector("button[value=save]:not([disabled])") || field("past");
    if (changed) drafts.set(JSON.stringify(["plan", "past", "mark"].map(field)), ...key());
    else drafts.drop(...key());
  };

  const say = (words) => {
    const told = document.getElementById("arrange-said");
    if (told) told.textContent = words;
  };

  const restore = () => {
    let kept = null;
    try {
      kept = JSON.parse(drafts.get(...key()) || "null");
    } catch {
      kept = null;
    }
    if (!Array.isArray(kept) || kept.length !== 3) return false;
    const [plan, past, mark] = kept;
    drafts.drop(...key());
    // What was done to a file that has changed since would not be taken.
    if (mark !== place().dataset.mark || plan === form().querySelector("input[name=plan]").value) return false;
    form().querySelector("input[name=plan]").value = plan;
    form().querySelector("input[name=past]").value = past;
    for (const one of form().querySelectorAll("[data-type]")) one.disabled = true;
    form().querySelector("button[value=show]").click();
    return true;
  };

  document.addEventListener("htmx:afterSettle", () => {
    if (place() && form()) {
      say(place().dataset.said);
      keep();
      const wrong = document.getElementById("error");
      if (wrong) wrong.scrollIntoView({ block: "nearest" });
      choose(form().querySelector("input[name=page]:checked"));
    }
    const first = document.querySelector("#arranged [data-first]");
    if (first) first.focus();
  });

  // Whoever leaves without saving begins anew next time; what was saved is kept elsewhere.
  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (place() && target && target.closest("[data-leave]")) drafts.drop(...key());
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (place() && event.detail.xhr.getResponseHeader("HX-Redirect")) drafts.drop(...key());
  });
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    if (place() && event.detail.xhr.getResponseHeader("HX-Redirect")) drafts.drop(...key());
  });

  if (place() && form() && !restore()) choose(form().querySelector("input[name=page]:checked"));
})();
