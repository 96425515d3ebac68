"""What a page says to machines: the views of an entity as one JSON-LD document in the words of schema.org.

What may be said is decided by the view files of the graph (`ontology/views/`), not here.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kb.terms import RDF_TYPE, XSD

VOCABULARY = "https://schema.org/"
_UNSAFE = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}
"""What could end the script element, or a line of it, before the document ends; JSON has them in its strings alone."""


def to_json_ld(triples: Iterable[Triple], entity: str) -> dict[str, Any] | None:
    """Return triples as a JSON-LD document that needs no other, the node of `entity` first; None without triples.

    Words of schema.org lose their namespace. A property whose values are all IRIs that the document
    does not describe, such as `sameAs`, has them as plain text, which search engines expect.
    """
    nodes: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for triple in sorted(set(triples), key=str):
        if isinstance(triple.subject, (NamedNode, BlankNode)) and not isinstance(triple.object, Triple):
            nodes[_name(triple.subject)][_word(triple.predicate)].append(triple.object)
    if not nodes:
        return None
    links = _links(nodes)
    context = {"@vocab": VOCABULARY, **{word: {"@type": "@id"} for word in sorted(links)}}
    ordered = sorted(nodes, key=lambda name: (name != entity, name))
    return {"@context": context, "@graph": [_node(name, nodes[name], links) for name in ordered]}


def to_script_text(document: Mapping[str, Any]) -> str:
    """Return a document as the text of a `script` element, in which no label can end the element."""
    return json.dumps(document, ensure_ascii=False, indent=1).translate(_UNSAFE)


def _links(nodes: Mapping[str, Mapping[str, Sequence[Any]]]) -> set[str]:
    """Return the properties whose values are all IRIs without a node of their own."""
    values: dict[str, list[Any]] = defaultdict(list)
    for properties in nodes.values():
        for word, found in properties.items():
            values[word] += found
    return {
        word
        for word, found in values.items()
        if word != "@type" and all(isinstance(value, NamedNode) and value.value not in nodes for value in found)
    }


def _node(name: str, properties: Mapping[str, Sequence[Any]], links: set[str]) -> dict[str, Any]:
    node: dict[str, Any] = {"@id": name}
    for word in sorted(properties, key=lambda word: (word != "@type", word != "name", word)):
        values = [_value(word, value, links) for value in properties[word]]
        node[word] = values[0] if len(values) == 1 else values
    return node


def _value(word: str, value: NamedNode | BlankNode | Literal, links: set[str]) -> Any:
    if not isinstance(value, Literal):
        if word == "@type":
            return _name(value).removeprefix(VOCABULARY)
        return _name(value) if word in links else {"@id": _name(value)}
    if value.language:
        return {"@language": value.language, "@value": value.value}
    if value.datatype.value == XSD + "string":
        return value.value
    return {"@type": value.datatype.value, "@value": value.value}


def _name(node: NamedNode | BlankNode) -> str:
    return node.value if isinstance(node, NamedNode) else str(node)


def _word(predicate: NamedNode) -> str:
    return "@type" if predicate == RDF_TYPE else predicate.value.removeprefix(VOCABULARY)
