// Shows the answer to a query: rows as a table, yes or no in words, statements as a graph, as Turtle and as a table.
import { irisIn } from "./cells.js";
import { counted, element } from "./elements.js";
import { readTriples } from "./n-triples.js";
import { rowsTable } from "./rows-table.js";
import { downloads } from "./saving.js";

const LONGEST_TURTLE = 300_000;

/** Fills `place` with an answer, and returns in words what it is. `asked` has endpoint, query, service and fail. */
export async function showAnswer(place, { type, text }, asked) {
  if (type === "application/n-triples") return showStatements(place, text, asked);
  const { head, results, boolean } = JSON.parse(text);
  const files = downloads(asked.endpoint, asked.query, false, asked.fail);
  if (boolean !== undefined) {
    place.replaceChildren(element("p", { className: "yes-or-no" }, boolean ? "Yes" : "No"));
    return boolean ? "Yes" : "No";
  }
  const variables = head.vars ?? [];
  const rows = results.bindings.map((binding) => variables.map((name) => binding[name]));
  if (rows.length) place.replaceChildren(files, await rowsTable({ variables, rows }, asked.service, "Rows of the answer"));
  else place.replaceChildren(files, element("p", {}, "Nothing in the graph fits the query."));
  return counted(rows.length, "row");
}

async function showStatements(place, text, asked) {
  const { triples, unread } = readTriples(text);
  const files = downloads(asked.endpoint, asked.query, true, asked.fail);
  const said = counted(triples.length + unread, "statement");
  if (!triples.length && !unread) {
    place.replaceChildren(files, element("p", {}, "Nothing in the graph fits the query."));
    return said;
  }
  const described = await asked.service.describe(triples.flatMap(({ subject, predicate, object }) => [subject, predicate, object].flatMap(irisIn)));
  const view = element("div", { className: "view" });
  const views = {
    Graph: async () => {
      const { drawGraph } = await import("./graph-picture.js");
      drawGraph(view, triples, described);
    },
    Turtle: async () => view.replaceChildren(...(await turtle(asked))),
    Table: async () => {
      const rows = triples.map(({ subject, predicate, object }) => [subject, predicate, object]);
      view.replaceChildren(await rowsTable({ variables: ["subject", "predicate", "object"], rows }, asked.service, "Statements of the answer"));
    },
  };
  const buttons = Object.entries(views).map(([name, draw]) => element("button", { type: "button", "aria-pressed": "false", onclick: (event) => choose(event.currentTarget, draw) }, name));
  async function choose(button, draw) {
    for (const each of buttons) each.setAttribute("aria-pressed", String(each === button));
    try {
      await draw();
    } catch (error) {
      asked.fail(`This view cannot be shown: ${error.message}`);
    }
  }
  const note = unread ? [element("p", { className: "note" }, `${counted(unread, "statement")} about statements can only be shown as Turtle.`)] : [];
  place.replaceChildren(files, ...note, element("div", { className: "views", role: "group", "aria-label": "Show the statements as" }, ...buttons), view);
  await choose(buttons[0], views.Graph);
  return said;
}

async function turtle({ endpoint, query }) {
  const response = await fetch(endpoint, { method: "POST", headers: { Accept: "text/turtle" }, body: new URLSearchParams({ query }) });
  if (!response.ok) throw new Error(`status ${response.status}`);
  const text = await response.text();
  const part = text.slice(0, LONGEST_TURTLE);
  const note = part.length < text.length ? [element("p", { className: "note" }, "Only the beginning is shown; the download has all.")] : [];
  return [...note, element("pre", { tabIndex: 0, role: "region", "aria-label": "The statements in Turtle" }, element("code", {}, part))];
}
