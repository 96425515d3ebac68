"""Runs a prepared query for the command line: deadline, interruption, and the result in the format asked for."""

import os
import signal
import sys
from collections.abc import Callable

from kb.cli.arguments import Running
from kb.cli.output import is_terminal, note, terminal_width, use_colour, write_output
from kb.errors import UnknownNameError
from kb.knowledge_base import KnowledgeBase
from kb.prepared_query import PreparedQuery
from kb.results import ROW_FORMATS, TRIPLE_FORMATS, Answer, Result, Rows

OUT_OF_TIME = 3
TEXT_FORMATS = ("table", "md")


def open_graph(args: Running) -> KnowledgeBase:
    """Return the graph that the shared options name."""
    return KnowledgeBase.open(args.data, args.engine, args.endpoint, inferred=not args.asserted)


def check_format(name: str | None, form: str, target: str | None = None) -> str:
    """Return the output format to use for a query form.

    Raises:
        UnknownNameError: no such format for what the query gives.
    """
    for_rows = form in ("select", "ask")
    known = (*TEXT_FORMATS, *ROW_FORMATS) if for_rows else tuple(TRIPLE_FORMATS)
    if name is None:
        return ("table" if is_terminal(target) else "tsv") if for_rows else "ttl"
    if name not in known:
        kind = "rows" if for_rows else "triples"
        raise UnknownNameError(f"output format for {kind}", name, known, f"(there are {', '.join(known)})")
    return name


def run_and_write(kb: KnowledgeBase, query: PreparedQuery, args: Running, hint: Callable[[], str]) -> int:
    """Run a query, write its result, and return the exit code; `hint` gives what to say when there are no rows."""
    chosen = check_format(args.output, query.form, args.to)
    with _Stoppable(args.timeout):
        result = kb.run(query)
        content = render(kb, result, chosen, use_colour(args.to))
    if isinstance(result, Rows) and not result:
        note(f"no rows: {hint()}")
    write_output(content, args.to)
    return 0


def render(kb: KnowledgeBase, result: Result, format: str, colour: bool = False) -> bytes | str:
    """Return a result in one of the output formats."""
    if isinstance(result, Rows) and format in TEXT_FORMATS:
        from kb.formatting import cell_of, markdown_table, text_table

        cells = [[cell_of(term, lambda iri: (kb.label(iri), kb.compact(iri))) for term in row] for row in result.rows]
        if format == "md":
            return markdown_table(result.variables, cells)
        return text_table(result.variables, cells, terminal_width(), colour) if cells else ""
    if isinstance(result, Answer) and format in TEXT_FORMATS:
        return "yes\n" if result else "no\n"
    if isinstance(result, (Rows, Answer)):
        content = result.serialize(format)
        return content if content.endswith(b"\n") else content + b"\n"
    return result.serialize(format, kb.prefixes)


class _Stoppable:
    """Lets Ctrl-C and the deadline end the process while an engine runs, which cannot be asked to stop."""

    def __init__(self, timeout: float | None) -> None:
        self._timeout = timeout
        self._before: signal.Handlers | None = None
        self._finish: Callable[[], None] = lambda: None

    def __enter__(self) -> None:
        if self._timeout is not None:
            self._finish = _watch(self._timeout)
        self._before = signal.signal(signal.SIGINT, signal.SIG_DFL)  # type: ignore[assignment]

    def __exit__(self, *exc: object) -> None:
        self._finish()
        signal.signal(signal.SIGINT, self._before)


def _watch(timeout: float) -> Callable[[], None]:
    """Start a thread that ends the process after `timeout` seconds; return what calls it off."""
    import threading  # a fiftieth of the start-up time, and needed only here

    done = threading.Event()

    def watch() -> None:
        if not done.wait(timeout):
            sys.stderr.write(f"kb: the query ran longer than {timeout:g} s; narrow it, or raise --timeout\n")
            sys.stderr.flush()
            os._exit(OUT_OF_TIME)

    threading.Thread(target=watch, daemon=True).start()
    return done.set
