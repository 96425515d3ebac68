"""A statement as a person writes it, read as terms."""

from collections.abc import Callable, Iterable, Mapping

from kb.errors import KbError, ParameterError, UnknownNameError
from kb.prefixes import expand
from kb.proof_checker.notation import RDF, Statement, Statements, read_term

_TYPE = f"<{RDF}type>"


def read_names(
    subject: str,
    predicate: str,
    value: str,
    resolve: Callable[[str], str],
    prefixes: Mapping[str, str],
    facts: Statements,
) -> Statement:
    """Return the statement that three names make.

    Entities are named as everywhere; a property by its name with or without prefix, by its label, or as `a`; a value
    that is no entity by its text, as the graph has it, or as N-Triples (`"text"@en`).

    Raises:
        UnknownNameError: nothing has one of the names.
        ParameterError: one of them names several things.
    """
    first = _entity(subject, resolve, prefixes)
    second = _property(predicate, resolve, prefixes, facts)
    return first, second, _value(value, resolve, prefixes, facts.match(first, second, None))


def _entity(name: str, resolve: Callable[[str], str], prefixes: Mapping[str, str]) -> str:
    try:
        return f"<{resolve(name)}>"
    except UnknownNameError:
        iri = expand(name, prefixes)
        if iri is None or any(iri.startswith(space) for space in _own(prefixes)):
            raise
        return f"<{iri}>"


def _own(prefixes: Mapping[str, str]) -> Iterable[str]:
    """Yield the namespaces of which the graph knows every name."""
    common = ("owl", "rdf", "rdfs", "xsd")
    return (space for prefix, space in prefixes.items() if prefix not in common)


def _property(name: str, resolve: Callable[[str], str], prefixes: Mapping[str, str], facts: Statements) -> str:
    if name in ("a", "type", "rdf:type"):
        return _TYPE
    properties = {each[1] for each in facts.all}
    properties |= {each[0] for each in facts.all if each[1] == _TYPE and each[2].endswith("Property>")}
    iri = name[1:-1] if name.startswith("<") else expand(name, prefixes)
    if f"<{iri}>" in properties:
        return f"<{iri}>"
    local = sorted(each for each in properties if each[1:-1].replace("#", "/").rsplit("/", 1)[-1] == name)
    if len(local) == 1:
        return local[0]
    if local:
        raise ParameterError(f"{name!r} names several properties: {', '.join(local)}; give one of these")
    try:
        found = f"<{resolve(name)}>"
    except KbError:
        found = ""
    if found in properties:
        return found
    known = (each[1:-1].replace("#", "/").rsplit("/", 1)[-1] for each in sorted(properties))
    raise UnknownNameError("property", name, known, "'kb query entity/list' lists the names")


def _value(text: str, resolve: Callable[[str], str], prefixes: Mapping[str, str], facts: Iterable[Statement]) -> str:
    if text.startswith('"') and text.count('"') > 1:
        return read_term(text)
    literals = sorted(each[2] for each in facts if each[2][0] == '"' and each[2][1 : each[2].rindex('"')] == text)
    return literals[0] if literals else _entity(text, resolve, prefixes)
