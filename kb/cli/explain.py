"""`kb explain`: why the graph says so, down to the files; or what is wanting for it to follow."""

import json
from collections.abc import Sequence

from kb.cli.options import Parser, add_data, add_target
from kb.cli.output import note, write_output
from kb.knowledge_base import KnowledgeBase
from kb.reasoning.explanation import Explanation
from kb.reasoning.proof_text import Namer, markdown, mermaid, text_tree
from kb.reasoning.prover import MOST_PROOFS

NOT_ENTAILED = 1


def run(argv: Sequence[str]) -> int:
    """Explain one statement; return 1 when it does not follow."""
    parser = Parser(
        "explain",
        "Explain a statement: the files, axioms and rules that it follows from, step by step; where it does not "
        "follow, what is wanting (exit code 1).",
    )
    parser.add_argument("subject", help="a short name, a label, an outside code such as CHEBI:2972, or an IRI")
    parser.add_argument("predicate", help="a property, with or without its prefix, or 'a' for the class")
    parser.add_argument("object", help="a name as for the subject, or the text of a value")
    parser.add_argument(
        "-o", "--output", choices=("text", "json", "md", "mermaid"), default="text", help="text (default), json, md …"
    )
    parser.add_argument(
        "--all", action="store_true", help=f"all proofs, shortest first, up to {MOST_PROOFS}; not for mermaid"
    )
    add_target(parser)
    add_data(parser)
    args = parser.parse_args(argv)
    kb = KnowledgeBase.open(args.data)
    explanation = kb.explain(args.subject, args.predicate, args.object)
    others = len(explanation.proofs) - 1
    if others > 0 and not args.all:
        at_least = "at least " if others == MOST_PROOFS - 1 else ""
        are, proofs, them = ("are", "proofs", "them") if others > 1 else ("is", "proof", "it")
        note(f"there {are} {at_least}{others} more {proofs}, no shorter; --all shows {them}")
        explanation = explanation._replace(proofs=explanation.proofs[:1])
    write_output(_render(kb, explanation, args.output, args.all), args.to)
    return 0 if explanation.proofs else NOT_ENTAILED


def _render(kb: KnowledgeBase, explanation: Explanation, format: str, as_list: bool) -> str:
    if format == "json":
        document: object = explanation.to_json()
        if explanation.proofs:
            proofs = [proof.to_json() for proof in explanation.proofs]
            document = proofs if as_list else proofs[0]
        return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    summaries = {name: summary for name, (summary, _) in kb.compiled.rules.items()}
    namer = Namer(kb.label, kb.compact, summaries)
    return {"text": text_tree, "md": markdown, "mermaid": mermaid}[format](explanation, namer)
