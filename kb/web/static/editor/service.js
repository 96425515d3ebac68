// What the editor asks of the server beside the query itself: vocabulary, names, and the classes and labels of things.

const MOST_TERMS = 1000;

/** The service below `root`, the path at which it is served. */
export class Service {
  constructor(root) {
    this.root = root;
    this.described = new Map();
  }

  /** Returns the vocabulary of the graph; it is read once, when it is first wanted. */
  async vocabulary() {
    if (!this.reading) {
      const { Vocabulary } = await import("./vocabulary.js");
      this.reading = this.json("/editor/vocabulary.json").then((document) => new Vocabulary(document));
      this.reading.catch(() => (this.reading = null));
    }
    return this.reading;
  }

  /** Returns the things with a name that fits, up to `limit` of them, of a class where one is named. */
  async suggest(text, limit, kind) {
    const asked = new URLSearchParams({ q: text.slice(0, 200), limit, ...(kind ? { class: kind } : {}) });
    return this.json(`/suggest?${asked}`).catch(() => []);
  }

  /** Returns the IRIs of the classes of a thing. */
  async classesOfThing(iri) {
    if (/[<>"{}|^`\\\s]/.test(iri)) return [];
    const query = `SELECT ?class { <${iri}> a ?class }`;
    const found = await this.json(`/sparql?${new URLSearchParams({ query, format: "json", timeout: 2 })}`).catch(() => null);
    return found ? found.results.bindings.map((each) => each.class.value) : [];
  }

  /** Returns a map of IRIs to their short form, label and address; what cannot be told is left out. */
  async describe(iris) {
    const wanted = [...new Set(iris)].filter((iri) => !this.described.has(iri) && iri.length <= 4000);
    for (let at = 0; at < wanted.length; at += MOST_TERMS) {
      const part = wanted.slice(at, at + MOST_TERMS);
      const init = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(part) };
      const found = await this.json("/editor/terms", init).catch(() => []);
      found.forEach((each, index) => this.described.set(part[index], each));
    }
    return this.described;
  }

  async json(path, init) {
    const response = await fetch(this.root + path, init);
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    return response.json();
  }
}
