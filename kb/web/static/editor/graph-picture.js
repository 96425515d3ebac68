// Draws statements as a graph: things as circles, values as boxes, properties as arrows; the table says the same.
import { cytoscape } from "../vendor/network.js";
import { nameOf, shown } from "./cells.js";
import { counted, element, number } from "./elements.js";
import { save } from "./saving.js";

const MOST_STATEMENTS = 300;
/** Arrows that all bear their name; of more, only those of a chosen node do. */
const MOST_NAMED_ARROWS = 60;
const LONGEST_NAME = 36;
const LABEL = "http://www.w3.org/2000/01/rdf-schema#label";

/** Fills `place` with the picture; `described` is what `Service.describe` gives for all its IRIs. */
export function drawGraph(place, triples, described) {
  const drawn = triples.slice(0, MOST_STATEMENTS);
  const { nodes, edges } = elementsOf(drawn, described);
  nodes.forEach((node, at) => {
    const angle = (2 * Math.PI * at) / nodes.length;
    node.position = { x: 500 + 480 * Math.cos(angle), y: 250 + 230 * Math.sin(angle) };
  });
  const canvas = element("div", { className: "canvas", role: "img", "aria-label": `Graph of ${counted(nodes.length, "thing or value", "things and values")} and ${counted(edges.length, "arrow")}; the table has the same statements` });
  const details = element("div", { className: "details", role: "status" }, element("p", { className: "hint" }, "Choose a node to see its statements. Drag to move; the buttons, or Ctrl and the wheel, zoom."));
  const buttons = element("div", { className: "controls" });
  place.replaceChildren();
  if (triples.length > drawn.length) {
    place.append(element("p", { className: "note" }, `The picture shows the first ${number(drawn.length)} of ${counted(triples.length, "statement")}; the table and the downloads have all.`));
  }
  place.append(buttons, canvas, details);
  const cy = cytoscape({ container: canvas, elements: [...nodes, ...edges], style: styleOf(canvas), minZoom: 0.1, maxZoom: 4, layout: layoutOf(nodes.length, canvas) });
  // the wheel alone scrolls the page
  canvas.addEventListener("wheel", (event) => event.ctrlKey || event.stopImmediatePropagation(), { capture: true });
  cy.on("tap", "node", ({ target }) => {
    cy.edges().removeClass("near");
    target.connectedEdges().addClass("near");
    details.replaceChildren(...statementsOf(target.data("term"), drawn, described));
  });
  const zoom = (by) => cy.zoom({ level: cy.zoom() * by, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } });
  for (const [name, act] of [
    ["Zoom in", () => zoom(1.3)],
    ["Zoom out", () => zoom(1 / 1.3)],
    ["Show all", () => cy.fit(undefined, 20)],
    ["Save as PNG", async () => save(await cy.png({ output: "blob-promise", full: true, scale: 2, bg: getComputedStyle(canvas).getPropertyValue("--page").trim() }), "graph.png")],
  ]) {
    buttons.append(element("button", { type: "button", onclick: act }, name), " ");
  }
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  scheme.addEventListener("change", () => canvas.isConnected && cy.style(styleOf(canvas)));
  return cy;
}

function elementsOf(triples, described) {
  const nodes = new Map();
  const edges = [];
  const labels = new Map();
  for (const { subject, predicate, object } of triples) {
    if (predicate.value === LABEL && object.type === "literal") labels.set(keyOf(subject), object.value);
  }
  const node = (term, key) => {
    if (!nodes.has(key)) {
      const name = labels.get(key) ?? nameOf(term, described);
      const short = name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name;
      nodes.set(key, { data: { id: key, name: short, term, ...boxOf(short) }, classes: term.type === "literal" ? "value" : "" });
    }
    return key;
  };
  triples.forEach(({ subject, predicate, object }, at) => {
    const source = node(subject, keyOf(subject));
    if (predicate.value === LABEL && labels.get(source) === object.value) return; // it is the name of the node
    // each value is a box of its own: two things with the same number are not linked by it
    const target = node(object, object.type === "literal" ? `value ${at}` : keyOf(object));
    edges.push({ classes: triples.length > MOST_NAMED_ARROWS ? "quiet" : "", data: { id: `arrow ${at}`, source, target, name: nameOf(predicate, described) } });
  });
  return { nodes: [...nodes.values()], edges };
}

/** Returns a size of the box around a value in which its text, in lines of some 18 letters, has room. */
const boxOf = (name) => ({ width: Math.min(name.length, 18) * 7 + 12, height: Math.ceil(name.length / 16) * 15 + 8 });

const keyOf = (term) => `${term.type} ${term.value}`;

function statementsOf(term, triples, described) {
  const about = triples.filter(({ subject, object }) => [subject, object].some((each) => each === term || (each.type !== "literal" && keyOf(each) === keyOf(term))));
  const lines = about.map(({ subject, predicate, object }) => element("li", {}, ...[subject, predicate, object].flatMap((each) => [...shown(each, described), " "])));
  return [element("p", {}, ...shown(term, described)), element("ul", {}, ...lines)];
}

/** Returns a layout that is the same each time: from an ellipse as wide as the canvas, by forces, then over all of it. */
function layoutOf(size, canvas) {
  if (size < 3) return { name: "grid", padding: 40, avoidOverlapPadding: 80 };
  const room = Math.max(1, Math.sqrt(size / 50));
  return {
    name: "cose",
    animate: false,
    randomize: false,
    fit: true,
    padding: 24,
    boundingBox: { x1: 0, y1: 0, w: canvas.clientWidth * room, h: canvas.clientHeight * room },
    nodeDimensionsIncludeLabels: true,
    componentSpacing: 60,
    idealEdgeLength: () => 70 * room,
    edgeElasticity: () => 60,
    nodeRepulsion: () => 9000 * room * room,
    nodeOverlap: 40,
    gravity: 0.4,
    numIter: size > 150 ? 300 : 1200,
  };
}

function styleOf(canvas) {
  const styles = getComputedStyle(canvas);
  const color = (name) => styles.getPropertyValue(name).trim();
  const text = { label: "data(name)", color: color("--text"), "font-size": 12, "font-family": "system-ui, sans-serif", "text-wrap": "wrap", "text-max-width": 120, "min-zoomed-font-size": 6 };
  return [
    { selector: "node", style: { ...text, "background-color": color("--bar"), width: 22, height: 22, "text-valign": "bottom", "text-margin-y": 4 } },
    { selector: "node.value", style: { shape: "round-rectangle", "background-color": color("--box"), "border-width": 1, "border-color": color("--edge"), "text-overflow-wrap": "anywhere", "text-valign": "center", "text-margin-y": 0, width: "data(width)", height: "data(height)" } },
    { selector: "edge", style: { ...text, "font-size": 10, color: color("--quiet"), width: 1.2, "line-color": color("--edge"), "target-arrow-color": color("--edge"), "target-arrow-shape": "triangle", "curve-style": "bezier", "text-rotation": "autorotate", "text-background-color": color("--page"), "text-background-opacity": 0.85, "text-background-padding": 2 } },
    { selector: "edge.quiet", style: { label: "" } },
    { selector: "edge.near", style: { label: "data(name)", "line-color": color("--accent"), "target-arrow-color": color("--accent") } },
    { selector: ":selected", style: { "background-color": color("--accent"), "line-color": color("--accent"), "target-arrow-color": color("--accent") } },
  ];
}
