// The queue by keyboard: arrows go from letter to letter, X picks one. The page works without.
"use strict";

const rows = [...document.querySelectorAll(".queue tbody tr")];
const STEPS = { ArrowDown: 1, ArrowUp: -1 };

function here() {
  return rows.findIndex((row) => row.contains(document.activeElement));
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const typing = event.target.matches("input:not([type=checkbox])");
  const step = STEPS[event.code];
  const box = event.code === "KeyX" && !typing ? rows[here()]?.querySelector("[name=code]") : null;
  if (box) box.checked = !box.checked;
  const next = step ? rows[here() === -1 ? 0 : here() + step]?.querySelector("a") : null;
  if (next) {
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  }
  if (box || next) event.preventDefault();
});

// One box in the head picks all that the page shows.
const head = document.querySelector("th.pick");
if (head) {
  const all = Object.assign(document.createElement("input"), { type: "checkbox" });
  all.setAttribute("aria-label", "برگزیدن همهٔ این صفحه");
  all.addEventListener("change", () => {
    for (const box of document.querySelectorAll("[name=code]")) box.checked = all.checked;
  });
  head.append(all);
}

// A search that has found nothing so far goes on by itself.
document.querySelector("form[data-go-on]")?.requestSubmit();
