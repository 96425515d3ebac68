"""What the header of a canned query expects of its answer, and whether the answer is so."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from kb.catalog.canned_query import CannedQuery
from kb.prefixes import expand
from kb.results import Row, Rows
from kb.terms import Term, to_python


def unmet(query: CannedQuery, rows: Rows, prefixes: Mapping[str, str]) -> list[str]:
    """Return a line for each expectation of `query` that `rows` do not meet; none when all is well.

    A value in `includes` or `excludes` is a prefixed name, or the plain value of a literal.
    """
    expect, count = query.expect, len(rows)
    faults = []
    if expect.get("rows", count) != count:
        faults.append(f"expects {expect['rows']} rows, and has {count}")
    if count < expect.get("min_rows", 0):
        faults.append(f"expects at least {expect['min_rows']} rows, and has {count}")
    if count > expect.get("max_rows", count):
        faults.append(f"expects at most {expect['max_rows']} rows, and has {count}")
    for wanted in expect.get("includes", ()):
        if not any(_fits(row, wanted, prefixes) for row in rows):
            faults.append(f"expects a row with {_shown(wanted)}, and has none")
    for unwanted in expect.get("excludes", ()):
        if any(_fits(row, unwanted, prefixes) for row in rows):
            faults.append(f"expects no row with {_shown(unwanted)}, and has one")
    return [f"{fault}; mend the query, the data, or 'expect'" for fault in faults]


def _fits(row: Row, wanted: Mapping[str, Any], prefixes: Mapping[str, str]) -> bool:
    return all(column in row.variables and _same(row[column], value, prefixes) for column, value in wanted.items())


def _same(term: Term | None, value: Any, prefixes: Mapping[str, str]) -> bool:
    iri = expand(value, prefixes) if isinstance(value, str) else None
    if term is None:
        return False
    plain = to_python(term)
    if isinstance(value, float) and isinstance(plain, Decimal):
        return plain == Decimal(str(value))  # a header reads 8.4 as a binary number, the graph as a decimal one
    return getattr(term, "value", None) == iri or plain == value


def _shown(wanted: Mapping[str, Any]) -> str:
    return ", ".join(f"{column} {value}" for column, value in wanted.items())
