// What is typed stays in this browser until it is registered: sealed with a key that the server
// gives to its author alone, for twelve hours. Without Web Crypto or storage nothing is kept.
const KEEP = 12 * 60 * 60 * 1000;
const NEVER = new Set(["csrf_token", "seen", "to"]);
const paper = document.querySelector("form[data-draft]");
const kept = globalThis.crypto?.subtle && globalThis.navigator?.locks ? localStorage : null;
const named = (owner, key) => `draft:${owner}:${key}`;

for (const done of document.querySelectorAll("[data-done]")) {
  kept?.removeItem(named(done.dataset.owner, done.dataset.done));
}

function drafts(prefix) {
  const found = Object.keys(kept).filter((name) => name.startsWith(prefix));
  return found
    .map((name) => ({ name, ...JSON.parse(kept.getItem(name)) }))
    .sort((one, other) => other.at - one.at);
}

// A page holds its draft as long as it is open, so that a second one does not take it over.
function hold(name) {
  return new Promise((got) => {
    const hands = () => (got(true), new Promise(() => {}));
    const signal = AbortSignal.timeout(800);
    navigator.locks.request(name, { signal }, hands).catch(() => got(false));
  });
}

const bytes = (text) => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
const base64 = (buffer) => btoa(Array.from(new Uint8Array(buffer), (n) => String.fromCharCode(n)).join(""));

async function seal(key, words) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, new TextEncoder().encode(words));
  return { iv: base64(iv), sealed: base64(sealed) };
}

async function unseal(key, draft) {
  const cipher = { name: "AES-GCM", iv: bytes(draft.iv) };
  return new TextDecoder().decode(await crypto.subtle.decrypt(cipher, key, bytes(draft.sealed)));
}

// Files can't be kept; what goes from one letter to the next is nothing that was typed.
const STANDING = new Set(["key", "channel", "batch", "received"]);
const typed = () =>
  [...new FormData(paper)].filter(([name, value]) => !NEVER.has(name) && typeof value === "string");
const anything = () => typed().some(([name, value]) => value.trim() && !STANDING.has(name));

async function keep(key) {
  const name = named(paper.dataset.draft, paper.elements.key.value);
  if (!anything()) return kept.removeItem(name);
  const draft = await seal(key, JSON.stringify(typed()));
  kept.setItem(name, JSON.stringify({ at: Date.now(), ...draft }));
}

function fill(fields, at) {
  for (const [name, value] of fields) {
    if (paper.elements[name]) paper.elements[name].value = value;
  }
  const more = paper.querySelector("details.more");
  if (paper.elements.bank.value || paper.elements.covered_by.value) more.open = true;
  const hour = new Date(at).toLocaleTimeString("fa-IR", { hour: "2-digit", minute: "2-digit" });
  document.getElementById("restored").textContent = `آنچه ساعت ${hour} نوشته بودید برگشت`;
  document.getElementById("discard").hidden = false;
  paper.elements.national_id.dispatchEvent(new Event("change", { bubbles: true }));
  paper.elements.text.dispatchEvent(new Event("input", { bubbles: true }));
}

async function restore(key) {
  for (const draft of drafts(`draft:${paper.dataset.draft}:`)) {
    if (!(await hold(draft.name)) || anything()) continue;
    try {
      return fill(JSON.parse(await unseal(key, draft)), draft.at);
    } catch {
      kept.removeItem(draft.name); // sealed with a key that is gone
    }
  }
}

async function begin() {
  for (const old of drafts("draft:")) if (old.at < Date.now() - KEEP) kept.removeItem(old.name);
  const raw = bytes(paper.dataset.seal);
  const key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
  let turn = Promise.resolve();
  const later = () => (turn = turn.then(() => keep(key)).catch(() => {})); // storage may be full
  paper.addEventListener("input", later);
  paper.addEventListener("change", later);
  if ("fresh" in paper.dataset) await restore(key);
  else later();
  hold(named(paper.dataset.draft, paper.elements.key.value));
}

document.getElementById("discard")?.addEventListener("click", () => {
  kept.removeItem(named(paper.dataset.draft, paper.elements.key.value));
  location.assign(location.pathname);
});
if (kept && paper) begin();
