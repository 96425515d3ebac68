"""Which share of small faults in the data the checks and expectations notice; lists those that escape.

A fault: one claim, estimate or judgement is gone, with all that points at it or without; or one claim is turned
from affirmed to negated or back. Each is made in a copy of the graph, the rules derive anew, and the checks and
the expectations of the canned queries run as in `kb validate`; SHACL shapes, which are slower, would notice more.
`--without-totals` leaves the control totals of the source versions out, to see what the questions alone notice.
"""

import argparse
import random
from collections.abc import Iterator

from pyoxigraph import NamedNode, Quad

from kb.catalog.header import read_catalogue
from kb.dataset import read_dataset
from kb.derivation import INFERRED, derive
from kb.paths import data_root
from kb.prefixes import expand, read_prefixes
from kb.rules import read_rules
from kb.validation.checks import run_checks, run_expectations
from kb.validation.files import Descriptions

TOTALS = "checks/control-total-differs"


def mutations(quads: list[Quad], prefixes: dict[str, str]) -> Iterator[tuple[str, list[Quad]]]:
    """Yield (what was done, the quads after it) for every fault."""
    term = {name: NamedNode(expand(f"bkg:{name}", prefixes) or "") for name in ("AffirmedClaim", "NegatedClaim")}
    kinds = {NamedNode(expand(f"bkg:{name}", prefixes) or ""): name for name in ("Estimate", "Judgement")}
    kinds |= dict.fromkeys(term.values(), "claim")
    types = NamedNode(expand("rdf:type", prefixes) or "")
    subjects = {quad.subject: kinds[quad.object] for quad in quads if quad.predicate == types and quad.object in kinds}
    for subject, kind in sorted(subjects.items(), key=str):
        name = f"{kind.lower()} {subject.value.rsplit('/', 1)[-1]}"
        yield f"without {name}", [quad for quad in quads if quad.subject != subject]
        yield f"without {name} and what points at it", [quad for quad in quads if subject not in (quad[0], quad[2])]
        if kind == "claim":
            turned = {term["AffirmedClaim"]: term["NegatedClaim"], term["NegatedClaim"]: term["AffirmedClaim"]}
            yield (
                f"turned {name}",
                [
                    Quad(quad.subject, quad.predicate, turned[quad.object], quad.graph_name)
                    if quad.subject == subject and quad.object in turned
                    else quad
                    for quad in quads
                ],
            )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", type=int, default=200, help="faults to try, drawn by --seed (default 200; 0: all)")
    parser.add_argument("--seed", type=int, default=1, help="seed of the draw (default 1)")
    parser.add_argument("--without-totals", action="store_true", help="leave the control totals out")
    options = parser.parse_args()
    root = data_root(None)
    prefixes = read_prefixes(root)
    quads, rules = read_dataset(root, prefixes), read_rules(root, prefixes)
    queries = [
        query for query in read_catalogue(root, prefixes) if not (options.without_totals and query.name == TOTALS)
    ]
    queries.sort(key=lambda query: query.name != TOTALS)  # the quickest to notice comes first
    places = Descriptions([])
    everything = list(mutations(quads, prefixes))
    drawn = everything if not options.sample else random.Random(options.seed).sample(everything, options.sample)
    escaped = []
    for at, (what, after) in enumerate(drawn, 1):
        totals = [query for query in queries if query.name == TOTALS]
        noticed = next(run_checks(totals, after, places, prefixes), None)
        if noticed is None:
            followed = derive(rules, after, prefixes)
            by_axioms = followed.pop(INFERRED)  # the checks run without them, as in validation
            checked = [*after, *(quad for found in followed.values() for quad in found)]
            noticed = next(run_checks(queries, checked, places, prefixes), None) or next(
                run_expectations(queries, [*checked, *by_axioms], prefixes), None
            )
        if noticed is None:
            escaped.append(what)
        if at % 50 == 0:
            print(f"{at} of {len(drawn)} tried, {len(escaped)} escaped", flush=True)
    print(f"noticed {len(drawn) - len(escaped)} of {len(drawn)} faults, drawn from {len(everything)}")
    for what in escaped:
        print(f"escaped: {what}")


if __name__ == "__main__":
    main()
