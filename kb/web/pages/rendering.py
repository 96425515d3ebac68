"""HTML from the templates: every value is escaped, and none reaches a script."""

import hashlib
import json
import os
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from kb.errors import KbError
from kb.formatting.quantities import whole_number_text
from kb.web.answers.headers import names_tag
from kb.web.answers.negotiation import GRAPH_FORMATS, Format, accept_of, choose
from kb.web.answers.problems import HttpProblem, header_text, problem_response
from kb.web.pages.about import about
from kb.web.pages.links import Links, root_of
from kb.web.release import Release
from kb.web.service import Service, service_of

if TYPE_CHECKING:
    from jinja2 import Environment

HTML = Format("html", "text/html")
PROBLEM = Format("problem", "application/problem+json")
_PROTOCOLS = ("/sparql", "/graph-store")
"""Paths at which only programs ask."""
ENDINGS = {"ttl": "ttl", "nt": "nt", "jsonld": "jsonld", "rdf": "rdfxml", "rdfxml": "rdfxml"}
"""{ending of a path: name of the format}; of two for one format, the first is the one that links name."""


@lru_cache(maxsize=1)
def environment() -> "Environment":
    """Return the templates of this package, with every value escaped."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    folder = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "templates")
    found = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters["number"] = whole_number_text
    return found


def render(template: str, service: Service, release: Release, **values: object) -> bytes:
    """Return a page; its template also gets the root of all paths, the links, and what is known of the release."""
    root = root_of(service)
    shared = {"root": root, "links": Links(release, root), "release": release, "about": about(release)}
    return environment().get_template(template).render(**shared, **values).encode("utf-8", "replace")


def page_response(
    request: Request,
    page: bytes,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    format: Format = HTML,
) -> Response:
    """Return a page as a response, or 304 where the client has it already."""
    tag = f'W/"{hashlib.sha256(page).hexdigest()[:32]}"'
    shared = {"ETag": tag, "Cache-Control": "no-cache", **(headers or {})}
    if status == 200 and names_tag(request.headers.getlist("if-none-match"), tag):
        return Response(status_code=304, headers=shared)
    return Response(page, status, shared, format.content_type)


def wants_html(request: Request, otherwise: Format = PROBLEM) -> bool:
    """Return whether a client would rather read a page than a problem document, which it gets by default."""
    offered = (HTML, PROBLEM) if otherwise is HTML else (PROBLEM, HTML)
    try:
        return choose(accept_of(request.headers), None, offered) is HTML
    except HttpProblem:
        return False


def error_page(request: Request, error: KbError) -> Response:
    """Return an error as a page, with the nearest names where they are known."""
    service = service_of(request)
    problem = json.loads(bytes(problem_response(error).body))  # its texts are cleaned and cut to a length
    page = render("error.html", service, service.release, problem=problem, nearest=problem.get("nearest", []))
    status: int = problem["status"]
    given = error.headers if isinstance(error, HttpProblem) else {}
    headers = {name: header_text(value) for name, value in given.items()}
    return page_response(request, page, status, {**headers, "Vary": "Accept", "Cache-Control": "no-store"})


def error_response(request: Request, error: KbError) -> Response:
    """Return an error as a page to who would rather read one, else as a problem document.

    The endpoints of protocols always answer with problem documents.
    """
    path = request.url.path.removeprefix(request.scope.get("root_path", ""))
    if path.startswith(_PROTOCOLS) or not wants_html(request):
        return problem_response(error)
    try:
        return error_page(request, error)
    except KbError:  # there are no data to make a page with
        return problem_response(error)


def alternate_links(paths: Mapping[str, str]) -> str:
    """Return a `Link` header (RFC 8288) that names the other forms of a thing, from {media type: path}."""
    return ", ".join(f'<{path}>; rel="alternate"; type="{kind}"' for kind, path in paths.items())


def ending_of(format: Format) -> str:
    """Return the ending of the path at which a format for graphs is found."""
    return next(ending for ending, name in ENDINGS.items() if name == format.name)


def format_of(ending: str) -> Format | None:
    """Return the format for graphs with that ending, or None."""
    return next((one for one in GRAPH_FORMATS if one.name == ENDINGS.get(ending)), None)
