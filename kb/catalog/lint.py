"""What a canned query must satisfy beyond being SPARQL: header and text say the same."""

import keyword
from collections.abc import Collection, Mapping

from pyoxigraph import QuerySolutions

from kb.catalog.canned_query import CannedQuery, ParameterLine
from kb.errors import DataError, KbError
from kb.sparql_file import check_text
from kb.tokens import Token, line_and_column, significant

RESERVED = (
    *("asserted", "data", "endpoint", "engine", "help", "name", "output", "show", "timeout", "to"),
    *("format", "iris", "labels", "limit", "offset"),
)
"""Names that no parameter may have: options of `kb query`, arguments of `KnowledgeBase.query`, and those of HTTP."""


def located(query: CannedQuery) -> CannedQuery:
    """Return the query with the place of each parameter's line, and whether it speaks of named graphs.

    Raises:
        DataError: a parameter has no line, or more than one, or one that is not at the top of WHERE.
    """
    found: dict[str, list[ParameterLine]] = {}
    try:
        tokens = significant(query.text)
    except KbError as error:
        raise DataError(f"{query.path}: {error}") from error
    depth = 0
    for at, token in enumerate(tokens):
        depth += (token.text == "{") - (token.text == "}")
        if (
            depth != 1
            or not token.is_word("VALUES")
            or [each.kind for each in tokens[at + 1 : at + 3]] != ["variable", "mark"]
        ):
            continue
        close = next((other.start for other in tokens[at + 3 :] if other.text == "}"), None)
        if tokens[at + 2].text == "{" and close is not None:
            found.setdefault(tokens[at + 1].text[1:], []).append(
                ParameterLine(token.start, tokens[at + 2].start, close)
            )
    for parameter in query.parameters:
        if len(found.get(parameter.name, ())) != 1:
            raise DataError(
                f"{query.path}: parameter '{parameter.name}' needs exactly one line "
                f"'VALUES ?{parameter.name} {{ <example> }}' at the top of WHERE"
            )
    parameters = tuple(parameter._replace(line=found[parameter.name][0]) for parameter in query.parameters)
    return query._replace(parameters=parameters, uses_graphs=any(token.is_word("GRAPH", "FROM") for token in tokens))


def check_query(query: CannedQuery, prefixes: Mapping[str, str]) -> None:
    """Check a canned query, with its parameters located, against its header.

    Raises:
        DataError: it is no SELECT that parses, its parameters or columns are not those of its
            header, a prefix differs from `ontology/prefixes.ttl` or is unused, it selects `*`, or
            it has no total ORDER BY.
    """
    path = query.path
    remedy = "a canned query is a SELECT, so that its columns have names"
    tokens, solutions = check_text(path, query.text, prefixes, "select", remedy)
    assert isinstance(solutions, QuerySolutions)  # the form is SELECT
    for parameter in query.parameters:
        if parameter.name in RESERVED or keyword.iskeyword(parameter.name) or not parameter.name.isidentifier():
            raise DataError(
                f"{path}: a parameter cannot be called '{parameter.name}', which has another meaning; rename it"
            )
    _check_undeclared_lines(query, tokens, {parameter.line.open_at for parameter in query.parameters})
    columns = [variable.value for variable in solutions.variables]
    declared = [column.name for column in query.columns]
    if columns != declared:
        raise DataError(
            f"{path}: selects {', '.join(columns)}, but its header returns {', '.join(declared) or 'nothing'}; "
            "make them the same"
        )
    _check_expect(query, declared)
    _check_order(path, tokens)


def _check_undeclared_lines(query: CannedQuery, tokens: list[Token], declared: set[int]) -> None:
    """Refuse a one-variable VALUES line at the top of WHERE that the header does not declare."""
    depth = 0
    for at, token in enumerate(tokens):
        depth += (token.text == "{") - (token.text == "}")
        is_line = token.is_word("VALUES") and at + 2 < len(tokens) and tokens[at + 1].kind == "variable" and depth == 1
        if is_line and tokens[at + 2].start not in declared:
            line = line_and_column(query.text, token.start)[0]
            raise DataError(
                f"{query.path}:{line}: 'VALUES {tokens[at + 1].text}' is not a parameter of the header; "
                "declare it under params"
            )


def _check_expect(query: CannedQuery, columns: Collection[str]) -> None:
    """Refuse an expected row with a column that the query does not return: it could never fit."""
    for row in (*query.expect.get("includes", ()), *query.expect.get("excludes", ())):
        for column in row:
            if column not in columns:
                has = ", ".join(columns)
                raise DataError(f"{query.path}: 'expect' names the column {column!r}; the columns are {has}")


def _check_order(path: str, tokens: list[Token]) -> None:
    depth = 0
    ordered = False
    for at, token in enumerate(tokens):
        depth += (token.text == "{") - (token.text == "}")
        if token.is_word("SELECT") and any(other.text == "*" for other in tokens[at + 1 : at + 3]) and depth == 0:
            raise DataError(f"{path}: selects *; name its columns")
        ordered = ordered or (depth == 0 and token.is_word("ORDER"))
    if not ordered:
        raise DataError(f"{path}: has no ORDER BY; order by enough columns that no two rows tie")
