// Keys of the check station, the picture that comes next, and text that was typed and not sent yet.
"use strict";

(() => {
  const drafts = draftsOf("check");
  const desk = () => document.getElementById("desk");
  const field = () => document.getElementById("value");
  const key = () => [desk().dataset.person, desk().dataset.paper, desk().dataset.question];
  let literal = false;

  const begin = () => {
    if (!desk()) return;
    literal = false;
    // The next paper came into this page: a reload must ask for it, not for the one before.
    history.replaceState(null, "", desk().dataset.at || `/check/${desk().dataset.paper}${desk().dataset.within || ""}`);
    drafts.dropOthers(desk().dataset.person, desk().dataset.paper);
    const one = field();
    if (one && one.matches("input")) {
      const kept = drafts.get(...key());
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

  // A picture that cannot be drawn: the question is put all the same.
  document.addEventListener("error", (event) => {
    if (event.target instanceof SVGImageElement) event.target.closest(".strip, .page").classList.add("broken");
  }, true);

  // Every pixel that was scanned, in place of the page; the same key brings the page back.
  const closer = (address) => {
    const page = desk().querySelector(".page");
    page.querySelector("#texts")?.remove();
    const shown = page.querySelector(".closer");
    if (shown) {
      shown.remove();
      page.classList.remove("close");
      return;
    }
    const picture = new Image();
    picture.className = "closer";
    picture.alt = desk().querySelector(".closer-link").innerText;
    picture.src = address;
    page.classList.add("close");
    page.prepend(picture);
    picture.addEventListener("load", () => page.scrollTo((page.scrollWidth - page.clientWidth) / 2, 0));
  };

  // All that was read on the page, in place of its picture; the same key brings the picture back.
  const texts = (address, again) => {
    const page = desk().querySelector(".page");
    const shown = page.querySelector("#texts");
    if (shown) shown.remove();
    if (shown && !again) return;
    page.querySelector(".closer")?.remove();
    page.classList.remove("close");
    htmx.ajax("GET", address, { target: page, select: "#texts", swap: "afterbegin" }).then(() => page.scrollTo(0, 0));
  };

  const choose = (button) => {
    const one = field();
    one.value = button.value;
    one.focus();
    one.select();
    drafts.set(one.value, ...key());
  };

  document.addEventListener("input", (event) => {
    if (event.target !== field() || !desk()) return;
    literal = true;
    drafts.set(field().value, ...key());
  });

  document.addEventListener("keydown", (event) => {
    if (!desk() || event.altKey || event.metaKey || document.querySelector("dialog[open]")) return;
    const name = event.shiftKey && event.key.startsWith("F") ? `Shift+${event.key}` : event.key;
    const act = desk().querySelector(`[data-key="${CSS.escape(name)}"]`);
    if (name === "+" && act && !literal) {
      event.preventDefault();
      closer(act.href);
    } else if (act && name !== "+") {
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
    const near = event.target instanceof Element ? event.target.closest(".closer-link a") : null;
    if (near && desk() && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      closer(near.href);
    }
    const read = event.target instanceof Element ? event.target.closest("[data-texts]") : null;
    if (read && desk() && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      texts(read.href, Boolean(read.closest("#texts")));
    }
  });

  // What the server has is not kept here any longer. What it refused stays in the field that comes back.
  let near = false;
  document.addEventListener("htmx:beforeSwap", (event) => {
    near = Boolean(desk() && desk().querySelector(".page.near"));
    if (desk() && event.detail.xhr.status < 300 && event.detail.elt.id === "answer") drafts.drop(...key());
  });
  // No room for a moment: the same answer is sent again by itself, and what was typed stays where it is.
  const MOST = 5;
  let tries = 0;
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    const { xhr, elt } = event.detail;
    if (elt.id !== "answer") return;
    if (xhr.status !== 503 || tries >= MOST) {
      tries = 0;
      return;
    }
    event.preventDefault();
    tries += 1;
    const seconds = Number(xhr.getResponseHeader("Retry-After")) || 1;
    setTimeout(() => {
      const form = document.getElementById("answer");
      if (form) form.requestSubmit(sent && form.contains(sent) ? sent : document.getElementById("ok"));
    }, 1000 * seconds);
  });
  let sent = null;
  document.addEventListener("submit", (event) => {
    if (event.target.id === "answer") sent = event.submitter;
  }, true);
  document.addEventListener("htmx:afterSwap", (event) => {
    // The question is the same while its page is read.
    if (event.target.classList.contains("page")) return;
    if (near && desk()) desk().querySelector(".page").classList.add("near");
    begin();
  });
  document.addEventListener("submit", (event) => {
    if (event.target instanceof HTMLFormElement && event.target.getAttribute("action").endsWith("/leave")) drafts.dropOthers("nobody");
  });
  begin();
})();
