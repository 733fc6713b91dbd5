// The list by keyboard: arrows go from one SMS to the next, a digit chooses, Enter does it.
"use strict";

const cards = [...document.querySelectorAll("article.owed")];
const STEPS = { ArrowDown: 1, ArrowUp: -1 };

function here() {
  return Math.max(0, cards.findIndex((card) => card.contains(document.activeElement)));
}

// A digit never decides by itself: it opens what it names and puts the next Enter there.
function choose(card, digit) {
  const chosen = card.querySelector(`[data-key="${digit}"]`);
  if (!chosen) return false;
  const box = chosen.closest("details");
  if (box) box.open = true;
  (box?.querySelector("input:not([type=hidden]), button") ?? chosen).focus();
  return true;
}

document.addEventListener("keydown", (event) => {
  if (!cards.length || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target.matches("input, textarea, select")) return;
  const digit = /^(?:Digit|Numpad)([1-3])$/.exec(event.code)?.[1];
  if (digit && choose(cards[here()], digit)) event.preventDefault();
  if (event.code in STEPS) {
    const next = cards[here() + STEPS[event.code]];
    if (next) {
      event.preventDefault();
      next.focus();
      next.scrollIntoView({ block: "nearest" });
    }
  }
});
