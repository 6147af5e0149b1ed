// Small improvements. Every page works without this file.
(function () {
  "use strict";

  function copy(button) {
    navigator.clipboard.writeText(button.dataset.copy).then(function () {
      button.classList.add("copied");
      window.setTimeout(function () { button.classList.remove("copied"); }, 1500);
    });
  }

  function closeMenus(except) {
    document.querySelectorAll("details.drop[open]").forEach(function (menu) {
      if (menu !== except && !menu.contains(except)) menu.open = false;
    });
  }

  // What a part of the page needs when it appears: at first, and after each swap.
  function prepare(root) {
    if (navigator.clipboard) {
      root.querySelectorAll("[data-copy]").forEach(function (button) { button.hidden = false; });
    }
    root.querySelectorAll("[data-autosubmit-hide]").forEach(function (element) { element.hidden = true; });
    root.querySelectorAll(".table-wrap:has(> .table-cards)").forEach(function (wrap) {
      fit(wrap);
      watch.observe(wrap.parentElement);
    });
    const focus = root.querySelector("[data-focus]");
    if (focus) focus.focus();
  }

  // A table that does not fit its place becomes one card a row: a figure that has to be scrolled to is cut.
  function fit(wrap) {
    wrap.classList.remove("as-cards");
    if (wrap.scrollWidth > wrap.clientWidth + 1) wrap.classList.add("as-cards");
  }
  const widths = new WeakMap();
  const watch = new ResizeObserver(function (entries) {
    entries.forEach(function (entry) {
      const width = Math.round(entry.contentRect.width);
      if (widths.get(entry.target) === width) return;  // its height changed, by a card for instance
      widths.set(entry.target, width);
      entry.target.querySelectorAll(":scope > .table-wrap:has(> .table-cards)").forEach(fit);
    });
  });

  document.addEventListener("htmx:configRequest", function (event) {
    const token = document.body.dataset.csrf;
    if (token && event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = token;
    // For whom the page was opened; the server refuses when another organisation was chosen since.
    const actingFor = document.body.dataset.actingFor;
    if (actingFor && event.detail.verb !== "get") event.detail.headers["X-Acting-For"] = actingFor;
  });
  document.addEventListener("htmx:afterSettle", function (event) { prepare(event.detail.elt); });
  document.addEventListener("htmx:sendError", function () {
    const area = document.getElementById("messages");
    const note = document.getElementById("offline");
    if (area && note) area.replaceChildren(note.content.cloneNode(true));
  });
  document.addEventListener("htmx:responseError", function () {
    const area = document.getElementById("messages");
    if (area) area.scrollIntoView({ block: "nearest" });
  });

  document.addEventListener("click", function (event) {
    const button = event.target.closest("[data-copy]");
    if (button) copy(button);
    const choice = event.target.closest("[data-check-all]");
    if (choice) {
      document.querySelectorAll(choice.dataset.checkAll).forEach(function (box) { box.checked = choice.checked; });
    }
    if (event.target.closest("[data-print]")) window.print();
    closeMenus(event.target);
  });

  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape") {
      const open = document.activeElement.closest("details.drop[open]");
      closeMenus(null);
      if (open) open.querySelector("summary").focus();
      return;
    }
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const search = document.querySelector("[data-search]");
      if (search) {
        event.preventDefault();
        search.focus();
        search.select();
      }
    }
  });

  // A select or date in a filter bar applies at once; without JavaScript the button beside it does.
  document.addEventListener("change", function (event) {
    const form = event.target.closest("form[data-autosubmit]");
    if (form) form.requestSubmit();
  });

  // --- What was typed is not lost --------------------------------------------------------------------------

  const GUARDED = "main:not(.entrance-sheet) form[method=post]:not([data-no-guard])";
  const KEPT = "kept:";
  let isSending = false;

  function isTyped(field) {
    return field.name && !["hidden", "password", "file", "submit", "button", "search"].includes(field.type);
  }

  function noteChange(event) {
    const form = event.target.closest(GUARDED);
    if (form && isTyped(event.target)) form.dataset.changed = "";
  }
  document.addEventListener("input", noteChange);
  document.addEventListener("change", noteChange);

  // Ask before somebody leaves a form that they changed and did not send.
  window.addEventListener("beforeunload", function (event) {
    if (isSending) return;
    if (document.querySelector("main form[data-changed], main form[data-unsaved]")) {
      event.preventDefault();
      event.returnValue = "";
    }
  });

  function keyOf(form) {
    const forms = Array.from(document.querySelectorAll(GUARDED));
    return KEPT + location.pathname + location.search + "#" + forms.indexOf(form);
  }

  function isBox(field) {
    return field.type === "checkbox" || field.type === "radio";
  }

  // Pages are never stored by the browser, so it forgets what a form held: the tab remembers it until it is closed.
  function keep(form) {
    const values = Array.from(form.elements).filter(isTyped).map(function (field) {
      return { name: field.name, value: field.value, checked: isBox(field) ? field.checked : null };
    });
    try {
      if (values.length) sessionStorage.setItem(keyOf(form), JSON.stringify(values));
    } catch (error) {
      // A tab without storage, or a form larger than it: the page works as without this file.
    }
  }

  function restore(form) {
    let kept = null;
    try {
      kept = JSON.parse(sessionStorage.getItem(keyOf(form)));
    } catch (error) {
      return false;
    }
    const fields = Array.from(form.elements).filter(isTyped);
    let isAny = false;
    (kept || []).forEach(function (one) {
      const place = fields.findIndex(function (field) {
        return field.name === one.name && (one.checked === null || field.value === one.value);
      });
      if (place < 0) return;
      const field = fields.splice(place, 1)[0];
      const part = one.checked === null ? "value" : "checked";
      isAny = isAny || field[part] !== one[part];
      field[part] = one[part];
    });
    return isAny;
  }

  function forgetKept() {
    Object.keys(sessionStorage).forEach(function (key) {
      if (key.startsWith(KEPT)) sessionStorage.removeItem(key);
    });
  }

  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    isSending = true;
    if (form.hasAttribute("data-leaves")) forgetKept();
    else if (form.matches(GUARDED)) keep(form);
  });

  const came = performance.getEntriesByType("navigation")[0];
  if (came && came.type === "back_forward") {
    const restored = Array.from(document.querySelectorAll(GUARDED)).filter(restore);
    const area = document.getElementById("messages");
    const note = document.getElementById("restored");
    if (restored.length && area && note) area.append(note.content.cloneNode(true));
    restored.forEach(function (form) { form.dataset.changed = ""; });
  }

  // One press sends a form once; the server also checks the idempotency key.
  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("data-repeat")) return;
    window.setTimeout(function () {
      form.querySelectorAll("button[type=submit]").forEach(function (button) { button.disabled = true; });
    }, 0);
  });
  window.addEventListener("pageshow", function () {
    isSending = false;
    document.querySelectorAll("form button[type=submit][disabled]").forEach(function (button) {
      if (!button.hasAttribute("data-disabled")) button.disabled = false;
    });
  });

  prepare(document);
})();
