// Files that are too many or too large are told before they are sent: the server would say the same
// after minutes on a slow line. What a file is, the server alone decides.
const persian = (number) => number.toLocaleString("fa-IR", { maximumFractionDigits: 1 });

for (const chooser of document.querySelectorAll("input[type=file][data-most]")) {
  const most = Number(chooser.dataset.most);
  const largest = Number(chooser.dataset.largest);
  const told = document.createElement("ul");
  told.className = "chosen";
  told.setAttribute("aria-live", "polite");
  chooser.after(told);
  const wrong = (files) => {
    if (files.length > most) return `دست‌بالا ${persian(most)} فایل برگزینید`;
    const large = files.find((file) => file.size > largest);
    return large ? `«${large.name}» بزرگ‌تر از ${persian(largest / 1048576)} مگابایت است` : "";
  };
  const line = (file) => {
    const item = document.createElement("li");
    const name = document.createElement("bdi");
    name.textContent = file.name;
    item.append(name, ` ${persian(Math.max(1, Math.round(file.size / 1000)))} کیلوبایت`);
    return item;
  };
  const look = () => {
    const files = [...chooser.files];
    const fault = wrong(files);
    told.replaceChildren(...(fault ? [] : files.map(line)));
    if (fault) chooser.value = ""; // so that a file of the same name can be chosen again
    chooser.setCustomValidity(fault && `${fault}؛ کوچک‌ترش را برگزینید، یا بی‌فایل بفرستید`);
    chooser.reportValidity();
  };
  chooser.addEventListener("change", look);
  if (chooser.files.length) look();
  // Told once more at sending, even where a form checks nothing itself; then it may go without.
  const stop = (event) => {
    if (chooser.validity.valid) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    chooser.reportValidity();
    chooser.setCustomValidity("");
  };
  chooser.form.addEventListener("submit", stop, { capture: true });
}
