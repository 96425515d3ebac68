"""The page of a canned query: its form, its answer as a table, its SPARQL, and the same call elsewhere."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from kb.catalog import CannedQuery
from kb.errors import KbError, ParameterError, UsageError
from kb.prepared_query import PreparedQuery
from kb.results import Rows
from kb.web.answers.headers import tag_of
from kb.web.answers.negotiation import ROW_FORMATS
from kb.web.answers.problems import HttpProblem, header_text, problem_response, status_of
from kb.web.catalogue.description import CHECKS, topic_of
from kb.web.catalogue.paging import totally_ordered
from kb.web.catalogue.parameters import MOST_VALUES, Asked, Pairs, read_asked
from kb.web.pages.cache import PageCache
from kb.web.pages.links import Links, root_of
from kb.web.pages.rendering import HTML, alternate_links, page_response, render
from kb.web.questions.fields import Checked, Form, check_values, effective_values
from kb.web.questions.figure import Figure, figure_of
from kb.web.questions.slice import Slice, slice_of
from kb.web.questions.snippets import snippets
from kb.web.questions.table import read_table
from kb.web.service import public_url, service_of
from kb.web.workers.job import View

USUAL_ROWS = 50
MOST_SHOWN = 1_000
"""Rows on a page; the downloads have all."""
SIZES = (USUAL_ROWS, 200, MOST_SHOWN)
"""Numbers of rows that the form offers."""
_QUICK_ROWS = 200
"""More rows are laid out in a thread, so that other requests go on meanwhile."""
_LONGEST_EDITED = 16_000
"""Characters of a query that the address of the editor carries."""
_ASKED = ("format", "iris", "limit", "offset")
"""What a page can be asked for beside the values of its question."""
_PAGES = PageCache()


class Download(NamedTuple):
    """A file to save: what its link says, its address, its name and its media type."""

    label: str
    href: str
    file: str
    media_type: str


class Answered(NamedTuple):
    """What came of a question: its rows, those that the page shows, or why there are none."""

    rows: Rows | None
    slice: Slice | None
    figure: Figure | None = None
    failure: str | None = None
    status: int = 200
    headers: Mapping[str, str] = {}


async def question_page(request: Request, query: CannedQuery, pairs: Pairs) -> Response:
    """Return the page of a question, asked with the values in the URL.

    A form sends the fields that were left empty, too: without them, the same question has the same address.
    """
    path = f"{root_of(service_of(request))}/queries/{quote(query.name)}"
    cleaned = {name: [each for each in texts if each.strip()] for name, texts in pairs.items()}
    cleaned = {name: texts for name, texts in cleaned.items() if texts}
    if cleaned != pairs:
        return RedirectResponse(_address(path, cleaned), 303, {"Vary": "Accept"})
    return await _Question(request, query, path).page(cleaned)


class _Question:
    """One request for the page of a question."""

    def __init__(self, request: Request, query: CannedQuery, path: str) -> None:
        self._request, self._service, self._query, self._path = request, service_of(request), query, path
        self._release = self._service.release
        self._links = Links(self._release, root_of(self._service))

    async def page(self, pairs: Pairs) -> Response:
        """Return the page: with the rows, or with what is wrong."""
        own = {parameter.name for parameter in self._query.parameters}
        given = {name: list(dict.fromkeys(texts))[:MOST_VALUES] for name, texts in pairs.items() if name in own}
        asked, fault = self._read({name: texts for name, texts in pairs.items() if name not in own})
        checked = await check_values(self._query, given, self._release, self._path)
        if fault or checked.faults:
            page = self._render(given, checked, asked, Answered(None, None), None, fault)
            return page_response(self._request, page, 400, {"Vary": "Accept", "Cache-Control": "no-store"})
        return await self._answered(given, checked, asked)

    def _read(self, pairs: Pairs) -> tuple[Asked, str | None]:
        """Return what is asked beside the values of the question, and what is wrong with that."""
        try:
            asked = read_asked(self._query, pairs, _ASKED)
            if (asked.limit or 0) > MOST_SHOWN:
                raise ParameterError(f"limit: a page shows up to {MOST_SHOWN:,} rows; the downloads have all")
        except UsageError as error:
            return Asked({}), str(error)
        return asked, None

    async def _answered(self, given: Mapping[str, list[str]], checked: Checked, asked: Asked) -> Response:
        """Return the page with the rows; it is made once for the same question."""
        bound = self._release.bind(self._query.name, checked.canonical)
        names = [column.name for column in self._query.columns]
        ordered = bound._replace(text=totally_ordered(bound.text, names))
        view = View(False, asked.compact, asked.offset or 0, asked.limit or USUAL_ROWS)
        tag = tag_of(self._release.edition, ordered, HTML, view)
        key = (public_url(self._request), f"{self._query.name} {tag}")
        page = _PAGES.get(self._release, key) if tag else None
        headers = {"Vary": "Accept", "Link": alternate_links(self._alternates(checked))}
        if page is None:
            answer = await self._ask(ordered, view, checked.canonical, asked)
            arguments = (given, checked, asked, answer, bound, None)
            if answer.rows is not None and len(answer.rows) > _QUICK_ROWS:
                page = await asyncio.to_thread(self._render, *arguments)
            else:
                page = self._render(*arguments)
            if answer.failure:
                headers = {**answer.headers, "Vary": "Accept", "Cache-Control": "no-store"}
                return page_response(self._request, page, answer.status, headers)
            if tag:
                _PAGES.put(self._release, key, page)
        return page_response(self._request, page, headers=headers)

    async def _ask(self, ordered: PreparedQuery, view: View, values: Mapping[str, list[str]], asked: Asked) -> Answered:
        offset, limit = view.offset or 0, view.limit or USUAL_ROWS
        is_drawn = self._query.picture is not None and not offset
        most = MOST_SHOWN if is_drawn else limit
        try:
            rows, total = await self._service.sliced(ordered, offset, most)
        except KbError as error:
            problem = json.loads(bytes(problem_response(error).body))  # its texts are cleaned and cut to a length
            own = error.headers if isinstance(error, HttpProblem) else {}
            headers = {name: header_text(value) for name, value in own.items()}
            return Answered(None, None, None, problem["detail"], status_of(error), headers)
        figure = await figure_of(self._service, self._query, values, rows) if is_drawn and len(rows) == total else None
        part = Rows(rows.variables, rows.rows[:limit])
        kept = self._kept(values, asked, limit)
        return Answered(part, slice_of(offset, limit, len(part), total, lambda at: self._at(kept, at)), figure)

    def _render(
        self,
        given: Mapping[str, list[str]],
        checked: Checked,
        asked: Asked,
        answer: Answered,
        bound: PreparedQuery | None,
        fault: str | None,
    ) -> bytes:
        query, release = self._query, self._release
        values = effective_values(query, checked.canonical, release.compiled.prefixes)
        kept = self._kept(given, asked, asked.limit or USUAL_ROWS)
        results = f"{public_url(self._request)}/queries/{quote(query.name)}"
        rows = answer.rows
        return render(
            "question.html",
            self._service,
            release,
            here="/queries",
            query=query,
            topic=topic_of(query),
            is_check=topic_of(query) == CHECKS,
            path=self._path,
            fields=Form(query, release, self._links).fields(given, checked.faults),
            fault=fault,
            faults=checked.faults,
            given=given,
            asked=asked,
            sizes=SIZES,
            size=asked.limit or USUAL_ROWS,
            answer=answer,
            figure=answer.figure,
            rows=rows,
            table=read_table(query.columns, rows, self._links, compact=asked.compact) if rows else None,
            looser=self._looser(given),
            short_href=self._at({**kept, "iris": [] if asked.compact else ["compact"]}, asked.offset or 0),
            sparql=_without_header(bound.text, query.summary) if bound else None,
            editor=self._editor(bound),
            encoded=urlencode(values, doseq=True),
            downloads=self._downloads(values),
            permanent=_address(results, values),
            snippets=snippets(query.name, values, f"{results}/results"),
        )

    def _kept(self, given: Mapping[str, Sequence[str]], asked: Asked, limit: int) -> dict[str, Sequence[str]]:
        """Return what the address of another part of the same answer holds."""
        kept: dict[str, Sequence[str]] = dict(given)
        if asked.compact:
            kept["iris"] = ["compact"]
        if limit != USUAL_ROWS:
            kept["limit"] = [str(limit)]
        return kept

    def _at(self, kept: Mapping[str, Sequence[str]], offset: int) -> str:
        return _address(self._path, {**kept, "offset": [str(offset)]} if offset else kept)

    def _looser(self, given: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
        """Return (parameter, address) of the question with one value fewer, for those that may be left out."""
        free = [parameter.name for parameter in self._query.parameters if not parameter.required]
        return [
            (name, _address(self._path, {other: texts for other, texts in given.items() if other != name}))
            for name in free
            if name in given
        ]

    def _editor(self, bound: PreparedQuery | None) -> str | None:
        if bound is None:
            return None
        text = _without_header(bound.text, self._query.summary)
        return f"{self._links.root}/editor?{urlencode({'query': text})}" if len(text) <= _LONGEST_EDITED else None

    def _downloads(self, values: Mapping[str, Sequence[str]]) -> list[Download]:
        """Return the files of all rows: the four formats of SPARQL results, and a table with labels."""
        slug, path = self._query.name.partition("/")[2], f"{self._path}/results"
        found = [
            Download(
                one.name.upper(), _address(path, {**values, "format": [one.name]}), f"{slug}.{one.name}", one.media_type
            )
            for one in sorted(ROW_FORMATS)
        ]
        labelled = _address(path, {**values, "format": ["csv"], "labels": ["true"]})
        return [*found, Download("CSV with labels", labelled, f"{slug}-labelled.csv", "text/csv")]

    def _alternates(self, checked: Checked) -> dict[str, str]:
        """Return the other forms of the answer, by media type."""
        values = effective_values(self._query, checked.canonical, self._release.compiled.prefixes)
        path = f"{self._path}/results"
        return {one.media_type: _address(path, {**values, "format": [one.name]}) for one in ROW_FORMATS}


def _address(path: str, values: Mapping[str, Sequence[str]]) -> str:
    encoded = urlencode(values, doseq=True)
    return f"{path}?{encoded}" if encoded else path


def _without_header(text: str, summary: str) -> str:
    """Return a canned query with its question in the place of its header."""
    lines = text.splitlines(keepends=True)
    body = "".join(line for line in lines if not line.startswith("#+")).strip("\n")
    return f"# {summary}\n\n{body}\n"
