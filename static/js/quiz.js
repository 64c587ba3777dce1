// Says truthfully whether an answer is saved, keeps what could not be sent, and sends it again. Without it the yellow
// button saves.
(() => {
  "use strict";

  const { stored, shelfOf } = kept;

  // An answer sent by its button arrived when the server led on from it to another page.
  const sent = stored(() => sessionStorage.getItem("sent"));
  stored(() => sessionStorage.removeItem("sent"));
  const ledOn = performance.getEntriesByType("navigation")[0]?.redirectCount > 0;
  if (sent && ledOn && sent !== location.pathname) stored(() => localStorage.removeItem(shelfOf(sent)));

  const form = document.querySelector("form[data-quiz]");
  const state = document.getElementById("save-state");
  if (!form || !state || !window.htmx) return;

  const typed = () => [...new FormData(form)].filter(([name]) => name !== "csrf_token");
  const words = () => JSON.stringify(typed());
  const { address, say, send, keep, found, forget } = kept.keeper(form, state, { typed, words, arrived });

  function arrived(changed) {
    markNavigator();
    if (changed) say("saving"); // the next request carries what was changed meanwhile
    else forget();
  }

  // Whether a field shows something else than the server wrote into it.
  function differs(field) {
    if (field.type === "radio" || field.type === "checkbox") return field.checked !== field.defaultChecked;
    if (field.tagName !== "SELECT") return field.value !== field.defaultValue;
    return field.value !== ([...field.options].find((option) => option.defaultSelected) ?? field.options[0]).value;
  }

  // What was not acknowledged when this page was last open goes into the form again, and is sent; where another answer
  // was saved since, maybe elsewhere and later, the person decides.
  function restore() {
    const last = found();
    if (!last) return;
    const fields = [...form.querySelectorAll("input:not([type=hidden]), select")];
    for (const field of fields) {
      const values = last.filter(([name]) => name === field.name).map(([, value]) => value);
      if (field.type === "radio" || field.type === "checkbox") field.checked = values.includes(field.value);
      else field.value = values[0] ?? "";
    }
    if (state.querySelector("[data-unsent]")) return; // the page says so already
    if (!state.querySelector("[data-answered]")) send();
    else if (fields.some(differs)) say("unsent");
    else forget();
  }

  function markNavigator() {
    const answered = state.querySelector("[data-answered]") !== null;
    const here = document.querySelector(".dots [aria-current]");
    here.classList.toggle("saved", answered);
    here.setAttribute("aria-label", answered ? here.dataset.answeredLabel : here.dataset.emptyLabel);
    document.querySelector("[data-count]").textContent = document.querySelectorAll(".dots .saved").length;
  }

  form.addEventListener("input", () => {
    keep();
    if (state.querySelector("[data-answered]")) say("saving"); // what was saved is no longer what the page shows
  });
  form.addEventListener("submit", () => stored(() => sessionStorage.setItem("sent", address)));
  state.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.status !== 409) return;
    event.detail.shouldSwap = true; // submitted meanwhile: what the server says about it is the answer
    event.detail.isError = false;
    forget();
  });

  document.addEventListener("DOMContentLoaded", restore); // after htmx, which sets to work then
})();
