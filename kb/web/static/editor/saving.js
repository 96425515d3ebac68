// Offers an answer as a file: a link that can be copied where the query is short, else a button that fetches it.
import { element } from "./elements.js";

const LONGEST_URL = 6000;
const ROWS = [["csv", "CSV"], ["tsv", "TSV"], ["json", "JSON"], ["xml", "XML"]];
const STATEMENTS = [["ttl", "Turtle"], ["nt", "N-Triples"], ["jsonld", "JSON-LD"], ["rdfxml", "RDF/XML"]];

/** Returns a paragraph with the answer to a query in every format; `fail` is told in words what went wrong. */
export function downloads(endpoint, query, isGraph, fail) {
  const offered = (isGraph ? STATEMENTS : ROWS).flatMap(([format, name]) => {
    const asked = new URLSearchParams({ query, format });
    const url = `${endpoint}?${asked}`;
    const file = `answer.${format === "rdfxml" ? "rdf" : format}`;
    if (url.length <= LONGEST_URL) return [" ", element("a", { href: url, download: file }, name)];
    const fetchIt = () => fetched(endpoint, asked, file).catch((error) => fail(error.message));
    return [" ", element("button", { type: "button", className: "link", onclick: fetchIt }, name)];
  });
  return element("p", { className: "downloads" }, "Download:", ...offered);
}

async function fetched(endpoint, asked, file) {
  const response = await fetch(endpoint, { method: "POST", body: asked });
  if (!response.ok) throw new Error(`The download failed: status ${response.status}`);
  save(await response.blob(), file);
}

/** Saves a blob as a file of that name. */
export function save(blob, file) {
  const href = URL.createObjectURL(blob);
  const link = element("a", { href, download: file });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(href), 10_000);
}
