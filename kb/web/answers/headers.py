"""What the head of a response says of an answer: what names it, and where its other parts are."""

import re
from collections.abc import Iterable
from hashlib import sha256

from starlette.datastructures import URL
from starlette.responses import Response

from kb.prepared_query import PreparedQuery
from kb.web.answers.negotiation import Format
from kb.web.workers.job import Report, View

_VOLATILE = re.compile(r"\b(?:NOW|RAND|UUID|STRUUID|BNODE)\s*\(|\bSERVICE\b", re.IGNORECASE)
"""What differs from one time to the next, or is somebody else's; a text that only quotes it is not kept either."""


def tag_of(edition: str, query: PreparedQuery, format: Format, view: View) -> str | None:
    """Return what names an answer for ever: the data, the query and the form in which it is given; or None.

    It is weak (RFC 9110, section 8.8.1): compressed or not, and in whatever order, it says the same.
    """
    if _VOLATILE.search(query.text):
        return None
    graphs = (query.default_graphs, query.named_graphs, query.protocol_graphs)
    parts = "\0".join((edition, query.text, repr(graphs), query.name, format.name, repr(tuple(view))))
    return f'W/"{sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()[:32]}"'


def names_tag(if_none_match: Iterable[str], tag: str, any_will_do: bool = True) -> bool:
    """Return whether a client says that it has what `tag` names, weak or not (RFC 9110, section 13.1.2).

    `*` names whatever there is; without `any_will_do` nothing, as where it is not known yet that there is something.
    """
    given = {part.strip().removeprefix("W/") for part in ",".join(if_none_match).split(",")}
    return tag.removeprefix("W/") in given or (any_will_do and "*" in given)


def whole_response(report: Report, body: bytes, headers: dict[str, str], view: View, url: URL) -> Response:
    """Return the response with a whole answer; where it is a slice, with the number of all rows and links to others."""
    if report.gzip:
        headers["Content-Encoding"] = "gzip"
    return Response(body, headers={**headers, **slice_headers(report, view, url)})


def slice_headers(report: Report, view: View, url: URL) -> dict[str, str]:
    """Return how many rows there are and where the other slices are, if a slice is all that was asked for."""
    if report.total is None or not view.slices:
        return {}
    return {"X-Total-Count": str(report.total), "Link": _pages(url, view, report.total)}


def _pages(url: URL, view: View, total: int) -> str:
    """Return the value of `Link` (RFC 8288): the first, previous, next and last slices of the same size."""
    start, size = view.offset or 0, view.limit or max(total, 1)
    places = {"first": 0, "last": max(0, (total - 1) // size * size)}
    if start > 0:
        places["prev"] = max(0, start - size)
    if start + size < total:
        places["next"] = start + size
    return ", ".join(
        f'<{url.include_query_params(limit=size, offset=place)}>; rel="{name}"' for name, place in places.items()
    )
