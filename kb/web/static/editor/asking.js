// Sends a query to the server, and says in words what came of it when that is no answer.

/** Bytes of an answer that the page takes in; what is larger is for a file. */
export const MOST_BYTES = 24 * 2 ** 20;
const ACCEPT = "application/sparql-results+json, application/n-triples;q=0.9";

/** A query without an answer: a `heading` and a `text` for people, and the `place` {line, column} of a fault in it. */
export class Refusal extends Error {
  constructor(heading, text, more = {}) {
    super(heading);
    Object.assign(this, { heading, text, place: null, isStopped: false, ...more });
  }
}

/** Returns {type, text, seconds} of the answer to a query; throws a Refusal where there is none. */
export async function ask(endpoint, query, timeout, signal) {
  const begun = performance.now();
  let response;
  try {
    response = await fetch(endpoint, {
      method: "POST",
      headers: { Accept: ACCEPT },
      body: new URLSearchParams({ query, ...(timeout ? { timeout } : {}) }),
      signal,
    });
  } catch (error) {
    throw stopped(error) ?? new Refusal("The server cannot be reached", "The query was not run, or its answer was lost. Try again when the server is there.");
  }
  if (!response.ok) throw refusalOf(response, await problemOf(response), timeout);
  const text = await readText(response);
  const type = (response.headers.get("Content-Type") ?? "").split(";")[0];
  return { type, text, seconds: (performance.now() - begun) / 1000 };
}

function stopped(error) {
  return error.name === "AbortError" ? new Refusal("Stopped", "You stopped the query; there is no answer.", { isStopped: true }) : null;
}

async function readText(response) {
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  const parts = [];
  let bytes = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      bytes += value.length;
      if (bytes > MOST_BYTES) {
        await reader.cancel();
        const size = `${MOST_BYTES / 2 ** 20} MiB`;
        throw new Refusal("The answer is too large for this page", `It is over ${size}, and is not shown in part. Download it, or ask for less with LIMIT.`, { isLarge: true });
      }
      parts.push(decoder.decode(value, { stream: true }));
    }
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw stopped(error) ?? new Refusal("The answer was broken off", "The server or the network ended it before it was whole, so nothing of it is shown. It may have run out of time, or become too large, while it was sent.");
  }
  return parts.join("") + decoder.decode();
}

async function problemOf(response) {
  try {
    const problem = await response.json();
    return problem && typeof problem === "object" ? problem : {};
  } catch {
    return {};
  }
}

/** Returns what a response that is no answer means, for people. */
export function refusalOf(response, problem, timeout) {
  const detail = typeof problem.detail === "string" ? problem.detail : "";
  const { line, column } = problem;
  switch (response.status) {
    case 504:
      return new Refusal("The query ran out of time", `The server stopped it at its limit of ${timeout} s; there is no answer, not even a part of one. Ask for less: name a class or a thing, join fewer patterns, or leave out what multiplies rows.`, { detail });
    case 503: {
      const wait = response.headers.get("Retry-After");
      return new Refusal("The server is busy: the query was not run", `Too many queries wait already. Try again ${/^\d+$/.test(wait ?? "") ? `in ${wait} s` : "in a while"}; nothing is wrong with the query.`, { detail });
    }
    case 507:
      return new Refusal("The answer is too large", "The server holds back answers of that size, and sends no part of them. Ask for fewer rows or columns, or add LIMIT.", { detail });
    case 403:
      return new Refusal("This graph is read-only", "The query would change it, so it was not run.", { detail });
    case 400:
      if (Number.isInteger(line) && Number.isInteger(column)) {
        return new Refusal(`The query has a fault in line ${line}, column ${column}`, detail.replace(/^line \d+, column \d+: /, ""), { place: { line, column } });
      }
      return new Refusal("The query cannot be answered", detail);
    case 413:
    case 414:
      return new Refusal("The query is too long", detail);
    default:
      return new Refusal(response.status >= 500 ? "The server failed" : "The query was refused", detail || `The server answered with status ${response.status}.`);
  }
}
