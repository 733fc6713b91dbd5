"use strict";
// Asks the gateway every second and redraws only when something changed, so that an opened
// detail or a selection is not lost while nothing happens.

const EVERY_MS = 1000;
const SHOWN = 60;
const $ = (id) => document.getElementById(id);
const digits = new Intl.NumberFormat("fa-IR", { useGrouping: false });
const moment = new Intl.DateTimeFormat("fa-IR-u-ca-persian", {
  timeZone: "Asia/Tehran", month: "long", day: "numeric", hour: "2-digit", minute: "2-digit",
});
const PROVIDERS = { kavenegar: "کاوه‌نگار", faraz: "فراز اس‌ام‌اس" };
const ENDS = { 10: "good", 6: "bad", 11: "bad", 13: "bad", 14: "bad", 100: "bad" };

let receptor = new URLSearchParams(location.search).get("receptor") || "";
let drawn = "";
let seen = null;

async function ask(path) {
  const answer = await fetch(path, { cache: "no-store" });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

function tell(path, body) {
  return fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
}

function fill(root, name, text) {
  root.querySelector("." + name).textContent = text;
}

function head(root, number, date, text) {
  fill(root, "receptor", number);
  fill(root, "text", text);
  const time = root.querySelector("time");
  time.dateTime = new Date(date * 1000).toISOString();
  time.textContent = moment.format(date * 1000);
}

function received(message, opened) {
  const root = $("bubble").content.cloneNode(true);
  const item = root.querySelector("li");
  item.dataset.id = message.messageid;
  item.classList.toggle("new", seen !== null && !seen.has(message.messageid));
  head(root, message.receptor, message.date, message.message);
  fill(root, "status", message.statustext);
  root.querySelector(".status").classList.add(ENDS[message.status] || "wait");
  fill(root, "segments", `${digits.format(message.segments)} صفحه، ${digits.format(message.message.length)} نویسه`);
  fill(root, "provider", PROVIDERS[message.provider] || message.provider);
  fill(root, "hits", message.dedupe_hits ? `${digits.format(message.dedupe_hits)} ارسال دوباره` : "");
  fill(root, "localid", message.localid ?? "—");
  fill(root, "messageid", message.messageid);
  fill(root, "sender", message.sender);
  root.querySelector("details").open = opened.has(String(message.messageid));
  for (const button of root.querySelectorAll("button")) {
    button.addEventListener("click", async () => {
      await tell(`/_gateway/messages/${message.messageid}/status`, { status: Number(button.dataset.status) });
      await refresh();
    });
  }
  return root;
}

function written(message) {
  const root = $("inbound").content.cloneNode(true);
  head(root, message.from, message.date, message.message);
  return root;
}

function draw(messages, inbound) {
  const opened = new Set([...document.querySelectorAll(".message details[open]")]
    .map((each) => each.closest("li").dataset.id));
  const mine = inbound.filter((each) => !receptor || each.from === receptor);
  const all = [
    ...messages.map((each) => ({ date: each.date, id: each.messageid, make: () => received(each, opened) })),
    ...mine.map((each) => ({ date: each.date, id: each.messageid, make: () => written(each) })),
  ].sort((one, two) => two.date - one.date || two.id - one.id);
  $("inbox").replaceChildren(...all.map((each) => each.make()));
  seen = new Set([...(seen || []), ...messages.map((each) => each.messageid)]);
}

function drawPeople(messages) {
  const numbers = [...new Set([receptor, ...messages.map((each) => each.receptor)])].filter(Boolean);
  $("people").replaceChildren(...["", ...numbers.slice(0, 8)].map((number) => {
    const button = document.createElement("button");
    button.type = "button";
    button.dir = number ? "ltr" : "rtl";
    button.textContent = number || "همه";
    button.setAttribute("aria-pressed", String(number === receptor));
    button.addEventListener("click", () => choose(number));
    return button;
  }));
}

function drawTotals(summary) {
  for (const cell of document.querySelectorAll("[data-total]")) {
    cell.textContent = digits.format(summary[cell.dataset.total]);
  }
  document.querySelector('[data-total="duplicates"]').parentElement
    .classList.toggle("alarm", summary.duplicates > 0);
}

async function refresh() {
  try {
    const query = new URLSearchParams({ receptor, newest: "1", limit: String(SHOWN) });
    const [page, summary, inbound] = await Promise.all([
      ask(`/_gateway/messages.json?${query}`), ask("/_gateway/summary.json"), ask("/_gateway/inbound.json"),
    ]);
    const now = JSON.stringify([receptor, page, inbound]);
    if (now !== drawn) {
      draw(page.messages, inbound.messages);
      drawPeople(page.messages);
      drawn = now;
    }
    drawTotals(summary);
    $("live").textContent = "زنده";
    $("live").classList.remove("lost");
  } catch {
    $("live").textContent = "قطع";
    $("live").classList.add("lost");
  }
}

function choose(number) {
  receptor = number;
  seen = null;
  $("receptor").value = number;
  $("whose").textContent = number || "همهٔ گیرنده‌ها";
  history.replaceState(null, "", number ? `?receptor=${number}` : location.pathname);
  return refresh();
}

$("filter").addEventListener("submit", (event) => {
  event.preventDefault();
  const latin = $("receptor").value.normalize("NFKC")
    .replace(/[۰-۹]/g, (sign) => String(sign.charCodeAt(0) - 0x06f0))
    .replace(/[٠-٩]/g, (sign) => String(sign.charCodeAt(0) - 0x0660));
  choose(latin.replace(/\D/g, "").replace(/^(?:0098|98)(?=9)/, "0"));
});

$("reply").addEventListener("submit", async (event) => {
  event.preventDefault();
  const first = document.querySelector(".message .receptor");
  const from = receptor || (first && first.textContent);
  if (!from || !$("text").value.trim()) return;
  const answer = await tell("/_gateway/inbound", { from, message: $("text").value });
  if (answer.ok) $("text").value = "";
  await refresh();
});

async function watch() {
  await refresh();
  setTimeout(watch, EVERY_MS);
}

choose(receptor).then(watch);
