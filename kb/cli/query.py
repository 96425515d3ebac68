"""`kb query`: run a canned query."""

from collections.abc import Callable, Sequence

from kb.catalog import CannedQuery, Parameter, parameter_lines
from kb.cli.options import Parser, add_running
from kb.cli.output import write_output
from kb.cli.running import open_graph, run_and_write
from kb.errors import UnknownNameError


def run(argv: Sequence[str]) -> int:
    """Run one canned query, with an option for each of its parameters."""
    asks_help = any(word in ("-h", "--help") for word in argv)
    general = _parser("query")
    known, rest = general.parse_known_args([word for word in argv if word not in ("-h", "--help")])
    if known.name is None:
        if asks_help:
            general.print_help()
            return 0
        general.error("which query? 'kb queries' lists them")
    kb = open_graph(known)
    query = kb.find_query(known.name)
    own = _parser(f"query {query.name}", query)
    for parameter in query.parameters:
        own.add_argument(f"--{parameter.name}", action="append", nargs="+", metavar="VALUE", help=_help(query, parameter, kb.compact))
    if asks_help:
        own.print_help()
        return 0
    _refuse_unknown(query, rest)
    args = own.parse_args(argv)
    values = {
        parameter.name: [value for group in getattr(args, parameter.name) for value in group]
        for parameter in query.parameters
        if getattr(args, parameter.name) is not None
    }
    prepared = kb.bind(query.name, values)
    if args.show:
        write_output(prepared.text if prepared.text.endswith("\n") else prepared.text + "\n", args.to)
        return 0
    given = " ".join(f"--{name} {' '.join(texts)}" for name, texts in values.items())
    return run_and_write(kb, prepared, args, f"the graph holds no answer{' for ' + given if given else ''}")


def _parser(command: str, query: CannedQuery | None = None) -> Parser:
    described = "\n\n".join(filter(None, (query.summary, query.description))) if query else "Run a canned query."
    parser = Parser(command, described)
    parser.add_argument("name", nargs=None if query else "?", help="the canned query, such as treatment/conditions-by-drug")
    parser.add_argument("--show", action="store_true", help="print the SPARQL that would run, and do not run it")
    if query is None:
        parser.epilog = "Each parameter of the query is an option; 'kb query NAME --help' lists them."
    add_running(parser)
    return parser


def _help(query: CannedQuery, parameter: Parameter, compact: Callable[[str], str]) -> str:
    line = parameter_lines(query)[parameter.name]
    example = query.text[line.open_at + 1 : line.close_at].strip()
    kind = f"{parameter.type} of class {compact(parameter.of_class)}" if parameter.of_class else parameter.type
    default = f"default {example}" if parameter.required else "any if left out"
    return f"{parameter.help} ({kind}; {default}; several values are allowed)".replace("%", "%%")


def _refuse_unknown(query: CannedQuery, rest: Sequence[str]) -> None:
    """Refuse an option that is no parameter of the query, with the nearest ones."""
    names = {parameter.name: parameter for parameter in query.parameters}
    for word in rest:
        option = word[2:].split("=", 1)[0] if word.startswith("--") else None
        if option is not None and option not in names:
            has = f"(it has {', '.join(names)})" if names else "(it has none)"
            raise UnknownNameError(f"parameter of {query.name}", option, names, has)
