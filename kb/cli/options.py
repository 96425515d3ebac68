"""The options that commands share, and a parser whose errors are one line."""

import argparse
from typing import Any, NoReturn

from kb.cli.arguments import Running, read_running
from kb.cli.output import terminal_width, write_output
from kb.errors import UsageError


class Parser(argparse.ArgumentParser):
    """An argument parser that raises UsageError, in one line, instead of ending the program."""

    def __init__(self, command: str, description: str, **more: Any) -> None:
        super().__init__(
            prog=f"kb {command}", description=description, allow_abbrev=False, formatter_class=_formatter, **more
        )

    def print_help(self, _: Any = None) -> None:
        """Write the help where results go, with the same care."""
        write_output(self.format_help())

    def error(self, message: str) -> NoReturn:
        """Raise a UsageError that names the fault and where to read on."""
        raise UsageError(f"{self.prog}: {message}; '{self.prog} --help' shows the use")


def _formatter(prog: str) -> argparse.HelpFormatter:
    """Return a formatter with its width given: left to itself it imports shutil, a tenth of the start-up time."""
    return argparse.HelpFormatter(prog, width=min(terminal_width(), 100) - 2)


def add_data(parser: argparse.ArgumentParser) -> None:
    """Add `--data`, the folder of the graph."""
    parser.add_argument(
        "--data",
        metavar="DIR",
        help="folder with ontology/, graph_data/ and queries/ (default: the graph that comes with the package)",
    )


def add_asserted(parser: argparse.ArgumentParser) -> None:
    """Add `--asserted`, which leaves out what is inferred."""
    parser.add_argument(
        "--asserted", action="store_true", help="only what the files state, without what axioms and rules infer"
    )


def add_target(parser: argparse.ArgumentParser) -> None:
    """Add `--to`, the file to write."""
    parser.add_argument(
        "--to",
        metavar="FILE",
        help="write there instead of to standard output; an existing file is replaced when all is written",
    )


def add_running(parser: argparse.ArgumentParser) -> None:
    """Add what decides where, how long and into what a query runs: the fields of `Running`."""
    parser.add_argument(
        "-o",
        "--output",
        metavar="FORMAT",
        help="table, md, csv, tsv, json or xml; for triples ttl, nt, jsonld or rdfxml "
        "(default: table on a terminal, else tsv; ttl for triples)",
    )
    add_target(parser)
    parser.add_argument("--engine", metavar="NAME", default="oxigraph", help="oxigraph (default), rdflib or worker")
    parser.add_argument("--endpoint", metavar="URL", help="ask the SPARQL 1.1 endpoint at this URL instead")
    parser.add_argument("--timeout", metavar="SECONDS", help="give up after so many seconds, with exit code 3")
    add_asserted(parser)
    add_data(parser)


def running_of(args: argparse.Namespace) -> Running:
    """Return the shared options that a parser read.

    Raises:
        UsageError: a value is of the wrong kind.
    """
    given = {name: value for name, value in vars(args).items() if name in Running._fields and value is not None}
    asserted = {"asserted": list[str]()} if given.pop("asserted") else {}
    return read_running({**{name: [value] for name, value in given.items()}, **asserted})
