// What pages of the station do besides plain HTML; everything works without it, only less comfortably.
"use strict";

(() => {
  const typing = (target) => target instanceof HTMLElement && target.matches("input, textarea, select, [contenteditable]");

  // ? opens the list of shortcuts, / goes to the first field.
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || typing(event.target)) return;
    const list = document.getElementById("shortcuts");
    if (event.key === "?" && list && !list.open) {
      event.preventDefault();
      list.showModal();
    } else if (event.key === "/") {
      const field = document.querySelector("main input:not([type=hidden]), main textarea, main select");
      if (field) {
        event.preventDefault();
        field.focus();
      }
    }
  });

  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (target && target.closest("[data-shortcuts]")) {
      const list = document.getElementById("shortcuts");
      if (list) {
        event.preventDefault();
        list.showModal();
      }
    }
    if (target && target.closest("[data-print]")) window.print();
  });

  // F1 opens the help beside the page and closes it; it stays open from page to page.
  const help = document.getElementById("help");
  const OPEN = "motlan-help";
  if (help) {
    help.open = sessionStorage.getItem(OPEN) !== null;
    help.addEventListener("toggle", () => {
      if (help.open) sessionStorage.setItem(OPEN, "");
      else sessionStorage.removeItem(OPEN);
    });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "F1" || document.querySelector("dialog[open]")) return;
      event.preventDefault();
      const back = help.contains(document.activeElement);
      help.open = !help.open;
      if (help.open) help.querySelector(".help-text").focus();
      else if (back) document.getElementById("main").focus();
    });
  }

  // Where the pages of the bar or its parts do not fit beside each other, the open one stands in sight.
  for (const pages of document.querySelectorAll(".bar nav ul, .tabs")) {
    const here = pages.querySelector("[aria-current]");
    if (here && pages.scrollWidth > pages.clientWidth) {
      pages.scrollLeft = here.offsetLeft - pages.offsetLeft - (pages.clientWidth - here.offsetWidth) / 2;
    }
  }

  // On a narrow screen the rows of a table are cards (station.css): each cell says what its column is, and what
  // reads the page aloud still hears of a table.
  const asCards = () => {
    for (const table of document.querySelectorAll(".scroll > table:not(.offices, .months, .cards)")) {
      if (!table.tHead) continue;
      const heads = [...table.tHead.rows[0].cells].map((one) => (one.querySelector("input") ? "" : one.innerText.trim()));
      table.setAttribute("role", "table");
      for (const part of [table.tHead, ...table.tBodies]) part.setAttribute("role", "rowgroup");
      for (const row of table.rows) {
        row.setAttribute("role", "row");
        [...row.cells].forEach((cell, place) => {
          const isHead = cell.tagName === "TH";
          cell.setAttribute("role", isHead ? (cell.scope === "row" ? "rowheader" : "columnheader") : "cell");
          if (!isHead && heads[place]) cell.dataset.is = heads[place];
        });
      }
      table.classList.add("cards");
    }
  };
  asCards();
  document.addEventListener("htmx:afterSettle", asCards);

  // A file that is dropped goes where a chosen one goes.
  for (const place of document.querySelectorAll("[data-drop]")) {
    const field = place.querySelector("input[type=file]");
    const over = (on) => place.classList.toggle("over", on);
    for (const kind of ["dragenter", "dragover"]) {
      place.addEventListener(kind, (event) => { event.preventDefault(); over(true); });
    }
    place.addEventListener("dragleave", () => over(false));
    place.addEventListener("drop", (event) => {
      event.preventDefault();
      over(false);
      if (field && event.dataTransfer && event.dataTransfer.files.length === 1) {
        field.files = event.dataTransfer.files;
        const go = field.form && field.form.querySelector("button:not([data-plain])");
        if (go) go.click();
      }
    });
  }

  // A button that brings a file must leave the page as it is: the form goes the plain way.
  document.addEventListener("htmx:configRequest", (event) => {
    const by = event.detail.triggeringEvent && event.detail.triggeringEvent.submitter;
    if (by && by.matches("[data-plain]")) event.preventDefault();
  });
  for (const button of document.querySelectorAll("[data-plain]")) {
    button.addEventListener("click", (event) => {
      const form = button.form;
      if (!form || !form.hasAttribute("hx-post") || !form.reportValidity()) return;
      // htmx listens to the form; submit() asks nobody.
      event.preventDefault();
      const action = form.action;
      form.action = button.formAction;
      form.submit();
      form.action = action;
    });
  }

  // Whoever signs out leaves nothing that they typed.
  document.addEventListener("submit", (event) => {
    if (event.target instanceof HTMLFormElement && event.target.getAttribute("action") === "/sign-out") sessionStorage.clear();
  });

  // Figures follow by themselves, but not under the hands of whoever is in them, nor where nobody looks.
  document.addEventListener("htmx:beforeRequest", (event) => {
    const live = event.target instanceof Element && event.target.hasAttribute("data-live") ? event.target : null;
    if (live && (document.hidden || live.contains(document.activeElement))) event.preventDefault();
  });

  // What came into the page is where the reader goes on.
  document.addEventListener("htmx:afterSwap", (event) => {
    const id = event.detail.target && event.detail.target.id;
    const fresh = id && document.getElementById(id);
    if (fresh && fresh.hasAttribute("tabindex")) fresh.focus();
  });
})();
