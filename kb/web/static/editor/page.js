// The page of the editor: joins the text, the button that runs it, the answer, and the examples.
import { ask, Refusal } from "./asking.js";
import { showAnswer } from "./answer.js";
import { element } from "./elements.js";
import { readyExamples } from "./examples.js";
import { downloads } from "./saving.js";
import { Service } from "./service.js";
import { Writing } from "./writing.js";

const LONGEST_LINK = 6000;
const page = document.getElementById("editor");
const part = (id) => document.getElementById(id);
const service = new Service(page.dataset.root);
const endpoint = `${service.root}/sparql`;
const form = part("query-form");
const [status, problem, result, progress, stop] = ["status", "problem", "result", "progress", "stop"].map(part);
let running = null;

const writing = new Writing(part("query"), service, run, (text) => (part("caption").textContent = text));
const kept = Writing.kept();
if (kept !== null) writing.text = kept;

page.classList.add("with-script");
for (const each of page.querySelectorAll(".script-only")) each.hidden = false;
part("answer").hidden = true;
form.addEventListener("submit", (event) => {
  event.preventDefault();
  run();
});
stop.addEventListener("click", () => running?.abort());
readyExamples(part("examples"), service.root, takeExample, say);

function takeExample(text, link) {
  part("examples").open = false;
  writing.text = text;
  history.replaceState(null, "", link.href);
  writing.focus();
  writing.yasqe.setCursor(0, 0);
  part("caption").textContent = `Example: ${link.textContent}`;
}

/** Shows what went wrong without an answer. */
function say(text) {
  part("answer").hidden = false;
  problem.replaceChildren(element("p", {}, text));
}

/** Runs the query that is written, and shows what comes of it; a query that still runs is stopped. */
async function run() {
  const timeout = part("timeout");
  if (!timeout.reportValidity()) return;
  running?.abort();
  const mine = new AbortController();
  running = mine;
  const query = writing.text;
  writing.clearFault();
  begin();
  const clock = tick();
  try {
    const answer = await ask(endpoint, query, timeout.value, mine.signal);
    if (running !== mine) return;
    const said = await showAnswer(result, answer, { endpoint, query, service, fail: say });
    status.textContent = `${said}, in ${answer.seconds.toFixed(2)} s`;
    status.append(...linkTo(query));
  } catch (error) {
    if (running === mine) refuse(error, query);
  } finally {
    clearInterval(clock);
    if (running === mine) end();
  }
}

function begin() {
  part("answer").hidden = false;
  part("answer").setAttribute("aria-busy", "true");
  part("caption").textContent = "";
  problem.replaceChildren();
  result.replaceChildren();
  status.textContent = "Running …";
  stop.hidden = false;
}

function tick() {
  const begun = performance.now();
  return setInterval(() => (progress.textContent = `${Math.round((performance.now() - begun) / 1000)} s`), 1000);
}

function end() {
  running = null;
  stop.hidden = true;
  progress.textContent = "";
  part("answer").removeAttribute("aria-busy");
}

/** Says why there is no answer, and marks the place of a fault in the query. */
function refuse(error, query) {
  status.textContent = "No answer";
  if (!(error instanceof Refusal)) {
    say(`The answer cannot be shown: ${error.message}`);
    return;
  }
  if (error.isStopped) {
    status.textContent = error.text;
    return;
  }
  const lines = [element("p", { className: "heading" }, error.heading), element("p", {}, element("bdi", {}, error.text))];
  if (error.detail) lines.push(element("p", { className: "hint" }, "The server says: ", element("bdi", {}, error.detail)));
  if (error.place) {
    writing.markFault(error.place);
    lines.push(element("button", { type: "button", onclick: () => writing.goTo(error.place) }, "Go to the place"));
  }
  if (error.isLarge) {
    const isGraph = /^(CONSTRUCT|DESCRIBE)$/.test(writing.yasqe.getQueryType());
    lines.push(downloads(endpoint, query, isGraph, say));
  }
  problem.replaceChildren(...lines);
}

/** Returns a link that opens this query again, and sets the address of the page to it, where it is not too long. */
function linkTo(query) {
  const url = `${location.pathname}?${new URLSearchParams({ query })}`;
  if (url.length > LONGEST_LINK) return [];
  history.replaceState(null, "", url);
  return [" · ", element("a", { href: url }, "Link to this query")];
}
