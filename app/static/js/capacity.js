// The line's remaining calls, kept fresh while somebody looks; over the cap the same form says that
// the call goes to the call-back list.
const board = document.getElementById("capacity");
const send = document.getElementById("register");
const EVERY = 15_000;
const AWAY = 10 * 60_000; // who has touched nothing for so long is away: the log-in may run out
let known = "";
let clock = 0;
let touched = Date.now();

function name() {
  const full = document.getElementById("line").dataset.full === "yes";
  const call = send.form.elements.channel.value === "call";
  const label = full && call ? send.dataset.full : send.dataset.plain;
  if (send.textContent !== label) send.textContent = label;
}

async function look() {
  if (Date.now() - touched > AWAY) return;
  const headers = known ? { "If-None-Match": known } : {};
  const answer = await fetch(board.dataset.from, { headers, redirect: "error" }).catch(() => null);
  if (answer?.status !== 200) return;
  known = answer.headers.get("ETag") ?? "";
  board.innerHTML = await answer.text();
  name();
}

function pace() {
  clearInterval(clock);
  if (document.hidden) return;
  clock = setInterval(look, EVERY);
  look();
}

document.addEventListener("visibilitychange", pace);
send.form.addEventListener("change", name);
for (const sign of ["keydown", "pointermove"]) {
  document.addEventListener(sign, () => (touched = Date.now()), { passive: true });
}
pace();
name();
