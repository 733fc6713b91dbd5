// A button that prints, where a script may. Ctrl+P does the same.
"use strict";

const button = document.querySelector("[data-print]");
button.hidden = false;
button.focus();
button.addEventListener("click", () => window.print());
