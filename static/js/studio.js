// The editor: line numbers in step with the text, the way from a problem to its line, and no text lost by accident.
// Without it the page works all the same: the Check button numbers the lines anew.
(() => {
  "use strict";
  const text = document.getElementById("md_text");
  const mirror = document.querySelector(".code__lines");
  const preview = document.getElementById("md_preview");
  const problems = document.getElementById("md_problems");
  const form = document.getElementById("md_form");
  const state = document.getElementById("md_state");
  const began = "unsaved" in form.dataset ? null : text.value;
  const most = 10000; // lines; beyond them the text area scrolls by itself and has no numbers
  let leaving = false;

  // The mirror holds the same lines in the same width; its numbers stand where the browser breaks the lines.
  function number() {
    const all = text.value.split("\n");
    const lines = all.length > most ? [] : all;
    mirror.parentElement.classList.toggle("code--live", lines.length > 0);
    while (mirror.childElementCount > lines.length) mirror.lastElementChild.remove();
    while (mirror.childElementCount < lines.length) mirror.append(document.createElement("div"));
    lines.forEach((line, index) => {
      const row = mirror.children[index];
      if (row.id !== `line_${index + 1}`) row.id = `line_${index + 1}`;
      if (row.textContent !== `${line}\n`) row.textContent = `${line}\n`;
    });
  }

  function mark() {
    for (const row of mirror.querySelectorAll("[class]")) row.removeAttribute("class");
    for (const found of problems.querySelectorAll("[data-mark]")) {
      const row = document.getElementById(`line_${found.dataset.line}`);
      if (row && row.className !== "error") row.className = found.dataset.mark;
    }
  }

  function go(line, column) {
    const lines = text.value.split("\n");
    const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
    const at = Math.min(start + column - 1, text.value.length);
    text.focus({ preventScroll: true });
    text.setSelectionRange(at, at);
    document.getElementById(`line_${line}`)?.scrollIntoView({ block: "center" });
    follow();
  }

  // The preview shows what the cursor is in.
  function follow() {
    const line = text.value.slice(0, text.selectionStart).split("\n").length;
    let current = null;
    for (const block of preview.querySelectorAll("[data-line]")) if (Number(block.dataset.line) <= line) current = block;
    const top = current ? current.offsetTop - preview.offsetTop - 16 : 0;
    if (follow.block !== current) preview.scrollTo({ top });
    follow.block = current;
  }

  function say(sentence) {
    const line = document.createElement("p");
    line.className = "state state--bad";
    line.textContent = sentence;
    state.replaceChildren(line);
  }

  text.addEventListener("input", number);
  for (const moved of ["keyup", "click"]) text.addEventListener(moved, follow);
  problems.addEventListener("click", (event) => {
    const found = event.target.closest("a[href^='#line_']")?.closest("[data-line]");
    if (!found) return;
    event.preventDefault();
    go(Number(found.dataset.line), Number(found.dataset.column));
  });
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.responseURL.endsWith("/preview")) return;
    event.detail.shouldSwap = false; // the sign-in page, in place of a preview
    say("You are signed out. Copy your text before you sign in again.");
  });
  document.body.addEventListener("htmx:afterSettle", () => { follow.block = undefined; mark(); });
  document.body.addEventListener("htmx:responseError", (event) => {
    const large = event.detail.xhr.status === 413;
    say(large ? "Not checked: use 1 MB or less." : "Not checked. Copy your text, then reload the page: you may be signed out.");
  });
  document.body.addEventListener("htmx:sendError", () => say("No connection. Your text is only on this page; the next key tries again."));
  form.addEventListener("submit", () => { leaving = true; });
  window.addEventListener("beforeunload", (event) => { if (!leaving && text.value !== began) event.preventDefault(); });
  document.querySelector("[data-focus]")?.focus();
  number();
})();
