// Forms for hands that stay on the keyboard. Every page works without this file.
"use strict";

// A form is sent once; coming back to the page sets it free again. One of data-again leaves the page
// where it is: a file is saved.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if ("again" in form.dataset) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});

// Ctrl+Enter sends from anywhere in the form; in a form of data-keys, Enter goes to the next field.
document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (event.key !== "Enter" || event.isComposing || !field.form) return;
  if (event.ctrlKey || event.metaKey) {
    event.preventDefault();
    field.form.requestSubmit();
  } else if ("keys" in field.form.dataset && field.matches("input, select")) {
    event.preventDefault();
    next(field)?.focus();
  }
});

function next(field) {
  const fields = [...field.form.elements].filter(
    (other) => other.matches("input:not([type=hidden]), select, textarea, button:not([formaction])") &&
      other.checkVisibility() && (other.type !== "radio" || other.name !== field.name || other === field),
  );
  return fields[fields.indexOf(field) + 1];
}

// In a form of data-digits, 1 to 9 choose an office, whatever the keyboard's language.
document.addEventListener("keydown", (event) => {
  const form = document.querySelector("form[data-digits]");
  const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code);
  const typing = event.target.matches("input:not([type=radio]), textarea, select");
  if (!form || !digit || typing || event.ctrlKey || event.altKey || event.metaKey) return;
  const choice = form.querySelectorAll("input[type=radio]")[digit[1] - 1];
  if (!choice) return;
  event.preventDefault();
  choice.checked = true;
  choice.focus();
});

// A key of its own for a button: F-keys mean the same on a Persian and a Latin keyboard.
document.addEventListener("keydown", (event) => {
  if (!/^F\d+$/.test(event.key) || event.ctrlKey || event.altKey || event.metaKey) return;
  const button = document.querySelector(`[data-shortcut="${event.key}"]`);
  if (!button) return;
  event.preventDefault();
  if (!event.repeat) button.click();
});

// Who leaves takes the own drafts along; those of others on this computer stay theirs.
document.addEventListener("submit", (event) => {
  const owner = event.target.dataset.leave;
  if (!owner) return;
  for (const name of Object.keys(localStorage)) {
    if (name.startsWith(`draft:${owner}:`)) localStorage.removeItem(name);
  }
});
