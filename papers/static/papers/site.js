// Loaded in the head, before the page is painted: the reader's choice of light or dark, kept in
// this browser only, and sentences of refused requests. Pages work without any of it.
(() => {
  "use strict";
  const root = document.documentElement;
  const chosen = () => {
    try { return localStorage.getItem("theme"); } catch { return null; }
  };
  if (chosen()) root.dataset.theme = chosen();

  // A formula wider than its column scrolls; in a browser that gives the keyboard no way to
  // scroll it, it must be able to take the focus.
  addEventListener("load", () => {
    for (const formula of document.querySelectorAll("math")) {
      if (formula.scrollWidth > formula.clientWidth && !formula.closest("a")) formula.tabIndex = 0;
    }
  });

  document.addEventListener("DOMContentLoaded", () => {
    const toggle = document.querySelector("[data-theme-toggle]");
    if (toggle) {
      toggle.hidden = false;
      toggle.addEventListener("click", () => {
        const dark = root.dataset.theme
          ? root.dataset.theme === "dark"
          : matchMedia("(prefers-color-scheme: dark)").matches;
        root.dataset.theme = dark ? "light" : "dark";
        try { localStorage.setItem("theme", root.dataset.theme); } catch { /* for this page only */ }
      });
    }
    // Saved preferences hold in this browser too, whatever was chosen here before.
    document.querySelector("[data-theme-setting]")?.addEventListener("submit", () => {
      try { localStorage.removeItem("theme"); } catch { /* nothing was kept */ }
    });

    // A menu closes like a menu: by Escape, and when one goes on elsewhere.
    for (const menu of document.querySelectorAll("[data-menu]")) {
      addEventListener("keydown", (event) => {
        if (event.key !== "Escape" || !menu.open) return;
        menu.open = false;
        menu.querySelector("summary").focus();
      });
      for (const kind of ["click", "focusin"]) {
        document.addEventListener(kind, (event) => {
          if (!menu.contains(event.target)) menu.open = false;
        });
      }
    }

    document.addEventListener("allauth.error", (event) => {
      event.preventDefault();
      const sentence = document.querySelector("[data-passkey-error]");
      if (sentence) sentence.hidden = false;
    });

    // "This page" ticks every row; it says itself how far that is so.
    const all = document.querySelector("[data-tick-all]");
    if (all) {
      const box = all.querySelector("input");
      const rows = [...document.querySelectorAll('input[name="paper"][form="bulk"]')];
      const look = () => {
        const ticked = rows.filter((row) => row.checked).length;
        box.checked = ticked === rows.length;
        box.indeterminate = ticked > 0 && !box.checked;
      };
      all.hidden = false;
      box.addEventListener("change", () => { for (const row of rows) row.checked = box.checked; });
      for (const row of rows) row.addEventListener("change", look);
      look();
    }

    const toast = document.getElementById("toast");
    document.body.addEventListener("htmx:responseError", (event) => {
      const reply = event.detail.xhr;
      // Our refusals are one plain sentence; anything else is a page, not for a toast.
      const type = reply.getResponseHeader("Content-Type") || "";
      toast.textContent = type.startsWith("text/plain") ? reply.responseText : toast.dataset.failed;
    });
    // What named an entry that is gone is answered by the list as it is now.
    document.body.addEventListener("htmx:beforeSwap", (event) => {
      const type = event.detail.xhr.getResponseHeader("Content-Type") || "";
      if (event.detail.xhr.status === 409 && type.startsWith("text/html")) {
        event.detail.shouldSwap = true;
        event.detail.isError = false;
      }
    });
    document.body.addEventListener("htmx:sendError", () => { toast.textContent = toast.dataset.failed; });
    document.body.addEventListener("htmx:beforeRequest", () => { toast.textContent = ""; });
  });
})();

// Dragging the entries of one's own list. What is sent is what the buttons send: the entry, and
// before or after which other one it is dropped. Listens on the document: entries are swapped.
(() => {
  "use strict";
  let dragged = null;
  let over = null;

  const rowOf = (element) => element.closest?.("[data-entries] .row");
  const idOf = (row) => row.querySelector("[data-entry]").dataset.entry;
  const mark = (row, side) => {
    over?.classList.remove("row--drop-before", "row--drop-after");
    over = row;
    if (row) row.classList.add(`row--drop-${side}`);
  };
  const sideOf = (row, event) => {
    const box = row.getBoundingClientRect();
    return event.clientY < box.top + box.height / 2 ? "before" : "after";
  };
  const showGrips = (root) => {
    for (const grip of root.querySelectorAll("[data-grip]")) grip.hidden = false;
  };

  document.addEventListener("DOMContentLoaded", () => {
    showGrips(document);
    document.body.addEventListener("htmx:afterSwap", () => showGrips(document));
  });
  document.addEventListener("dragstart", (event) => {
    if (!event.target.matches?.("[data-grip]")) return;
    dragged = rowOf(event.target);
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", idOf(dragged));
    event.dataTransfer.setDragImage(dragged, 0, 0);
    dragged.classList.add("row--dragged");
  });
  document.addEventListener("dragover", (event) => {
    const row = dragged && rowOf(event.target);
    if (!row || row === dragged) {
      mark(null);
      return;
    }
    event.preventDefault();
    mark(row, sideOf(row, event));
  });
  document.addEventListener("drop", (event) => {
    const row = dragged && rowOf(event.target);
    if (!row || row === dragged) return;
    event.preventDefault();
    const form = document.querySelector("[data-drag]");
    form.elements.entry.value = idOf(dragged);
    for (const side of ["before", "after"]) {
      form.elements[side].value = side === sideOf(row, event) ? idOf(row) : "";
    }
    form.requestSubmit();
  });
  document.addEventListener("dragend", () => {
    mark(null);
    dragged?.classList.remove("row--dragged");
    dragged = null;
  });

  // A link that is there to be copied is selected as a whole.
  document.addEventListener("focusin", (event) => {
    if (event.target.matches("input[readonly]")) event.target.select();
  });
})();
