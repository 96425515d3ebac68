"""The picture of an answer as a page shows it: inline, with its caption, and links to the file and to the question."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from urllib.parse import quote, urlencode

from markupsafe import Markup

from kb.catalog import CannedQuery
from kb.prepared_query import PreparedQuery
from kb.results import Rows
from kb.web.catalogue.description import defaults_of
from kb.web.pages.links import root_of
from kb.web.pictures import Asked, Drawn, draw
from kb.web.release import Release
from kb.web.service import Service

_QUICK_ROWS = 100
"""More rows are drawn in a thread, so that other requests go on meanwhile."""
Values = Mapping[str, Sequence[str]]
"""{parameter: its values, as short names or texts}."""


class Figure(NamedTuple):
    """A picture with what stands around it; for `picture.html`."""

    svg: Markup
    """Every value in it is escaped; empty where there is nothing to draw."""
    title: str
    notes: tuple[str, ...]
    is_broad: bool
    """Whether it has a width of its own, and may have to be scrolled."""
    file: str
    """The address of the picture as a file."""
    file_name: str
    question: str
    """The address of the question that it answers."""


async def figure_of(
    service: Service, query: CannedQuery, values: Values, rows: Rows | None = None, key: str = "picture"
) -> Figure | None:
    """Return the picture of the answer to a canned query, or None where it has none.

    `values` are those that were given. `rows` are all rows of the answer; without them, they are asked
    for. `key` is what identifiers in the picture begin with: another for each picture of a page.

    Raises:
        KbError: there is no answer.
    """
    if query.picture is None:
        return None
    release = service.release
    if rows is None:
        rows = await rows_of(service, release.bind(query.name, values))
    title = title_of(query, values, release)
    drawn = await drawing_of(query, rows, release, title, key)
    path = f"{root_of(service)}/queries/{quote(query.name)}"
    given = f"?{urlencode(values, doseq=True)}" if values else ""
    return Figure(
        Markup(drawn.svg),  # every value in it is escaped by `kb.web.pictures.sheet`
        title,
        drawn.notes,
        drawn.width is not None,
        f"{path}/picture.svg{given}",
        file_name_of(query, values),
        f"{path}{given}",
    )


async def rows_of(service: Service, prepared: PreparedQuery) -> Rows:
    """Return all rows of a canned query, from a worker.

    Raises:
        KbError: as `Service.result`.
    """
    rows = await service.result(prepared)
    assert isinstance(rows, Rows)  # a SELECT
    return rows


async def drawing_of(
    query: CannedQuery, rows: Rows, release: Release, title: str, key: str = "picture", is_file: bool = False
) -> Drawn:
    """Return the picture of rows; of many, drawn in a thread."""
    assert query.picture is not None  # who asks has looked
    names, prefixes = release.compiled.names, release.compiled.prefixes
    asked = Asked(query.picture, rows, lambda iri: names.label(iri, prefixes), title, key, is_file)
    return await asyncio.to_thread(draw, asked) if len(rows) > _QUICK_ROWS else draw(asked)


def title_of(query: CannedQuery, values: Values, release: Release) -> str:
    """Return what was asked, with the labels of the values that it was asked of, given or meant by default."""
    names, prefixes = release.compiled.names, release.compiled.prefixes
    said = []
    for parameter in query.parameters:
        given = values.get(parameter.name) or defaults_of(query, parameter, prefixes)
        texts = given
        if parameter.type == "iri":
            texts = [names.label(release.resolve(value, parameter.of_class), prefixes) for value in given]
        if texts:
            said.append(f"{parameter.name}: {', '.join(texts)}")
    return f"{query.summary} ({'; '.join(said)})" if said else query.summary


def file_name_of(query: CannedQuery, values: Values) -> str:
    """Return a name for the file that says what it shows, such as `steps-by-drug-….svg`."""
    parts = [query.name.rpartition("/")[2], *(value.rpartition(":")[2] for texts in values.values() for value in texts)]
    plain = "-".join("".join(each if each.isascii() and each.isalnum() else "-" for each in part) for part in parts)
    return f"{'-'.join(word for word in plain.split('-') if word)[:100]}.svg"
