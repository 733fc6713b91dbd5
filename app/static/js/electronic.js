// How much is written and how much more fits. Without this file the form is the same.
"use strict";

for (const count of document.querySelectorAll("[data-count]")) {
  const words = document.getElementById(count.dataset.count);
  const number = new Intl.NumberFormat("fa-IR");
  const show = () => {
    count.textContent = `${number.format(words.value.length)} از ${number.format(words.maxLength)} نویسه`;
    count.hidden = !words.value;
  };
  words.addEventListener("input", show);
  addEventListener("pageshow", show);
}
