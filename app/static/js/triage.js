// One key refers a letter, whatever the keyboard's language. The buttons work without this file.
"use strict";

const form = document.querySelector("form[data-one-key]");
const KEYS = /^(?:Digit|Numpad)([0-9])$/;
// A key that was still going down when the page changed was meant for the letter before.
const SETTLED_MS = 300;
const shown = performance.now();

function key(event) {
  if (event.code === "Minus" || event.code === "NumpadSubtract") return "-";
  return KEYS.exec(event.code)?.[1];
}

document.addEventListener("keydown", (event) => {
  const typing = event.target.matches("input, textarea, select");
  if (!form || typing || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
  const button = form.querySelector(`[data-key="${key(event)}"]`);
  if (!button) return;
  event.preventDefault();
  if (!event.repeat) form.requestSubmit(button);
});

form?.addEventListener("submit", (event) => {
  if (performance.now() - shown < SETTLED_MS) {
    event.preventDefault();
    event.stopPropagation();
  }
});
