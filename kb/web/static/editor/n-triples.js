// Reads N-Triples, as the server writes them, into terms of the form of SPARQL's JSON results.

const TERM = /<([^>]*)>|_:(\S+)|"((?:[^"\\]|\\.)*)"(?:@([a-zA-Z0-9-]+)|\^\^<([^>]*)>)?/y;
const ESCAPES = { t: "\t", b: "\b", n: "\n", r: "\r", f: "\f" };
const XSD_STRING = "http://www.w3.org/2001/XMLSchema#string";

/** Returns the statements of a text as {subject, predicate, object}; a line in no known form is left out, and counted. */
export function readTriples(text) {
  const triples = [];
  let unread = 0;
  for (const line of text.split("\n")) {
    if (!line.trim() || line.startsWith("#")) continue;
    const terms = [];
    let at = 0;
    while (terms.length < 3) {
      TERM.lastIndex = at;
      const match = TERM.exec(line);
      if (!match) break;
      terms.push(termOf(match));
      at = TERM.lastIndex;
      while (line[at] === " ") at += 1;
    }
    if (terms.length === 3 && line.slice(at).trim() === ".") triples.push({ subject: terms[0], predicate: terms[1], object: terms[2] });
    else unread += 1;
  }
  return { triples, unread };
}

function termOf([, iri, blank, value, language, datatype]) {
  if (iri !== undefined) return { type: "uri", value: unescaped(iri) };
  if (blank !== undefined) return { type: "bnode", value: blank };
  const literal = { type: "literal", value: unescaped(value) };
  if (language) return { ...literal, "xml:lang": language };
  return { ...literal, datatype: datatype ? unescaped(datatype) : XSD_STRING };
}

function unescaped(text) {
  return text.replace(/\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))/g, (_, short, long, letter) =>
    letter === undefined ? String.fromCodePoint(parseInt(short ?? long, 16)) : (ESCAPES[letter] ?? letter),
  );
}
