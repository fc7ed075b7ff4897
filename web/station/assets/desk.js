// Keys of the check station, the picture that comes next, and text that was typed and not sent yet.
"use strict";

(() => {
  const PREFIX = "motlan-check ";
  const desk = () => document.getElementById("desk");
  const field = () => document.getElementById("value");
  const key = () => `${PREFIX}${desk().dataset.person} ${desk().dataset.paper} ${desk().dataset.question}`;
  let literal = false;

  // What was typed and not sent lives as long as this tab, and is nobody else's.
  const forget = (theirs) => {
    for (const one of Object.keys(sessionStorage)) {
      if (one.startsWith(PREFIX) && !one.startsWith(theirs)) sessionStorage.removeItem(one);
    }
  };

  const begin = () => {
    if (!desk()) return;
    literal = false;
    // The next paper came into this page: a reload must ask for it, not for the one before.
    history.replaceState(null, "", desk().dataset.at || `/check/${desk().dataset.paper}`);
    forget(`${PREFIX}${desk().dataset.person} ${desk().dataset.paper} `);
    const one = field();
    if (one && one.matches("input")) {
      const kept = sessionStorage.getItem(key());
      if (kept !== null) one.value = kept;
      literal = kept !== null;
      one.focus();
      if (!literal) one.select();
    } else {
      const first = one || document.getElementById("ok");
      if (first) first.focus();
    }
    for (const ahead of desk().querySelectorAll("[data-ahead]")) new Image().src = ahead.dataset.ahead;
    const box = desk().querySelector(".page .box");
    if (box && desk().querySelector(".page.near")) box.scrollIntoView({ block: "center" });
  };

  const choose = (button) => {
    const one = field();
    one.value = button.value;
    one.focus();
    one.select();
    sessionStorage.setItem(key(), one.value);
  };

  document.addEventListener("input", (event) => {
    if (event.target !== field() || !desk()) return;
    literal = true;
    sessionStorage.setItem(key(), field().value);
  });

  document.addEventListener("keydown", (event) => {
    if (!desk() || event.altKey || event.metaKey || document.querySelector("dialog[open]")) return;
    const name = event.shiftKey && event.key.startsWith("F") ? `Shift+${event.key}` : event.key;
    const act = desk().querySelector(`[data-key="${CSS.escape(name)}"]`);
    if (act) {
      event.preventDefault();
      act.click();
    } else if (event.key === "F2" && field()) {
      event.preventDefault();
      literal = true;
      field().focus();
      if (field().matches("input")) field().setSelectionRange(field().value.length, field().value.length);
    } else if (event.key === "PageDown" && desk().querySelector(".page")) {
      event.preventDefault();
      const page = desk().querySelector(".page");
      page.classList.toggle("near");
      const box = page.querySelector(".box");
      if (box && page.classList.contains("near")) box.scrollIntoView({ block: "center" });
    } else if (/^[1-9]$/.test(event.key) && !literal && !event.ctrlKey) {
      const choice = desk().querySelector(`[data-choice="${event.key}"]`);
      if (choice && field()) {
        event.preventDefault();
        choose(choice);
      }
    }
  });

  document.addEventListener("click", (event) => {
    const choice = event.target instanceof Element ? event.target.closest("[data-choice]") : null;
    if (choice && field()) {
      event.preventDefault();
      choose(choice);
    }
  });

  // What the server has is not kept here any longer. What it refused stays in the field that comes back.
  let near = false;
  document.addEventListener("htmx:beforeSwap", (event) => {
    near = Boolean(desk() && desk().querySelector(".page.near"));
    if (desk() && event.detail.xhr.status < 300 && event.detail.elt.id === "answer") sessionStorage.removeItem(key());
  });
  document.addEventListener("htmx:afterSwap", () => {
    if (near && desk()) desk().querySelector(".page").classList.add("near");
    begin();
  });
  document.addEventListener("submit", (event) => {
    if (event.target instanceof HTMLFormElement && event.target.getAttribute("action").endsWith("/leave")) forget("nobody");
  });
  begin();
})();
