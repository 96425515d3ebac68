"""The neighbourhood of a thing as a graph: what claims and files tie it to, as JSON for the script that draws it.

Which ties there are is what a canned query says whose header has a picture of the kind `network`.
"""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from kb.catalog import CannedQuery, Parameter
from kb.prefixes import compact
from kb.results import Rows
from kb.web.answers.documents import JSON, text_response
from kb.web.answers.problems import HttpProblem
from kb.web.pages.cache import PageCache
from kb.web.pages.links import Links, root_of, thing_of
from kb.web.pictures import Asked
from kb.web.pictures.records import Record, records_of
from kb.web.questions.figure import rows_of
from kb.web.release import Release
from kb.web.service import service_of

MOST_NODES = 60
"""Things in a graph, the one in the middle among them; of more, it says how many are left out."""
MOST_CLAIMS = 5
"""Claims that are named with a tie; of more, it says how many there are."""
_KIND = "network"
Kinds = Callable[[str], list[str]]
"""Gives the labels of the classes of an IRI."""
_Tie = tuple[str, str, str, str, bool, bool]


class Offer(NamedTuple):
    """What a page needs to show the neighbourhood of its thing; for `neighbourhood.html`."""

    data: str
    """The address of the graph as JSON."""
    question: str
    """The address of the question that has the same ties as a table."""


def offer_on(release: Release, iri: str, links: Links) -> Offer | None:
    """Return what the page of a thing needs to show its neighbourhood; None where none is shown."""
    asked, page = question_on(release, iri), links.path_of(iri)
    if asked is None or page is None:
        return None
    return Offer(f"{page}/neighbourhood.json", question_address(links, *asked, release, iri))


def routes() -> list[BaseRoute]:
    """Return the routes of this module."""
    cache = PageCache()

    async def neighbourhood(request: Request) -> Response:
        service = service_of(request)
        release = service.release
        name = request.path_params["name"]
        iri = thing_of(release, name)
        asked = question_on(release, iri)
        if asked is None:
            raise HttpProblem(
                404, f"{name!r} is of a class of which no neighbourhood is shown; /data/{name}.ttl has all"
            )
        links = Links(release, root_of(service))
        kept = cache.get(release, (links.root, iri))
        if kept is not None:
            return text_response(request, kept.decode(), JSON)
        query, parameter = asked
        rows = await rows_of(service, release.bind(query.name, {parameter.name: [iri]}))
        classes = (await cache.background(service, release)).classes
        types = release.compiled.names.types
        document = neighbourhood_of(
            iri,
            query,
            rows,
            links,
            lambda each: [links.of(one).label for one in classes.narrowest(types.get(each, ()))],
        )
        document["question"] = question_address(links, query, parameter, release, iri)
        text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
        cache.put(release, (links.root, iri), text.encode())
        return text_response(request, text, JSON)

    return [Route("/page/{name}/neighbourhood.json", neighbourhood)]


def question_on(release: Release, iri: str) -> tuple[CannedQuery, Parameter] | None:
    """Return the query that tells the ties of a thing, and its parameter for it; None where there is none."""
    classes = set(release.compiled.names.types.get(iri, ()))
    for query in release.compiled.queries.values():
        if query.picture is not None and query.picture.kind == _KIND:
            for parameter in query.parameters:
                if parameter.type == "iri" and (parameter.of_class is None or parameter.of_class in classes):
                    return query, parameter
    return None


def question_address(links: Links, query: CannedQuery, parameter: Parameter, release: Release, iri: str) -> str:
    """Return the address of the question that has the same ties as a table."""
    value = compact(iri, release.compiled.prefixes).strip("<>")
    return f"{links.root}/queries/{quote(query.name)}?{urlencode({parameter.name: value})}"


def neighbourhood_of(iri: str, query: CannedQuery, rows: Rows, links: Links, kinds: Kinds) -> dict[str, Any]:
    """Return the graph around a thing: nodes, those with most claims first, and ties, each with its claims."""
    assert query.picture is not None  # who asks has looked
    asked = Asked(query.picture, rows, lambda each: links.of(each).label, "")
    ties: dict[_Tie, list[Record]] = {}
    for record in records_of(asked):
        if record.has("from") and record.has("to") and record.has("relation"):
            ties.setdefault(_tie(record), []).append(record)
    ranked = _ranked(iri, ties, links)
    shown = [iri, *ranked[: MOST_NODES - 1]]
    edges = [tie for tie in ties if tie[0] in shown and tie[2] in shown]
    return {
        "entity": iri,
        "nodes": [_node(each, links, kinds) for each in shown],
        "edges": [_edge(tie, ties[tie], links) for tie in edges],
        "left_out": {"nodes": len(ranked) - len(shown) + 1, "edges": len(ties) - len(edges)},
    }


def _ranked(iri: str, ties: Mapping[_Tie, Sequence[Record]], links: Links) -> list[str]:
    """Return the things that ties lead to or from, those with most claims first, and then by turns of each relation."""
    weights: Counter[str] = Counter()
    relations: dict[str, str] = {}
    for tie, records in ties.items():
        for end in {tie[0], tie[2]} - {iri}:
            weights[end] += len({record.raw("claim") for record in records})
            relations.setdefault(end, tie[1])
    found: list[tuple[int, int, str, str]] = []
    turns: Counter[tuple[int, str]] = Counter()
    for end in sorted(weights, key=lambda each: (links.of(each).label.lower(), each)):
        turn = (weights[end], relations[end])
        found.append((-weights[end], turns[turn], links.of(end).label.lower(), end))
        turns[turn] += 1
    return [end for _, _, _, end in sorted(found)]


def _tie(record: Record) -> _Tie:
    """Return what rows must share to be one tie: ends, relation, and how it is said."""
    said = "denied" if record.is_denied else "affirmed" if record.has("claim") else "stated"
    return (
        *(record.raw(role) for role in ("from", "relation", "to")),
        said,
        record.is_hedged,
        record.is_disputed,
    )  # type: ignore[return-value]  # three texts


def _node(iri: str, links: Links, kinds: Kinds) -> dict[str, Any]:
    link = links.of(iri)
    node: dict[str, Any] = {"id": iri, "label": link.label, "kinds": kinds(iri)}
    if link.href and not link.is_outside:
        node["href"] = link.href
        if link.href.startswith(f"{links.root}/page/"):
            node["more"] = f"{link.href}/neighbourhood.json"
    return node


def _edge(tie: _Tie, records: Sequence[Record], links: Links) -> dict[str, Any]:
    start, relation, end, said, hedged, disputed = tie
    claims: dict[str, Mapping[str, Any]] = {}
    for record in records:
        if record.has("claim"):
            link = links.of(record.raw("claim"))
            claims.setdefault(link.iri, {"label": link.label, "href": link.href, "source": record.name("source")})
    sign = next((each for each in ("raises", "lowers") if records[0].means("relation", each)), "other")
    return {
        "from": start,
        "to": end,
        "relation": relation,
        "label": links.of(relation).label,
        "said": said,
        "sign": sign,
        "hedged": hedged,
        "disputed": disputed,
        "hedges": sorted({record.raw("hedge") for record in records if record.has("hedge")}),
        "claims": list(claims.values())[:MOST_CLAIMS],
        "claim_count": len(claims),
    }
