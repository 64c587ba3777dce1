// Says truthfully whether an answer is saved, keeps what could not be sent, and sends it again. Without it the yellow
// button saves.
(() => {
  "use strict";

  // Without storage the page itself still holds the answer.
  const stored = (use) => {
    try {
      return use();
    } catch {
      return null;
    }
  };
  const shelfOf = (path) => `unsaved ${path}`;

  // An answer sent by its button arrived when the server led on from it to another page.
  const sent = stored(() => sessionStorage.getItem("sent"));
  stored(() => sessionStorage.removeItem("sent"));
  const ledOn = performance.getEntriesByType("navigation")[0]?.redirectCount > 0;
  if (sent && ledOn && sent !== location.pathname) stored(() => localStorage.removeItem(shelfOf(sent)));

  const form = document.querySelector("form[data-quiz]");
  const state = document.getElementById("save-state");
  if (!form || !state || !window.htmx) return;

  const AGAIN = 10000; // milliseconds
  const address = new URL(form.action, location.href).pathname;
  const shelf = shelfOf(address);
  let waiting = 0; // the timer of the next try, 0 for none
  let leaving = false;
  let asSent = ""; // what the request under way carries

  const say = (name) => state.replaceChildren(document.getElementById(`state-${name}`).content.cloneNode(true));
  const send = () => htmx.trigger(form, "change");

  const entered = () => JSON.stringify([...new FormData(form)].filter(([name]) => name !== "csrf_token"));
  const keep = () => stored(() => localStorage.setItem(shelf, entered()));

  function forget() {
    clearTimeout(waiting);
    waiting = 0;
    stored(() => localStorage.removeItem(shelf));
  }

  function tryAgain(name) {
    if (leaving) return; // a request broken off by going to another page is no lost connection
    keep();
    say(name);
    clearTimeout(waiting);
    waiting = setTimeout(send, AGAIN);
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
    const kept = stored(() => JSON.parse(localStorage.getItem(shelf)));
    if (!Array.isArray(kept)) return;
    const fields = [...form.querySelectorAll("input:not([type=hidden]), select")];
    for (const field of fields) {
      const values = kept.filter(([name]) => name === field.name).map(([, value]) => value);
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
  form.addEventListener("htmx:beforeRequest", () => {
    keep();
    asSent = entered();
    say("saving");
  });
  form.addEventListener("htmx:sendError", () => tryAgain("offline"));
  form.addEventListener("htmx:timeout", () => tryAgain("offline"));
  form.addEventListener("htmx:responseError", (event) => {
    tryAgain(event.detail.xhr.status === 400 ? "signed-out" : "failed");
  });
  state.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr } = event.detail;
    if (new URL(xhr.responseURL).pathname !== address) {
      event.detail.shouldSwap = false; // led to the sign-in page
      tryAgain("signed-out");
    } else if (xhr.status === 409) {
      event.detail.shouldSwap = true; // submitted meanwhile: what the server says about it is the answer
      event.detail.isError = false;
      forget();
    }
  });
  state.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.xhr.status !== 200) return;
    markNavigator();
    if (entered() === asSent) forget();
    else say("saving"); // the next request carries what was changed meanwhile
  });
  window.addEventListener("online", () => {
    if (waiting) send();
  });
  window.addEventListener("beforeunload", () => {
    leaving = true;
  });
  window.addEventListener("pageshow", () => {
    leaving = false; // back again
  });

  document.addEventListener("DOMContentLoaded", restore); // after htmx, which sets to work then
})();
