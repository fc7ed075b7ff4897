// What was typed or laid out and not sent yet: it lives as long as this tab, and leaving the station ends it.
"use strict";

// Drafts of one kind, each under parts of a name: the person first, then what it belongs to.
const draftsOf = (kind) => {
  const PREFIX = `motlan-${kind} `;
  const name = (parts) => PREFIX + parts.join(" ");
  return {
    get: (...parts) => sessionStorage.getItem(name(parts)),
    drop: (...parts) => sessionStorage.removeItem(name(parts)),
    set: (text, ...parts) => {
      try {
        sessionStorage.setItem(name(parts), text);
      } catch {
        // A full store: the field has the text, and sending it works.
      }
    },
    // Everything but what begins with these parts.
    dropOthers: (...parts) => {
      const theirs = `${name(parts)} `;
      for (const one of Object.keys(sessionStorage)) {
        if (one.startsWith(PREFIX) && !one.startsWith(theirs)) sessionStorage.removeItem(one);
      }
    },
  };
};
