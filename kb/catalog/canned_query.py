"""A canned query: a question with a name, its parameters, its columns, and the SPARQL that answers it."""

from typing import Any, NamedTuple

from kb.catalog.picture import Picture, Section

TYPES = ("iri", "string", "integer", "decimal", "boolean", "date")
"""What a parameter or a column may hold; a column may also be `any`."""


class ParameterLine(NamedTuple):
    """Where a `VALUES ?name { … }` line stands in the text of its query: its first character and its braces."""

    start: int
    open_at: int
    close_at: int


class Parameter(NamedTuple):
    """One parameter: the `VALUES ?name { example }` line of its query, described."""

    name: str
    type: str
    help: str
    of_class: str | None = None
    """The IRI of the class that an `iri` must be an instance of."""
    required: bool = True
    """Whether leaving it out means its example (True) or anything (False)."""
    line: ParameterLine = ParameterLine(0, 0, 0)


class Column(NamedTuple):
    """One column of the answer: a projected variable, described."""

    name: str
    type: str
    help: str
    unit: str = ""
    """The column that holds the UCUM code of the unit of its numbers, or that code itself in quotation marks."""

    def described(self) -> dict[str, str]:
        """Return what is said of it, by key, as JSON has it."""
        return {key: said for key, said in self._asdict().items() if said}


class CannedQuery(NamedTuple):
    """A question with a name, `topic/slug`, which is its path below `queries/`."""

    name: str
    summary: str
    description: str
    tags: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    expect: dict[str, Any]
    """What its answer over the shipped graph must satisfy: see `kb.catalog.header`."""
    text: str
    """The SPARQL, header included: it runs as it stands."""
    uses_graphs: bool = False
    """Whether it speaks of named graphs."""
    picture: Picture | None = None
    """How its answer is drawn, if it is."""
    sections: tuple[Section, ...] = ()
    """On which pages its answer stands."""

    @property
    def path(self) -> str:
        """The file that holds the query, below the root of the graph."""
        return f"queries/{self.name}.rq"

    def to_json(self) -> list[Any]:
        """Return a JSON-ready list from which `from_json` makes the same query."""
        return list(self)

    @classmethod
    def from_json(cls, fields: list[Any]) -> "CannedQuery":
        """Return the query that `to_json` described."""
        name, summary, description, tags, parameters, columns, expect, text, uses_graphs, picture, sections = fields
        return cls(
            name,
            summary,
            description,
            tuple(tags),
            tuple(Parameter(*parameter)._replace(line=ParameterLine(*parameter[-1])) for parameter in parameters),
            tuple(Column(*column) for column in columns),
            expect,
            text,
            uses_graphs,
            Picture.from_json(picture) if picture else None,
            tuple(map(Section.from_json, sections)),
        )
