// Says truthfully whether a self-assessment is saved, keeps what could not be sent, and sends it again. Without it the yellow
// button saves.
(() => {
  "use strict";

  const form = document.querySelector("form[data-keep]");
  const state = document.getElementById("save-state");
  if (!form || !state || !window.htmx) return;

  const typed = () => [...new FormData(form)].filter(([name]) => name !== "csrf_token");
  // What the server hands out with an answer, or takes back, is no change of the person's.
  const words = () => JSON.stringify(typed().filter(([name]) => /^(answer|note)-/.test(name)));
  const { say, send, keep, found, forget } = kept.keeper(form, state, { typed, words, arrived });

  function arrived(changed) {
    if (changed) say("saving"); // the next request carries what was changed meanwhile
    else if (state.querySelector(".state--ok")) forget();
  }

  // What was not acknowledged when this page was last open goes into the form again, with what it was given then, and is
  // sent: the server tells whether somebody saved other words since.
  function restore() {
    const last = found();
    if (!last) return;
    for (const [name, value] of last) {
      for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
        if (field.type === "radio" || field.type === "checkbox") field.checked = field.value === value;
        else field.value = value;
      }
    }
    send();
  }

  form.addEventListener("input", () => {
    keep();
    say("saving");
  });
  form.addEventListener("submit", forget); // the page that comes shows what was saved, or says what was not

  document.addEventListener("DOMContentLoaded", restore); // after htmx, which sets to work then
})();
