"""`kb queries`: list the canned queries."""

from collections.abc import Sequence

from kb.catalog import CannedQuery
from kb.cli.options import Parser, add_data, add_target
from kb.cli.output import note, terminal_width, use_colour, write_output
from kb.knowledge_base import KnowledgeBase

CHECKS = "checks/"
"""The topic of the queries that must return nothing."""


def run(argv: Sequence[str]) -> int:
    """List the canned queries whose name, question or tags hold the given words."""
    parser = Parser("queries", "List the canned queries: their names, the questions they answer, and their parameters.")
    parser.add_argument("word", nargs="*", help="only queries whose name, question or tags hold all these words")
    parser.add_argument(
        "-o", "--output", choices=("table", "md", "json"), default="table", help="table (default), md or json"
    )
    parser.add_argument("--checks", action="store_true", help="also those that validation runs, which find nothing")
    add_target(parser)
    add_data(parser)
    args = parser.parse_args(argv)
    kb = KnowledgeBase.open(args.data)
    words = [word.lower() for word in args.word]
    chosen = [
        query
        for query in kb.queries.values()
        if (args.checks or not query.name.startswith(CHECKS))
        and all(word in f"{query.name} {query.summary} {' '.join(query.tags)}".lower() for word in words)
    ]
    if args.output == "json":
        write_output(_as_json(chosen), args.to)
    elif not chosen:
        note(f"no canned query has {' and '.join(args.word)}; 'kb queries' lists them all")
    else:
        write_output(_as_text(chosen, args.output, args.to), args.to)
    return 0


def _as_json(queries: Sequence[CannedQuery]) -> str:
    import json

    entries = [
        {
            "name": query.name,
            "summary": query.summary,
            "description": query.description,
            "tags": list(query.tags),
            "parameters": [parameter._asdict() for parameter in query.parameters],
            "columns": [column.described() for column in query.columns],
        }
        for query in queries
    ]
    return json.dumps(entries, ensure_ascii=False, indent=2) + "\n"


def _as_text(queries: Sequence[CannedQuery], format: str, target: str | None) -> str:
    """Return a Markdown table, or each name on a line of its own, to be copied, with its question below it."""
    from kb.formatting import Cell, markdown_table
    from kb.formatting.cells import wrap
    from kb.formatting.table import BOLD, PLAIN

    if format == "md":
        columns = ("query", "question", "parameters")
        named = [(query.name, query.summary, ", ".join(each.name for each in query.parameters)) for query in queries]
        return markdown_table(columns, [[Cell(text) for text in row] for row in named])
    start, end = (BOLD, PLAIN) if use_colour(target) else ("", "")
    lines = []
    for query in queries:
        options = "".join(f" --{parameter.name}" for parameter in query.parameters)
        if len(query.name) + len(options) <= terminal_width():
            lines += [f"{start}{query.name}{end}{options}"]
        else:
            lines += [
                f"{start}{query.name}{end}",
                *(f"    {line}" for line in wrap(options.strip(), terminal_width() - 4)),
            ]
        lines += [f"    {line}" for line in wrap(query.summary, max(terminal_width() - 4, 20))]
    return "".join(f"{line}\n" for line in lines)
