"""The paths of the OpenAPI document that every graph has: lists, SPARQL, graphs, linked data, operation."""

from kb.exports import exports
from kb.web.answers.negotiation import GRAPH_FORMATS, ROW_FORMATS
from kb.web.answers.problems import MEDIA_TYPE
from kb.web.catalogue.description import topic_of
from kb.web.catalogue.lookup import LONGEST_SEARCH
from kb.web.catalogue.openapi_parts import (
    ANSWER_FAULTS,
    DOCUMENT_FAULTS,
    Json,
    content_of,
    format_schema,
    json_content,
    operation,
    query_parameter,
    responses,
    shared,
)
from kb.web.catalogue.suggestion import LONGEST, MOST, USUAL
from kb.web.pages.rendering import ENDINGS
from kb.web.release import Release
from kb.web.settings import Settings

QUERY_FORMAT, GRAPH_FORMAT, CLASS_FORMAT, THING_FORMAT = (
    "sparql-query",
    "name-of-graph",
    "name-of-class",
    "name-of-thing",
)
"""Formats of strings of which only the server can tell which are valid."""
_TEXT: Json = {"type": "string"}
_PLAIN: Json = {"text/plain": {"schema": _TEXT}}
_RESULTS: Json = {ROW_FORMATS[0].media_type: {"$ref": "#/components/schemas/Results"}}
_GRAPH: Json = content_of(GRAPH_FORMATS)
_GRAPHS: Json = {
    "type": "array",
    "items": {"type": "string", "format": GRAPH_FORMAT},
}
_DATASET = {
    "default-graph-uri": "Graphs that make up the default graph, rather than all; they win over `FROM`.",
    "named-graph-uri": "Graphs that `GRAPH` finds, rather than all; they win over `FROM NAMED`.",
}


def fixed_paths(release: Release, settings: Settings) -> Json:
    """Return the paths and their operations, with what the data and the settings allow."""
    return {
        "/queries": {"get": _queries(release)},
        "/suggest": {"get": _suggest()},
        "/sparql": _sparql(settings),
        "/graph-store": {"get": _graph_store()},
        "/download/{format}": {"get": _download()},
        "/.well-known/void": {"get": _described("getVoid", "What the data hold: VoID and DCAT")},
        "/.well-known/sparql-examples": {"get": _described("getExamples", "The canned queries in RDF, with SHACL")},
        "/id/{name}": {"get": _redirect("leadToThing", "From the IRI of a thing to its page or its data", [_thing()])},
        "/data/{name}.{ending}": {"get": _data("getThing", "What the graph says of a thing", [_thing(), _ending()])},
        "/ontology": {"get": _redirect("leadToOntology", "From the IRI of the ontology to its page or its data", [])},
        "/page/{name}": {"get": _page("showThing", "What the graph says of a thing, for people", [_thing()])},
        "/ontology.html": {"get": _page("showOntology", "The classes and properties, for people", [])},
        "/ontology.{ending}": {"get": _data("getOntology", "The ontology", [_ending()])},
        "/openapi.json": {"get": _openapi()},
        "/healthz": {"get": operation("isAlive", "Whether the server lives", "operation", [], _plain("It lives."))},
        "/readyz": {
            "get": operation("isReady", "Whether it answers queries", "operation", [], _plain("It does.", "503"))
        },
        "/metrics": {
            "get": operation("getMetrics", "What it measures, for Prometheus", "operation", [], _plain("All."))
        },
    }


def _queries(release: Release) -> Json:
    queries = list(release.compiled.queries.values())
    topics = list(dict.fromkeys(map(topic_of, queries)))
    tags = sorted({tag for query in queries for tag in query.tags})
    search = {"type": "string", "minLength": 1, "maxLength": LONGEST_SEARCH}
    parameters = [
        query_parameter("topic", {"type": "string", "enum": topics}, "Only queries of this topic."),
        query_parameter("tag", {"type": "string", "enum": tags}, "Only queries with this tag."),
        query_parameter("q", search, "Only queries with all these words in name, question, description or tags."),
        _json_format(),
    ]
    content = json_content({"type": "array", "items": {"$ref": "#/components/schemas/Query"}})
    found = responses(content, "The canned queries.", DOCUMENT_FAULTS)
    return operation("listQueries", "The canned queries", "catalogue", parameters, found)


def _suggest() -> Json:
    kind = {"type": "string", "minLength": 1, "format": CLASS_FORMAT}
    parameters = [
        query_parameter(
            "q",
            {"type": "string", "minLength": 1, "maxLength": LONGEST},
            "How a name begins: a label, a synonym, a short name or an outside code.",
            required=True,
        ),
        query_parameter("class", kind, "Only members of this class: its short name, label or IRI."),
        query_parameter(
            "limit", {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL}, "So many at most."
        ),
        _json_format(),
    ]
    content = json_content({"type": "array", "items": {"$ref": "#/components/schemas/Suggestion"}})
    found = responses(content, "Entities, the best fit first.", DOCUMENT_FAULTS)
    return operation("suggest", "Names that go on like this", "catalogue", parameters, found)


