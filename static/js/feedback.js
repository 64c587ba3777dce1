// Saves a comment as it is typed, says truthfully whether it is saved, keeps what could not be sent, and never lets one window
// undo another. Without it the buttons save.
(() => {
  "use strict";

  const { stored } = kept;
  const shelfOf = (id) => `comment ${id}`;
  const forget = (id) => stored(() => localStorage.removeItem(shelfOf(id)));

  // What was sent or deleted is not to come back from this device.
  for (const gone of document.querySelectorAll("[data-forget]")) {
    if (gone.tagName === "FORM") gone.addEventListener("submit", () => forget(gone.dataset.forget));
    else forget(gone.dataset.forget);
  }

  const form = document.querySelector("form[data-comment]");
  if (!form) return;

  const PAUSE = 1000; // milliseconds after the last key
  const AGAIN = 10000;
  const LONGEST_WAIT = 8000;
  const NAMES = ["criterion", "entity", "kind", "text"];
  const state = document.getElementById("save-state");
  const clash = document.getElementById("clash");
  const count = document.getElementById("text-count");
  const began = form.elements.version.value === "0" ? location.pathname + location.search : ""; // "" for a draft that exists
  const sent = new Set(); // texts whose saving may have arrived although its answer was lost
  let typing = 0;
  let waiting = 0; // timers, 0 for none
  let busy = false;
  let again = false; // changed while a saving was under way
  let leaving = false;
  let pressed = null; // a button pressed while a saving was under way

  const fields = () => Object.fromEntries(NAMES.map((name) => [name, form.elements[name].value]));
  const plain = (text) => text.replace(/\s+/g, " ").trim();
  const say = (name) => state.replaceChildren(document.getElementById(`state-${name}`).content.cloneNode(true));

  // Version 0 is over whatever the server has: while the person has not chosen, the question comes again.
  function keep() {
    const version = clash.firstElementChild ? "0" : form.elements.version.value;
    const id = form.elements.public_id.value;
    const kept = { who: form.dataset.who, began, id, version, fields: fields(), sent: [...sent] };
    stored(() => localStorage.setItem(shelfOf(id), JSON.stringify(kept)));
  }

  function tally() {
    const most = Number(count.dataset.most);
    const length = [...form.elements.text.value.trim()].length;
    count.textContent = count.dataset.says.replace("{}", length.toLocaleString(document.documentElement.lang));
    count.classList.toggle("usa-error-message", length > most);
  }

  function retry(name) {
    if (leaving) return; // a request broken off by going to another page is no lost connection
    say(name);
    clearTimeout(waiting);
    waiting = setTimeout(save, AGAIN);
  }

  function signedOut() {
    say("signed-out");
    for (const link of state.querySelectorAll("a")) link.href = `/login?next=${encodeURIComponent(location.pathname + location.search)}`;
  }

  async function save() {
    clearTimeout(typing);
    clearTimeout(waiting);
    waiting = 0;
    if (clash.firstElementChild) return; // the person decides first
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    again = false;
    say("saving");
    const asSent = JSON.stringify(fields());
    sent.add(plain(form.elements.text.value));
    keep();
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        body: new URLSearchParams([...new FormData(form)]),
        headers: { "X-Typed": "1" },
        redirect: "manual",
        signal: AbortSignal.timeout(LONGEST_WAIT),
      });
      if (answer.type === "opaqueredirect" || answer.status === 400) signedOut();
      else if (answer.ok || answer.status === 409 || answer.status === 422) took(answer, await answer.text(), asSent);
      else retry("failed");
    } catch {
      retry("offline");
    } finally {
      busy = false;
    }
    if (pressed) form.requestSubmit(pressed);
    else if (again) save();
  }

  function took(answer, html, asSent) {
    const told = new DOMParser().parseFromString(html, "text/html").querySelector("[data-answer]");
    const other = told.querySelector("[data-saved]");
    if (told.dataset.version) {
      form.elements.version.value = told.dataset.version;
      form.setAttribute("action", told.dataset.address);
      if (began) history.replaceState(null, "", told.dataset.address);
    }
    if (other && sent.has(plain(other.textContent))) {
      again = true; // our own words, saved by a request whose answer was lost
      return;
    }
    document.getElementById("about").replaceWith(told.querySelector("#about"));
    state.replaceChildren(...told.querySelector("[data-state]").children);
    if (other) {
      clash.replaceChildren(other.closest("[data-version]"));
      keep();
    }
    if (!answer.ok) return;
    sent.clear();
    if (JSON.stringify(fields()) === asSent) forget(form.elements.public_id.value);
  }

  // What was not acknowledged when this page was last open goes into the form again and is saved, over the version it was
  // written over: where another window saved since, the server says so.
  function restore() {
    const kept = found();
    if (!kept) return;
    form.elements.public_id.value = kept.id;
    form.elements.version.value = kept.version;
    for (const text of kept.sent) sent.add(text);
    for (const name of NAMES) form.elements[name].value = kept.fields[name] ?? "";
    tally();
    save();
  }

  function found() {
    const read = (key) => stored(() => JSON.parse(localStorage.getItem(key)));
    const mine = (kept) => kept?.who === form.dataset.who && kept.fields && kept.sent;
    const own = read(shelfOf(form.dataset.comment));
    if (mine(own)) return JSON.stringify(own.fields) === JSON.stringify(fields()) ? forget(form.dataset.comment) : own;
    if (!began) return null;
    const keys = stored(() => Object.keys(localStorage).filter((key) => key.startsWith("comment "))) ?? [];
    return keys.map(read).find((kept) => mine(kept) && kept.began === began && kept.version === "0") ?? null;
  }

  form.addEventListener("input", (event) => {
    keep();
    tally();
    if (clash.firstElementChild) return;
    clearTimeout(typing);
    if (event.target.name === "text") typing = setTimeout(save, PAUSE);
  });
  form.addEventListener("change", (event) => {
    if (event.target.name !== "text") save();
  });
  form.addEventListener("submit", (event) => {
    if (busy) {
      event.preventDefault(); // or the words would arrive twice, the second time over a version that is gone
      pressed = event.submitter;
      return;
    }
    leaving = true;
    clearTimeout(typing);
    clearTimeout(waiting);
    keep();
  });
  clash.addEventListener("click", (event) => {
    if (event.target.closest("[data-take]")) forget(form.elements.public_id.value);
  });
  window.addEventListener("online", () => {
    if (waiting) save();
  });
  window.addEventListener("beforeunload", () => {
    leaving = true;
  });
  window.addEventListener("pageshow", () => {
    leaving = false; // back again
  });

  tally();
  if (!clash.firstElementChild) restore();
})();
