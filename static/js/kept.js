// For forms that are saved as they are filled in: what could not be sent is kept on this device, and sent again.
window.kept = (() => {
  "use strict";

  const AGAIN = 10000; // milliseconds

  // Without storage the page itself still holds what was typed.
  const stored = (use) => {
    try {
      return use();
    } catch {
      return null;
    }
  };
  const shelfOf = (path) => `unsaved ${path}`;

  // Looks after a form that htmx sends. `typed` gives what is kept, a list of names and values; `words` what a request carries,
  // to tell whether something changed meanwhile; `arrived` hears when the server has answered, and whether it did.
  function keeper(form, state, { typed, words, arrived }) {
    const address = new URL(form.action, location.href).pathname;
    const shelf = shelfOf(address);
    let waiting = 0; // the timer of the next try, 0 for none
    let leaving = false;
    let asSent = ""; // what the request under way carries

    const say = (name) => state.replaceChildren(document.getElementById(`state-${name}`).content.cloneNode(true));
    const send = () => htmx.trigger(form, "change");
    const keep = () => stored(() => localStorage.setItem(shelf, JSON.stringify(typed())));

    // What is kept from when this page was last open; null for nothing.
    function found() {
      const list = stored(() => JSON.parse(localStorage.getItem(shelf)));
      return Array.isArray(list) ? list : null;
    }

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

    form.addEventListener("htmx:beforeRequest", () => {
      keep();
      asSent = words();
      say("saving");
    });
    form.addEventListener("htmx:sendError", () => tryAgain("offline"));
    form.addEventListener("htmx:timeout", () => tryAgain("offline"));
    form.addEventListener("htmx:responseError", (event) => {
      tryAgain(event.detail.xhr.status === 400 ? "signed-out" : "failed");
    });
    state.addEventListener("htmx:beforeSwap", (event) => {
      if (new URL(event.detail.xhr.responseURL).pathname === address) return;
      event.detail.shouldSwap = false; // led to the sign-in page
      tryAgain("signed-out");
    });
    state.addEventListener("htmx:afterSwap", (event) => {
      if (event.detail.xhr.status === 200) arrived(words() !== asSent);
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
    return { address, say, send, keep, found, forget };
  }

  return { stored, shelfOf, keeper };
})();
