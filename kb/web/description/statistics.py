"""How many statements of which kind there are: what VoID reports, counted in one pass."""

from collections import Counter
from collections.abc import Iterable, Mapping
from copy import copy

from pyoxigraph import Literal, Quad, RdfFormat, Store, Triple, parse

from kb.web.description.statements import Statement
from kb.web.description.vocabulary import RDFS, TYPE

_SUBCLASS = RDFS + "subClassOf"
_Kinds = tuple[str, ...]
_NONE: _Kinds = ()
_Tally = Counter[tuple[_Kinds, str, "_Kinds | str"]]
"""Statements by the classes of their subject, their property, and the classes or the datatype of their object."""


class Statistics:
    """The numbers of a graph, none of whose statements is there twice; `docs/http.md` has the query for each."""

    def __init__(self, statements: Iterable[Statement] = ()) -> None:
        self.subjects: Counter[str] = Counter()
        """{subject: statements on it}."""
        self.objects: set[str | Literal | Triple] = set()
        self.kinds: dict[str, _Kinds] = {}
        """{subject: its classes, sorted}."""
        self.properties: Counter[str] = Counter()
        """{property: statements with it}."""
        self.instances: Counter[str] = Counter()
        """{class: its instances}."""
        self.of_class: Counter[tuple[str, str]] = Counter()
        """{(class, property): statements with it on instances of the class}."""
        self.to_class: Counter[tuple[str, str, str]] = Counter()
        """The same by the class of the object."""
        self.narrow: set[tuple[str, str, str]] = set()
        """The keys of `to_class` by whose last class some object is best described: it has no narrower one."""
        self.to_datatype: Counter[tuple[str, str, str]] = Counter()
        """The same by the datatype of the object."""
        self._count(list(statements))

    @property
    def triples(self) -> int:
        """How many statements there are."""
        return self.subjects.total()

    @property
    def entities(self) -> int:
        """How many IRIs have a class."""
        return sum(1 for subject in self.kinds if not subject.startswith("_:"))

    def is_apart(self, more: Iterable[Statement]) -> bool:
        """Whether further statements change nothing in how those counted so far are told apart."""
        return not any(
            predicate == _SUBCLASS or (predicate == TYPE and (subject in self.subjects or subject in self.objects))
            for subject, predicate, _, _ in more
        )

    def plus(self, more: list[Statement]) -> "Statistics":
        """Return the numbers of the graph with further statements, which are apart from it."""
        result = copy(self)
        for name, counted in vars(self).items():
            setattr(result, name, copy(counted))
        result._count(more)
        return result

    def _count(self, statements: list[Statement]) -> None:
        new = _kinds(statements)
        self.kinds.update(new)
        self.instances.update(kind for found in new.values() for kind in found)
        self.subjects.update(statement[0] for statement in statements)
        self.objects.update(statement[2] for statement in statements)
        self.properties.update(statement[1] for statement in statements)
        kinds, tally = self.kinds.get, _Tally()
        tally.update(
            (kinds(subject, _NONE), predicate, datatype or kinds(term, _NONE))  # type: ignore[arg-type]
            for subject, predicate, term, datatype in statements
        )
        self._add_partitions(tally, _narrowest(statements, self.kinds))

    def _add_partitions(self, tally: _Tally, narrowest: Mapping[_Kinds, frozenset[str]]) -> None:
        """Add the numbers by class, property, and class or datatype of the object; only IRIs are keys."""
        for (classes, predicate, to), number in tally.items():
            for kind in classes:
                if kind.startswith("_:"):
                    continue
                self.of_class[kind, predicate] += number
                if isinstance(to, str):
                    self.to_datatype[kind, predicate, to] += number
                elif predicate != TYPE:
                    for other in to:
                        self.to_class[kind, predicate, other] += number
                    self.narrow.update(
                        (kind, predicate, other) for other in narrowest.get(to, to) if not other.startswith("_:")
                    )


def _kinds(statements: Iterable[Statement]) -> dict[str, _Kinds]:
    """Return {subject: its classes, sorted}."""
    found: dict[str, list[str]] = {}
    for subject, predicate, term, _ in statements:
        if predicate == TYPE:
            found.setdefault(subject, []).append(str(term))
    return {subject: tuple(sorted(classes)) for subject, classes in found.items()}


def _narrowest(statements: Iterable[Statement], kinds: Mapping[str, _Kinds]) -> dict[_Kinds, frozenset[str]]:
    """Return {classes that something has: those that none of the others is a subclass of}."""
    above: dict[str, set[str]] = {}
    for subject, predicate, term, _ in statements:
        if predicate == _SUBCLASS and isinstance(term, str):
            above.setdefault(subject, set()).add(term)
    for parents in above.values():
        queue = list(parents)
        while queue:
            for parent in above.get(queue.pop(), set()) - parents:
                parents.add(parent)
                queue.append(parent)
    if not above:
        return {}

    def is_below(one: str, other: str) -> bool:
        return other in above.get(one, ()) and one not in above.get(other, ())

    return {
        found: frozenset(kind for kind in found if not any(is_below(other, kind) for other in found))
        for found in set(kinds.values())
    }


def count_graphs(path: str) -> dict[str, int]:
    """Return {named graph: its statements} of an N-Quads file, statements that Oxigraph holds as one counted once."""
    plain: Counter[str] = Counter()
    typed: list[bytes] = []
    with open(path, "rb") as file:
        for line in file:
            if b"^^<" in line:
                typed.append(line)
            elif line.endswith(b"> .\n"):
                plain[line[line.rindex(b"<") + 1 : -4].decode()] += 1
    store = Store()
    store.bulk_extend(parse(b"".join(typed), format=RdfFormat.N_QUADS))
    return dict(sorted((plain + Counter(_graph(quad) for quad in store)).items()))


def _graph(quad: Quad) -> str:
    return str(getattr(quad.graph_name, "value", ""))
