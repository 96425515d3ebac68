"""The one way a Turtle file is written: what rdflib's `longturtle` makes of it, in a settled order.

Formatting changes spelling and order only. A file is left alone where it would change more: a
number's digits, or a comment, which no formatter can keep.
"""

import logging
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING, Any

from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, NamedNode, RdfFormat, Triple, parse

from kb.dataset import turtle_error
from kb.errors import DataError, OutputError, QuerySyntaxError, UsageError
from kb.paths import files_below
from kb.prefixes import read_prefixes
from kb.terms import XSD, Term
from kb.tokens import Token, line_and_column, tokenize

if TYPE_CHECKING:
    from rdflib.term import BNode, Literal, URIRef

NO_COMMENTS = "a formatter drops comments; write skos:editorialNote on the thing it speaks of"
"""Why a comment is refused, and what to do instead."""
NO_BLANK_NODES = "a node of the data needs a name that others can cite; give it an IRI"
"""Why `[ ]` and `_:x` are refused in the data, and what to do instead."""


def format_files(root: str, paths: Sequence[str] | None = None, check: bool = False) -> list[str]:
    """Return the Turtle files that formatting changed or, with `check`, would change.

    `paths` are below `root`, or absolute; None means all files of the ontology and the data. All
    files are formatted before the first is written, and each is replaced as a whole.

    Raises:
        DataError: a file that cannot be formatted; then none is written.
    """
    prefixes = read_prefixes(root)
    if paths is None:
        chosen = files_below(root, "ontology", ".ttl") + files_below(root, "graph_data", ".ttl")
    else:
        chosen = [_below(root, path) for path in paths]
    changed: dict[str, str] = {}
    for path in chosen:
        try:
            with open(os.path.join(root, path), encoding="utf-8", newline="") as file:
                text = file.read()
        except FileNotFoundError as error:
            raise UsageError(f"{path}: there is no such file; name one below {root}") from error
        except (OSError, UnicodeDecodeError) as error:
            raise DataError(f"{path}: cannot be read as UTF-8 ({error}); mend the file") from error
        formatted = format_turtle(path, text, prefixes)
        if formatted != text:
            changed[path] = formatted
    if not check:
        for path, formatted in changed.items():
            try:
                _replace(os.path.realpath(os.path.join(root, path)), formatted)
            except OSError as error:
                raise OutputError(f"{path}: cannot be written ({error.strerror}); make its folder writable") from error
    return list(changed)


def format_turtle(path: str, text: str, prefixes: Mapping[str, str]) -> str:
    """Return the text of a Turtle file in the one form, with the prefixes of `prefixes` that it uses.

    `path` names the file in messages; below `graph_data/` every node must have a name.

    Raises:
        DataError: it is not Turtle, has a comment, or cannot be written in that form unchanged.
    """
    before = parse_turtle(path, text)
    tokens = turtle_tokens(path, text)
    has_names_only = path.startswith("graph_data/")
    for token in tokens:
        if token.kind == "comment":
            raise DataError(f"{_place(path, text, token)}: {token.text[:40]!r} would be lost; {NO_COMMENTS}")
        if has_names_only and (token.kind == "blank" or token.text in ("[", "(")):
            raise DataError(f"{_place(path, text, token)}: has a blank node; {NO_BLANK_NODES}")
    formatted = _with_used_prefixes(path, _serialize(before, prefixes), prefixes)
    _refuse_change(path, before, parse_turtle(path, formatted))
    return formatted


def parse_turtle(path: str, text: str) -> list[Triple]:
    """Return the statements of a Turtle text, each once, with canonical blank nodes (RDFC-1.0), sorted.

    Raises:
        DataError: with file and line, when the text is not Turtle.
    """
    try:
        dataset = Dataset(parse(text, RdfFormat.TURTLE))
    except SyntaxError as error:
        raise turtle_error(path, error) from error
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return sorted((quad.triple for quad in dataset), key=str)


def turtle_tokens(path: str, text: str) -> list[Token]:
    """Return the tokens of a Turtle text without white space; comments are among them.

    Raises:
        DataError: with file and line, at a character that starts no token.
    """
    try:
        return [token for token in tokenize(text) if token.kind != "space"]
    except QuerySyntaxError as error:
        raise DataError(
            f"{path}:{error.line}: column {error.column}: no token of Turtle starts here; mend it"
        ) from error


