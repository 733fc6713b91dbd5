// What the citizen has written before, as soon as the national ID is complete; and while the text
// is typed, whether one of those letters is about the same matter. The form works without.
const place = document.getElementById("earlier");
const field = document.getElementById("national_id");
const said = document.getElementById("text");
let asked = "";
let shown = "";
let waiting = 0;

async function lookBack() {
  const typed = field.value.replace(/[\s-]/g, "");
  const text = said.value;
  const question = `${typed}|${text}`;
  if (question === asked) return;
  asked = question;
  if (typed.length < 8) return forget();
  const body = new URLSearchParams({
    national_id: typed,
    text,
    csrf_token: field.form.elements.csrf_token.value,
  });
  const answer = await fetch(place.dataset.from, { method: "POST", body }).catch(() => null);
  if (!answer?.ok || question !== asked) return;
  const found = await answer.text();
  if (question !== asked) return;
  if (found !== shown) place.innerHTML = shown = found;
  if (place.firstElementChild && said.value !== text) soon(); // typed on while the answer was on its way
}

function forget() {
  shown = "";
  place.replaceChildren();
}

function soon() {
  clearTimeout(waiting);
  waiting = setTimeout(lookBack, 500);
}

field.addEventListener("change", lookBack);
field.addEventListener("input", () => {
  if (field.value.trim().length >= 10) lookBack();
  else soon();
});
said.addEventListener("input", () => {
  if (place.firstElementChild) soon();
});
lookBack();
