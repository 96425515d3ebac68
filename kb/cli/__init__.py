"""The command line, `kb`: one module a command, each with `describe` (its options) and `run`."""

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import NoReturn

COMMANDS = {
    "queries": "list the canned queries",
    "query": "run a canned query",
    "sparql": "run any SELECT, ASK, CONSTRUCT or DESCRIBE",
    "show": "show an entity or a claim with its sources and the place it is written",
    "explain": "say why the graph says something, down to the files, or why it does not",
    "validate": "check every file of the graph",
    "verify-source": "check a copy of a source against the passages that claims were taken from",
    "fmt": "format the Turtle files",
    "export": "write the whole graph in an RDF format",
    "serve": "put the graph on HTTP, for programs and browsers",
    "info": "say what the graph holds and where it is",
}
INTERRUPTED, PIPE_CLOSED = 130, 141


def run_and_exit() -> NoReturn:
    """Run one command and end the process with its exit code.

    All output is written and flushed by then. Where nothing asked to be called at the end of the
    interpreter, its dismantling is left out: it takes an eighth of the time of a whole query.
    """
    code = main()
    if "atexit" not in sys.modules:
        with suppress(OSError, ValueError):
            sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    0 done; 1 a check found something; 2 wrong use; 3 out of time; 4 the engine or endpoint failed.
    """
    from kb.cli.output import discard_output, note, open_standard_streams
    from kb.errors import KbError

    open_standard_streams()
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        return _dispatch(arguments)
    except KbError as error:
        note(str(error))
        return error.exit_code
    except BrokenPipeError:
        discard_output()
        return PIPE_CLOSED
    except KeyboardInterrupt:
        return INTERRUPTED


def _dispatch(arguments: list[str]) -> int:
    """Import the module of the command that is asked for, and no other."""
    from importlib import import_module

    from kb.cli.output import write_output
    from kb.errors import UnknownNameError

    if not arguments or arguments[0] in ("-h", "--help", "help"):
        write_output(_help() + "\n")
        return 0 if arguments else 2
    if arguments[0] == "--version":
        from kb import __version__

        write_output(f"kb {__version__}\n")
        return 0
    if arguments[0] not in COMMANDS:
        raise UnknownNameError("command", arguments[0], COMMANDS, "'kb --help' lists them")
    module = import_module(f"kb.cli.{arguments[0].replace('-', '_')}")
    code: int = module.run(arguments[1:])
    return code


def _help() -> str:
    lines = ["usage: kb COMMAND …", "", "A drug knowledge graph whose every statement has a source.", ""]
    lines += [f"  {name:14} {summary}" for name, summary in COMMANDS.items()]
    lines += ["", "'kb COMMAND --help' says more. Exit codes: 0 done, 1 a check found something, 2 wrong use,"]
    lines += ["3 out of time, 4 the engine or endpoint failed."]
    return "\n".join(lines)
