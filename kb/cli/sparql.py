"""`kb sparql`: run any SELECT, ASK, CONSTRUCT or DESCRIBE."""

import sys
from collections.abc import Sequence

from kb.cli.hints import why_no_rows
from kb.cli.options import Parser, add_running, running_of
from kb.cli.running import open_graph, run_and_write
from kb.errors import UsageError


def run(argv: Sequence[str]) -> int:
    """Run SPARQL text from the argument, a file, or standard input."""
    parser = Parser("sparql", "Run any SELECT, ASK, CONSTRUCT or DESCRIBE. Known prefixes need not be declared.")
    parser.add_argument("text", nargs="?", help="the query; - reads standard input")
    parser.add_argument("-f", "--file", metavar="FILE", help="read the query from a file")
    add_running(parser)
    args = parser.parse_args(argv)
    if (args.text is None) == (args.file is None):
        parser.error("give the query as text, or a file with -f, and not both")
    text = _read(args.file) if args.file is not None else _read("-") if args.text == "-" else args.text
    running = running_of(args)
    kb = open_graph(running)
    return run_and_write(kb, kb.prepare(text, args.file or ""), running, lambda: why_no_rows(kb, text))


def _read(path: str) -> str:
    try:
        if path == "-":
            return sys.stdin.buffer.read().decode("utf-8-sig")
        with open(path, encoding="utf-8-sig", newline="") as file:
            return file.read()
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}); name a file with a query") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: is not UTF-8 (byte {error.start}); save it as UTF-8") from error
