// Draws what the thing of a page is tied to as a graph to move about in. Without this script, the page links to the table.
//
// The drawing comes from vendor/network.js, which is loaded when somebody asks for the graph. All that it
// shows, the list below it says in words: who cannot see it, or has no mouse, goes through that list.

const MOST_NODES = 60;
/** Things that are shown at first, on wide and on narrow screens: more of them is a tangle until somebody wants it. */
const FIRST_NODES = { wide: 24, narrow: 10 };
const NARROW = 600;
const MOST_IN_A_RING = 14;
/** Lines up to which all are named; of more, only those that are denied or disputed, and those of what is chosen. */
const MOST_NAMED = 30;
const SAYS = { affirmed: "affirmed", denied: "denied", stated: "stated by the graph itself" };

function element(name, attributes = {}, ...parts) {
  const found = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) found.setAttribute(key, value);
  found.append(...parts);
  return found;
}

const isolated = (text) => element("bdi", {}, text);

/** What stands beside a tie in words: nothing is said by colour or by the kind of a line alone. */
function marksOf(edge) {
  const marks = [];
  if (edge.said === "denied") marks.push("denied");
  if (edge.hedged) marks.push("hedged");
  if (edge.disputed) marks.push("disputed");
  return marks;
}

/** What is written on the line of some ties of one pair, all affirmed, all denied, or all stated by the graph itself. */
function labelOf(edges) {
  const relations = [...new Set(edges.map((edge) => `${{ raises: "+ ", lowers: "\u2212 " }[edge.sign] ?? ""}${edge.label}`))];
  const counts = new Map();
  for (const mark of edges.flatMap(marksOf)) counts.set(mark, (counts.get(mark) ?? 0) + 1);
  const marks = [...counts].map(([mark, count]) => (count < edges.length ? `in part ${mark}` : mark));
  const said = relations.length > 1 ? `${relations.length} relations` : relations[0];
  return `${said}${marks.length ? `\n${marks.join(", ")}` : ""}`;
}

/** Returns {key: ties} of those that one line stands for: a pair has one for what is affirmed, one for what is denied. */
function bundled(edges) {
  const found = new Map();
  for (const edge of edges) {
    const key = [edge.from, edge.to, edge.said].join(" ");
    found.set(key, [...(found.get(key) ?? []), edge]);
  }
  return found;
}

/** The colours of the page as they are now, light or dark. */
function palette(place) {
  const style = getComputedStyle(place);
  const named = (name, otherwise) => style.getPropertyValue(name).trim() || otherwise;
  return {
    ink: style.color,
    page: named("--page", "Canvas"),
    panel: named("--panel", named("--page", "#eee")),
    edge: named("--edge", "#858585"),
    accent: named("--accent", "#3480c4"),
    raises: "#3480c4",
    lowers: "#c2631c",
  };
}

function styleOf(colours) {
  return [
    {
      selector: "node",
      style: {
        label: "data(label)",
        color: colours.ink,
        "background-color": colours.panel,
        "border-color": colours.edge,
        "border-width": 1.5,
        shape: "round-rectangle",
        width: "data(width)",
        height: "data(height)",
        "text-wrap": "wrap",
        "text-max-width": "data(within)",
        "text-valign": "center",
        "text-halign": "center",
        "font-size": 13,
        "font-family": "system-ui, sans-serif",
      },
    },
    { selector: "node.middle", style: { "border-width": 3, "border-color": colours.accent, "font-weight": "bold" } },
    {
      selector: "edge",
      style: {
        label: "data(label)",
        color: colours.ink,
        "font-size": 11,
        "font-family": "system-ui, sans-serif",
        "text-wrap": "wrap",
        "text-background-color": colours.page,
        "text-background-opacity": 0.9,
        "text-background-padding": 2,
        "text-opacity": 0,
        width: 1.5,
        "line-color": colours.edge,
        "curve-style": "bezier",
        "control-point-step-size": 44,
        "text-rotation": "autorotate",
        "target-arrow-shape": "vee",
        "target-arrow-color": colours.edge,
        "arrow-scale": 1.1,
      },
    },
    { selector: "edge.raises", style: { "line-color": colours.raises, "target-arrow-color": colours.raises, "target-arrow-shape": "triangle" } },
    { selector: "edge.lowers", style: { "line-color": colours.lowers, "target-arrow-color": colours.lowers, "target-arrow-shape": "tee" } },
    { selector: "edge.hedged", style: { "line-style": "dashed" } },
    { selector: "edge.stated", style: { "line-style": "dotted" } },
    { selector: "edge.denied", style: { "source-arrow-shape": "square", "source-arrow-color": colours.ink, "source-arrow-fill": "hollow" } },
    { selector: "edge.told", style: { "text-opacity": 1 } },
    // where many lines meet in the middle, their names stand at their other ends
    { selector: "edge.outwards", style: { label: "", "target-label": "data(label)", "target-text-offset": 56, "target-text-rotation": "autorotate" } },
    { selector: "edge.inwards", style: { label: "", "source-label": "data(label)", "source-text-offset": 56, "source-text-rotation": "autorotate" } },
    { selector: "edge.quiet", style: { "text-opacity": 0, "target-endpoint": "270deg", "source-endpoint": "90deg" } },
    { selector: "edge.quiet.inwards", style: { "target-endpoint": "90deg", "source-endpoint": "270deg" } },
    { selector: ".faded", style: { opacity: 0.25 } },
    { selector: "node:selected, node.chosen", style: { "border-width": 4, "border-color": colours.accent } },
    { selector: "edge.chosen", style: { width: 3, "z-index": 9 } },
    { selector: "edge.chosen[!isQuiet]", style: { "text-opacity": 1 } },
  ];
}

