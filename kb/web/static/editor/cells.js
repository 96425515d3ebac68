// Shows a term of an answer: things under their label with a link to their page, values with their type or language.
import { element } from "./elements.js";

const XSD = "http://www.w3.org/2001/XMLSchema#";
const NUMBERS = new Set(["integer", "decimal", "double", "float", "int", "long", "nonNegativeInteger", "positiveInteger"].map((each) => XSD + each));
const PLAIN = new Set([...NUMBERS, `${XSD}string`]);

/** Returns whether a term is a number. */
export const isNumber = (term) => term?.type === "literal" && NUMBERS.has(term.datatype) && Number.isFinite(Number(term.value));

/** Returns the IRIs in a term, those inside of a statement that is a term included. */
export function irisIn(term) {
  if (!term) return [];
  if (term.type === "triple") return Object.values(term.value).flatMap(irisIn);
  return [term.type === "uri" ? term.value : null, term.datatype && !PLAIN.has(term.datatype) ? term.datatype : null].filter(Boolean);
}

/** Returns what a term is called in one line; `described` is what `Service.describe` gives. */
export function nameOf(term, described) {
  if (!term) return "";
  if (term.type === "uri") return described.get(term.value)?.label ?? term.value;
  if (term.type === "bnode") return `_:${term.value}`;
  if (term.type === "triple") return ["subject", "predicate", "object"].map((part) => nameOf(term.value[part], described)).join(" ");
  return term.value;
}

/** Returns nodes that show a term. */
export function shown(term, described) {
  if (!term) return [];
  if (term.type === "uri") return iri(term.value, described.get(term.value));
  if (term.type === "triple") return ["«", ...["subject", "predicate", "object"].flatMap((part) => [" ", ...shown(term.value[part], described)]), " »"];
  if (term.type === "bnode") return [element("code", {}, `_:${term.value}`)];
  const value = element("bdi", { lang: term["xml:lang"] }, term.value);
  const kind = term["xml:lang"] ?? (term.datatype && !PLAIN.has(term.datatype) ? (described.get(term.datatype)?.short ?? term.datatype) : "");
  return kind ? [value, " ", element("small", {}, kind)] : [value];
}

function iri(value, known) {
  const label = known?.label ?? value;
  const href = known?.href;
  const isOutside = Boolean(href && /^https?:/.test(href));
  const name = element("bdi", {}, label);
  const link = href ? element("a", { href, title: value, rel: isOutside ? "external noopener noreferrer" : "" }, name) : element("span", { title: value }, name);
  return known && known.short !== label ? [link, " ", element("small", {}, element("code", {}, known.short))] : [link];
}
