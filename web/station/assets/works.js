// The signing desk and the archive: mark all lines, and keys that press buttons. Everything works without it.
"use strict";

(() => {
  for (const head of document.querySelectorAll("[data-mark-all]")) {
    const table = head.closest("table");
    const all = head.querySelector("input");
    const marks = () => [...table.querySelectorAll("tbody input[type=checkbox]")];
    head.hidden = false;
    const plain = head.parentElement.querySelector("[data-no-script]");
    if (plain) plain.hidden = true;
    const show = () => {
      const on = marks().filter((one) => one.checked).length;
      all.checked = on > 0 && on === marks().length;
      all.indeterminate = on > 0 && on < marks().length;
    };
    all.addEventListener("change", () => { for (const one of marks()) one.checked = all.checked; });
    table.addEventListener("change", show);
    show();
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const found = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (found && !document.querySelector("dialog[open]")) {
      event.preventDefault();
      found.click();
    }
  });
})();
