"""Query text made safe to hand to any engine: read-only, self-contained, and read alike by all.

`prepare` refuses what would write, leave the graph or overflow an engine, declares the known
prefixes that the text uses, and rewrites the few spellings that engines read differently.
"""

import re
from collections.abc import Collection, Mapping

from kb.ambiguity import check_spelling
from kb.brackets import check_brackets
from kb.errors import QuerySyntaxError, RefusedQueryError, RefusedUpdateError, nearest_names
from kb.prepared_query import PreparedQuery
from kb.query_limits import Limits, check_overflow, place_of
from kb.terms import quote_string
from kb.tokens import Token, line_and_column, tokenize

FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
KEYWORDS = frozenset(
    re.findall(
        r"\w+",
        """
    A ABS AS ASC ASK AVG BASE BIND BNODE BOUND BY CEIL COALESCE CONCAT CONSTRUCT CONTAINS COUNT DATATYPE DAY DESC
    DESCRIBE DISTINCT ENCODE_FOR_URI EXISTS FALSE FILTER FLOOR FROM GRAPH GROUP GROUP_CONCAT HASLANG HASLANGDIR HAVING
    HOURS IF IN IRI ISBLANK ISIRI ISLITERAL ISNUMERIC ISTRIPLE ISURI LANG LANGDIR LANGMATCHES LCASE LIMIT MAX MD5 MIN
    MINUS MINUTES MONTH NAMED NOT NOW OBJECT OFFSET OPTIONAL ORDER PREDICATE PREFIX RAND REDUCED REGEX REPLACE ROUND
    SAMETERM SAMPLE SECONDS SELECT SEPARATOR SHA1 SHA256 SHA384 SHA512 STR STRAFTER STRBEFORE STRDT STRENDS STRLANG
    STRLANGDIR STRLEN STRSTARTS STRUUID SUBJECT SUBSTR SUM TIMEZONE TRIPLE TRUE TZ UCASE UNDEF UNION URI UUID VALUES
    WHERE YEAR
    """,
    )
)
"""Every bare word of a query of SPARQL 1.1 or 1.2 but `SERVICE`, in capitals (section 19.8 of SPARQL 1.1)."""
UPDATES = ("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH")
_CODEPOINT = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_SURROGATE = re.compile("[\ud800-\udfff]")
_BASE = "BASE:"
"""The key of the base among the declared prefixes: no prefix has a colon in it."""
_ESCAPED_U = re.compile(r"\\[uU]")
_STRING_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_ECHAR = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", '"': '"', "'": "'", "\\": "\\"}


def prepare(
    text: str,
    prefixes: Mapping[str, str],
    graphs: Collection[str] | None = None,
    name: str = "",
    limits: Limits | None = None,
) -> PreparedQuery:
    """Return `text` as a query that every engine reads alike.

    `prefixes` are declared where used and not declared; `graphs` are the IRIs that `FROM` may
    name (None leaves that to the endpoint).

    Raises:
        QuerySyntaxError: the text has no query form, or a character that starts no token.
        RefusedUpdateError: an update.
        RefusedQueryError: `SERVICE`, `FROM` outside the graph, or a text too long or too deep for an engine.
    """
    try:
        return _prepare(text, prefixes, graphs, name, limits or Limits())
    except (QuerySyntaxError, RefusedQueryError) as error:
        if name:
            error.args = (f"{name}: {error}",)
        raise


