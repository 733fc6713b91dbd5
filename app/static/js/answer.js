// A prepared text goes to where the cursor stands. Without this file its link fills the box.
"use strict";

const box = document.querySelector("#answer textarea");

for (const link of document.querySelectorAll("[data-insert]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    box.focus();
    box.setRangeText(link.dataset.insert, box.selectionStart, box.selectionEnd, "end");
    box.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
