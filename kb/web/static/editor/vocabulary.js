// The vocabulary of the graph: which classes and properties there are, and which occur together.
import { expand, RDF_TYPE } from "./sparql-context.js";

/** Classes and properties with what links them, as /editor/vocabulary.json has them. */
export class Vocabulary {
  constructor(document) {
    this.prefixes = document.prefixes;
    this.classes = document.classes.map((each) => this.read(each));
    this.properties = document.properties.map((each) => this.read(each));
    this.classByIri = new Map(this.classes.map((each) => [each.iri, each]));
    this.propertyByIri = new Map(this.properties.map((each) => [each.iri, each]));
    for (const [kind, property, count, to] of document.uses) {
      const use = { property: this.properties[property], count, to: to.map((at) => this.classes[at]) };
      this.classes[kind].uses.set(use.property, use);
    }
  }

  read(entry) {
    return { about: "", ...entry, iri: expand(entry.name, this.prefixes), uses: new Map() };
  }

  /** Returns the properties that occur on all of these classes, with their number there; where none does, on any. */
  propertiesOf(classes) {
    const counts = new Map();
    for (const kind of classes) {
      for (const { property, count } of kind.uses.values()) counts.set(property, [...(counts.get(property) ?? []), count]);
    }
    const shared = [...counts].filter(([, each]) => each.length === classes.length);
    return (shared.length ? shared : [...counts])
      .map(([property, each]) => ({ ...property, count: Math.min(...each) }))
      .sort((one, other) => other.count - one.count || (one.name < other.name ? -1 : 1));
  }

  /** Returns the classes that a property leads to from these classes, or from any where there are none: the most telling first. */
  classesFrom(classes, iri) {
    const property = this.propertyByIri.get(iri);
    if (!property) return [];
    const known = classes.filter((kind) => kind.uses.has(property));
    const from = known.length ? known : classes.length ? [] : this.classes.filter((kind) => kind.uses.has(property));
    return [...new Set(from.flatMap((kind) => kind.uses.get(property).to))];
  }

  /** Returns the classes on which a property occurs. */
  classesWith(iri) {
    const property = this.propertyByIri.get(iri);
    return this.classes.filter((kind) => kind.uses.has(property));
  }
}

/**
 * Returns the classes in scope for a node of a query: those that the query says it has, else the class that the
 * properties which lead to it lead to. `prefixes` are those of the query over those of the graph.
 */
export function classesOf(node, statements, vocabulary, prefixes, seen = new Set()) {
  if (!node || seen.has(node)) return [];
  const within = new Set([...seen, node]);
  const told = new Set();
  const led = new Set();
  for (const { subject, path, object } of statements) {
    const iri = path.length === 1 ? expand(path[0], prefixes) : null;
    if (subject === node && iri === RDF_TYPE) {
      const kind = vocabulary.classByIri.get(expand(object, prefixes));
      if (kind) told.add(kind);
    } else if (object === node && iri && iri !== RDF_TYPE) {
      const [kind] = vocabulary.classesFrom(classesOf(subject, statements, vocabulary, prefixes, within), iri);
      if (kind) led.add(kind);
    }
  }
  return told.size ? [...told] : [...led];
}

/** Returns the classes in scope behind the path that is begun, or null where that cannot be told. */
export function classesAfter(path, classes, vocabulary, prefixes) {
  let scope = classes;
  let step = [];
  for (const part of path) {
    if (part === "/") {
      if (step.length !== 1) return null;
      scope = vocabulary.classesFrom(scope, expand(step[0], prefixes)).slice(0, 1);
      step = [];
    } else if (part === "|" && step.length === 1) step = [];
    else step.push(part);
  }
  return step.length || (path.includes("/") && !scope.length) ? null : scope;
}
