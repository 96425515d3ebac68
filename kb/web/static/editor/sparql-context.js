// Tells what may stand at a place in a SPARQL query, and which statements the query makes of what.
//
// It reads queries that are being written, so it never fails: what it cannot read, it steps over. It knows groups,
// `;` and `,`, blank nodes in brackets, property paths, FILTER, BIND and VALUES; it knows no graph and no page.

export const RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";

const LETTER = "\\p{L}\\p{N}_";
const TOKENS = [
  ["space", /\s+/uy],
  ["comment", /#[^\n]*/uy],
  ["iri", /<[^<>"{}|^`\\\s]*>/uy],
  ["string", /"""(?:[^"\\]|\\[^]|"(?!""))*"""|'''(?:[^'\\]|\\[^]|'(?!''))*'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/uy],
  ["begun", /<[^<>"{}|^`\\\s=][^<>\s]*$|"""[^]*$|'''[^]*$|"[^"\n]*$|'[^'\n]*$/uy],
  ["variable", new RegExp(`[?$][${LETTER}]+`, "uy")],
  ["blank", new RegExp(`_:[${LETTER}](?:[${LETTER}.-]*[${LETTER}-])?`, "uy")],
  ["name", new RegExp(`(?:\\p{L}(?:[${LETTER}.-]*[${LETTER}-])?)?:(?:(?:[${LETTER}:%-]|\\\\.)(?:(?:[${LETTER}:%.-]|\\\\.)*(?:[${LETTER}:%-]|\\\\.))?)?`, "uy")],
  ["number", /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+/uy],
  ["language", /@[a-zA-Z]+(?:-[a-zA-Z0-9]+)*/uy],
  ["word", new RegExp(`\\p{L}(?:[${LETTER}-]*[${LETTER}])?`, "uy")],
  ["mark", /\^\^|&&|\|\||[!<>]=|[^]/uy],
];
const TERMS = new Set(["iri", "variable", "blank", "name", "number", "string"]);
const CLAUSES = new Set(
  "SELECT CONSTRUCT ASK DESCRIBE WHERE FROM NAMED FILTER BIND VALUES OPTIONAL MINUS UNION GRAPH SERVICE SILENT GROUP ORDER HAVING LIMIT OFFSET BY EXISTS NOT DISTINCT REDUCED LATERAL".split(" "),
);

/** Returns the tokens of a text with kind, text, start and end; spaces and comments are left out unless `all`. */
export function tokenize(text, all = false) {
  const found = [];
  let at = 0;
  while (at < text.length) {
    for (const [kind, pattern] of TOKENS) {
      pattern.lastIndex = at;
      const match = pattern.exec(text);
      if (match) {
        const end = at + match[0].length;
        if (all || (kind !== "space" && kind !== "comment")) found.push({ kind, text: match[0], start: at, end });
        at = end;
        break;
      }
    }
  }
  return found;
}

/** Returns the prefixes that a query declares, {prefix: namespace}. */
export function declaredPrefixes(text) {
  const found = {};
  const tokens = tokenize(text);
  tokens.forEach((token, at) => {
    const [name, iri] = [tokens[at + 1], tokens[at + 2]];
    if (token.kind === "word" && token.text.toUpperCase() === "PREFIX" && name?.kind === "name" && iri?.kind === "iri") {
      found[name.text.slice(0, -1)] = iri.text.slice(1, -1);
    }
  });
  return found;
}

/** Returns a name of a query as an IRI, by its prefixes; null where it has none, or is no name. */
export function expand(term, prefixes) {
  if (term === "a") return RDF_TYPE;
  if (term.startsWith("<")) return term.replace(/^<|>$/g, "");
  const colon = term.indexOf(":");
  if (colon < 0 || term.startsWith("_:") || !Object.hasOwn(prefixes, term.slice(0, colon))) return null;
  return prefixes[term.slice(0, colon)] + term.slice(colon + 1).replace(/\\(.)/g, "$1");
}

/** Reads tokens one by one, and knows at each which part of which statement comes next. */
class Reader {
  constructor(text) {
    this.text = text;
    this.statements = [];
    this.fresh = 0;
    this.stack = [{ kind: "query", place: "clause", clause: "", subject: null, path: [], depth: 0 }];
  }

  get top() {
    return this.stack[this.stack.length - 1];
  }

  push(kind, place, more = {}) {
    this.stack.push({ kind, place, clause: "", subject: null, path: [], depth: 0, ...more });
  }

  pop(kinds) {
    if (this.stack.length > 1 && kinds.includes(this.top.kind)) this.stack.pop();
  }

  read(token) {
    const { top } = this;
    if (token.kind === "mark") this.mark(token, top);
    else if (token.kind === "word") this.word(token, top);
    else if (TERMS.has(token.kind)) this.term(token, top);
    this.last = token;
  }

  word(token, top) {
    const upper = token.text.toUpperCase();
    if (token.text === "a" && top.place === "predicate") this.term(token, top);
    else if (top.kind === "query" || top.kind === "group") {
      if (CLAUSES.has(upper)) {
        // FILTER NOT EXISTS is one clause, as is GROUP BY
        if (!(top.place === "clause" && ["NOT", "EXISTS", "BY", "DISTINCT", "REDUCED", "SILENT", "NAMED"].includes(upper))) top.clause = upper;
        top.place = "clause";
      } else if (top.kind === "query" && ["PREFIX", "BASE"].includes(upper)) top.clause = upper;
      else if (["true", "false"].includes(token.text)) this.term(token, top);
    } else if (["true", "false"].includes(token.text)) this.term(token, top);
  }

  mark(token, top) {
    switch (token.text) {
      case "{":
        if (top.clause === "VALUES" && top.place === "clause") this.push("values", "values");
        else this.push("group", "subject", { isTemplate: top.kind === "query" && top.clause === "CONSTRUCT" });
        break;
      case "}":
        while (this.stack.length > 1 && !["group", "values"].includes(this.top.kind)) this.stack.pop();
        this.pop(["group", "values"]);
        if (this.top.kind === "group") Object.assign(this.top, { place: "subject", clause: "", path: [] });
        else if (this.top.kind === "query") this.top.clause = this.top.clause === "CONSTRUCT" ? "" : "END";
        break;
      case "(":
        if (top.kind === "expression" || top.place === "clause" || top.kind === "values") this.push("expression", top.kind === "values" ? "values" : "expression");
        else if (top.place === "predicate") {
          top.depth += 1;
          top.path.push("(");
        } else if (["subject", "object"].includes(top.place)) this.push("list", "object");
        break;
      case ")":
        if (top.kind === "expression" || top.kind === "list") {
          const isList = top.kind === "list";
          this.stack.pop();
          if (isList) this.node(this.freshNode(), this.top);
          else if (this.top.kind === "group" && this.top.clause !== "VALUES" && ["FILTER", "BIND"].includes(this.top.clause)) {
            Object.assign(this.top, { place: "subject", clause: "" });
          }
        } else if (top.depth > 0) {
          top.depth -= 1;
          top.path.push(")");
          top.place = "object";
        }
        break;
      case "[":
        if (["subject", "object"].includes(top.place)) {
          const node = this.freshNode();
          this.push("blank", "predicate", { subject: node });
        }
        break;
      case "]":
        if (top.kind === "blank") {
          this.stack.pop();
          this.node(top.subject, this.top);
        }
        break;
      case ".":
        if (top.kind === "group") Object.assign(top, { place: "subject", clause: "", path: [], subject: null });
        break;
      case ";":
        if (top.subject && ["end", "predicate", "object", "datatype"].includes(top.place)) Object.assign(top, { place: "predicate", path: [] });
        break;
      case ",":
        if (top.place === "end") top.place = "object";
        break;
      case "^^":
        if (top.place === "end") top.place = "datatype";
        break;
      default:
        this.pathMark(token, top);
    }
  }

  pathMark(token, top) {
    if (top.place === "predicate" && "^!".includes(token.text)) top.path.push(token.text);
    else if (top.place === "object" && top.path.length) {
      if ("/|".includes(token.text)) {
        top.path.push(token.text);
        top.place = "predicate";
      } else if ("*+?".includes(token.text)) top.path.push(token.text);
    }
  }

  freshNode() {
    this.fresh += 1;
    return `[]${this.fresh}`;
  }

  term(token, top) {
    if (top.place === "end" && top.kind === "group" && this.isFirstOnLine(token)) {
      // the line before has no end yet, as it is being written
      Object.assign(top, { place: "subject", path: [], subject: null });
    }
    this.node(token.text, top);
  }

  isFirstOnLine(token) {
    return /^\s*$/.test(this.text.slice(this.text.lastIndexOf("\n", token.start - 1) + 1, token.start));
  }

  node(node, top) {
    if (top.place === "subject") Object.assign(top, { subject: node, place: "predicate", path: [] });
    else if (top.place === "predicate") {
      top.path.push(node);
      top.place = top.depth > 0 ? "predicate" : "object";
      if (top.depth > 0) return;
    } else if (top.place === "object") {
      if (top.kind === "list") return;
      this.statements.push({ subject: top.subject, path: [...top.path], object: node });
      top.place = "end";
    } else if (top.place === "datatype") top.place = "end";
    else if (top.place === "clause" && ["GRAPH", "SERVICE"].includes(top.clause)) top.clause = "NAMED";
  }
}

/**
 * Returns what may be written at `offset`, and what the query says of its variables:
 * `place` (prefix, subject, predicate, class, object, expression, values, graph, clause or none), the `word` that is
 * begun there with its `start` and `end`, the `subject` and the `path` so far where they matter, and all `statements`.
 */
export function contextAt(text, offset) {
  const before = tokenize(text.slice(0, offset), true);
  const last = before.at(-1);
  const none = { place: "none", word: "", start: offset, end: offset, statements: [] };
  if (last?.kind === "comment" || (last?.kind === "begun" && !last.text.startsWith("<")) || last?.kind === "string") return none;
  const isBegun = last && (["variable", "name", "word", "begun", "blank"].includes(last.kind) || isLoneVariable(before));
  const start = isBegun ? last.start : offset;
  const end = isBegun ? offset + /^[\p{L}\p{N}_-]*/u.exec(text.slice(offset))[0].length : offset;
  const reader = new Reader(text);
  for (const token of before) {
    if (token.start < start && token.kind !== "space" && token.kind !== "comment") reader.read(token);
  }
  const { top, last: previous } = reader;
  const at = { kind: top.kind, place: top.place, clause: top.clause, subject: top.subject, path: [...top.path], previous };
  // what follows is read as if the statement here were whole
  if (["subject", "predicate", "object"].includes(top.place) && isBegun) top.place = "end";
  for (const token of tokenize(text.slice(end))) reader.read({ ...token, start: token.start + end, end: token.end + end });
  return {
    place: placeOf(at, before),
    word: text.slice(start, offset),
    start,
    end,
    subject: at.subject,
    path: at.path,
    statements: reader.statements,
  };
}

/** Returns whether the last token is a `?` that begins a variable, rather than one that ends a path. */
function isLoneVariable(tokens) {
  const [previous, last] = tokens.slice(-2).length === 2 ? tokens.slice(-2) : [null, tokens.at(-1)];
  return ["?", "$"].includes(last?.text) && (!previous || previous.kind === "space" || ["(", "{", "["].includes(previous.text));
}

function placeOf(at, tokens) {
  const previous = at.previous?.text ?? "";
  if (previous.toUpperCase() === "PREFIX") return "prefix";
  if (at.place === "clause") {
    if (["GRAPH", "FROM", "NAMED", "SERVICE"].includes(previous.toUpperCase())) return "graph";
    return tokens.length ? "clause" : "none";
  }
  if (at.place === "object" && (previous === "a" || at.path.join("") === "rdf:type")) return "class";
  return at.place === "end" || at.place === "datatype" ? "none" : at.place;
}
