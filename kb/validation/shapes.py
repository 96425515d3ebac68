"""Shapes: SHACL over the whole graph, each result at the file and line of what it is about."""

from collections.abc import Iterable, Iterator, Mapping

from pyoxigraph import NamedNode, Quad, RdfFormat, Triple, parse

from kb.errors import DataError
from kb.prefixes import compact
from kb.terms import Term
from kb.validation.files import Descriptions, TurtleFile
from kb.validation.problem import Problem, Severity
from kb.validation.shape_engines import SH, Result, shape_engine

CHECK = "shapes"
FOLDER = "ontology/shapes/"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_PROPERTY_SHAPE = NamedNode(SH + "PropertyShape")
_POINTERS = ("node", "not", "qualifiedValueShape", "and", "or", "xone")
"""What points at other shapes: the first three at one each, the others at a list."""


def check_shapes(
    files: list[TurtleFile], quads: Iterable[Quad], places: Descriptions, prefixes: Mapping[str, str]
) -> Iterator[Problem]:
    """Yield a problem for each result of the shapes in `ontology/shapes/`; nothing when there are none."""
    shapes = [
        quad.triple
        for file in files
        if file.path.startswith(FOLDER)
        # renamed, since what has no name is c14n0 in the statements of each file
        for quad in parse(file.text, RdfFormat.TURTLE, rename_blank_nodes=True)
    ]
    if not shapes:
        return
    faults = list(shape_faults(shapes))
    for shape, fault in faults:
        path, line = places.of(_text(shape)) or (FOLDER.rstrip("/"), None)
        message = f"{_short(shape, prefixes)} {fault}, so that the shapes cannot be run; mend the shape"
        yield Problem(path, line, _short(shape, prefixes), message, "error", CHECK)
    if faults:
        return
    try:
        results = shape_engine()(shapes, dict.fromkeys(quad.triple for quad in quads))
    except DataError as error:
        message = f"the shapes cannot be run ({error}); mend the shape"
        yield Problem(FOLDER.rstrip("/"), None, CHECK, message, "error", CHECK)
        return
    for result in results:
        yield _problem(result, places, prefixes)


def shape_faults(shapes: Iterable[Triple]) -> Iterator[tuple[Term, str]]:
    """Yield each shape that is not whole, with what is wrong: one engine refuses it, the other passes over it."""
    known = dict.fromkeys(shapes)
    described: set[object] = {triple.subject for triple in known}
    with_path: set[object] = {triple.subject for triple in known if triple.predicate.value == SH + "path"}
    values: dict[tuple[Term, str], Term] = {(triple.subject, triple.predicate.value): triple.object for triple in known}
    for shape, predicate, value in known:
        name = predicate.value.removeprefix(SH)
        if value == _PROPERTY_SHAPE and shape not in with_path:
            yield shape, "is a property shape without an sh:path"
        elif name == "property" and value not in with_path:
            yield shape, f"has the sh:property {value}, which has no sh:path"
        elif name in _POINTERS:
            for other in [value] if name in _POINTERS[:3] else _members(value, values):
                if other not in described:
                    yield shape, f"has the sh:{name} {other}, which no file describes"


def _members(node: Term, values: Mapping[tuple[Term, str], Term]) -> Iterator[Term]:
    """Yield the members of an RDF list, up to where it breaks off or comes back to itself."""
    seen: set[Term] = set()
    while (node, _RDF + "first") in values and node not in seen:
        seen.add(node)
        yield values[node, _RDF + "first"]
        node = values.get((node, _RDF + "rest"), node)


def _problem(result: Result, places: Descriptions, prefixes: Mapping[str, str]) -> Problem:
    focus, shape, value = result.focus, result.shape, result.value
    place = places.of(_text(focus)) or (places.of(_text(shape)) if shape else None)
    path, line = place or (FOLDER.rstrip("/"), None)
    found = f" (found {_short(value, prefixes)})" if value is not None and value != focus else ""
    message = f"{_short(focus, prefixes)}: {result.message}{found}"
    severity: Severity = "error" if result.severity == SH + "Violation" else "warning"
    named = _short(focus if value is None else value, prefixes)
    return Problem(path, line, named, message, severity, _short(shape, prefixes) if shape else CHECK)


def _short(term: Term, prefixes: Mapping[str, str]) -> str:
    return compact(term.value, prefixes) if isinstance(term, NamedNode) else _text(term)


def _text(term: Term) -> str:
    return str(term) if isinstance(term, Triple) else term.value
