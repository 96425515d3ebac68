// Completion in the editor: prefixes, classes, the properties of the class in scope, things by name, and variables.
import { contextAt, declaredPrefixes, expand, RDF_TYPE, tokenize } from "./sparql-context.js";
import { classesAfter, classesOf } from "./vocabulary.js";

const MOST = 100;
const MOST_THINGS = 20;
const MOST_CLASSES_NAMED = 3;

/** Offers completions in an editor, in a list within `page`; `say` is told in words what they are. */
export class Completion {
  constructor(yasqe, service, page, say) {
    Object.assign(this, { yasqe, service, page, say });
    this.typesOfThings = new Map();
  }

  /** Shows what may be written at the cursor; `isAsked` says that a person asked for it, rather than went on typing. */
  show(isAsked) {
    if (!isAsked && this.yasqe.state.completionActive) return;
    this.yasqe.showHint({
      hint: () => this.hints(isAsked),
      container: this.page,
      completeSingle: false,
      closeCharacters: /[\s()[\]{};,]/,
      closeOnUnfocus: true,
      alignWithWord: true,
    });
  }

  /** Shows completions as somebody types, once there is enough to go by. */
  onInput(change) {
    const typed = change.text.join("\n");
    if (!/[\p{L}\p{N}:?$_-]$/u.test(typed)) return;
    const context = this.context();
    const isWorth = /^[?$]/.test(context.word) ? context.word.length > 1 : context.word.length > 1 || context.word === ":";
    if (isWorth && !["none", "clause"].includes(context.place)) this.show(false);
  }

  context() {
    const doc = this.yasqe.getDoc();
    return contextAt(doc.getValue(), doc.indexFromPos(doc.getCursor()));
  }

  /** Returns what the editor shows: a list of hints and the stretch of text that they replace. */
  async hints(isAsked) {
    const doc = this.yasqe.getDoc();
    const text = doc.getValue();
    const context = this.context();
    const vocabulary = await this.service.vocabulary();
    const declared = declaredPrefixes(text);
    const prefixes = { ...declared, ...vocabulary.prefixes, ...declared }; // those of the query come first, and count
    const found = await this.found(context, vocabulary, prefixes, text);
    if (isAsked || found.hints.length) this.say(found.hints.length ? found.what : `${found.what}: none that fits`);
    const list = found.hints.slice(0, MOST).map((each) => this.hint(each, text));
    return { list, from: doc.posFromIndex(context.start), to: doc.posFromIndex(context.end) };
  }

  async found(context, vocabulary, prefixes, text) {
    const { place, word } = context;
    if (/^[?$]/.test(word)) return { what: "Variables of this query", hints: this.variables(context, text) };
    if (place === "prefix") return { what: "Prefixes of this graph", hints: this.prefixes(word, vocabulary, text) };
    if (place === "class") {
      return { what: "Classes of this graph, with their members", hints: matching(vocabulary.classes, word, prefixes) };
    }
    if (place === "predicate") return this.properties(context, vocabulary, prefixes);
    if (["subject", "object", "values", "expression"].includes(place)) return this.things(context, vocabulary, prefixes, text);
    return { what: "Completion: nothing is known to belong here", hints: [] };
  }

  variables({ word, start, end }, text) {
    const names = tokenize(text).filter((each) => each.kind === "variable" && !(each.start === start && each.end === end));
    return [...new Set(names.map((each) => each.text))]
      .filter((name) => name.slice(1).toLowerCase().startsWith(word.slice(1).toLowerCase()))
      .map((name) => ({ insert: name, note: "" }));
  }

  prefixes(word, vocabulary, text) {
    const declared = declaredPrefixes(text);
    return Object.entries(vocabulary.prefixes)
      .filter(([prefix]) => !(prefix in declared) && prefix.startsWith(word.replace(/:.*/, "")))
      .sort()
      .map(([prefix, space]) => ({ insert: `${prefix}: <${space}>`, shown: `${prefix}:`, note: space }));
  }

  async properties(context, vocabulary, prefixes) {
    const { word, path, subject, statements } = context;
    const told = await this.scope(subject, statements, vocabulary, prefixes);
    const isBackwards = path.at(-1) === "^";
    const classes = classesAfter(isBackwards ? path.slice(0, -1) : path, told, vocabulary, prefixes);
    let offered = vocabulary.properties;
    let what = "Properties of this graph; the query says no class of what has them";
    if (classes?.length) {
      const labels = classes.length > MOST_CLASSES_NAMED ? "the classes in scope" : classes.map((each) => each.label || each.name).join(" and ");
      offered = isBackwards
        ? vocabulary.properties.filter((each) =>
            vocabulary.classesFrom([], each.iri).some((kind) => classes.includes(kind)),
          )
        : vocabulary.propertiesOf(classes);
      what = isBackwards ? `Properties that lead to ${labels}` : `Properties that occur on ${labels}`;
    }
    return { what, hints: matching(offered, word, prefixes) };
  }

