// Makes the form of a question easier: completion of names, further values, copying. The page works without it.

const WAIT_MS = 150;
const LONGEST_LABEL = 80;
const SHOWN = 12;
let made = 0;

function element(name, attributes = {}, text = "") {
  const found = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) found.setAttribute(key, value);
  found.textContent = text;
  return found;
}

/** The value that stands for a suggestion: its label where that is short and no other has it, else its short name. */
function valueOf(suggestion, all) {
  const same = all.filter((each) => each.label.toLowerCase() === suggestion.label.toLowerCase());
  return same.length === 1 && suggestion.label.length <= LONGEST_LABEL ? suggestion.label : suggestion.name;
}

/** Combobox with a list that pops up, as in the ARIA Authoring Practices: focus stays in the field. */
class Combobox {
  constructor(input) {
    this.input = input;
    this.number = 0;
    this.at = -1;
    this.list = element("ul", { role: "listbox", id: `options-${(made += 1)}`, class: "options", "aria-label": input.name, hidden: "" });
    this.status = element("p", { role: "status", class: "aside" });
    input.after(this.list, this.status);
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", this.list.id);
    input.setAttribute("aria-expanded", "false");
    input.addEventListener("input", () => this.later());
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => this.close());
    this.list.addEventListener("mousedown", (event) => {
      event.preventDefault(); // the field keeps the focus
      const option = event.target.closest("[role=option]");
      if (option) this.take(option);
    });
  }

  get options() {
    return [...this.list.children];
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), WAIT_MS);
  }

  async ask() {
    const text = this.input.value.trim();
    const number = (this.number += 1);
    this.abort?.abort();
    if (!text) return this.close();
    const address = new URL(this.input.dataset.complete, location.href);
    address.searchParams.set("q", text.slice(0, 200));
    address.searchParams.set("limit", SHOWN);
    this.abort = new AbortController();
    let found;
    try {
      const response = await fetch(address, { headers: { Accept: "application/json" }, signal: this.abort.signal });
      if (!response.ok) return this.close();
      found = await response.json();
    } catch {
      return this.close(); // without completion the field still takes any name
    }
    if (number === this.number && document.activeElement === this.input) this.show(found);
  }

  show(found) {
    this.list.replaceChildren(
      ...found.map((each, at) => {
        const option = element("li", { role: "option", id: `${this.list.id}-${at}`, "aria-selected": "false" });
        option.dataset.value = valueOf(each, found);
        option.append(element("bdi", {}, each.label));
        const more = each.match.toLowerCase() === each.label.toLowerCase() ? each.name : `${each.match}, ${each.name}`;
        option.append(element("small", {}, more));
        return option;
      }),
    );
    this.at = -1;
    this.input.removeAttribute("aria-activedescendant");
    this.list.hidden = !found.length;
    this.input.setAttribute("aria-expanded", String(Boolean(found.length)));
    this.status.textContent = found.length ? `${found.length} suggestions` : "no suggestion";
  }

  close() {
    clearTimeout(this.timer);
    this.abort?.abort();
    this.number += 1;
    this.list.hidden = true;
    this.at = -1;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  move(step) {
    const options = this.options;
    const from = this.at < 0 && step < 0 ? 0 : this.at;
    this.at = (from + step + options.length) % options.length;
    options.forEach((option, at) => option.setAttribute("aria-selected", String(at === this.at)));
    this.input.setAttribute("aria-activedescendant", options[this.at].id);
    options[this.at].scrollIntoView({ block: "nearest" });
  }

  take(option) {
    this.input.value = option.dataset.value;
    this.close();
    this.status.textContent = `${option.dataset.value} chosen`;
  }

  key(event) {
    const open = !this.list.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (open) this.move(event.key === "ArrowDown" ? 1 : -1);
      else this.ask();
    } else if (event.key === "Enter" && open && this.at >= 0) {
      event.preventDefault();
      this.take(this.options[this.at]);
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      this.close();
    }
  }
}

/** Adds a field for another value of the same parameter. */
function addMore(field) {
  const first = field.querySelector("[data-value] input");
  if (!first) return;
  const button = element("button", { type: "button", class: "plain more" }, "or another");
  button.setAttribute("aria-label", `or another ${first.name}`);
  button.addEventListener("click", () => {
    const input = first.cloneNode();
    const count = field.querySelectorAll("[data-value]").length + 1;
    for (const name of ["id", "role", "aria-controls", "aria-expanded", "aria-autocomplete", "aria-invalid", "aria-activedescendant"]) {
      input.removeAttribute(name);
    }
    input.setAttribute("aria-label", `${first.name}, value ${count}`);
    input.setAttribute("aria-describedby", `${first.name}-help`);
    input.value = "";
    const value = element("div", { class: "value", "data-value": "" });
    value.append(input);
    button.before(value);
    if (input.dataset.complete) new Combobox(input);
    input.focus();
  });
  [...field.querySelectorAll("[data-value]")].pop().after(button);
}

function addCopy(pre) {
  const button = element("button", { type: "button", class: "plain more" }, "Copy");
  button.setAttribute("aria-label", `Copy ${pre.getAttribute("aria-label")}`);
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(pre.textContent);
      button.textContent = "Copied";
    } catch {
      button.textContent = "Not copied";
    }
  });
  const line = element("p", { class: "tools" });
  line.append(button);
  pre.before(line);
}

for (const form of document.querySelectorAll("[data-form]")) {
  for (const input of form.querySelectorAll("input[data-complete]")) new Combobox(input);
  for (const field of form.querySelectorAll("[data-field]")) addMore(field);
  form.addEventListener("formdata", (event) => {
    for (const name of new Set(event.formData.keys())) {
      const texts = event.formData.getAll(name).filter((text) => text.trim()); // an empty field means what its hint says
      event.formData.delete(name);
      texts.forEach((text) => event.formData.append(name, text));
    }
  });
}
if (navigator.clipboard) document.querySelectorAll("[data-copy]").forEach(addCopy);
