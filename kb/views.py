"""Views: what the graph says of one entity in the words of another vocabulary, one SPARQL CONSTRUCT a file.

A view is `ontology/views/<slug>.rq`. Its header says in `summary` what it gives, and in `description`
what it leaves out and why. The entity stands in a line `VALUES ?entity { example }` at the top of WHERE.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from pyoxigraph import NamedNode

from kb.errors import DataError
from kb.paths import files_below
from kb.sparql_file import check_text, line_of, read_header, read_text
from kb.terms import check_iri, to_sparql
from kb.tokens import significant

FOLDER = "ontology/views"
_KEYS = {"summary": str, "description": str}


class View(NamedTuple):
    """One view of an entity."""

    name: str
    summary: str
    """What it gives."""
    text: str
    """The SPARQL, header included: it runs as it stands, for its example."""

    @property
    def path(self) -> str:
        """The file that holds the view, below the root of the graph."""
        return f"{FOLDER}/{self.name}.rq"


def collect_views(root: str, prefixes: Mapping[str, str]) -> tuple[list[View], list[DataError]]:
    """Return the sound views of the graph in `root`, by name, and the first fault of each of the others."""
    sound: list[View] = []
    faults: list[DataError] = []
    for path in files_below(root, FOLDER, ".rq"):
        try:
            sound.append(read_view(root, path, prefixes))
        except DataError as error:
            faults.append(error)
    return sound, faults


def read_views(root: str, prefixes: Mapping[str, str]) -> list[View]:
    """Return the views of the graph in `root`, by name; a graph need not have any.

    Raises:
        DataError: the first fault of a view.
    """
    views, faults = collect_views(root, prefixes)
    if faults:
        raise faults[0]
    return views


def read_view(root: str, path: str, prefixes: Mapping[str, str]) -> View:
    """Return the view in the file `path` (below `root`).

    Raises:
        DataError: with file, the fault and the remedy.
    """
    name = path[len(FOLDER) + 1 : -len(".rq")]
    if "/" in name:
        raise DataError(f"{path}: lies in a folder of its own; move it to {FOLDER}/")
    text = read_text(root, path)
    header = read_header(path, text, _KEYS, "what the view gives")
    check_text(path, text, prefixes, "construct", "a view is a CONSTRUCT, which gives statements")
    if len(_places(text)) != 1:
        raise DataError(f"{path}: needs exactly one line 'VALUES ?entity {{ <example> }}' at the top of WHERE")
    return View(name, line_of(path, header, "summary", required=True), text)


def bind_entity(text: str, iri: str) -> str:
    """Return query text with an IRI between the braces of each of its lines `VALUES ?entity { … }`.

    Raises:
        ParameterError: it is no IRI that can stand in a query.
    """
    term = f" {to_sparql(NamedNode(check_iri(iri)))} "
    for start, end in reversed(_places(text, anywhere=True)):
        text = text[:start] + term + text[end:]
    return text


def entities_text(text: str) -> str:
    """Return a SELECT for the entities of which a view has something to say, in the variable `?entity`."""
    for start, end in reversed(_places(text, anywhere=True)):
        line = text.upper().rindex("VALUES", 0, start)
        text = text[:line] + text[end + 1 :]
    tokens = significant(text)
    begin = next(at for at, token in enumerate(tokens) if token.is_word("CONSTRUCT"))
    depth = 0
    for token in tokens[begin + 1 :]:
        depth += (token.text == "{") - (token.text == "}")
        if token.text == "}" and depth == 0:
            return f"{text[: tokens[begin].start]}SELECT DISTINCT ?entity{text[token.end :]}"
    raise AssertionError("a view is checked when it is read")


@lru_cache(maxsize=64)
def _places(text: str, anywhere: bool = False) -> list[tuple[int, int]]:
    """Return where the braces of the entity's lines open and close: those at the top of WHERE, or all."""
    found = []
    depth = 0
    tokens = significant(text)
    for at, token in enumerate(tokens):
        depth += (token.text == "{") - (token.text == "}")
        line = [each.text for each in tokens[at + 1 : at + 3]]
        if token.is_word("VALUES") and line == ["?entity", "{"] and (anywhere or depth == 1):
            close = next(other.start for other in tokens[at + 3 :] if other.text == "}")
            found.append((tokens[at + 2].end, close))
    return found
