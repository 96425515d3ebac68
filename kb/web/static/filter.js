// Enhancement: hides the entries of a page whose text has not all the words that are typed. Without it, all are shown.
for (const box of document.querySelectorAll("[data-filter]")) {
  const entries = [...document.getElementsByClassName(box.dataset.filter)];
  const texts = new Map(entries.map((entry) => [entry, (entry.querySelector(":scope > .said") ?? entry).textContent.toLowerCase()]));
  const [input, status] = [box.querySelector("input"), box.querySelector("[role=status]")];
  const show = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = new Set(entries.filter((entry) => words.every((word) => texts.get(entry).includes(word))));
    const number = found.size;
    for (const entry of [...found]) for (let up = entry.parentElement; up; up = up.parentElement) if (texts.has(up)) found.add(up);
    for (const entry of entries) entry.hidden = !found.has(entry);
    for (const part of document.querySelectorAll(`section:has(.${box.dataset.filter})`)) part.hidden = !part.querySelector(`.${box.dataset.filter}:not([hidden])`);
    status.textContent = words.length ? `${number} of ${entries.length}` : "";
  };
  input.addEventListener("input", show);
  box.hidden = false;
  if (input.value) show();
}
