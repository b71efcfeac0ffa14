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
    document.body.addEventListener("htmx:sendError", () => { toast.textContent = toast.dataset.failed; });
    document.body.addEventListener("htmx:beforeRequest", () => { toast.textContent = ""; });
  });
})();
