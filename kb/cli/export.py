"""`kb export`: write the whole graph in an RDF format."""

from collections.abc import Sequence

from kb.cli.options import Parser, add_asserted, add_data, add_target
from kb.cli.output import write_output
from kb.exports import exports, find_export
from kb.knowledge_base import KnowledgeBase


def run(argv: Sequence[str]) -> int:
    """Write every statement of the graph, ontology included, and what is inferred unless it is left out."""
    known = exports()
    parser = Parser("export", "Write the whole graph, ontology included, in one format.")
    listed = "; ".join(f"{name}: {export.summary}" for name, export in known.items())
    parser.add_argument("format", help=listed)
    add_target(parser)
    add_asserted(parser)
    add_data(parser)
    args = parser.parse_args(argv)
    export = find_export(args.format)
    kb = KnowledgeBase.open(args.data, inferred=not args.asserted)
    write_output(export.write(kb.quads(), kb.prefixes), args.to)
    return 0