def _sparql(settings: Settings) -> Json:
    query = {"type": "string", "minLength": 1, "maxLength": settings.max_query, "format": QUERY_FORMAT}
    found: Json = {
        **responses(content_of((*ROW_FORMATS, *GRAPH_FORMATS), _RESULTS), "The answer.", ANSWER_FAULTS),
        "403": {"$ref": "#/components/responses/Problem"},
    }
    asking = query_parameter("query", query, "A SELECT, ASK, CONSTRUCT or DESCRIBE.")
    named = [query_parameter(name, _GRAPHS, text) for name, text in _DATASET.items()]
    about = "SPARQL 1.1 Protocol. Known prefixes need no declaration. Updates and `SERVICE` are refused."
    without = f"{about} Without `query`, the description of the service (SPARQL 1.1 Service Description)."
    parameters = [asking, *named, *shared("AnyFormat", "Timeout")]
    body = {
        "required": True,
        "content": {
            "application/x-www-form-urlencoded": {"schema": _form(query, settings)},
            "application/sparql-query": {"schema": query},
        },
    }
    summary = "Ask in SPARQL, at any length"
    return {
        "get": operation("query", "Ask in SPARQL", "sparql", parameters, found, description=without),
        "post": operation("queryByPost", summary, "sparql", [], found, description=about, requestBody=body),
    }


def _form(query: Json, settings: Settings) -> Json:
    """Return the schema of a query that is posted as a form."""
    return {
        "type": "object",
        "required": ["query"],
        "properties": {
            "query": query,
            **dict.fromkeys(_DATASET, _GRAPHS),
            "format": format_schema(*(each.name for each in (*ROW_FORMATS, *GRAPH_FORMATS))),
            "timeout": {"type": "number", "exclusiveMinimum": 0, "maximum": settings.timeout},
        },
    }


def _graph_store() -> Json:
    parameters = [
        query_parameter("graph", {"type": "string", "format": GRAPH_FORMAT}, "The IRI of a named graph."),
        query_parameter(
            "default", {"type": "string", "maxLength": 0}, "All of the data; without a value.", allowEmptyValue=True
        ),
        *shared("GraphFormat", "Timeout"),
    ]
    found = responses(_GRAPH, "The graph.", (*ANSWER_FAULTS, "404"))
    about = "SPARQL 1.1 Graph Store HTTP Protocol, its reading half. Give one of `graph` and `default`."
    return operation("getGraph", "A whole graph", "sparql", parameters, found, description=about)


def _download() -> Json:
    formats = {"type": "string", "enum": list(exports())}
    parameter = {
        "name": "format",
        "in": "path",
        "required": True,
        "schema": formats,
        "description": "How it is written.",
    }
    found = responses({"*/*": {}}, "All of the data, in one file.", ("404", "500", "503"))
    return operation("download", "All of the data", "data", [parameter], found)


def _described(identifier: str, summary: str) -> Json:
    found = responses(_GRAPH, "The description.", DOCUMENT_FAULTS)
    return operation(identifier, summary, "data", shared("GraphFormat"), found)


def _redirect(identifier: str, summary: str, parameters: list[Json]) -> Json:
    headers = {"Location": {"schema": {"type": "string", "format": "uri-reference"}}, "Link": _link()}
    found = {
        "303": {"description": "Where it is, in the format that the client likes best.", "headers": headers},
        "404": {"$ref": "#/components/responses/NotFound"},
        "406": {"$ref": "#/components/responses/NotAcceptable"},
        "503": {"$ref": "#/components/responses/Unavailable"},
    }
    return operation(identifier, summary, "linked data", parameters, found)


def _data(identifier: str, summary: str, parameters: list[Json]) -> Json:
    found = responses(_GRAPH, "Its statements.", (*ANSWER_FAULTS, "404"), {"Link": _link()})
    return operation(identifier, summary, "linked data", [*parameters, *shared("Timeout")], found)


def _page(identifier: str, summary: str, parameters: list[Json]) -> Json:
    found = responses({"text/html": {}}, "A page.", ("500", "503", "504"), {"Link": _link()})
    either: Json = {"text/html": {}, MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    missing = {"404": {"description": "There is nothing of that name.", "content": either}}
    return operation(identifier, summary, "linked data", parameters, {**found, **(missing if parameters else {})})


def _link() -> Json:
    return {"schema": _TEXT, "description": "The other formats, as `rel=alternate`."}


def _thing() -> Json:
    schema = {"type": "string", "minLength": 1, "format": THING_FORMAT}
    return {
        "name": "name",
        "in": "path",
        "required": True,
        "schema": schema,
        "description": "The last part of its IRI.",
    }


def _ending() -> Json:
    schema = {"type": "string", "enum": list(ENDINGS)}
    return {"name": "ending", "in": "path", "required": True, "schema": schema, "description": "The format."}


def _openapi() -> Json:
    found = responses(json_content({"type": "object"}), "This document.", DOCUMENT_FAULTS)
    return operation("getOpenapi", "This document", "operation", [_json_format()], found)


def _plain(description: str, *faults: str) -> Json:
    found: Json = responses(_PLAIN, description, faults)
    return {status: response for status, response in found.items() if status != "304"} | {
        "200": {"description": description, "content": _PLAIN}
    }


def _json_format() -> Json:
    return query_parameter("format", format_schema("json"), "The only one there is.")
