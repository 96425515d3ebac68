"""The list of all questions as a page: by topic, with a search over them."""

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from kb.catalog import CannedQuery, Parameter
from kb.errors import UsageError
from kb.web.catalogue.description import CHECKS, topic_of
from kb.web.catalogue.lookup import LONGEST_SEARCH, chosen_queries
from kb.web.catalogue.parameters import Pairs, refuse_unknown
from kb.web.pages.links import root_of
from kb.web.pages.rendering import page_response, render
from kb.web.service import service_of

_ASKED = ("topic", "tag", "q", "format")


class Listed(NamedTuple):
    """A question in the list."""

    name: str
    summary: str
    href: str
    needed: list[Parameter]
    free: list[Parameter]
    """The parameters that may be left out."""


def question_list_page(request: Request, pairs: Pairs) -> Response:
    """Return the questions by topic: all of them, or those that are looked for."""
    service = service_of(request)
    release = service.release
    queries = list(release.compiled.queries.values())
    cleaned = {name: texts for name, texts in pairs.items() if any(text.strip() for text in texts)}
    fault: str | None = None
    chosen: list[CannedQuery] = []
    try:
        refuse_unknown(cleaned, _ASKED, "/queries")
        chosen = chosen_queries(queries, cleaned)
    except UsageError as error:
        fault = str(error)
    topics: dict[str, list[Listed]] = {}
    for query in sorted(chosen, key=lambda each: (topic_of(each) == CHECKS, each.name)):
        topics.setdefault(topic_of(query), []).append(_listed(query, f"{root_of(service)}/queries"))
    page = render(
        "questions.html",
        service,
        release,
        here="/queries",
        topics=topics,
        all_topics=sorted({topic_of(query) for query in queries}, key=lambda topic: (topic == CHECKS, topic)),
        counts=_counts(queries),
        checks=CHECKS,
        total=len(queries),
        found=len(chosen),
        fault=fault,
        sought=" ".join(cleaned.get("q", ()))[:LONGEST_SEARCH],
        topic=" ".join(cleaned.get("topic", ()))[:LONGEST_SEARCH],
        tag=" ".join(cleaned.get("tag", ()))[:LONGEST_SEARCH],
        is_narrowed=bool(set(cleaned) - {"format"}),
    )
    return page_response(request, page, 400 if fault else 200, {"Vary": "Accept"})


def _listed(query: CannedQuery, path: str) -> Listed:
    needed = [parameter for parameter in query.parameters if parameter.required]
    free = [parameter for parameter in query.parameters if not parameter.required]
    return Listed(query.name, query.summary, f"{path}/{quote(query.name)}", needed, free)


def _counts(queries: list[CannedQuery]) -> Mapping[str, int]:
    counts: dict[str, int] = {}
    for query in queries:
        counts[topic_of(query)] = counts.get(topic_of(query), 0) + 1
    return counts
