// Keys of a group: arrows go from strip to strip, Enter confirms one, Shift and Enter all marked ones.
"use strict";

(() => {
  const drafts = draftsOf("check");
  const group = () => document.getElementById("group");
  const fields = () => [...group().querySelectorAll(".told")];
  const key = (field) => [group().dataset.person, field.name.slice(6), group().dataset.field];
  let place = 0;

  const begin = () => {
    if (!group()) return;
    for (const field of fields()) {
      const kept = drafts.get(...key(field));
      if (kept !== null) field.value = kept;
    }
    const wrong = group().querySelector("[aria-invalid]");
    const next = wrong || fields()[Math.min(place, fields().length - 1)];
    if (next) {
      next.focus();
      next.select();
    }
  };

  // How many strips stand beside each other on this screen.
  const across = () => {
    const tops = fields().map((field) => field.getBoundingClientRect().top);
    const more = tops.findIndex((top) => top > tops[0] + 8);
    return more < 1 ? Math.max(1, tops.length) : more;
  };

  const go = (from, by) => {
    const all = fields();
    const next = all[all.indexOf(from) + by];
    if (!next) return;
    next.focus();
    next.select();
    next.closest(".tile").scrollIntoView({ block: "nearest" });
  };

  document.addEventListener("focusin", (event) => {
    if (group() && event.target.classList.contains("told")) place = fields().indexOf(event.target);
  });

  document.addEventListener("input", (event) => {
    if (group() && event.target.classList.contains("told")) drafts.set(event.target.value, ...key(event.target));
  });

  document.addEventListener("keydown", (event) => {
    if (!group() || event.altKey || event.metaKey || event.ctrlKey || document.querySelector("dialog[open]")) return;
    const field = event.target instanceof HTMLInputElement && event.target.classList.contains("told") ? event.target : null;
    if (event.key === "Enter" && event.shiftKey) {
      event.preventDefault();
      document.getElementById("all")?.click();
    } else if (event.key === "Escape") {
      event.preventDefault();
      group().querySelector("[data-key=Escape]").click();
    } else if (!field) {
      return;
    } else if (event.key === "Enter") {
      event.preventDefault();
      field.closest(".tile").querySelector("[name=one]").click();
    } else if (event.key === "F7") {
      event.preventDefault();
      field.closest(".tile").querySelector("[name=out]").click();
    } else if (event.key === "F2") {
      event.preventDefault();
      const mark = field.closest(".tile").querySelector("[type=checkbox]");
      mark.checked = !mark.checked;
    } else {
      const whole = field.selectionStart === 0 && field.selectionEnd === field.value.length;
      const begins = field.selectionEnd === 0 || whole;
      const ends = field.selectionStart === field.value.length || whole;
      const by = { ArrowDown: across(), ArrowUp: -across(), ArrowLeft: begins ? -1 : 0, ArrowRight: ends ? 1 : 0 }[event.key];
      if (by) {
        event.preventDefault();
        go(field, by);
      }
    }
  });

  // What the server has is not kept here any longer.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, requestConfig } = event.detail;
    // What was refused comes back with its reason, beside what was taken.
    if (xhr.status === 409) event.detail.shouldSwap = true;
    if (!group() || xhr.status >= 300) return;
    const told = requestConfig.parameters;
    const one = told.one || told.out;
    for (const field of fields()) {
      const paper = field.name.slice(6);
      if (one ? one === paper : told[`mark-${paper}`]) drafts.drop(...key(field));
    }
  });
  document.addEventListener("htmx:afterSwap", begin);
  begin();
})();
