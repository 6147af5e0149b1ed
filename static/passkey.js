/* Passkeys need the page's scripts: their buttons can be pressed once those listen, and what went wrong is said. */
(function () {
  "use strict";

  function say(id) {
    const area = document.getElementById("messages");
    const note = document.getElementById(id);
    if (!area || !note) return;
    area.replaceChildren(note.content.cloneNode(true));
    area.scrollIntoView({ block: "nearest" });
  }

  // Loaded after the script that binds the buttons at this same event, so those listen by now.
  document.addEventListener("DOMContentLoaded", function () {
    const known = "PublicKeyCredential" in window;
    document.querySelectorAll("[data-passkey]").forEach(function (button) { button.disabled = !known; });
    if (!known) document.querySelectorAll("[data-passkey-unknown]").forEach(function (note) { note.hidden = false; });
  });

  document.addEventListener("allauth.error", function (event) {
    event.preventDefault();
    say("passkey_refused");
  });
})();
