// cytoscape.js as one ES module: `import { cytoscape } from "./network.js"`, the usual function of that name.
//
// cytoscape puts a <style> element into the page, which a strict content security policy blocks, unless an
// element with a certain id is there; this puts an empty one, and sets the one rule of that style by itself.
import plain from "cytoscape";

const STYLE_ID = "__________cytoscape_stylesheet";

/** Returns a new graph, as `cytoscape(options)` does, without a style element in the page. */
export function cytoscape(options) {
  if (options?.container) {
    if (!document.getElementById(STYLE_ID)) {
      const standIn = document.createElement("template");
      standIn.id = STYLE_ID;
      document.head.append(standIn);
    }
    if (getComputedStyle(options.container).position === "static") options.container.style.position = "relative";
  }
  return plain(options);
}

cytoscape.use = plain.use;
cytoscape.version = plain.version;
export default cytoscape;
