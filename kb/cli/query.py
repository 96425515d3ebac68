"""`kb query`: run a canned query."""

from collections.abc import Mapping, Sequence

from kb.catalog import CannedQuery, Parameter
from kb.cli.arguments import Running, read_arguments, read_running
from kb.cli.output import is_terminal, note, write_output
from kb.cli.running import open_graph, run_and_write
from kb.errors import ParameterError, UnknownNameError, UsageError
from kb.knowledge_base import KnowledgeBase

_MOST_LISTED = 12
"""Help lists the values of a parameter when there are no more than this."""


def run(argv: Sequence[str]) -> int:
    """Run one canned query, with an option for each of its parameters."""
    words, options = read_arguments(argv, ("show", "help", "asserted"), {"o": "output", "h": "help"})
    show, asks_help = options.pop("show", None) is not None, options.pop("help", None) is not None
    if not words:
        if not asks_help:
            raise UsageError("kb query: which query? Write its name before the options; 'kb queries' lists them")
        write_output(_describe())
        return 0
    running = read_running(options)
    kb = open_graph(running)
    query = kb.find_query(words[0])
    if asks_help:
        write_output(_describe(kb, query))
        return 0
    values = {name: texts for name, texts in options.items() if name not in Running._fields}
    _refuse_unknown(query, words[1:], values)
    prepared = kb.bind(query.name, values)
    if show:
        write_output(prepared.text if prepared.text.endswith("\n") else prepared.text + "\n", running.to)
        return 0
    _say_examples(query, values)
    given = " ".join(f"--{name} {' '.join(texts)}" for name, texts in values.items())
    left_out = "; --asserted leaves out what is inferred" if running.asserted else ""
    return run_and_write(
        kb, prepared, running, lambda: f"the graph holds no answer{' for ' + given if given else ''}{left_out}"
    )


def _say_examples(query: CannedQuery, values: Mapping[str, Sequence[str]]) -> None:
    """Tell a person which examples stand in for the parameters that were left out."""
    if not is_terminal():
        return
    for parameter in query.parameters:
        if parameter.required and parameter.name not in values:
            example = query.text[parameter.line.open_at + 1 : parameter.line.close_at].strip()
            note(f"{parameter.name} is {example}, the example; give another with --{parameter.name}")


def _refuse_unknown(query: CannedQuery, words: Sequence[str], values: Mapping[str, Sequence[str]]) -> None:
    """Refuse an option that is no parameter of the query, and a value without its option or the other way round."""
    names = [parameter.name for parameter in query.parameters]
    has = f"(it has {', '.join('--' + name for name in names)})" if names else "(it has none)"
    for name, texts in values.items():
        if name not in names:
            raise UnknownNameError(f"parameter of {query.name}", name, names, has)
        if not texts:
            raise ParameterError(f"{query.name}: --{name} needs a value behind it")
    if words:
        raise ParameterError(
            f"{query.name}: {words[0]!r} stands before any parameter {has}; write it behind its parameter"
        )


def _describe(kb: KnowledgeBase | None = None, query: CannedQuery | None = None) -> str:
    """Return the help of the command, or of one canned query."""
    from kb.cli.options import Parser, add_running

    described = "\n\n".join(filter(None, (query.summary, query.description))) if query else "Run a canned query."
    parser = Parser(f"query {query.name}" if query else "query", described)
    if not query:
        parser.add_argument("name", help="the canned query, such as treatment/conditions-by-drug")
        parser.epilog = "Each parameter of the query is an option; 'kb query NAME --help' lists them."
    parser.add_argument("--show", action="store_true", help="print the SPARQL that would run, and do not run it")
    add_running(parser)
    if not query or not kb:
        return parser.format_help()
    own = parser.add_argument_group("parameters of this query" if query.parameters else "this query has no parameters")
    for parameter in query.parameters:
        own.add_argument(f"--{parameter.name}", nargs="+", metavar="VALUE", help=_help(kb, query, parameter))
    columns = "\n".join(f"  {column.name:20}  {column.help} ({column.type})" for column in query.columns)
    return f"{parser.format_help()}\ncolumns:\n{columns}\n"


def _help(kb: KnowledgeBase, query: CannedQuery, parameter: Parameter) -> str:
    example = query.text[parameter.line.open_at + 1 : parameter.line.close_at].strip()
    kind = f"{parameter.type} of class {kb.compact(parameter.of_class)}" if parameter.of_class else parameter.type
    default = f"default {example}" if parameter.required else "any if left out"
    members = [kb.compact(iri) for iri, types in kb.compiled.names.types.items() if parameter.of_class in types]
    listed = f"; one of {', '.join(members)}" if 1 < len(members) <= _MOST_LISTED else ""
    return f"{parameter.help} ({kind}; {default}; several values are allowed{listed})".replace("%", "%%")
