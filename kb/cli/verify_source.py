"""`kb verify-source`: check a copy of a source against the graph."""

from collections.abc import Sequence

from pyoxigraph import NamedNode

from kb.cli.options import Parser, add_data, add_target
from kb.cli.output import terminal_width, use_colour, write_output
from kb.errors import UsageError
from kb.knowledge_base import KnowledgeBase
from kb.verification import Checked, check_copy, digest, read_copy

SOURCES, PASSAGES = "sources/list", "sources/passages"
"""The canned queries that the check reads the graph with."""


def run(argv: Sequence[str]) -> int:
    """Check a copy; the exit code is 1 when any passage no longer matches."""
    parser = Parser("verify-source", "Check a copy of a source against the passages that claims were taken from.")
    parser.add_argument("file", help="the copy, as UTF-8 text")
    parser.add_argument(
        "--source", metavar="NAME", help="the version of the source (default: the only one whose text is digested)"
    )
    parser.add_argument("--words", action="store_true", help="show the exact words of the copy beside each claim")
    parser.add_argument("-o", "--output", choices=("table", "json"), default="table", help="table (default) or json")
    add_target(parser)
    add_data(parser)
    args = parser.parse_args(argv)
    text = read_copy(args.file)
    kb = KnowledgeBase.open(args.data)
    source = kb.resolve(args.source) if args.source else _only_source(kb)
    passages = kb.query(PASSAGES, source=NamedNode(source))
    if not passages:
        raise UsageError(f"{kb.compact(source)} has no passages to check; 'kb query {SOURCES}' lists the sources")
    checked = check_copy(text, passages)
    whole = digest(text) == str(passages.to_dicts()[0]["sourceSha256"])
    if args.output == "json":
        import json

        items = [{**item._asdict(), "words": item.words if args.words else None} for item in checked]
        document = {"source": source, "file": args.file, "identical": whole, "statements": items}
        write_output(json.dumps(document, ensure_ascii=False, indent=2) + "\n", args.to)
    else:
        write_output(_report(kb, args.file, source, checked, whole, args.words, use_colour(args.to)), args.to)
    return 0 if all(item.state == "same" for item in checked) and whole else 1


def _only_source(kb: KnowledgeBase) -> str:
    """Return the one version of a source whose text is digested."""
    versions = [str(row["version"]) for row in kb.query(SOURCES).to_dicts() if row["sha256"]]
    if len(versions) != 1:
        names = ", ".join(map(kb.compact, versions)) or "none"
        raise UsageError(f"which source? name one with --source; those with a digested text: {names}")
    return versions[0]


def _report(
    kb: KnowledgeBase, path: str, source: str, checked: Sequence[Checked], whole: bool, words: bool, colour: bool
) -> str:
    from kb.formatting import Cell, text_table
    from kb.formatting.cells import visible

    lines = [f"{path} against {kb.compact(source)} ({kb.label(source)})", *_summary(checked, whole)]
    shown = [item for item in checked if (item.is_claim if words else item.state != "same")]
    if not shown:
        return "\n".join(lines) + "\n"
    columns = ["characters", "statement", "state", *(["words"] if words else [])]
    rows = [
        [
            Cell(f"{item.start}-{item.end}"),
            Cell(item.label, kb.compact(item.statement)),
            Cell(item.state if item.is_claim else f"{item.state} (no claim)"),
            *([Cell(visible(item.words))] if words else []),
        ]
        for item in shown
    ]
    return "\n".join(lines) + "\n\n" + text_table(columns, rows, terminal_width(), colour)


def _summary(checked: Sequence[Checked], whole: bool) -> list[str]:
    """Return what to say of the whole copy, counting what changed apart from what only moved."""
    claims = {item.statement for item in checked if item.is_claim}
    places = {(item.start, item.end) for item in checked}
    if whole:
        return [f"identical: {len(places)} passages match, and with them all {len(claims)} claims"]
    counts = []
    changed_claims: set[str] = set()
    for state in ("changed", "moved"):
        items = [item for item in checked if item.state == state]
        on_it = {item.statement for item in items if item.is_claim} - changed_claims
        changed_claims |= on_it
        counts.append((len({(item.start, item.end) for item in items}), len(on_it)))
    (changed, claims_changed), (moved, claims_moved) = counts
    lines = [
        f"not identical: of {len(places)} passages {changed} changed and {moved} only moved",
        f"claims whose words changed: {claims_changed} of {len(claims)}; whose words only moved: {claims_moved}",
    ]
    if any("\r\n" in item.words for item in checked):
        lines.append("the copy has other line ends (CRLF); convert them, and check again")
    elif not changed and not moved:
        lines.append("the copy goes on behind the last passage; remove what was added, such as a last line end")
    return lines
