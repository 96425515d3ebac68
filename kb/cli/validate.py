"""`kb validate`: check every file of the graph."""

import sys
from collections.abc import Sequence

from kb.cli.options import Parser, add_data, add_target
from kb.cli.output import note, write_output
from kb.paths import data_root
from kb.validation import validate


def run(argv: Sequence[str]) -> int:
    """Report every problem in one run; the exit code is 1 when any of them is an error."""
    parser = Parser(
        "validate",
        "Check the Turtle, the shapes, the rules, the checks and the canned queries; "
        "report all problems with file and line.",
    )
    parser.add_argument("-o", "--output", choices=("text", "json"), default="text", help="text (default) or json")
    parser.add_argument("--quiet", action="store_true", help="leave out warnings")
    add_target(parser)
    add_data(parser)
    args = parser.parse_args(argv)
    progress = note if sys.stderr.isatty() else None
    found = validate(data_root(args.data), progress)
    problems = [problem for problem in found if not (args.quiet and problem.severity == "warning")]
    errors = sum(problem.severity == "error" for problem in found)
    if args.output == "json":
        import json

        write_output(
            json.dumps([problem._asdict() for problem in problems], ensure_ascii=False, indent=2) + "\n", args.to
        )
    else:
        left_out = " (left out)" if len(problems) < len(found) else ""
        summary = f"{errors} errors, {len(found) - errors} warnings{left_out}"
        lines = [f"{problem.severity}: {problem}" for problem in problems]
        write_output("\n".join([*lines, summary]) + "\n", args.to)
    return 1 if errors else 0