def _prepare(
    text: str, prefixes: Mapping[str, str], graphs: Collection[str] | None, name: str, limits: Limits
) -> PreparedQuery:
    if len(text) > limits.length:
        raise RefusedQueryError(f"the query has {len(text):,} characters; at most {limits.length:,} are allowed")
    _refuse_surrogates(text)
    tokens = list(tokenize(text))
    check_overflow(text, tokens, limits.nesting)
    check_brackets(text, tokens)
    words = [token for token in tokens if token.kind not in ("space", "comment")]
    check_spelling(text, words)
    declared, form_at = _prologue(text, words)
    form = words[form_at].text.lower()
    _refuse_service(text, words, {**prefixes, **declared}, limits.services)
    _refuse_unknown_words(text, words, allowed=("SERVICE", "SILENT") if limits.services else ())
    used = {token.text.split(":", 1)[0] for token in words if token.kind == "name"}
    added = {prefix: prefixes[prefix] for prefix in sorted(used - declared.keys()) if prefix in prefixes}
    unknown = sorted(used - declared.keys() - added.keys())
    if unknown:
        token = next(token for token in words if token.kind == "name" and token.text.split(":", 1)[0] == unknown[0])
        raise QuerySyntaxError(
            f"{place_of(text, token)}: prefix '{unknown[0]}:' is not known; declare it, or use one of "
            f"{', '.join(nearest_names(unknown[0], prefixes)) or ', '.join(sorted(prefixes))}",
            *line_and_column(text, token.start),
        )
    default, named = _dataset_clause(text, words[form_at:], {**prefixes, **declared}, graphs)
    front = "".join(f"PREFIX {prefix}: <{iri}> " for prefix, iri in added.items())
    return PreparedQuery(
        front + "".join(_rewrite(text, token, _BASE in declared) for token in tokens),
        form,
        default,
        named,
        bool(default or named) or any(token.is_word("GRAPH") for token in words),
        len(front),
        name,
    )


def _refuse_surrogates(text: str) -> None:
    """Refuse what is no text at all: a byte of a command line or a file that was not UTF-8."""
    found = _SURROGATE.search(text)
    if found:
        line, column = line_and_column(text, found.start())
        raise QuerySyntaxError(
            f"line {line}, column {column}: {found.group()!r} is no character; write the query in UTF-8", line, column
        )


def _prologue(text: str, words: list[Token]) -> tuple[dict[str, str], int]:
    """Return the prefixes that a query declares (the base under `_BASE`) and where its form stands."""
    declared: dict[str, str] = {}
    at = 0
    while at < len(words):
        token = words[at]
        if token.is_word("PREFIX") and at + 2 < len(words) and words[at + 1].kind == "name":
            declared[words[at + 1].text[:-1]] = words[at + 2].text[1:-1]
            at += 3
        elif token.is_word("BASE") and at + 1 < len(words):
            declared[_BASE] = words[at + 1].text[1:-1]
            at += 2
        elif token.is_word(*FORMS):
            return declared, at
        elif token.is_word(*UPDATES):
            raise RefusedUpdateError(
                f"{place_of(text, token)}: {token.text.upper()} is an update, and the graph is read-only; "
                "change the files of the graph instead"
            )
        else:
            raise QuerySyntaxError(
                f"{place_of(text, token)}: {token.text!r} starts no query; begin with {', '.join(FORMS)} or PREFIX",
                *line_and_column(text, token.start),
            )
    raise QuerySyntaxError(f"the query is empty; begin with {', '.join(FORMS)}", 1, 1)


def _refuse_service(text: str, words: list[Token], prefixes: Mapping[str, str], services: Collection[str]) -> None:
    """Refuse `SERVICE` but to an endpoint that is allowed, named by its IRI: a variable could hold any."""
    for at, token in enumerate(words):
        if not token.is_word("SERVICE"):
            continue
        name = next((word for word in words[at + 1 :] if not word.is_word("SILENT")), token)
        if _iri_of(name, prefixes) not in services:
            allowed = f"; it may name {', '.join(services)}" if services else ""
            raise RefusedQueryError(
                f"{place_of(text, token)}: SERVICE would send data to another endpoint; "
                f"run that part there, and bring its rows in with VALUES{allowed}"
            )


