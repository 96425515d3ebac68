"""The evidence in the graph by row of the table of facts: what each row became, as plain Python values."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode

from kb import KnowledgeBase

BK = "https://w3id.org/baclofen-kg/id/"
BKG = "https://w3id.org/baclofen-kg/ontology#"
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
FIGURES = [
    "pointValue",
    "lowerBound",
    "upperBound",
    "sampleSize",
    "comparatorValue",
    "comparatorSampleSize",
    "comparatorEventCount",
    "eventCount",
    "intervalLevel",
    "pValue",
    "pValueAtMost",
    "studyCount",
    "participantCount",
    "studyDuration",
    "effectiveYear",
]

WORDS = {"one ": 1, "two ": 2, "three ": 3, "first week": 1}
"""Numbers that rows spell out."""
SMALL = 6
"""A source of so many rows says one thing of one study; a label of thirty does not."""

Node = dict[str, list[str]]


class Evidence(NamedTuple):
    """The graph as {local name: {property: values}}, IRIs of the graph by their local names."""

    nodes: dict[str, Node]
    by_row: dict[str, list[str]]
    """The names of the claims that each row such as `E082` became."""

    @classmethod
    def of(cls, kb: KnowledgeBase) -> "Evidence":
        """Return the evidence in an opened graph."""
        nodes: dict[str, Node] = defaultdict(lambda: defaultdict(list))
        for quad in kb.quads():
            if isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(BK):
                key = re.split("[#/]", quad.predicate.value)[-1]
                value = quad.object
                text = value.value if isinstance(value, Literal) else str(value).strip("<>")
                nodes[quad.subject.value.removeprefix(BK)][key].append(text.removeprefix(BK).removeprefix(BKG))
        by_row: dict[str, list[str]] = defaultdict(list)
        for name in sorted(nodes):
            if row := re.match(r"claim-(e\d{3})(?:-|$)", name):
                by_row[row[1].upper()].append(name)
        return cls(nodes, by_row)

    def claims(self, row: str) -> list[str]:
        """Return the names of the claims that a row such as `E082` became."""
        return self.by_row.get(row, [])

    def figures(self, claim: str) -> list[tuple[str, str, str]]:
        """Return (node, property, number) of the figures of a claim, of its estimates, and of what it names.

        What it names: its regimen, its population, and a strength that is its subject or object.
        """
        node = self.nodes[claim]
        named = [*node["hasEstimate"], *node["underRegimen"], *node["inPopulation"], *node["claimObject"]]
        more = [
            "lowestDailyDose",
            "highestDailyDose",
            "amount",
            "fromAge",
            "belowAge",
            "fromFiltrationRate",
            "belowFiltrationRate",
        ]
        return [
            (name, key, value)
            for name in [claim, *named]
            for key in [*FIGURES, *more]
            for value in self.nodes[name].get(key, [])
        ]

    def known_numbers(
        self, row: str, rows: Mapping[str, Mapping[str, str]], leans_on: Mapping[str, str]
    ) -> set[Decimal]:
        """Return the numbers that a claim of a row may have: its own, and those of rows on the same version."""
        versions = {version for claim in self.claims(row) for version in self.nodes[claim]["statedIn"]}
        beside = {
            other
            for other in rows
            if any(version in versions for claim in self.claims(other) for version in self.nodes[claim]["statedIn"])
        }
        text = " ".join(
            value
            for other in {row, leans_on.get(row, row)} | (beside if len(beside) < SMALL else set())
            for key, value in rows[other].items()
            if key != "url"
        )
        return numbers(text) | {Decimal(number) for word, number in WORDS.items() if word in text.lower()}

    def judged(self, claims: Iterable[str]) -> set[tuple[str, str]]:
        """Return (relation, claim of the article) of the judgements that any of the claims makes."""
        wanted = set(claims)
        return {
            (node["judgedRelation"][0], node["judgedClaim"][0].removeprefix("claim-").upper())
            for node in self.nodes.values()
            if "Judgement" in node.get("type", []) and node["judgingClaim"][0] in wanted
        }


def numbers(text: str) -> set[Decimal]:
    """Return the numbers in a text, without their signs: a hyphen may as well be a dash."""
    return {Decimal(number.replace(",", "").rstrip(".")) for number in NUMBER.findall(text)}


def is_computed(value: Decimal, node: Node) -> bool:
    """Whether a percentage is the count of the same estimate over its number of people, rounded as printed."""
    for events, people in (("eventCount", "sampleSize"), ("comparatorEventCount", "comparatorSampleSize")):
        if node.get(events) and node.get(people):
            share = Fraction(int(node[events][0]), int(node[people][0])) * 100
            if abs(Fraction(value) - share) <= Fraction(1, 2) * Fraction(10) ** int(value.as_tuple().exponent):
                return True
    return False
