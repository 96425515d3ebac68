"""What the header of a canned query says of how its answer is shown: as a picture, and on which pages.

`KINDS` is the list of the pictures that there are, each with the columns it reads, what it must be
told of their values, and the words that it takes over; `kb.web.pictures` draws them.
"""

from typing import Any, NamedTuple


class Role(NamedTuple):
    """A part that a column plays in a picture."""

    help: str
    types: tuple[str, ...]
    """The types of column that can play it."""
    required: bool = False


class Kind(NamedTuple):
    """A kind of picture: what it reads, and what it must be told of a graph that it knows nothing of."""

    help: str
    roles: dict[str, Role]
    meanings: dict[str, str]
    """{meaning: which values have it}, to be given as `terms: {meaning: [name, …]}`."""
    words: dict[str, str]
    """{place: what the picture says there}, unless `words: {place: …}` says it otherwise."""


class Picture(NamedTuple):
    """How the answer of a canned query is drawn."""

    kind: str
    columns: dict[str, str]
    """{role: column}."""
    terms: dict[str, tuple[str, ...]]
    """{meaning: IRIs of the values that have it}."""
    words: dict[str, str]
    """{place: what is said there}, those of the kind where the header gives none."""

    @classmethod
    def from_json(cls, fields: list[Any]) -> "Picture":
        """Return the picture that a JSON-ready list holds."""
        kind, columns, terms, words = fields
        return cls(kind, columns, {meaning: tuple(iris) for meaning, iris in terms.items()}, words)


HOME = "none"
"""What a section names for its parameter that stands on the home page, which is the page of no thing."""


class Section(NamedTuple):
    """A place of the answer on the page of each thing that a parameter can be."""

    parameter: str
    """The parameter that the thing of the page is the value of; its class says on which pages the section is,
    or that it is on all where it has none. `HOME` where it is on the home page."""
    title: str
    order: int = 50
    """Where among the sections of a page: from low to high."""
    columns: tuple[str, ...] = ()
    """The columns that the section shows; all where there are none."""
    not_on: tuple[str, ...] = ()
    """IRIs of classes on whose pages it is left out, though they are of that of the parameter."""

    @classmethod
    def from_json(cls, fields: list[Any]) -> "Section":
        """Return the section that a JSON-ready list holds."""
        parameter, title, order, columns, not_on = fields
        return cls(parameter, title, order, tuple(columns), tuple(not_on))


_ANY = ("iri", "string", "integer", "any")
_IRI = ("iri",)
_NUMBER = ("decimal", "integer")
_TEXT = ("string",)
_BEARING = {
    "polarity": Role("whether the claim affirms or denies", _IRI),
    "modality": Role("how far the source commits itself", _IRI),
    "hedge": Role("the words by which it weakens what it says", _TEXT),
    "agreement": Role("how the claim stands among those of other sources", _IRI),
    "claim": Role("what makes the statement; rows of one claim are counted once", _IRI),
    "source": Role("where it is said", _IRI),
}
_BEARINGS = {
    "denied": "polarities that deny",
    "hedged": "modalities that are less than asserted",
    "disputed": "states of claims that others speak against",
}
_PATHWAY = Kind(
    "what acts on what, from layer to layer, by signed arrows",
    {
        "from": Role("where a step starts", _IRI, True),
        "relation": Role("what it does", _IRI, True),
        "to": Role("where it ends", _IRI, True),
        "site": Role("where it takes place", _IRI),
        **_BEARING,
    },
    {
        "raises": "relations that turn up what they lead to",
        "lowers": "relations that turn it down",
        "aside": "relations that are no step: told, and not drawn",
        **_BEARINGS,
    },
    {"raises": "raises or activates", "lowers": "lowers or inhibits", "other": "acts on, direction not said"},
)
KINDS = {
    "forest": Kind(
        "estimates with their intervals, a panel for each outcome, measure and unit",
        {
            "within": Role("what the panels are sorted under", _IRI),
            "by": Role("what was measured: heads the panels", _ANY, True),
            "measure": Role("what the figure is: a ratio, a difference, …", _IRI, True),
            "value": Role("the figure", _NUMBER, True),
            "lower": Role("the lower end of its interval or range", _NUMBER, True),
            "upper": Role("the upper end", _NUMBER, True),
            "unit": Role("UCUM code of the unit", _TEXT, True),
            "source": Role("what names a row: the study", _IRI, True),
            "year": Role("the year of the study", ("integer",)),
            "size": Role("how many people", ("integer",)),
            "bounds": Role("what the ends are: an interval, or a range", _IRI),
            "comparison": Role("the same figure in those compared with", _NUMBER),
            "comparator": Role("what it was compared with", _IRI),
            "direction": Role("the change that the claim affirms or denies", _IRI),
            "population": Role("the people", _IRI),
            "replaced": Role("the version that replaces the source", _IRI),
            **{name: role for name, role in _BEARING.items() if name != "source"},
        },
        {
            "ratio": "measures of which 1 means no difference: drawn on a logarithmic axis",
            "difference": "measures of which 0 means no difference, and less than 0 that it is lower",
            "effect": "measures of which 0 means no difference, and whose sign is as each source has it",
            "share": "measures that are figures of one group, with no value of no difference",
            "interval": "bounds that are a confidence interval",
            **_BEARINGS,
        },
        {"below": "lower", "above": "higher", "comparison": "compared with"},
    ),
    "frequencies": Kind(
        "how often each of several things comes, by group, with the figure of a comparator beside it",
        {
            "by": Role("what comes: heads the rows", _IRI, True),
            "group": Role("in whom or how: heads the panels", _IRI, True),
            "value": Role("the figure, in per cent", _NUMBER, True),
            "lower": Role("the lower end of its interval or range", _NUMBER, True),
            "upper": Role("the upper end", _NUMBER, True),
            "unit": Role("UCUM code of the unit; per cent where there is no such column", _TEXT),
            "measure": Role("what is counted", _IRI),
            "comparison": Role("the same figure without it, in per cent", _NUMBER),
            "comparator": Role("what it was compared with", _IRI),
            "size": Role("of how many people", ("integer",)),
            "said": Role("how often, in the words of the source", _TEXT),
            "population": Role("the people", _IRI),
            **_BEARING,
        },
        _BEARINGS,
        {"ungrouped": "not said", "comparison": "comparator"},
    ),
    "balance": Kind(
        "how many claims stand on either side, by design and year",
        {
            "within": Role("what the balances are sorted under", _IRI),
            "by": Role("what each balance is of", _IRI),
            "side": Role("on which side it stands", _IRI, True),
            "design": Role("what it rests on: heads the panels", _IRI, True),
            "claim": Role("what is counted, once for each side and design", _IRI, True),
            "year": Role("the year of its source", ("integer",), True),
        },
        {"for": "sides that speak for it", "against": "sides that speak against it"},
        {"for": "for", "against": "against", "other": "neither"},
    ),
    "pathway": _PATHWAY,
    "network": _PATHWAY._replace(
        help="what a thing is tied to: signed arrows, and the graph on the page of each thing of its parameter",
        words={**_PATHWAY.words, "other": "any other relation"},
    ),
}
"""{kind: what it is}; `kb.web.pictures` has a module for each."""
