"""`kb show`: an entity or a claim, with all the graph says of it and where that is written."""

from collections.abc import Sequence

from pyoxigraph import NamedNode

from kb.cli.options import Parser, add_asserted, add_data, add_target
from kb.cli.output import terminal_width, use_colour, write_output
from kb.knowledge_base import KnowledgeBase
from kb.place import Places
from kb.results import Rows
from kb.terms import Term

FACTS, CLAIMS, USES = "entity/facts-by-entity", "entity/claims-by-entity", "entity/uses-of-entity"
"""The canned queries that `show` is made of."""


_LEFT_OUT = {"claims": ("file", "subject", "relation", "object")}
"""Columns that the text leaves out: the label of a claim says what it relates to what."""


def run(argv: Sequence[str]) -> int:
    """Show one thing: its facts, the claims on it, and what else points at it."""
    parser = Parser(
        "show", "Show an entity, claim, source or term: its facts, the claims on it, and the place each is written."
    )
    parser.add_argument("name", help="a short name, a label, an outside code such as CHEBI:2972, or an IRI")
    parser.add_argument(
        "-o", "--output", choices=("table", "md", "json"), default="table", help="table (default), md or json"
    )
    add_target(parser)
    add_asserted(parser)
    add_data(parser)
    args = parser.parse_args(argv)
    kb = KnowledgeBase.open(args.data, inferred=not args.asserted)
    iri = kb.resolve(args.name)
    entity = NamedNode(iri)
    parts = {
        title: kb.query(name, entity=entity) for title, name in (("facts", FACTS), ("claims", CLAIMS), ("uses", USES))
    }
    places = Places(kb.compiled.root, kb.prefixes)
    if args.output == "json":
        import json

        document: dict[str, object] = {"iri": iri, "name": kb.compact(iri), "label": kb.label(iri)}
        for title, rows in parts.items():
            document[title] = [
                {**{key: _plain(value) for key, value in row.items()}, "place": place}
                for row, place in zip(rows.to_dicts(), _places(rows, iri, places), strict=True)
            ]
        write_output(json.dumps(document, ensure_ascii=False, indent=2) + "\n", args.to)
        return 0
    blocks = [_heading(kb, iri)]
    blocks += [
        _section(kb, title, rows, _places(rows, iri, places), args.output, use_colour(args.to))
        for title, rows in parts.items()
        if rows
    ]
    write_output("\n".join(blocks), args.to)
    return 0


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, (str, int, float, bool)) else str(value)


def _heading(kb: KnowledgeBase, iri: str) -> str:
    label = kb.label(iri)
    return f"{label}  {kb.compact(iri)}\n{iri}\n" if label else f"{kb.compact(iri)}\n{iri}\n"


def _places(rows: Rows, iri: str, places: Places) -> list[str]:
    """Return the place of each row: that of its claim or user, else that of the entity itself."""
    subject = next((name for name in ("claim", "user") if name in rows.variables), None)
    found = []
    for row in rows:
        term: Term | None = row[subject] if subject else NamedNode(iri)
        found.append(places.of(row["file"], term.value if isinstance(term, NamedNode) else iri))
    return found


def _section(kb: KnowledgeBase, title: str, rows: Rows, places: Sequence[str], format: str, colour: bool) -> str:
    from kb.formatting import Cell, cell_of, markdown_table, text_table

    shown = [at for at, name in enumerate(rows.variables) if name not in _LEFT_OUT.get(title, ("file",))]
    columns = [*(rows.variables[at] for at in shown), "place"]
    cells = [
        [*(cell_of(row[at], lambda iri: (kb.label(iri), kb.compact(iri))) for at in shown), Cell(place)]
        for row, place in zip(rows.rows, places, strict=True)
    ]
    head = f"{title} ({len(rows)})"
    if format == "md":
        return f"## {head}\n\n{markdown_table(columns, cells)}"
    return f"{head}\n\n{text_table(columns, cells, terminal_width(), colour)}"
