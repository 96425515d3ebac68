// Shows rows as a table: a page of them at a time, so that many stay quick; sorted by a column, searched by a word.
import { irisIn, isNumber, nameOf, shown } from "./cells.js";
import { counted, element, number } from "./elements.js";

const SIZES = [50, 100, 500, 1000];
let tables = 0;

/** Returns an element with the rows of {variables, rows}, each row a list of terms or undefined. */
export async function rowsTable({ variables, rows }, service, caption) {
  const table = new RowsTable(variables, rows, service, caption);
  await table.draw();
  return table.whole;
}

class RowsTable {
  constructor(variables, rows, service, caption) {
    Object.assign(this, { variables, rows, service, caption, page: 0, size: SIZES[1], sorted: null, isDown: false });
    this.id = `rows-${(tables += 1)}`;
    this.chosen = rows;
    this.isRight = variables.map((_, column) => {
      const filled = rows.slice(0, 200).map((row) => row[column]).filter(Boolean);
      return filled.length > 0 && filled.every(isNumber);
    });
    this.bar = this.makeBar();
    this.region = element("div", { className: "rows", role: "region", tabIndex: 0, "aria-label": caption });
    this.whole = element("div", { className: "rows-table" }, this.bar, this.region);
  }

  makeBar() {
    this.count = element("span", { role: "status" });
    this.back = element("button", { type: "button", onclick: () => this.turn(-1) }, "Previous");
    this.on = element("button", { type: "button", onclick: () => this.turn(1) }, "Next");
    this.search = element("input", { type: "search", id: `${this.id}-search`, autocomplete: "off", oninput: () => this.find() });
    const sizes = SIZES.map((each) => element("option", { value: each, selected: each === this.size }, number(each)));
    const size = element("select", { id: `${this.id}-size`, onchange: (event) => this.resize(Number(event.target.value)) }, ...sizes);
    const parts = [this.count, this.back, this.on, element("label", { for: size.id }, "Rows a page"), size, element("label", { for: this.search.id }, "Search the rows"), this.search];
    return element("div", { className: "rows-bar", hidden: this.rows.length <= SIZES[0] }, ...parts);
  }

  async turn(by) {
    this.page += by;
    await this.draw();
    this.region.scrollTop = 0;
  }

  resize(size) {
    Object.assign(this, { size, page: 0 });
    return this.draw();
  }

  async find() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(async () => {
      const words = this.search.value.toLowerCase().split(/\s+/).filter(Boolean);
      if (words.length) await this.describeAll();
      const { described } = this.service;
      this.chosen = words.length ? this.rows.filter((row) => fits(row, words, described)) : this.rows;
      this.sort();
      this.page = 0;
      await this.draw();
    }, 200);
  }

  describeAll() {
    return this.service.describe(this.rows.flat().flatMap(irisIn));
  }

  async sortBy(column) {
    if (this.sorted === column && this.isDown) Object.assign(this, { sorted: null, isDown: false });
    else Object.assign(this, { isDown: this.sorted === column, sorted: column });
    await this.describeAll();
    if (this.sorted === null) this.chosen = this.rows.filter((row) => new Set(this.chosen).has(row));
    this.sort();
    this.page = 0;
    await this.draw();
    this.region.querySelectorAll("th button")[column].focus();
  }

  sort() {
    if (this.sorted === null) return;
    const { sorted, isDown } = this;
    const { described } = this.service;
    const keyed = this.chosen.map((row) => [keyOf(row[sorted], described), row]);
    keyed.sort(([one], [other]) => compare(one, other) * (isDown ? -1 : 1));
    this.chosen = keyed.map(([, row]) => row);
  }

  async draw() {
    const first = this.page * this.size;
    const part = this.chosen.slice(first, first + this.size);
    const described = await this.service.describe(part.flat().flatMap(irisIn));
    const head = this.variables.map((name, column) => {
      const order = this.sorted === column ? (this.isDown ? "descending" : "ascending") : null;
      const button = element("button", { type: "button", onclick: () => this.sortBy(column) }, name, element("span", { className: "order", "aria-hidden": "true" }, order ? (this.isDown ? " ▼" : " ▲") : ""));
      return element("th", { scope: "col", className: this.isRight[column] ? "right" : "", "aria-sort": order }, button);
    });
    const body = part.map((row, at) => {
      const cells = this.variables.map((_, column) => element("td", { className: this.isRight[column] ? "right" : "" }, ...shown(row[column], described)));
      return element("tr", {}, element("th", { scope: "row", className: "row-number" }, number(first + at + 1)), ...cells);
    });
    const top = element("thead", {}, element("tr", {}, element("th", { scope: "col", className: "row-number" }, "Row"), ...head));
    this.region.replaceChildren(element("table", { "aria-label": this.caption }, top, element("tbody", {}, ...body)));
    const last = first + part.length;
    const of = this.chosen.length === this.rows.length ? "" : `, of ${number(this.rows.length)} in all`;
    this.count.textContent = this.chosen.length ? `Rows ${number(first + 1)} to ${number(last)} of ${number(this.chosen.length)}${of}` : `No row fits${of && `, ${counted(this.rows.length, "row")} in all`}`;
    this.back.disabled = this.page === 0;
    this.on.disabled = last >= this.chosen.length;
  }
}

function fits(row, words, described) {
  const text = row.map((term) => `${nameOf(term, described)} ${described.get(term?.value)?.short ?? ""}`).join(" ").toLowerCase();
  return words.every((word) => text.includes(word));
}

function keyOf(term, described) {
  if (!term) return null;
  return isNumber(term) ? Number(term.value) : nameOf(term, described);
}

const COLLATOR = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/** Compares keys: nothing comes last, numbers before words. */
function compare(one, other) {
  if (one === null || other === null) return (one === null) - (other === null);
  if (typeof one === "number" && typeof other === "number") return one - other;
  if (typeof one !== typeof other) return typeof one === "number" ? -1 : 1;
  return COLLATOR.compare(one, other);
}
