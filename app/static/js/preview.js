// Where the letter would go and why, while it is typed. Nothing is stored; the form works without.
const pane = document.getElementById("preview");
const source = document.querySelector("form[data-draft]");
const ASKED = ["text", "bank", "covered_by", "national_id", "channel", "csrf_token"];
const PAUSE = 250;
let shown = "";
let timer = 0;
let running = null;

async function preview() {
  running?.abort();
  running = new AbortController();
  const body = new URLSearchParams(ASKED.map((name) => [name, source.elements[name].value]));
  try {
    const answer = await fetch(pane.dataset.from, { method: "POST", body, signal: running.signal });
    if (answer.ok) show(await answer.text());
  } catch {
    // a newer question is on its way, or the server is away: what stands there stays
  }
}

function show(found) {
  if (found === shown) return;
  shown = found;
  pane.innerHTML = found;
}

pane.hidden = false;
source.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(preview, PAUSE);
});
if (source.elements.text.value.trim()) preview();
