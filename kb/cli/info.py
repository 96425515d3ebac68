"""`kb info`: what the graph holds and where it is."""

from collections.abc import Mapping, Sequence
from hashlib import sha256

from pyoxigraph import NamedNode

from kb.cli.options import Parser, add_data, add_target
from kb.cli.output import terminal_width, use_colour, write_output
from kb.engines import engine_names
from kb.exports import exports
from kb.knowledge_base import KnowledgeBase
from kb.results import Rows

COUNTS = """
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?class (COUNT(DISTINCT ?member) AS ?members) {
  ?class a owl:Class .
  ?member a/rdfs:subClassOf* ?class .
}
GROUP BY ?class ORDER BY DESC(?members) ?class
"""
"""Members of each class of the ontology, those of its subclasses included."""


def run(argv: Sequence[str]) -> int:
    """Say the version, place, size and digest of the graph, what follows by axioms and rules, and its members."""
    from kb import __version__

    parser = Parser(
        "info", "Say what the graph holds, in which version, where it is, and what it can be asked and written with."
    )
    parser.add_argument("-o", "--output", choices=("table", "json"), default="table", help="table (default) or json")
    add_target(parser)
    add_data(parser)
    args = parser.parse_args(argv)
    kb = KnowledgeBase.open(args.data)
    with open(kb.compiled.named, "rb") as file:
        named = file.read()
    facts: dict[str, object] = {
        "version": __version__,
        "graph": kb.compiled.root,
        "statements": named.count(b"\n"),
        "asserted statements": kb.compiled.asserted_count,
        "named graphs": len(kb.compiled.graphs),
        "canned queries": len(kb.queries),
        "rules": len(kb.compiled.rules),
        "derived statements": sum(count for _, count in kb.compiled.rules.values()),
        "inferred statements": kb.compiled.inferred_count,
        "SHA-256 of the sorted N-Quads": sha256(named).hexdigest(),
        "engines": engine_names(),
        "export formats": list(exports()),
        "compiled form": kb.compiled.folder,
    }
    result = kb.sparql(COUNTS)
    counts = result.to_dicts() if isinstance(result, Rows) else []
    if args.output == "json":
        import json

        derived = {name: count for name, (_, count) in kb.compiled.rules.items()}
        members = {kb.compact(str(row["class"])): row["members"] for row in counts}
        document = {**facts, "derived statements by rule": derived, "members by class": members}
        write_output(json.dumps(document, indent=2) + "\n", args.to)
        return 0
    about = [
        f"{name}: {', '.join(map(str, value)) if isinstance(value, list) else value}" for name, value in facts.items()
    ]
    write_output("\n".join([*about, "", *_tables(kb, counts, use_colour(args.to))]), args.to)
    return 0


def _tables(kb: KnowledgeBase, counts: Sequence[Mapping[str, object]], colour: bool) -> list[str]:
    """Return a table of the rules, where there are any, and one of the classes."""
    from kb.formatting import Cell, cell_of, text_table

    rules = [[Cell(name), Cell(str(count)), Cell(summary)] for name, (summary, count) in kb.compiled.rules.items()]
    members = [
        [cell_of(NamedNode(str(row["class"])), lambda iri: (kb.label(iri), kb.compact(iri))), Cell(str(row["members"]))]
        for row in counts
    ]
    shown = [text_table(("rule", "statements", "derives"), rules, terminal_width(), colour)] if rules else []
    return [*shown, text_table(("class", "members"), members, terminal_width(), colour)]
