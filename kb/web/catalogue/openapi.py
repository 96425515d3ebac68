"""`/openapi.json`: the API in OpenAPI 3.1, made from the canned queries and settings of what is in service.

Where a schema says what is valid, it says just what the server takes. A name of an entity is a string
of a format of its own, `name-of-CLASS` or `name-of-anything`: to tell whether something has it, ask.
"""

import re
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from kb import __version__
from kb.catalog import CannedQuery, Parameter
from kb.catalog.binding import DIGITS, LEAST
from kb.compilation import Compiled
from kb.prefixes import compact
from kb.web.answers.documents import JSON, SPARQL, choose_document, kept_response
from kb.web.answers.negotiation import ROW_FORMATS
from kb.web.catalogue.description import CHECKS, defaults_of, members_of, topic_of
from kb.web.catalogue.openapi_parts import (
    ANSWER_FAULTS,
    DOCUMENT_FAULTS,
    Json,
    components,
    content_of,
    format_schema,
    operation,
    query_parameter,
    responses,
    shared,
)
from kb.web.catalogue.openapi_paths import fixed_paths
from kb.web.catalogue.parameters import MOST_VALUES, pairs_of, refuse_unknown
from kb.web.release import Release
from kb.web.service import public_url, service_of
from kb.web.settings import Settings

_DECIMAL = rf"^[+-]?([0-9]{{1,{DIGITS}}}(\.[0-9]{{0,{DIGITS}}})?|\.[0-9]{{1,{DIGITS}}})$"
_SCHEMAS: dict[str, Json] = {
    "string": {"type": "string"},
    "integer": {"type": "integer", "minimum": LEAST, "maximum": -LEAST - 1},
    "decimal": {"type": "string", "pattern": _DECIMAL},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
}
_READ: dict[str, Callable[[str], Any]] = {"integer": int, "boolean": lambda text: text == "true"}
"""How the text of a value becomes one of JSON, where it is not a string there."""
_ANYTHING = "anything"


def routes() -> list[BaseRoute]:
    """Return the routes of this module."""
    return [Route("/openapi.json", _openapi)]


async def _openapi(request: Request) -> Response:
    """Return the description of this API."""
    service, pairs = service_of(request), pairs_of(request)
    refuse_unknown(pairs, ("format",), "/openapi.json")
    choose_document(request, pairs, (JSON,))
    release, url = service.release, public_url(request)
    return kept_response(request, release, ("openapi", url), lambda: openapi(release, url, service.settings))


def openapi(release: Release, root_url: str, settings: Settings) -> Json:
    """Return the OpenAPI document of a release served under `root_url`, which has no slash at its end."""
    compiled = release.compiled
    queries = list(compiled.queries.values())
    paths: Json = fixed_paths(release, settings)
    for query in queries:
        paths[f"/queries/{query.name}"] = {"get": _documentation(query, compiled)}
        paths[f"/queries/{query.name}/results"] = {"get": _results(query, compiled)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Canned queries, SPARQL and linked data of a knowledge graph",
            "version": release.version,
            "description": f"Made from the queries of data {release.digest[:12]} by the program {__version__}. "
            "All is read-only, and open to pages of any origin. Where GET is answered, HEAD is as well.",
        },
        "servers": [{"url": root_url}],
        "tags": [{"name": topic} for topic in dict.fromkeys(map(topic_of, queries))],
        "paths": paths,
        "components": components(settings.timeout),
    }


def name_format(of_class: str | None, compiled: Compiled) -> str:
    """Return what the document calls the format of a name of a member of a class, or of anything."""
    return f"name-of-{compact(of_class, compiled.prefixes) if of_class else _ANYTHING}"


def _documentation(query: CannedQuery, compiled: Compiled) -> Json:
    content = {
        JSON.media_type: {"schema": {"$ref": "#/components/schemas/QueryDocumentation"}},
        SPARQL.media_type: {"schema": {"type": "string"}},
    }
    how = query_parameter("format", format_schema(JSON.name, SPARQL.name), "`rq` gives the SPARQL alone.")
    return operation(
        f"describe_{_identifier(query)}",
        f"About: {query.summary}",
        topic_of(query),
        [*(_parameter(query, each, compiled) for each in query.parameters), how],
        responses(content, "What the query asks, takes and gives, and its SPARQL.", DOCUMENT_FAULTS),
    )


def _results(query: CannedQuery, compiled: Compiled) -> Json:
    names = ("RowFormat", "Timeout", "Labels", "Iris", "Limit", "Offset")
    paging = {name: {"$ref": f"#/components/headers/{name}"} for name in ("X-Total-Count", "Link")}
    about = [query.description, "A check: it finds nothing in a sound graph." if topic_of(query) == CHECKS else ""]
    more: dict[str, Any] = {"description": " ".join(filter(None, about))} if any(about) else {}
    return operation(
        f"get_{_identifier(query)}",
        query.summary,
        topic_of(query),
        [*(_parameter(query, each, compiled) for each in query.parameters), *shared(*names)],
        responses(
            content_of(ROW_FORMATS, {ROW_FORMATS[0].media_type: _rows(query)}), "The rows.", ANSWER_FAULTS, paging
        ),
        **more,
    )


def _rows(query: CannedQuery) -> Json:
    """Return the schema of the rows in JSON: each column, where a row has a value in it."""
    term = {"$ref": "#/components/schemas/Term"}
    columns = {column.name: {**term, "description": f"{column.help} ({column.type})"} for column in query.columns}
    row = {"properties": columns}
    results = {"properties": {"bindings": {"items": row}}}
    return {
        "allOf": [{"$ref": "#/components/schemas/Results"}],
        "required": ["results"],
        "properties": {"results": results},
    }


def _parameter(query: CannedQuery, parameter: Parameter, compiled: Compiled) -> Json:
    """Return a parameter of a canned query: a list, that a client gives by repeating the name."""
    names, prefixes = compiled.names, compiled.prefixes
    defaults = defaults_of(query, parameter, prefixes)
    schema: Json = {"type": "array", "minItems": 1, "maxItems": MOST_VALUES, "items": _items(parameter, compiled)}
    sentences = [_sentence(parameter.help)]
    if parameter.type == "iri":
        kind = f" of class {names.label(parameter.of_class, prefixes)}" if parameter.of_class else ""
        sentences.append(f"A short name, label, outside code or IRI of something{kind}; several are allowed.")
    else:
        sentences.append(f"Of type {parameter.type}; several are allowed.")
    sentences.append(f"Left out, it is {', '.join(defaults)}." if defaults else "Left out, it is anything.")
    if defaults:
        schema["default"] = [_READ.get(parameter.type, str)(value) for value in defaults]
    return query_parameter(parameter.name, schema, " ".join(sentences), style="form", explode=True)


def _items(parameter: Parameter, compiled: Compiled) -> Json:
    if parameter.type != "iri":
        return _SCHEMAS[parameter.type]
    members = [member["name"] for member in members_of(parameter, compiled)]
    schema: Json = {"type": "string", "minLength": 1, "format": name_format(parameter.of_class, compiled)}
    return {**schema, "examples": members} if members else schema


def _identifier(query: CannedQuery) -> str:
    return re.sub(r"\W", "_", query.name)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:].rstrip(".") + "."
