// The place where the query is written: the editor of YASGUI in the stead of the plain text field.
import { Yasqe } from "../vendor/editor.js";
import { Completion } from "./completion.js";

const KEPT_AS = "query-editor";
const GUTTER = "gutterErrorBar";
const CHECK_AFTER = 500;
const MOST_EXPECTED = 8;

/** Returns the name of YASGUI's mode for SPARQL, in which the prefixes that the server declares by itself are known. */
function modeWith(prefixes) {
  Yasqe.defineMode("sparql-here", (config) => {
    const mode = Yasqe.getMode(config, "sparql11");
    return { ...mode, startState: () => ({ ...mode.startState(), prefixes: { ...prefixes } }) };
  });
  return "sparql-here";
}

/** An editor over a text field, which keeps its text in the field so that the form stays true. */
export class Writing {
  constructor(field, service, run, say) {
    this.field = field;
    const place = document.createElement("div");
    place.className = "writing";
    field.before(place);
    Yasqe.defaults.autocompleters = []; // those of YASGUI know other graphs, and would ask for them elsewhere
    const keys = { "Ctrl-Enter": run, "Cmd-Enter": run, "Ctrl-Space": () => this.completion.show(true), "Ctrl-S": () => this.yasqe.saveQuery() };
    this.yasqe = new Yasqe(place, {
      value: field.value,
      mode: modeWith(JSON.parse(field.form.dataset.prefixes)),
      syntaxErrorCheck: false, // see check() below
      // keys of the page: Tab goes on to the next control, so that nobody is caught in here
      extraKeys: { ...keys, Tab: false, "Shift-Tab": false, "Ctrl-]": "indentMore", "Ctrl-[": "indentLess", Esc: () => {} },
      requestConfig: { endpoint: `${service.root}/sparql` },
      persistenceId: null,
      showQueryButton: false,
      createShareableLink: null,
      consumeShareLink: null,
      prefixCcApi: null,
      resizeable: false,
      editorHeight: null,
      screenReaderLabel: field.labels[0].textContent,
      tabSize: 2,
      indentUnit: 2,
    });
    field.hidden = true;
    field.required = false;
    field.labels[0].addEventListener("click", () => this.yasqe.focus());
    this.completion = new Completion(this.yasqe, service, field.closest(".editor-page"), say);
    this.faults = [];
    const scroller = place.querySelector(".CodeMirror-scroll");
    Object.entries({ tabindex: 0, role: "group", "aria-label": "Lines of the query" }).forEach((each) => scroller.setAttribute(...each));
    this.yasqe.on("changes", () => {
      this.clearFault();
      clearTimeout(this.waiting);
      this.waiting = setTimeout(() => this.check(), CHECK_AFTER);
      field.value = this.yasqe.getValue();
      try {
        sessionStorage.setItem(KEPT_AS, JSON.stringify([location.search, field.value]));
      } catch {
        // it is kept for convenience only
      }
    });
    this.yasqe.on("inputRead", (_, change) => this.completion.onInput(change));
  }

  /** Returns the text that was written at this address before the page was loaded anew, or null. */
  static kept() {
    try {
      const [search, text] = JSON.parse(sessionStorage.getItem(KEPT_AS));
      return search === location.search ? text : null;
    } catch {
      return null;
    }
  }

  get text() {
    return this.yasqe.getValue();
  }

  set text(text) {
    this.yasqe.setValue(text);
  }

  focus() {
    this.yasqe.focus();
  }

  /** Marks the first line that cannot be read, as YASGUI does, but without style attributes in its explanation. */
  check() {
    const { yasqe } = this;
    yasqe.clearGutter(GUTTER);
    for (let line = 0; line < yasqe.lineCount(); line += 1) {
      const { state } = yasqe.getTokenAt({ line, ch: yasqe.getLine(line).length }, true);
      if (state.OK === false) {
        const expected = (state.possibleCurrent ?? []).slice(0, MOST_EXPECTED).join(", ");
        const sign = document.createElement("span");
        sign.className = "fault-sign";
        sign.textContent = "⚠";
        sign.title = state.errorMsg ?? `This line cannot be read; what could stand there: ${expected}`;
        yasqe.setGutterMarker(line, GUTTER, sign);
        return;
      }
    }
  }

  /** Marks a place of the text, both numbers from 1, as that of a fault, up to the end of its word. */
  markFault({ line, column }) {
    this.clearFault();
    const text = this.yasqe.getLine(line - 1);
    if (text === undefined) return;
    const start = Math.max(0, Math.min(column - 1, text.length - 1));
    const length = /^[\p{L}\p{N}_:?$@<>/.#-]*/u.exec(text.slice(start))[0].length || 1;
    const mark = this.yasqe.markText({ line: line - 1, ch: start }, { line: line - 1, ch: start + length }, { className: "fault" });
    this.yasqe.addLineClass(line - 1, "background", "fault-line");
    this.faults = [() => mark.clear(), () => this.yasqe.removeLineClass(line - 1, "background", "fault-line")];
    this.yasqe.scrollIntoView({ line: line - 1, ch: start }, 40);
  }

  /** Puts the cursor at a place of the text, both numbers from 1. */
  goTo({ line, column }) {
    this.yasqe.setCursor({ line: line - 1, ch: column - 1 });
    this.yasqe.focus();
  }

  clearFault() {
    for (const clear of this.faults) clear();
    this.faults = [];
  }
}
