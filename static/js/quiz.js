// Says truthfully whether an answer is saved, keeps what could not be sent, and sends it again. Without it the yellow
// button saves.
(() => {
  "use strict";

  const form = document.querySelector("form[data-quiz]");
  const state = document.getElementById("save-state");
  if (!form || !state || !window.htmx) return;

  const AGAIN = 10000; // milliseconds
  const address = new URL(form.action, location.href).pathname;
  const shelf = `unsaved ${address}`;
  let waiting = 0; // the timer of the next try, 0 for none
  let leaving = false;

  const say = (name) => state.replaceChildren(document.getElementById(`state-${name}`).content.cloneNode(true));
  const send = () => htmx.trigger(form, "change");

  function keep() {
    const entered = [...new FormData(form)].filter(([name]) => name !== "csrf_token");
    try {
      localStorage.setItem(shelf, JSON.stringify(entered));
    } catch {
      // No storage: the page itself still holds the answer.
    }
  }

  function forget() {
    clearTimeout(waiting);
    waiting = 0;
    try {
      localStorage.removeItem(shelf);
    } catch {
      // Nothing was kept either.
    }
  }

  function tryAgain(name) {
    if (leaving) return; // a request broken off by going to another page is no lost connection
    keep();
    say(name);
    clearTimeout(waiting);
    waiting = setTimeout(send, AGAIN);
  }

  // What could not be sent when this page was last open goes into the form again, and is sent.
  function restore() {
    let entered;
    try {
      entered = JSON.parse(localStorage.getItem(shelf));
    } catch {
      return;
    }
    if (!Array.isArray(entered)) return;
    for (const field of form.querySelectorAll("input:not([type=hidden]), select")) {
      const values = entered.filter(([name]) => name === field.name).map(([, value]) => value);
      if (field.type === "radio" || field.type === "checkbox") field.checked = values.includes(field.value);
      else field.value = values[0] ?? "";
    }
    send();
  }

  function markNavigator() {
    const answered = state.querySelector("[data-answered]") !== null;
    const here = document.querySelector(".dots [aria-current]");
    here.classList.toggle("saved", answered);
    here.setAttribute("aria-label", answered ? here.dataset.answeredLabel : here.dataset.emptyLabel);
    document.querySelector("[data-count]").textContent = document.querySelectorAll(".dots .saved").length;
  }

  form.addEventListener("htmx:beforeRequest", () => say("saving"));
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
    forget();
    markNavigator();
  });
  window.addEventListener("online", () => {
    if (waiting) send();
  });
  window.addEventListener("beforeunload", () => {
    leaving = true;
  });

  document.addEventListener("DOMContentLoaded", restore); // after htmx, which sets to work then
})();
