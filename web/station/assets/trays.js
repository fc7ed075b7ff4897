// Intake: files are sent one by one, and the page follows what becomes of them. Without it a reload does.
"use strict";

(() => {
  const HEADERS = { "HX-Request": "true" };
  const tray = () => document.getElementById("tray");
  const status = (text) => {
    const place = document.getElementById("sending");
    if (place) place.textContent = text;
  };
  const filled = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));

  // Put a fresh part in place of the old one; whoever stood on a button of it stands there still.
  const put = (html, withSaid) => {
    const fresh = new DOMParser().parseFromString(html, "text/html");
    const next = fresh.getElementById("tray");
    if (!next || !tray()) return false;
    if (next.dataset.state !== tray().dataset.state) {
      // Another state has other forms around it.
      location.assign(document.getElementById("fresh").href);
      return true;
    }
    if (Number(next.dataset.revision) < Number(tray().dataset.revision)) return true;
    const active = document.activeElement && document.activeElement.id;
    tray().replaceWith(document.adoptNode(next));
    if (withSaid) {
      const said = fresh.getElementById("said");
      if (said) document.getElementById("said").replaceWith(document.adoptNode(said));
    }
    const again = active && document.getElementById(active);
    if (again && document.activeElement === document.body) again.focus();
    return true;
  };

  const post = async (form, data) => {
    const response = await fetch(form.action, { method: "POST", body: data, headers: HEADERS, credentials: "same-origin" });
    const away = response.headers.get("HX-Redirect");
    if (away) {
      location.assign(away);
      return null;
    }
    const text = await response.text();
    return { ok: response.ok, text };
  };

  // What a page says went wrong, when no part of this page came back.
  const fault = (text) => {
    const page = new DOMParser().parseFromString(text, "text/html");
    const place = page.querySelector("#error, main .note.bad, main h1");
    return place ? place.textContent.trim().replace(/\s+/g, " ") : "";
  };

  const tell = (lines) => {
    const said = document.getElementById("said");
    if (!said || !lines.length) return;
    const list = document.createElement("ul");
    list.className = "plain-list said";
    list.setAttribute("role", "status");
    for (const line of lines) list.append(line);
    said.replaceChildren(list);
  };

  const line = (text) => {
    const one = document.createElement("li");
    one.className = "note bad";
    one.textContent = text;
    return one;
  };

  let sending = false;
  const waiting = [];
  const send = async (form) => {
    if (sending) return;
    sending = true;
    const faults = [];
    let done = 0;
    while (waiting.length) {
      const file = waiting.shift();
      status(filled(form.dataset.sending, { number: done + 1, count: done + 1 + waiting.length, name: file.name }));
      const data = new FormData();
      data.append("csrf", form.elements.csrf.value);
      data.append("files", file, file.name);
      try {
        const answer = await post(form, data);
        if (!answer) return;
        if (put(answer.text, false)) {
          const page = new DOMParser().parseFromString(answer.text, "text/html");
          for (const bad of page.querySelectorAll("#said .bad")) faults.push(line(bad.textContent.trim()));
          if (answer.ok) done += 1;
        } else {
          faults.push(line(`${file.name}: ${fault(answer.text)}`));
        }
      } catch {
        faults.push(line(filled(form.dataset.gone, { name: file.name })));
      }
    }
    sending = false;
    status(done ? filled(form.dataset.sent, { count: done }) : "");
    tell(faults);
  };

  const take = (form, files) => {
    for (const file of files) waiting.push(file);
    if (waiting.length) send(form);
  };

  document.addEventListener("change", (event) => {
    const field = event.target;
    if (!(field instanceof HTMLInputElement) || field.id !== "files" || !field.files.length) return;
    take(field.form, [...field.files]);
    field.value = "";
  });

  // Everything of a folder that was dropped, to any depth.
  const within = async (entry) => {
    if (entry.isFile) return [await new Promise((done, fail) => entry.file(done, fail))];
    const reader = entry.createReader();
    const found = [];
    for (;;) {
      const some = await new Promise((done, fail) => reader.readEntries(done, fail));
      if (!some.length) break;
      for (const one of some) found.push(...await within(one));
    }
    return found;
  };

  for (const place of document.querySelectorAll("[data-drop-many]")) {
    const over = (on) => place.classList.toggle("over", on);
    for (const kind of ["dragenter", "dragover"]) {
      place.addEventListener(kind, (event) => { event.preventDefault(); over(true); });
    }
    place.addEventListener("dragleave", () => over(false));
    place.addEventListener("drop", async (event) => {
      event.preventDefault();
      over(false);
      const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry && item.webkitGetAsEntry());
      const plain = [...event.dataTransfer.files];
      const files = entries.every(Boolean) && entries.length ? (await Promise.all(entries.map(within))).flat() : plain;
      take(place.closest("form"), files.filter((file) => !file.name.startsWith(".")));
    });
  }

  // Buttons of one page or file leave the rest of the page where it is.
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !form.hasAttribute("data-part")) return;
    event.preventDefault();
    if (form.id === "send") {
      const field = document.getElementById("files");
      if (!field.files.length) field.focus();
      return;
    }
    const data = new FormData(form);
    if (event.submitter && event.submitter.name) data.set(event.submitter.name, event.submitter.value);
    try {
      const answer = await post(form, new URLSearchParams(data));
      if (answer && !put(answer.text, true)) tell([line(fault(answer.text))]);
    } catch {
      location.reload();
    }
  });

  window.addEventListener("beforeunload", (event) => {
    if (sending) event.preventDefault();
  });

  const follow = () => {
    if (!tray() || !tray().dataset.live || !window.EventSource) return;
    const source = new EventSource(tray().dataset.live);
    source.addEventListener("changed", (event) => {
      put(event.data, false);
      if (tray() && !tray().dataset.live) source.close();
    });
    source.addEventListener("ended", () => {
      source.close();
      location.assign(document.getElementById("fresh").href);
    });
    window.addEventListener("pagehide", () => source.close());
  };
  follow();
})();
