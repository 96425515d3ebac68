"""The picture of the answer to a canned query, as a file to keep."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from kb.web.answers.documents import text_response
from kb.web.answers.negotiation import Format
from kb.web.answers.problems import HttpProblem
from kb.web.catalogue.lookup import bind_values, find_query
from kb.web.catalogue.parameters import pairs_of, read_asked
from kb.web.pages.cache import PageCache
from kb.web.questions.figure import drawing_of, file_name_of, rows_of, title_of
from kb.web.service import service_of

SVG = Format("svg", "image/svg+xml")


def routes() -> list[BaseRoute]:
    """Return the routes of this module."""
    cache = PageCache()

    async def picture(request: Request) -> Response:
        return await _picture(request, cache)

    return [Route("/queries/{topic}/{name}/picture.svg", picture)]


async def _picture(request: Request, cache: PageCache) -> Response:
    """Return the picture of an answer, drawn from all of its rows; the same one is drawn once."""
    service = service_of(request)
    release = service.release
    query = find_query(release, f"{request.path_params['topic']}/{request.path_params['name']}")
    if query.picture is None:
        drawn = ", ".join(name for name, each in release.compiled.queries.items() if each.picture)
        raise HttpProblem(404, f"{query.name} has no picture; those that have one are {drawn}")
    asked = read_asked(query, pairs_of(request), ())
    prepared = await bind_values(release, query, asked.values)
    key = (query.name, prepared.text)
    kept = cache.get(release, key)
    if kept is None:
        title = title_of(query, asked.values, release)
        picture = await drawing_of(query, await rows_of(service, prepared), release, title, is_file=True)
        kept = f'<?xml version="1.0" encoding="UTF-8"?>\n{picture.svg}\n'.encode()
        cache.put(release, key, kept)
    response = text_response(request, kept.decode(), SVG)
    if response.status_code == 200:
        name = file_name_of(query, asked.values)
        response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response
