"""`kb fmt`: format the Turtle files of the graph."""

from collections.abc import Sequence

from kb.cli.options import Parser, add_data
from kb.cli.output import note, write_output
from kb.paths import data_root
from kb.turtle import format_files


def run(argv: Sequence[str]) -> int:
    """Format files in place, or with --check only name those that are not formatted (exit code 1)."""
    parser = Parser(
        "fmt",
        "Format the Turtle files of the ontology and the data in place. "
        "A file whose statements would change is left alone.",
    )
    parser.add_argument("file", nargs="*", help="files to format (default: all of the graph)")
    parser.add_argument(
        "--check", action="store_true", help="write nothing; name the files that would change, with exit code 1"
    )
    add_data(parser)
    args = parser.parse_args(argv)
    changed = format_files(data_root(args.data), args.file or None, args.check)
    write_output("".join(f"{path}\n" for path in changed))
    note(f"{len(changed)} {'to format' if args.check else 'formatted'}")
    return 1 if args.check and changed else 0
