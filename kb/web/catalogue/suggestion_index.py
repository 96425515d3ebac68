"""Completes the names of entities for forms: labels, synonyms, short names and outside codes, best first.

All names stand in one text, a line each, and the search of Python's strings runs over it: 0.3 MB
take some tenths of a millisecond, without a library or a process for the search.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import accumulate, chain
from typing import NamedTuple
from weakref import WeakKeyDictionary

from kb.compilation import Compiled
from kb.names import Names
from kb.prefixes import compact, expand

_WORDS_OF_A_SENTENCE = 8
_NO_LETTER = re.compile(r"[^\w\n]|_")
_MOST_WORDS = 8
"""Words of a text that are looked for in another order."""
_ENOUGH_MEMBERS = 10
"""A class with fewer members does not show what its labels are like."""


class Suggestion(NamedTuple):
    """One entity whose name fits."""

    iri: str
    name: str
    """Its IRI in short form, which names it without doubt."""
    label: str
    match: str
    """The name that fits: the label, or a synonym, short name or outside code in lower case."""
    classes: list[str]
    """Labels of its classes, the closest first."""


class _Lines:
    """Names, one a line, and the entities that each may mean: what people write first, of that the shorter first."""

    def __init__(self, aliases: Iterable[tuple[str, list[str]]]) -> None:
        self.entries = sorted(aliases, key=lambda entry: (_is_short_name(*entry), len(entry[0]), entry[0]))
        lines = [f"\n{fold(alias)}" for alias, _ in self.entries]
        self.text = "".join(lines) + "\n"
        self.words = _NO_LETTER.sub(" ", self.text)
        """The same with every mark a space, as long as the text, to find where words begin."""
        self.starts = list(accumulate(map(len, lines), initial=0))

    def found(self, wanted: str) -> Iterator[tuple[str, list[str]]]:
        """Yield the names that are `wanted`, that begin so, that have a word that begins so, that hold it."""
        yield from self._hits(self.text, f"\n{wanted}\n")
        yield from self._hits(self.text, f"\n{wanted}")
        if not _NO_LETTER.match(wanted):
            for at, entry in self._places(self.words, " " + _NO_LETTER.sub(" ", wanted)):
                if self.text.startswith(wanted, at + 1):
                    yield entry
        yield from self._hits(self.text, wanted)

    def with_words(self, words: list[str]) -> Iterator[tuple[str, list[str]]]:
        """Yield the names that hold all of some words, in whichever order."""
        found = [{bisect_right(self.starts, at) - 1 for at, _ in self._places(self.text, word)} for word in words]
        return (self.entries[number] for number in sorted(set.intersection(*found)))

    def _hits(self, text: str, wanted: str) -> Iterator[tuple[str, list[str]]]:
        return (entry for _, entry in self._places(text, wanted))

    def _places(self, text: str, wanted: str) -> Iterator[tuple[int, tuple[str, list[str]]]]:
        """Yield where `wanted` first stands in each line that holds it, and the name in that line."""
        at = text.find(wanted)
        while at >= 0:
            number = bisect_right(self.starts, at) - 1
            yield at, self.entries[number]
            at = text.find(wanted, self.starts[number + 1])


class SuggestionIndex:
    """The names of one release, ready to be completed; those of a class are laid out when first asked for."""

    def __init__(self, names: Names, prefixes: Mapping[str, str]) -> None:
        self._names, self._prefixes = names, prefixes
        sentences = sentence_entities(names)
        self._all = _Lines(self._aliases(lambda iri: iri not in sentences))
        self._everything: _Lines | None = None
        self._of_class: dict[str, _Lines] = {}
        self._described: dict[str, Suggestion] = {}

    def suggest(self, text: str, of_class: str | None = None, limit: int = 10) -> list[Suggestion]:
        """Return up to `limit` entities with a name that fits `text`: the same, beginning so, a word so, or holding it.

        Where the fit is alike, the shorter name comes first. Things whose labels are sentences are
        left out unless they are asked for by `of_class`, the IRI of a class.
        """
        wanted = fold(text)
        found: dict[str, Suggestion] = {}
        if not wanted:
            return []
        for alias, iris in self._lines(of_class).found(wanted):
            for iri in iris:
                if iri not in found and len(found) < limit:
                    found[iri] = self._suggestion(iri, alias)
            if len(found) >= limit:
                break
        return list(found.values())

    def search(self, text: str, of_class: str | None = None, limit: int = 5_000) -> list[Suggestion]:
        """Return all entities that `text` names or whose names fit it, the best first, and up to `limit` of them.

        Things whose labels are sentences are among them; behind those that `suggest` would find come names that
        hold the words of the text in another order.
        """
        wanted = fold(text)
        if not wanted:
            return []
        if self._everything is None:
            self._everything = _Lines(self._aliases(lambda _: True))
        lines = self._everything if of_class is None else self._lines(of_class)
        found: dict[str, Suggestion] = {}
        words = wanted.split()[:_MOST_WORDS]
        for alias, iris in chain(self._named(text), lines.found(wanted), lines.with_words(words)):
            for iri in iris:
                if iri not in found and (of_class is None or of_class in self._names.types.get(iri, ())):
                    found[iri] = self._suggestion(iri, alias)
            if len(found) >= limit:
                break
        return list(found.values())[:limit]

    def _named(self, text: str) -> Iterator[tuple[str, list[str]]]:
        """Yield the entities that an IRI or a prefixed name stands for, or is the match of."""
        bare = text.strip().removeprefix("<").removesuffix(">")
        for iri in (bare, expand(bare, self._prefixes)):
            if iri and iri in self._names.types:
                yield bare, [iri]
            elif iri and "://" in iri:
                yield bare, self._names.aliases.get(iri.lower(), [])

    def _lines(self, of_class: str | None) -> _Lines:
        if of_class is None:
            return self._all
        if of_class not in self._of_class:
            types = self._names.types
            self._of_class[of_class] = _Lines(self._aliases(lambda iri: of_class in types.get(iri, ())))
        return self._of_class[of_class]

    def _aliases(self, wanted: Callable[[str], bool]) -> Iterator[tuple[str, list[str]]]:
        """Yield the names of the wanted entities; an IRI of another vocabulary is nothing that people type."""
        for alias, iris in self._names.aliases.items():
            chosen = [iri for iri in iris if wanted(iri)]
            if chosen and "://" not in alias:
                yield alias, chosen

    def _suggestion(self, iri: str, alias: str) -> Suggestion:
        if iri not in self._described:
            label = self._names.label(iri, self._prefixes)
            classes = [self._names.label(kind, self._prefixes) for kind in self._names.types.get(iri, ())]
            self._described[iri] = Suggestion(iri, compact(iri, self._prefixes), label, label, classes)
        described = self._described[iri]
        is_label = " ".join(described.label.lower().split()) == alias
        return described if is_label else described._replace(match=alias)


def _is_short_name(alias: str, iris: list[str]) -> bool:
    """Whether a name is but the last part of an IRI, which people seldom write."""
    return "-" in alias and any(iri.lower().endswith(("/" + alias, "#" + alias)) for iri in iris)


def fold(text: str) -> str:
    """Return text as it is compared: in lower case, without accents, one space between words."""
    if not text.isascii():
        text = "".join(each for each in unicodedata.normalize("NFKD", text) if not unicodedata.combining(each))
    return " ".join(text.lower().split())


def sentence_entities(names: Names) -> set[str]:
    """Return the IRIs of the things whose labels are sentences, as those of statements about other things are.

    These are the members of any class three quarters of whose labels have eight words or more.
    """
    members: dict[str, list[str]] = {}
    for iri, classes in names.types.items():
        for kind in classes:
            members.setdefault(kind, []).append(iri)
    found: set[str] = set()
    for iris in members.values():
        words = sorted(len(names.labels.get(iri, "").split()) for iri in iris)
        if len(iris) >= _ENOUGH_MEMBERS and words[len(words) // 4] >= _WORDS_OF_A_SENTENCE:
            found.update(iris)
    return found


_INDEXES: WeakKeyDictionary[Compiled, SuggestionIndex] = WeakKeyDictionary()


def index_of(compiled: Compiled) -> SuggestionIndex:
    """Return the index of an opened graph, made when it is first asked for."""
    if compiled not in _INDEXES:
        _INDEXES[compiled] = SuggestionIndex(compiled.names, compiled.prefixes)
    return _INDEXES[compiled]