  /** Returns the classes of a node: as the query tells, or for a thing of the graph as the graph does. */
  async scope(node, statements, vocabulary, prefixes) {
    const told = classesOf(node, statements, vocabulary, prefixes);
    const iri = node && !/^([?$]|\[|_:|["'\d])/.test(node) ? expand(node, prefixes) : null;
    if (told.length || !iri) return told;
    if (!this.typesOfThings.has(iri)) this.typesOfThings.set(iri, await this.service.classesOfThing(iri));
    return this.typesOfThings.get(iri).map((each) => vocabulary.classByIri.get(each)).filter(Boolean);
  }

  async things(context, vocabulary, prefixes, text) {
    const { word, place } = context;
    if (place === "expression" && !word) return { what: "Variables of this query", hints: this.variables({ ...context, word: "?" }, text) };
    const wanted = word.replace(/^<?([^:/]*:)?(\/\/.*[/#])?/, "");
    if (!wanted) return { what: "Things of this graph; type the beginning of a name", hints: [] };
    const kind = place === "object" ? await this.expected(context, vocabulary, prefixes) : null;
    let found = kind ? await this.service.suggest(wanted, MOST_THINGS, kind.name) : [];
    const what = found.length ? `Things of this graph that are ${kind.label || kind.name}` : "Things of this graph by name";
    if (!found.length) found = await this.service.suggest(wanted, MOST_THINGS);
    const hints = found.map((each) => ({
      ...named(each.iri, each.name, prefixes),
      note: [each.label, each.match === each.label ? "" : `“${each.match}”`, each.classes[0] ?? ""].filter(Boolean).join(" · "),
    }));
    return { what, hints };
  }

  /** Returns the class of most objects that the property before the cursor leads to, or null. */
  async expected({ path, subject, statements }, vocabulary, prefixes) {
    const iri = path.length === 1 ? expand(path[0], prefixes) : null;
    if (!iri) return null;
    const told = await this.scope(subject, statements, vocabulary, prefixes);
    return vocabulary.classesFrom(told, iri)[0] ?? null;
  }

  /** Returns a suggestion as CodeMirror takes it; to pick it also declares its prefix. */
  hint(each, text) {
    return {
      text: each.insert,
      render: (element) => {
        const name = document.createElement("span");
        name.className = "hint-name";
        name.textContent = each.shown ?? each.insert;
        const note = document.createElement("span");
        note.className = "hint-note";
        note.textContent = each.note;
        element.append(name, " ", note);
        // CodeMirror leaves its list without a name
        element.parentNode.setAttribute("aria-label", "Completions");
        element.parentNode.tabIndex = 0;
        if (each.about) element.title = each.about;
      },
      hint: (editor, data) => {
        editor.replaceRange(each.insert, data.from, data.to, "complete");
        if (each.space && !(each.prefix in declaredPrefixes(text))) {
          editor.replaceRange(`PREFIX ${each.prefix}: <${each.space}>\n`, { line: firstLine(text), ch: 0 }, undefined, "complete");
        }
      },
    };
  }
}

/** Returns the line at which the query proper begins: behind the comments at its top. */
function firstLine(text) {
  const lines = text.split("\n");
  const at = lines.findIndex((line) => line.trim() && !line.startsWith("#"));
  return at < 0 ? 0 : at;
}

/** Returns how a term is written in a query with these prefixes: `insert`, with the `prefix` and `space` it needs. */
function named(iri, name, prefixes) {
  const own = Object.entries(prefixes).find(([, space]) => iri.startsWith(space) && /^[\p{L}\p{N}_][\p{L}\p{N}_-]*$/u.test(iri.slice(space.length)));
  if (name.startsWith("<") || !own) return { insert: name.includes("://") && !name.startsWith("<") ? `<${iri}>` : name };
  return { insert: `${own[0]}:${iri.slice(own[1].length)}`, prefix: own[0], space: own[1] };
}

/** Returns the terms that fit what is typed, those whose name begins so first, each with its label and number. */
function matching(terms, word, prefixes) {
  const typed = word.toLowerCase();
  const local = typed.replace(/^[^:]*:/, "");
  const iri = expand(word, prefixes)?.toLowerCase();
  const ranked = [];
  for (const term of terms) {
    const name = term.name.toLowerCase();
    const words = `${name.replace(/^[^:]*:/, "")} ${term.label.toLowerCase()}`;
    let rank = 3;
    if (!typed || name.startsWith(typed) || (iri && term.iri.toLowerCase().startsWith(iri))) rank = 0;
    else if (words.startsWith(local) || words.includes(` ${local}`)) rank = 1;
    else if (words.includes(local)) rank = 2;
    // a prefix that is written out is meant
    if (rank === 3 || (rank > 0 && typed.includes(":") && iri && !term.iri.startsWith(prefixes[word.slice(0, word.indexOf(":"))]))) continue;
    ranked.push({ rank, term });
  }
  // what everything has, and is written `a`, comes last
  ranked.sort((one, other) => one.rank - other.rank || (one.term.iri === RDF_TYPE) - (other.term.iri === RDF_TYPE) || other.term.count - one.term.count);
  return ranked.map(({ term }) => ({
    ...named(term.iri, term.name, prefixes),
    about: term.about,
    note: [term.label, term.count.toLocaleString("en")].filter(Boolean).join(" · "),
  }));
}