class Neighbourhood {
  constructor(section) {
    this.section = section;
    this.address = section.dataset.neighbourhood;
    this.nodes = new Map();
    this.edges = new Map();
    this.leftOut = new Map();
    this.waiting = [];
    this.button = element("button", { type: "button" }, "Show as a graph");
    this.status = element("p", { role: "status", class: "hint" });
    this.button.addEventListener("click", () => this.open());
    section.append(element("p", {}, this.button), this.status);
  }

  async open() {
    this.button.disabled = true;
    this.status.textContent = "Loading the graph …";
    try {
      const [{ cytoscape }, data] = await Promise.all([import("./vendor/network.js"), this.fetch(this.address)]);
      this.middle = data.entity;
      this.build();
      const first = FIRST_NODES[this.canvas.clientWidth < NARROW ? "narrow" : "wide"];
      this.waiting = data.nodes.slice(first);
      this.add({ ...data, nodes: data.nodes.slice(0, first) });
      this.all = data;
      this.graph = cytoscape({
        container: this.canvas,
        elements: this.elements(),
        style: styleOf(palette(this.section)),
        layout: { name: "preset" },
        minZoom: 0.2,
        maxZoom: 2.5,
        userZoomingEnabled: matchMedia("(pointer: coarse)").matches, // a wheel scrolls the page; the buttons zoom
        boxSelectionEnabled: false,
      });
      this.graph.on("tap", "node", (event) => this.choose(event.target.id(), true));
      this.graph.on("tap", (event) => event.target === this.graph && this.choose(null));
      matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
        this.graph.style(styleOf(palette(this.section)));
      });
      this.arrange();
      this.tell();
      this.choose(this.middle);
      this.button.parentElement.remove();
    } catch (error) {
      this.status.textContent = `The graph could not be shown (${error.message}). The table has the same.`;
      this.button.disabled = false;
    }
  }

  async fetch(address) {
    const response = await fetch(address, { headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error(`status ${response.status}`);
    return response.json();
  }

  build() {
    const zoom = (factor) => () => {
      this.graph.zoom({ level: this.graph.zoom() * factor, renderedPosition: { x: this.canvas.clientWidth / 2, y: this.canvas.clientHeight / 2 } });
    };
    const tool = (text, act) => {
      const button = element("button", { type: "button" }, text);
      button.addEventListener("click", act);
      return button;
    };
    this.canvas = element("div", { class: "network-canvas", role: "img", "aria-label": "Graph of what it is tied to; the list below says the same in words" });
    const tools = element("p", { class: "network-tools" }, tool("Zoom in", zoom(1.3)), tool("Zoom out", zoom(1 / 1.3)), tool("Fit", () => this.graph.fit(undefined, 20)), tool("Arrange anew", () => this.arrange()));
    this.further = tool("", () => this.showFurther());
    tools.append(this.further);
    this.picker = element("select", { id: "network-picker" });
    this.picker.addEventListener("change", () => this.choose(this.picker.value));
    this.panel = element("div", { class: "network-panel", role: "region", "aria-label": "Ties in words", "aria-live": "polite", tabindex: "0" });
    const field = element("p", {}, element("label", { for: "network-picker" }, "Ties of "), this.picker);
    this.legend = element("p", { class: "hint" }, "Arrows lead from subject to object. Full head and +: raises; bar and \u2212: lowers; open head: any other relation. Dashed: hedged. Dotted: stated by the graph itself, and no claim. A square at the start of a line, and the word: denied. Disputed ties say so. One line may stand for several relations of a pair; the list below has each.");
    this.section.append(tools, this.canvas, this.legend, field, this.panel);
  }

  /** Takes in what is told of one thing, as far as there is room. */
  add(data) {
    let without = 0;
    for (const node of data.nodes) {
      if (this.nodes.has(node.id)) continue;
      if (this.nodes.size >= MOST_NODES) without += 1;
      else this.nodes.set(node.id, node);
    }
    for (const edge of data.edges) {
      if (!this.nodes.has(edge.from) || !this.nodes.has(edge.to)) continue;
      this.edges.set([edge.from, edge.relation, edge.to, edge.said, edge.hedged, edge.disputed].join(" "), edge);
    }
    this.leftOut.set(data.entity, data.left_out.nodes + without);
  }

  elements() {
    const isNarrow = this.canvas.clientWidth < NARROW;
    const bundles = bundled(this.edges.values());
    const tiesTo = (id) => [...bundles.values()].filter(([{ from, to }]) => (from === id && to === this.middle) || (to === id && from === this.middle));
    const nodes = [...this.nodes.values()].map((node) => {
      const isMiddle = node.id === this.middle;
      const width = isNarrow ? (isMiddle ? 96 : 196) : 128;
      // where there is no room for names on the lines, they stand below that of the thing
      const lines = isNarrow && !isMiddle ? tiesTo(node.id).map((each) => `(${labelOf(each).replace("\n", ": ")})`) : [];
      const letters = (width - 12) / 7;
      const height = 20 + 16 * [node.label, ...lines].reduce((sum, line) => sum + Math.ceil(line.length / letters), 0);
      return { group: "nodes", data: { id: node.id, label: [node.label, ...lines].join("\n"), height, width, within: width - 12 }, classes: isMiddle ? "middle" : "" };
    });
    const edges = [...bundles].map(([key, ties]) => {
      const [{ from, to, said, sign }] = ties;
      const isMarked = said === "denied" || ties.some((edge) => edge.disputed);
      const classes = [said];
      if (ties.every((edge) => edge.sign === sign)) classes.push(sign);
      if (ties.every((edge) => edge.hedged)) classes.push("hedged");
      if (isMarked || bundles.size <= MOST_NAMED) classes.push("told");
      if (from === this.middle) classes.push("outwards");
      if (to === this.middle) classes.push("inwards");
      if (isNarrow) classes.push("quiet");
      return { group: "edges", data: { id: `tie ${key}`, source: from, target: to, label: labelOf(ties), ...(isNarrow ? { isQuiet: true } : {}) }, classes: classes.join(" ") };
    });
    return [...nodes, ...edges];
  }

  /** Places things in rings around the middle, as wide as the place is: beside each other those with the same relation. */
  arrange() {
    const isFew = this.nodes.size <= MOST_IN_A_RING;
    const [across, down] = isFew ? [330, 210] : [235, 138];
    const relation = (id) => [...this.edges.values()].find((edge) => edge.from === id || edge.to === id)?.label ?? "";
    const others = [...this.nodes.keys()].filter((id) => id !== this.middle);
    others.sort((one, other) => relation(one).localeCompare(relation(other)) || this.nodes.get(one).label.localeCompare(this.nodes.get(other).label));
    this.graph.getElementById(this.middle).position({ x: 0, y: 0 });
    if (this.canvas.clientWidth < NARROW) {
      this.fan(others);
      return;
    }
    const rings = [];
    for (let left = others.length, ring = 1; left > 0; ring += 1) {
      const room = isFew ? MOST_IN_A_RING : 9 * ring;
      rings.push(Math.min(room, left));
      left -= room;
    }
    // what stands beside each other in the order takes turns on the rings, so that a relation stays in one direction
    const places = rings.flatMap((count, ring) => [...Array(count).keys()].map((at) => [(at + (ring % 2) / 2) / count, ring + 1]));
    places.sort(([one], [other]) => one - other);
    others.forEach((id, at) => {
      const [turn, ring] = places[at];
      const angle = 2 * Math.PI * turn - Math.PI / 2;
      this.graph.getElementById(id).position({ x: across * ring * Math.cos(angle), y: down * ring * Math.sin(angle) });
    });
    this.graph.fit(undefined, 20);
  }

  /** On a narrow screen: the thing itself at the left, the others below each other at the right, all of them readable. */
  fan(others) {
    let y = 0;
    for (const id of others) {
      const node = this.graph.getElementById(id);
      const height = node.data("height");
      node.position({ x: 75, y: y + height / 2 });
      y += height + 14;
    }
    this.graph.getElementById(this.middle).position({ x: -125, y: y / 2 });
    this.canvas.style.height = `${y + 24}px`;
    this.graph.resize();
    this.graph.userPanningEnabled(false); // a finger scrolls the page
    this.graph.userZoomingEnabled(false);
    this.graph.fit(undefined, 8);
  }

  /** Shows the rest of what was told of the thing in the middle. */
  showFurther() {
    this.add({ ...this.all, nodes: this.waiting });
    this.waiting = [];
    this.refresh();
    this.choose(this.middle);
  }

  refresh() {
    this.graph.elements().remove();
    this.graph.add(this.elements());
    this.arrange();
    this.tell();
  }

  async grow(node) {
    this.status.textContent = `Loading what ${node.label} is tied to …`;
    try {
      this.add(await this.fetch(node.more));
      this.refresh();
      this.choose(node.id);
    } catch (error) {
      this.status.textContent = `What ${node.label} is tied to could not be loaded (${error.message}).`;
    }
  }

  /** Says how much is shown, and how much is not. */
  tell() {
    const lines = bundled(this.edges.values()).size;
    const left = [...this.leftOut].filter(([, count]) => count > 0).map(([id, count]) => `${count} further things tied to ${this.nodes.get(id)?.label ?? "it"} are left out`);
    const rest = this.waiting.length;
    this.further.hidden = rest === 0;
    this.further.textContent = `Show ${rest} more`;
    const shown = `${this.nodes.size} things and ${this.edges.size} ties are shown${lines < this.edges.size ? ` on ${lines} lines` : ""}`;
    const more = [...(rest ? [`${rest} more can be shown`] : []), ...(left.length ? [`${left.join("; ")}: the table has them`] : [])];
    this.status.textContent = `${shown}${more.length ? `; ${more.join("; ")}` : ": all there are"}.`;
    const ordered = [...this.nodes.values()].sort((one, other) => (other.id === this.middle) - (one.id === this.middle) || one.label.localeCompare(other.label));
    this.picker.replaceChildren(...ordered.map((node) => element("option", { value: node.id }, node.label)));
  }

  choose(id, fromGraph = false) {
    const node = this.nodes.get(id ?? this.middle);
    this.picker.value = node.id;
    this.graph.elements().removeClass("chosen faded");
    if (id !== null && node.id !== this.middle) {
      const ties = this.graph.getElementById(node.id).connectedEdges();
      this.graph.elements().not(ties.union(ties.connectedNodes())).addClass("faded");
      ties.addClass("chosen");
    }
    this.graph.getElementById(node.id).addClass("chosen");
    const own = [...this.edges.values()].filter((edge) => edge.from === node.id || edge.to === node.id);
    const heading = element("h3", {}, node.href ? element("a", { href: node.href }, isolated(node.label)) : isolated(node.label));
    const kinds = element("p", { class: "hint" }, node.kinds.join(", "));
    this.panel.replaceChildren(heading, kinds);
    if (node.more && !this.leftOut.has(node.id)) {
      const more = element("button", { type: "button" }, "Add what this is tied to");
      more.addEventListener("click", () => this.grow(node));
      this.panel.append(element("p", {}, more));
    }
    this.panel.append(element("ul", {}, ...own.map((edge) => this.told(edge))));
    if (fromGraph) this.panel.scrollIntoView({ block: "nearest" });
  }

  /** One tie in words, with its claims. */
  told(edge) {
    const end = (id) => isolated(this.nodes.get(id).label);
    const marks = [SAYS[edge.said], ...(edge.hedged ? [edge.hedges.length ? `hedged: ${edge.hedges.map((each) => `“${each}”`).join(", ")}` : "hedged"] : []), ...(edge.disputed ? ["disputed"] : [])];
    const item = element("li", {}, end(edge.from), " ", element("em", {}, edge.label), " ", end(edge.to), ` (${marks.join("; ")})`);
    const claims = edge.claims.map((claim) => element("li", {}, claim.href ? element("a", { href: claim.href }, isolated(claim.label)) : isolated(claim.label), ...(claim.source ? [" – ", isolated(claim.source)] : [])));
    if (edge.claim_count > edge.claims.length) claims.push(element("li", {}, `and ${edge.claim_count - edge.claims.length} more`));
    if (claims.length) item.append(element("ul", {}, ...claims));
    return item;
  }
}

for (const section of document.querySelectorAll("[data-neighbourhood]")) new Neighbourhood(section);
