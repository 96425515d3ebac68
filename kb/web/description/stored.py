"""The descriptions as the store holds them: their numbers count what is served, themselves included."""

from collections.abc import Iterable

from pyoxigraph import Quad, Triple

from kb.compilation import Compiled
from kb.errors import EngineError
from kb.web.description.dataset import (
    access_statements,
    dataset_statements,
    number_statements,
    ontology_statements,
    own_spaces,
    part_statements,
)
from kb.web.description.examples import example_statements, offered_examples
from kb.web.description.linksets import count_links, find_linksets, linkset_statements
from kb.web.description.partitions import partition_statements, vocabulary_statements
from kb.web.description.prefixes import prefix_statements
from kb.web.description.statements import Statement, read_statements, to_quads, to_triples
from kb.web.description.statistics import Statistics, count_graphs
from kb.web.description.vocabulary import description_graphs, word_prefixes

_ROUNDS = 10
"""Descriptions of descriptions before one gives up; five do, as only numbers change after the third."""


def stored_description(triples: Iterable[Triple], compiled: Compiled, base: str) -> list[Quad]:
    """Return the description of a graph as quads in three named graphs, without blank nodes: VoID, prefixes, examples.

    `triples` are those of the graph's default graph, `base` the namespace of its own IRIs. The numbers
    are those of the default graph that holds the triples and the description.
    """
    describer = _Describer(read_statements(triples), compiled, base)
    return [
        *to_quads(describer.settle(), describer.graphs.void),
        *to_quads(describer.prefixes, describer.graphs.prefixes),
        *to_quads(describer.examples, describer.graphs.examples),
    ]


class _Describer:
    """What the VoID description is made of, and what it is made of again once it is among the data."""

    def __init__(self, data: list[Statement], compiled: Compiled, base: str) -> None:
        self.data, self.base, self.known = data, base, compiled.prefixes
        self.graphs = description_graphs(compiled.prefixes)
        self.words = word_prefixes(compiled.prefixes)
        self.prefixes = list(prefix_statements(compiled.prefixes, self.graphs))
        queries = offered_examples(compiled.queries)
        examples = to_triples(example_statements(queries, compiled.prefixes, base, self.graphs))
        self.examples = read_statements(examples)
        self.sizes = count_graphs(compiled.named)
        self.about = ontology_statements(data, base)
        self.fixed = [*data, *self.prefixes, *self.examples]
        self.numbers = Statistics(self.fixed)
        self.links = count_links(find_linksets(data, base, compiled.prefixes), self.fixed)

    def settle(self) -> list[Statement]:
        """Return the description that stays as it is when it is counted in.

        The number of distinct objects is itself an object. In the one case in a few thousand in which
        no number is right for that reason, it is left out.
        """
        for with_objects in (True, False):
            void: list[Statement] = []
            for _ in range(_ROUNDS):
                before, void = void, self.describe(void, with_objects)
                if void == before:
                    return void
        raise EngineError("the description of the graph never settles; report this, with the data")

    def describe(self, void: list[Statement], with_objects: bool) -> list[Statement]:
        """Return the description of the data together with an earlier description."""
        numbers = self.numbers.plus(void) if self.numbers.is_apart(void) else Statistics([*self.fixed, *void])
        more = count_links(self.links, void)
        links = {linkset: number + more[linkset] for linkset, number in self.links.items()}
        sizes = {
            **self.sizes,
            self.graphs.examples: len(self.examples),
            self.graphs.prefixes: len(self.prefixes),
            self.graphs.void: len(void),
        }
        spaces = own_spaces(numbers, self.base, self.known)
        return [
            *dataset_statements(self.about, len(self.data), self.graphs),
            *number_statements(numbers, with_objects, self.graphs),
            *access_statements(self.graphs),
            *part_statements(sizes, spaces, self.graphs),
            *linkset_statements(links, self.graphs, self.known),
            *vocabulary_statements(numbers, self.graphs.part("dataset")),
            *partition_statements(numbers, self.graphs, self.words),
        ]
