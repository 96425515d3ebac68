"""/openapi.json: valid, complete, and true, as a property-based tester finds that believes every word of it."""

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator, validate

from kb import KnowledgeBase
from kb.web.catalogue.parameters import RESERVED_NAMES
from tests.conftest import ROOT, TINY
from tests.web.running import RunningServer


@pytest.fixture(scope="module")
def document(tiny_server: RunningServer) -> dict[str, Any]:
    found: dict[str, Any] = tiny_server.client.get("/openapi.json").json()
    return found


@pytest.fixture(scope="module")
def tiny_graph(_own_cache: None) -> Iterator[KnowledgeBase]:
    with KnowledgeBase.open(str(TINY)) as kb:
        yield kb


def test_it_is_openapi_3_1(document: dict[str, Any], tiny_server: RunningServer) -> None:
    validate(document, cls=OpenAPIV31SpecValidator)

    assert "3.1.0" == document["openapi"]
    assert [{"url": tiny_server.url}] == document["servers"]
    identifiers = [each["operationId"] for path in document["paths"].values() for each in path.values()]
    assert len(identifiers) == len(set(identifiers))


def test_every_query_is_in_it_with_its_parameters(document: dict[str, Any]) -> None:
    operation = document["paths"]["/queries/treatment/remedies-by-complaint/results"]["get"]
    complaint, least = operation["parameters"][:2]

    assert "Which remedies help with a complaint or a kind of it, and who says so?" == operation["summary"]
    assert ("complaint", "query", ["zorv:crampitis"]) == (
        complaint["name"],
        complaint["in"],
        complaint["schema"]["default"],
    )
    assert "name-of-zont:Complaint" == complaint["schema"]["items"]["format"]
    assert {"zorv:crampitis", "zorv:crampitis-of-the-toe", "zorv:giggles"} == set(
        complaint["schema"]["items"]["examples"]
    )
    assert {"type": "integer", "minimum": -(2**63), "maximum": 2**63 - 1} == least["schema"]["items"]
    assert least["description"].endswith("Left out, it is anything.")
    names = {each["$ref"].rpartition("/")[2] for each in operation["parameters"][2:]}
    shared = {document["components"]["parameters"][name]["name"] for name in names}
    assert set(RESERVED_NAMES) == shared
    media_types = set(operation["responses"]["200"]["content"])
    assert {"application/sparql-results+json", "application/sparql-results+xml", "text/csv"} < media_types
    assert {"200", "304", "400", "406", "413", "503", "504", "507", "default"} <= set(operation["responses"])


def test_it_covers_what_programs_call(document: dict[str, Any], tiny_graph: KnowledgeBase) -> None:
    fixed = "queries suggest sparql graph-store openapi.json healthz readyz metrics ontology .well-known/void"

    assert {f"/{path}" for path in fixed.split()} <= set(document["paths"])
    assert {f"/queries/{name}{end}" for name in tiny_graph.queries for end in ("", "/results")} <= set(
        document["paths"]
    )
    assert {"get", "post"} == set(document["paths"]["/sparql"])


def test_it_is_kept_by_clients_that_have_it(tiny_server: RunningServer) -> None:
    tag = tiny_server.client.get("/openapi.json").headers["etag"]

    assert 304 == tiny_server.client.get("/openapi.json", headers={"If-None-Match": tag}).status_code
    assert 406 == tiny_server.client.get("/openapi.json?format=yaml").status_code


def test_it_names_the_server_as_the_client_does(tiny_server: RunningServer) -> None:
    for number in range(6):  # more than are kept
        host = f"host-{number}.example.org"
        answer = tiny_server.client.get("/openapi.json", headers={"Host": host}).json()

        assert [{"url": f"http://{host}"}] == answer["servers"]


def faults(server: RunningServer, data: str, paths: Iterable[str], phases: str, examples: int) -> str:
    """Return what schemathesis finds wrong in those paths, a line each, in the phases of its that are named."""
    command = [
        sys.executable,
        "-m",
        "tests.web.catalogue.document_tester",
        server.url,
        data,
        phases,
        str(examples),
        *paths,
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)

    assert 0 == done.returncode, done.stderr[-2000:]
    return "\n".join(json.loads(done.stdout))


def test_it_is_true_of_the_queries(tiny_server: RunningServer) -> None:
    paths = ["/suggest", "/queries/treatment/remedies-by-complaint/results"]

    assert "" == faults(tiny_server, str(TINY), paths, "fuzzing", 3)


@pytest.mark.whole_graph
def test_it_is_true_of_everything(tiny_server: RunningServer) -> None:
    paths = tiny_server.client.get("/openapi.json").json()["paths"]

    assert "" == faults(tiny_server, str(TINY), paths, "examples coverage fuzzing stateful", 20)


@pytest.mark.whole_graph
def test_it_is_true_of_the_shipped_graph(server: RunningServer, shipped: KnowledgeBase) -> None:
    """Of the queries, one of each make of parameters; and all that is not a query."""
    makes = {}
    for name, query in shipped.queries.items():
        makes[tuple((each.type, each.of_class, each.required) for each in query.parameters)] = name
    document = server.client.get("/openapi.json").json()
    validate(document, cls=OpenAPIV31SpecValidator)
    paths = {f"/queries/{name}/results" for name in makes.values()}
    paths |= {path for path in document["paths"] if not path.startswith("/queries/")}

    assert "" == faults(server, "", paths, "examples fuzzing", 5)
