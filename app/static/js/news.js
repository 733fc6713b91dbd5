// What is new while the page is open: asked quietly, less often when nobody answers, and never in a
// tab that nobody sees. Without this file the page is as it was made.
const place = document.querySelector("[data-news]");
const EVERY = 25_000;
const SELDOM = 5 * 60_000;
const AWAY = 10 * 60_000; // who has touched nothing for so long is away: the log-in may run out
let known = "";
let pause = EVERY;
let clock = 0;
let touched = Date.now();

async function look() {
  clearTimeout(clock);
  if (document.hidden) return;
  if (Date.now() - touched < AWAY) await ask();
  clearTimeout(clock);
  clock = setTimeout(look, pause);
}

async function ask() {
  const headers = known ? { "If-None-Match": known } : {};
  const answer = await fetch(place.dataset.news, { headers, redirect: "error" }).catch(() => null);
  const well = answer?.status === 200 || answer?.status === 304;
  pause = well ? EVERY : Math.min(SELDOM, pause * 2);
  if (answer?.status !== 200) return;
  known = answer.headers.get("ETag") ?? "";
  const found = (await answer.text()).trim();
  if (found !== place.innerHTML.trim()) place.innerHTML = found;
}

// Whoever has typed something looks in another tab, so that it stays.
function typed() {
  return [...document.querySelectorAll("main textarea, main input:not([type=hidden])")].some((field) =>
    field.matches("[type=radio], [type=checkbox]") ? field.checked !== field.defaultChecked : field.value !== field.defaultValue,
  );
}

if (place) {
  place.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (link && typed()) link.target = "_blank";
  });
  document.addEventListener("visibilitychange", look);
  for (const sign of ["keydown", "pointermove"]) {
    document.addEventListener(sign, () => (touched = Date.now()), { passive: true });
  }
  clock = setTimeout(look, EVERY);
}
