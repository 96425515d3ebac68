"""`kb query`: run a canned query."""

from collections.abc import Callable, Sequence

from kb.catalog import CannedQuery, Parameter
from kb.cli.options import Parser, add_running
from kb.cli.output import write_output
from kb.cli.running import open_graph, run_and_write
from kb.errors import ParameterError, UnknownNameError


def run(argv: Sequence[str]) -> int:
    """Run one canned query, with an option for each of its parameters."""
    general = Parser("query", "Run a canned query.", add_help=False)
    general.add_argument("name", nargs="?", help="the canned query, such as treatment/conditions-by-drug")
    general.add_argument("--show", action="store_true", help="print the SPARQL that would run, and do not run it")
    add_running(general)
    asks_help = any(word in ("-h", "--help") for word in argv)
    args, rest = general.parse_known_args([word for word in argv if word not in ("-h", "--help")])
    if args.name is None:
        if not asks_help:
            general.error("which query? 'kb queries' lists them")
        general.epilog = "Each parameter of the query is an option; 'kb query NAME --help' lists them."
        write_output(general.format_help())
        return 0
    kb = open_graph(args)
    query = kb.find_query(args.name)
    if asks_help:
        write_output(_describe(query, general, kb.compact))
        return 0
    values = _values(query, rest)
    prepared = kb.bind(query.name, values)
    if args.show:
        write_output(prepared.text if prepared.text.endswith("\n") else prepared.text + "\n", args.to)
        return 0
    given = " ".join(f"--{name} {' '.join(texts)}" for name, texts in values.items())
    return run_and_write(kb, prepared, args, f"the graph holds no answer{' for ' + given if given else ''}")


def _values(query: CannedQuery, rest: Sequence[str]) -> dict[str, list[str]]:
    """Return {parameter: values} of the words that are no general option.

    Raises:
        UnknownNameError: an option that is no parameter of the query.
        ParameterError: a value without its option, or an option without a value.
    """
    names = [parameter.name for parameter in query.parameters]
    has = f"(it has {', '.join('--' + name for name in names)})" if names else "(it has none)"
    values: dict[str, list[str]] = {}
    option = ""
    for word in rest:
        if word.startswith("--") and len(word) > 2:
            option, equals, value = word[2:].partition("=")
            if option not in names:
                raise UnknownNameError(f"parameter of {query.name}", option, names, has)
            values.setdefault(option, []).extend([value] if equals else [])
        elif option:
            values[option].append(word)
        else:
            raise ParameterError(f"{query.name}: {word!r} stands before any parameter {has}; write it behind its parameter")
    for name, texts in values.items():
        if not texts:
            raise ParameterError(f"{query.name}: --{name} needs a value behind it")
    return values


def _describe(query: CannedQuery, general: Parser, compact: Callable[[str], str]) -> str:
    """Return the help of one canned query."""
    parser = Parser(f"query {query.name}", "\n\n".join(filter(None, (query.summary, query.description))), parents=[general], add_help=False)
    own = parser.add_argument_group("parameters of this query" if query.parameters else "this query has no parameters")
    for parameter in query.parameters:
        own.add_argument(f"--{parameter.name}", nargs="+", metavar="VALUE", help=_help(query, parameter, compact))
    columns = "\n".join(f"  {column.name:20}  {column.help} ({column.type})" for column in query.columns)
    return f"{parser.format_help()}\ncolumns:\n{columns}\n"


def _help(query: CannedQuery, parameter: Parameter, compact: Callable[[str], str]) -> str:
    example = query.text[parameter.line.open_at + 1 : parameter.line.close_at].strip()
    kind = f"{parameter.type} of class {compact(parameter.of_class)}" if parameter.of_class else parameter.type
    default = f"default {example}" if parameter.required else "any if left out"
    return f"{parameter.help} ({kind}; {default}; several values are allowed)".replace("%", "%%")
