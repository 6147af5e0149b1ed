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
    const focus = root.querySelector("[data-focus]");
    if (focus) focus.focus();
  }

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

  // One press sends a form once; the server also checks the idempotency key.
  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("data-repeat")) return;
    window.setTimeout(function () {
      form.querySelectorAll("button[type=submit]").forEach(function (button) { button.disabled = true; });
    }, 0);
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form button[type=submit][disabled]").forEach(function (button) {
      if (!button.hasAttribute("data-disabled")) button.disabled = false;
    });
  });

  prepare(document);
})();