def _serialize(triples: list[Triple], prefixes: Mapping[str, str]) -> str:
    """Return what longturtle writes for `triples`, subjects in the order of their IRIs.

    By itself longturtle puts a subject behind those that fewer others point at, so that one new
    claim would move the blocks of all it points at.
    """
    from rdflib import Graph
    from rdflib.plugins.serializers.longturtle import LongTurtleSerializer
    from rdflib.term import URIRef

    class Serializer(LongTurtleSerializer):
        def orderSubjects(self) -> list[Any]:  # noqa: N802
            named = sorted(node for node in self._subjects if isinstance(node, URIRef))
            # a node without a name is written where it is pointed at, so those that nothing points at come first
            others = [node for node in self._subjects if not isinstance(node, URIRef)]
            return named + sorted(others, key=lambda node: (self._references[node], node))

    graph = Graph(bind_namespaces="none")
    for prefix, namespace in prefixes.items():
        graph.bind(prefix, namespace, override=True, replace=True)
    written = BytesIO()
    with quiet_rdflib():
        for subject, predicate, value in triples:
            graph.add((to_rdflib(subject), to_rdflib(predicate), to_rdflib(value)))
        Serializer(graph).serialize(written)  # type: ignore[no-untyped-call]
    return "".join(_tidy(token) for token in tokenize(written.getvalue().decode()))


def _tidy(token: Token) -> str:
    """Return a token as longturtle should write it: in a list, it leaves lines of spaces, and two spaces for one."""
    if token.kind != "space":
        return token.text
    return re.sub(r"\n +(?=\n)", "", token.text) if "\n" in token.text else " "


@contextmanager
def quiet_rdflib() -> Iterator[None]:
    """Keep rdflib meanwhile from logging a traceback for each literal such as "2023-02-30"^^xsd:date."""
    logger = logging.getLogger("rdflib.term")

    def nothing(_: logging.LogRecord) -> bool:
        return False

    logger.addFilter(nothing)  # a filter of this call's own: a level could not be put back with several threads
    try:
        yield
    finally:
        logger.removeFilter(nothing)


def to_rdflib(term: Term) -> "URIRef | BNode | Literal":
    """Return a term for rdflib, its lexical form as it is."""
    from rdflib.term import BNode, Literal, URIRef

    if isinstance(term, NamedNode):
        return URIRef(term.value)
    if isinstance(term, BlankNode):
        return BNode(term.value)
    if isinstance(term, Triple):
        raise DataError(f"the triple term {term} has no place in this graph; make the statement a claim")
    if term.language:
        return Literal(term.value, lang=term.language, normalize=False)
    datatype = None if term.datatype.value == XSD + "string" else URIRef(term.datatype.value)
    return Literal(term.value, datatype=datatype, normalize=False)


def _with_used_prefixes(path: str, text: str, prefixes: Mapping[str, str]) -> str:
    """Return formatted text without the prefixes that nothing in it uses.

    longturtle declares xsd: for a plain number too, and makes up a prefix for a property outside
    every namespace it knows.

    Raises:
        DataError: it made one up.
    """
    tokens = turtle_tokens(path, text)
    at_names = [at for at, token in enumerate(tokens) if token.kind == "name"]
    declared = [at for at in at_names if tokens[at - 1].is_word("PREFIX")]
    used = {tokens[at].text.split(":", 1)[0] for at in at_names if at not in declared}
    kept = []
    for at in declared:
        prefix, iri = tokens[at].text[:-1], tokens[at + 1].text[1:-1]
        if prefix in used and prefixes.get(prefix) != iri:
            raise DataError(
                f"{path}: uses a property below <{iri}>, which ontology/prefixes.ttl does not list; add it there"
            )
        if prefix in used:
            kept.append(f"PREFIX {prefix}: <{iri}>\n")
    body = text[tokens[declared[-1] + 1].end :] if declared else text
    return "".join(kept) + ("\n" if kept else "") + body.strip() + "\n"


def _refuse_change(path: str, before: list[Triple], after: list[Triple]) -> None:
    if before != after:
        lost = next((triple for triple in before if triple not in after), before[0])
        raise DataError(
            f"{path}: formatting would change {lost}; write the value in its plain form, such as 10 for 010"
        )


def _place(path: str, text: str, token: Token) -> str:
    return f"{path}:{line_and_column(text, token.start)[0]}"


def _below(root: str, path: str) -> str:
    """Return `path`, which is below `root` or else below the working folder, as it is below `root`."""
    inside = os.path.join(root, path)
    return os.path.relpath(inside if os.path.exists(inside) else os.path.abspath(path), root).replace(os.sep, "/")


def _replace(path: str, text: str) -> None:
    """Put a whole new file in the place of `path`, with the same mode."""
    handle, temporary = tempfile.mkstemp(dir=os.path.dirname(path), prefix=".fmt-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        shutil.copymode(path, temporary)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