def _refuse_unknown_words(text: str, words: list[Token], allowed: Collection[str]) -> None:
    """Refuse a bare word outside the language: Oxigraph 0.5.13 reads `trueSERVICE` as two words."""
    for token in words:
        if token.kind == "word" and token.text.upper() not in KEYWORDS and not token.is_word(*allowed):
            near = nearest_names(token.text, KEYWORDS, 1) if len(token.text) > 3 else []
            raise QuerySyntaxError(
                f"{place_of(text, token)}: {token.text!r} is no word of SPARQL; "
                f"{f'did you mean {near[0]}? ' if near else ''}Put a space between two words, ? before a variable",
                *line_and_column(text, token.start),
            )


def _iri_of(token: Token, prefixes: Mapping[str, str]) -> str | None:
    """Return the IRI that a token writes in full or with a prefix, or None."""
    if token.kind == "iri":
        return _decode_codepoints(token.text[1:-1])
    if token.kind == "name":
        prefix, local = token.text.split(":", 1)
        return prefixes.get(prefix, prefix + ":") + re.sub(r"\\(.)", r"\1", local)
    return None


def _dataset_clause(
    text: str, words: list[Token], prefixes: Mapping[str, str], graphs: Collection[str] | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the IRIs of `FROM` and of `FROM NAMED`; refuse a graph that is not in the dataset."""
    found: tuple[list[str], list[str]] = ([], [])
    for at, token in enumerate(words):
        if not token.is_word("FROM") or at + 1 >= len(words):
            continue
        is_named = words[at + 1].is_word("NAMED")
        name = words[at + 1 + is_named] if at + 1 + is_named < len(words) else token
        iri = _iri_of(name, prefixes)
        if iri is None:
            raise QuerySyntaxError(f"{place_of(text, token)}: FROM needs a graph", *line_and_column(text, token.start))
        if graphs is not None and iri not in graphs:
            near = nearest_names(iri, graphs)
            raise RefusedQueryError(
                f"{place_of(text, name)}: FROM <{iri}> is not a graph of this dataset, and nothing outside it is read; "
                f"the nearest is {near[0] if near else 'listed by: SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }'}"
            )
        found[is_named].append(iri)
    return tuple(found[0]), tuple(found[1])


def _decode_codepoints(text: str) -> str:
    return _CODEPOINT.sub(lambda match: chr(int(match[1] or match[2], 16)), text)


def _rewrite(text: str, token: Token, has_base: bool) -> str:
    """Return the token as every engine reads it alike.

    Comments become spaces: Oxigraph ends one at a carriage return, rdflib does not. Escapes of code
    points are decoded here: rdflib expands them before it parses, wherever they stand.
    """
    if token.kind == "comment":
        return " " * len(token.text)
    if token.kind == "iri":
        iri = _decode_codepoints(token.text[1:-1]) if "\\" in token.text else token.text[1:-1]
        if re.search(r"[\x00-\x20<>\"{}|^`\\\ud800-\udfff]", iri):
            raise RefusedQueryError(f"{place_of(text, token)}: the IRI hides a character that no IRI may hold")
        if not has_base and not re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", iri):
            raise QuerySyntaxError(
                f"{place_of(text, token)}: <{iri}> is relative; write the IRI in full, or declare a BASE",
                *line_and_column(text, token.start),
            )
        return f"<{iri}>"
    if token.kind == "string" and _ESCAPED_U.search(token.text):
        width = 3 if token.text[:3] in ("'''", '"""') else 1
        value = _STRING_ESCAPE.sub(lambda match: _unescape(text, token, match), token.text[width:-width])
        return quote_string(value) + "\n" * token.text.count("\n")
    return token.text


def _unescape(text: str, token: Token, match: re.Match[str]) -> str:
    code = match[1] or match[2]
    if code:
        number = int(code, 16)
        if number > 0x10FFFF or 0xD800 <= number <= 0xDFFF:
            raise QuerySyntaxError(
                f"{place_of(text, token)}: {match.group()} is not a character", *line_and_column(text, token.start)
            )
        return chr(number)
    if match[3] not in _ECHAR:
        raise QuerySyntaxError(
            f"{place_of(text, token)}: {match.group()!r} is no escape; write a backslash as \\\\",
            *line_and_column(text, token.start),
        )
    return _ECHAR[match[3]]
