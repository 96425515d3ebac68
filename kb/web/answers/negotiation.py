"""Which format a client gets: by `?format=`, else by its `Accept` header (RFC 9110, section 12.5.1)."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import mimeparse
from starlette.datastructures import Headers

from kb.web.answers.problems import HttpProblem


class Format(NamedTuple):
    """A format of an answer: the name that `?format=` knows, and its registered media type."""

    name: str
    media_type: str

    @property
    def content_type(self) -> str:
        """The value of `Content-Type`: the type, and for text in which it is not a matter of course, the charset."""
        return self.media_type + ("; charset=utf-8" if self.media_type.startswith("text/") else "")


ROW_FORMATS = (
    Format("json", "application/sparql-results+json"),
    Format("xml", "application/sparql-results+xml"),
    Format("csv", "text/csv"),
    Format("tsv", "text/tab-separated-values"),
)
"""What SELECT and ASK are answered in, the default first."""
GRAPH_FORMATS = (
    Format("ttl", "text/turtle"),
    Format("nt", "application/n-triples"),
    Format("jsonld", "application/ld+json"),
    Format("rdfxml", "application/rdf+xml"),
)
"""What CONSTRUCT, DESCRIBE and graphs are answered in, the default first."""

_OTHER_TYPES = {
    "application/sparql-results+json": ("application/json", "text/json"),
    "application/sparql-results+xml": ("application/xml", "text/xml"),
    "text/csv": ("application/csv",),
    "text/tab-separated-values": ("text/tsv",),
    "text/turtle": ("application/x-turtle", "application/turtle", "text/n3", "text/rdf+n3"),
    "application/n-triples": ("text/ntriples", "application/ntriples"),
    "application/ld+json": ("application/json", "text/json"),
    "application/rdf+xml": ("application/xml", "text/xml"),
    "text/html": ("application/xhtml+xml",),
}
"""Types by which clients ask for others that they read as well: JSON for a kind of it, N3 for Turtle, a part of it."""
_XML = ("application/xml", "text/xml")
"""Types that mean pages, and no results, in the header of a browser."""
_OTHER_NAMES = {
    "application/sparql-results+json": ("srj", "sparql-json", "sparql-results+json"),
    "application/sparql-results+xml": ("srx", "sparql-xml", "sparql-results+xml"),
    "text/turtle": ("turtle", "n3"),
    "application/n-triples": ("ntriples", "n-triples"),
    "application/ld+json": ("json-ld", "json", "ld+json"),
    "application/rdf+xml": ("rdf", "xml", "rdf-xml", "rdf/xml", "rdf+xml"),
}
_LONGEST_ACCEPT = 2_000
"""Characters of a header that is read; the longest in earnest have some 500, and parsing takes time."""
_LONGEST_NAME = 200
"""Characters of a format that is looked for: choices are kept, and what is longer names none."""
_RANGE = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*"|")+')
"""One member of the header: a comma in quotation marks parts nothing."""
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9a-z-]+")
_Range = tuple[str, str, dict[str, str]]
_ANYTHING: _Range = ("*", "*", {"q": "1"})


def choose(accept: str | None, wanted: str | None, offered: Sequence[Format]) -> Format:
    """Return the one of the `offered` formats that a client likes best; among equals, the first.

    `wanted` is the value of `?format=`, a name or a media type, and wins over `accept`, the header.

    Raises:
        HttpProblem: 406, there is none; its member `available` lists the names and the types that there are.
    """
    read = None if accept and len(accept) > _LONGEST_ACCEPT else accept
    found = None if wanted and len(wanted) > _LONGEST_NAME else _choose(read, wanted, tuple(offered))
    if found is None:
        asked = f"format={wanted!r}" if wanted else f"Accept: {accept}"
        names = ", ".join(f"{one.name} ({one.media_type})" for one in offered)
        raise HttpProblem(
            406,
            f"{asked[:200]}: not offered here; ask with ?format= or the header Accept for one of {names}",
            {"Vary": "Accept"},
            available=[one._asdict() for one in offered],
        )
    return found


def accept_of(headers: Headers) -> str | None:
    """Return the `Accept` header of a request, in one line where it came in several."""
    return ", ".join(headers.getlist("accept")) or None


@lru_cache(maxsize=1024)  # clients send few different ones, over and over
def _choose(accept: str | None, wanted: str | None, offered: tuple[Format, ...]) -> Format | None:
    if wanted:
        return _by_name(wanted, offered)
    ranges = _ranges(accept or "")
    liking = {one: _liking(one, ranges) for one in offered}
    best = max(offered, key=liking.__getitem__)  # the first, of several as good
    return best if liking[best][0] > 0 else None


def _by_name(wanted: str, offered: Sequence[Format]) -> Format | None:
    """Return the format of that name or type; a `+` that was not percent-encoded arrives as a space."""
    name = wanted.partition(";")[0].strip().lower().replace(" ", "+")
    for one in offered:
        if name in (one.name, one.media_type):
            return one
    for one in offered:
        if name in _OTHER_NAMES.get(one.media_type, ()) or name in _OTHER_TYPES.get(one.media_type, ()):
            return one
    return None


def _ranges(accept: str) -> list[_Range]:
    """Return the media ranges of the header; what is none is left out, and where nothing is left, anything will do."""
    found: list[_Range] = []
    for text in _RANGE.findall(accept):
        try:
            kind, subtype, parameters = mimeparse.parse_media_range(text.strip().lower())
        except mimeparse.MimeTypeParseException:
            continue
        if _TOKEN.fullmatch(kind) and _TOKEN.fullmatch(subtype) and (kind != "*" or subtype == "*"):
            found.append((kind, subtype, parameters))
    readable = [parsed for parsed in found if parsed[2].get("charset", "utf-8") in ("utf-8", "utf8", "*")]
    return readable if found else [_ANYTHING]


def _liking(format: Format, ranges: list[_Range]) -> tuple[float, float]:
    """Return how much a client likes a format: its q, and how exactly it was named.

    A wildcard stands for registered types only: what is sent for it has one of them. A type that was
    named with q=0 is not sent, whatever else the client asked for.
    """
    quality, fitness = mimeparse.quality_and_fitness_parsed(format.media_type, ranges)
    if fitness >= 110 and quality == 0:
        return 0.0, 0.0
    from_browser = any(parsed[:2] == ("text", "html") for parsed in ranges)
    best = (float(quality), float(fitness))
    for other in _OTHER_TYPES.get(format.media_type, ()):
        if from_browser and other in _XML:
            continue
        named = [parsed for parsed in ranges if f"{parsed[0]}/{parsed[1]}" == other]
        if named:
            quality, fitness = mimeparse.quality_and_fitness_parsed(other, named)
            best = max(best, (float(quality), float(fitness) - 1))  # below the type itself
    return best
