"""What the operations of the OpenAPI document share: schemas, parameters and responses, each under one name."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kb.web.answers.negotiation import GRAPH_FORMATS, ROW_FORMATS, Format
from kb.web.answers.problems import MEDIA_TYPE
from kb.web.catalogue.parameters import IRI_FORMS, MOST_ROWS

Json = dict[str, Any]
FAULTS = {
    "400": ("BadRequest", "What was asked is wrong: `detail` says where, and what to write instead."),
    "404": ("NotFound", "There is nothing of that name; `nearest` has names like it."),
    "406": ("NotAcceptable", "None of the formats asked for is offered; `available` lists those that are."),
    "413": ("TooLarge", "The request, or what it asks to be read, is larger than the server takes."),
    "500": ("Failure", "The server failed; its operator finds why in the log."),
    "503": ("Unavailable", "The server is busy or starting; `Retry-After` says when to ask again."),
    "504": ("OutOfTime", "The answer was not complete by the deadline, and none of it was sent."),
    "507": ("AnswerTooLarge", "The answer is larger than the server gives, and none of it was sent."),
}
"""{status: (name, description)} of the problems that operations share."""
ANSWER_FAULTS = ("400", "406", "413", "500", "503", "504", "507")
"""What may go wrong with an answer that is computed."""
DOCUMENT_FAULTS = ("400", "406", "500", "503")
"""What may go wrong with a document that the server has at hand."""
_TAG = {"ETag": {"$ref": "#/components/headers/ETag"}, "Vary": {"$ref": "#/components/headers/Vary"}}


def components(timeout: float) -> Json:
    """Return the parts that operations refer to; `timeout` is the deadline of the server, in seconds."""
    problem = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    faults: Json = {name: {"description": text, "content": problem} for name, text in FAULTS.values()}
    faults["Unavailable"]["headers"] = {"Retry-After": {"schema": {"type": "string"}, "description": "Seconds."}}
    return {
        "schemas": _SCHEMAS,
        "parameters": _parameters(timeout),
        "headers": {
            "ETag": {"schema": {"type": "string"}, "description": "Names this answer; send it in `If-None-Match`."},
            "Vary": {"schema": {"type": "string"}, "description": "Headers of the request that made the choice."},
            "X-Total-Count": {"schema": {"type": "integer", "minimum": 0}, "description": "Rows before the slice."},
            "Link": {"schema": {"type": "string"}, "description": "Slices: first, prev, next and last (RFC 8288)."},
        },
        "responses": {
            **faults,
            "NotModified": {"description": "The client has this answer: `If-None-Match` names it.", "headers": _TAG},
            "Problem": {"description": "What went wrong, and what to do about it (RFC 9457).", "content": problem},
        },
    }


def operation(
    identifier: str, summary: str, tag: str, parameters: Sequence[Json], responses: Json, **more: Any
) -> Json:
    """Return an operation; whatever else goes wrong, it answers with a problem document."""
    return {
        "operationId": identifier,
        "summary": summary,
        "tags": [tag],
        **({"parameters": list(parameters)} if parameters else {}),
        "responses": {**responses, "default": {"$ref": "#/components/responses/Problem"}},
        **more,
    }


def responses(content: Json, description: str, faults: Iterable[str], headers: Json | None = None) -> Json:
    """Return the responses of an operation that gives `content`, or 304, or one of the `faults`."""
    return {
        "200": {"description": description, "headers": {**_TAG, **(headers or {})}, "content": content},
        "304": {"$ref": "#/components/responses/NotModified"},
        **{status: {"$ref": f"#/components/responses/{FAULTS[status][0]}"} for status in faults},
    }


def json_content(schema: Json) -> Json:
    """Return the content of a response that is JSON."""
    return {"application/json": {"schema": schema}}


def content_of(formats: Iterable[Format], schemas: Mapping[str, Json] | None = None) -> Json:
    """Return the content of a response in any of `formats`; `schemas` has those of some media types."""
    return {each.media_type: {"schema": (schemas or {}).get(each.media_type, {})} for each in formats}


def shared(*names: str) -> list[Json]:
    """Return references to shared parameters."""
    return [{"$ref": f"#/components/parameters/{name}"} for name in names]


def query_parameter(name: str, schema: Json, description: str, **more: Any) -> Json:
    """Return a parameter of the query string."""
    return {"name": name, "in": "query", "description": description, "schema": schema, **more}


def format_schema(*names: str) -> Json:
    """Return the schema of `format`; an empty one is as good as none."""
    return {"type": "string", "enum": [*names, ""]}


def _parameters(timeout: float) -> Json:
    rows, graphs = ([each.name for each in formats] for formats in (ROW_FORMATS, GRAPH_FORMATS))
    wins = "The format of the answer; it wins over `Accept`"
    number = {"type": "integer", "maximum": MOST_ROWS}
    return {
        "RowFormat": query_parameter("format", format_schema(*rows), f"{wins}."),
        "GraphFormat": query_parameter("format", format_schema(*graphs), f"{wins}."),
        "AnyFormat": query_parameter(
            "format",
            format_schema(*rows, *graphs),
            f"{wins}. Of a SELECT or an ASK {', '.join(rows)}; of a CONSTRUCT or a DESCRIBE {', '.join(graphs)}.",
        ),
        "Timeout": query_parameter(
            "timeout",
            {"type": "number", "exclusiveMinimum": 0, "maximum": timeout, "default": timeout},
            "Seconds that the answer may take: where it takes longer, 504 comes instead.",
        ),
        "Labels": query_parameter(
            "labels",
            {"type": "boolean", "default": False},
            "Whether a column `…Label` with the label stands behind every column that holds IRIs.",
        ),
        "Iris": query_parameter(
            "iris",
            {"type": "string", "enum": list(IRI_FORMS), "default": "full"},
            "`compact` gives IRIs in their short form, as plain text.",
        ),
        "Limit": query_parameter(
            "limit", {**number, "minimum": 1}, "So many rows at most; the order of rows is total."
        ),
        "Offset": query_parameter("offset", {**number, "minimum": 0, "default": 0}, "So many rows are left out first."),
    }


_TEXT: Json = {"type": "string"}
_TEXTS: Json = {"type": "array", "items": _TEXT}
_SCHEMAS: Json = {
    "Problem": {
        "type": "object",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": {"type": "string", "format": "uri-reference"},
            "title": _TEXT,
            "status": {"type": "integer", "minimum": 400, "maximum": 599},
            "detail": {**_TEXT, "description": "Place, value and remedy, in one line."},
            "line": {"type": "integer", "minimum": 1, "description": "Where in a query, from 1."},
            "column": {"type": "integer", "minimum": 1, "description": "Where in that line, from 1."},
            "nearest": {**_TEXTS, "description": "Names that look like one that nothing has."},
            "available": {"type": "array", "description": "What could be asked for instead."},
        },
    },
    "Term": {
        "type": "object",
        "required": ["type", "value"],
        "properties": {
            "type": {"type": "string", "enum": ["uri", "literal", "bnode", "triple"]},
            "value": {"type": ["string", "object"]},
            "xml:lang": _TEXT,
            "datatype": _TEXT,
        },
    },
    "Row": {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Term"}},
    "Results": {
        "description": "Rows or a yes or no: SPARQL 1.1 Query Results JSON Format.",
        "type": "object",
        "required": ["head"],
        "properties": {
            "head": {"type": "object", "properties": {"vars": _TEXTS}},
            "boolean": {"type": "boolean"},
            "results": {
                "type": "object",
                "required": ["bindings"],
                "properties": {"bindings": {"type": "array", "items": {"$ref": "#/components/schemas/Row"}}},
            },
        },
    },
    "Column": {
        "type": "object",
        "required": ["name", "type", "help"],
        "properties": {
            "name": _TEXT,
            "type": _TEXT,
            "help": _TEXT,
            "unit": {**_TEXT, "description": "The column with the UCUM code of its numbers, or that code, quoted."},
        },
    },
    "Parameter": {
        "type": "object",
        "required": ["name", "type", "help", "required", "default"],
        "properties": {
            "name": _TEXT,
            "type": {"type": "string", "enum": ["iri", "string", "integer", "decimal", "boolean", "date"]},
            "help": _TEXT,
            "required": {
                "type": "boolean",
                "description": "Left out, it means its default (true) or anything (false).",
            },
            "default": _TEXTS,
            "class": {**_TEXT, "description": "What an iri is a member of."},
            "classLabel": _TEXT,
            "members": {
                "type": "array",
                "description": "All that it may be, where that is little.",
                "items": {"type": "object", "properties": {"name": _TEXT, "label": _TEXT}},
            },
        },
    },
    "Query": {
        "type": "object",
        "required": ["name", "topic", "check", "summary", "tags", "parameters", "columns", "links"],
        "properties": {
            "name": _TEXT,
            "topic": _TEXT,
            "check": {"type": "boolean", "description": "Whether it looks for faults of the graph, and finds none."},
            "summary": _TEXT,
            "tags": _TEXTS,
            "parameters": {"type": "array", "items": {"$ref": "#/components/schemas/Parameter"}},
            "columns": {"type": "array", "items": {"$ref": "#/components/schemas/Column"}},
            "links": {"type": "object", "additionalProperties": {"type": "string", "format": "uri"}},
        },
    },
    "QueryDocumentation": {
        "allOf": [{"$ref": "#/components/schemas/Query"}],
        "required": ["description", "text", "sparql"],
        "properties": {
            "description": _TEXT,
            "text": {**_TEXT, "description": "The SPARQL as its file has it; it runs as it stands."},
            "sparql": {**_TEXT, "description": "The SPARQL as it runs with the values given here."},
        },
    },
    "Suggestion": {
        "type": "object",
        "required": ["iri", "name", "label", "match", "classes"],
        "properties": {
            "iri": {"type": "string", "format": "uri"},
            "name": {**_TEXT, "description": "The IRI in short form, which names it without doubt."},
            "label": _TEXT,
            "match": {**_TEXT, "description": "The name that fits."},
            "classes": {**_TEXTS, "description": "Labels of its classes, the closest first."},
        },
    },
}
