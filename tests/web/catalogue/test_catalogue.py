"""The canned queries as an API: their list, their documentation, their results, and what is said of a mistake."""

import csv
import io
import json
from typing import Any

import httpx
import pytest

from kb import KnowledgeBase
from kb.catalog.lint import RESERVED
from kb.errors import ParameterError
from kb.web.catalogue.description import defaults_of, described_briefly
from kb.web.catalogue.parameters import RESERVED_NAMES, read_asked
from tests.web.running import RunningServer

SIDE, TREATMENT = "/queries/safety/side-effects-by-remedy", "/queries/treatment/remedies-by-complaint"
CSV = {"Accept": "text/csv"}
ZORVEXIN, CRAMPITIS = "https://example.org/tiny/id/zorvexin", "https://example.org/tiny/id/crampitis"


@pytest.fixture(scope="module")
def client(tiny_server: RunningServer) -> httpx.Client:
    return tiny_server.client


def rows(response: httpx.Response) -> list[dict[str, str]]:
    """Return the rows of a CSV answer."""
    assert 200 == response.status_code, response.text
    return list(csv.DictReader(io.StringIO(response.text)))


def detail(response: httpx.Response, status: int = 400) -> str:
    """Return what a problem document says."""
    assert (status, "application/problem+json") == (response.status_code, response.headers["content-type"])
    text: str = response.json()["detail"]
    return text


# The list


def test_the_list_has_every_query_with_its_links(client: httpx.Client) -> None:
    response = client.get("/queries")
    found = {entry["name"]: entry for entry in response.json()}

    assert "application/json" == response.headers["content-type"]
    assert ["checks/statement-without-document", SIDE[9:], TREATMENT[9:]] == list(found)
    assert [True, False, False] == [entry["check"] for entry in found.values()]
    entry = found[TREATMENT[9:]]
    assert "treatment" == entry["topic"]
    assert ["zorv:crampitis"] == entry["parameters"][0]["default"]
    assert ("zont:Complaint", "complaint") == (entry["parameters"][0]["class"], entry["parameters"][0]["classLabel"])
    assert (False, []) == (entry["parameters"][1]["required"], entry["parameters"][1]["default"])
    assert ["remedy", "complaint", "share", "document"] == [column["name"] for column in entry["columns"]]
    for link in entry["links"].values():
        assert 200 == client.get(link).status_code


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("topic=safety", [SIDE]),
        ("tag=treatment", [TREATMENT]),
        ("q=LEAST+share", [TREATMENT]),
        ("q=who+says&tag=safety", [SIDE]),
        ("q=nobody", []),
        ("topic=safety&tag=treatment", []),
    ],
)
def test_the_list_is_narrowed(client: httpx.Client, query: str, expected: list[str]) -> None:
    assert [name[9:] for name in expected] == [entry["name"] for entry in client.get(f"/queries?{query}").json()]


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ("topic=safty", "topic: no query has 'safty'; did you mean safety?"),
        ("tag=zzz", "tag: no query has 'zzz'; there are check, safety, treatment"),
        ("q=", "q: has no value; give one, or leave it out"),
        ("topic=safety&topic=safety", "topic: takes one value, and has 2; give one"),
        ("topics=safety", "no parameter of /queries is called 'topics'; did you mean topic?"),
        ("q=%ff", "the query string: not UTF-8"),
    ],
)
def test_a_mistake_in_the_list_is_told(client: httpx.Client, query: str, fault: str) -> None:
    assert detail(client.get(f"/queries?{query}")).startswith(fault)


def test_the_list_is_sent_once(client: httpx.Client) -> None:
    tag = client.get("/queries").headers["etag"]

    assert 304 == client.get("/queries", headers={"If-None-Match": f'"other", {tag}'}).status_code
    assert 304 == client.get("/queries", headers={"If-None-Match": "*"}).status_code
    assert 200 == client.get("/queries?topic=safety", headers={"If-None-Match": tag}).status_code


def test_what_is_not_offered_is_406(client: httpx.Client) -> None:
    assert "json (application/json)" in detail(client.get("/queries", headers=CSV), 406)
    assert "rq (application/sparql-query)" in detail(client.get(f"{SIDE}?format=ttl"), 406)


# The documentation


def test_the_documentation_says_all(client: httpx.Client, tiny_text: str) -> None:
    document = client.get(TREATMENT).json()

    assert "With a least share, only statements that give a share at least as high." == document["description"]
    assert tiny_text == document["text"]
    assert "VALUES ?least" not in document["sparql"]
    assert [{"name": "zorv:crampitis", "label": "crampitis"}] == document["parameters"][0]["members"][:1]
    assert "members" not in document["parameters"][1]
    assert document["links"]["list"].endswith("/queries")


def test_the_documentation_shows_the_query_as_it_would_run(client: httpx.Client) -> None:
    document = client.get(TREATMENT, params={"complaint": ["giggles", "crampitis"], "least": "5"}).json()

    assert "VALUES ?complaint { <https://example.org/tiny/id/giggles> " in document["sparql"]
    assert 'VALUES ?least { "5"^^<http://www.w3.org/2001/XMLSchema#integer> }' in document["sparql"]
    assert "VALUES ?least { UNDEF }" in document["text"]
    assert document["links"]["results"].endswith("/results?complaint=giggles&complaint=crampitis&least=5")
    assert 200 == client.get(document["links"]["results"]).status_code


def test_the_documentation_is_sparql_on_request(client: httpx.Client, tiny_text: str) -> None:
    plain = client.get(TREATMENT, headers={"Accept": "application/sparql-query"})
    bound = client.get(f"{TREATMENT}?complaint=giggles&format=rq")

    assert ("application/sparql-query", tiny_text) == (plain.headers["content-type"], plain.text)
    assert "VALUES ?complaint { <https://example.org/tiny/id/giggles> }" in bound.text
    assert client.get(client.get(f"{TREATMENT}?complaint=giggles").json()["links"]["sparql"]).text == bound.text


@pytest.fixture(scope="module")
def tiny_text() -> str:
    from tests.conftest import TINY

    return (TINY / "queries/treatment/remedies-by-complaint.rq").read_text(encoding="utf-8")


# The results


def test_the_results_are_those_of_the_example(client: httpx.Client) -> None:
    response = client.get(f"{TREATMENT}/results")
    found = rows(client.get(f"{TREATMENT}/results", headers=CSV))

    assert "application/sparql-results+json" == response.headers["content-type"]
    assert 2 == len(response.json()["results"]["bindings"])
    assert [("plenamine", "60"), ("zorvexin", "40")] == [
        (row["remedy"].rpartition("/")[2], row["share"]) for row in found
    ]


@pytest.mark.parametrize(
    "value",
    [
        "giggles",
        "zorv:giggles",
        "GIGGLES",
        "https://example.org/tiny/id/giggles",
        "<https://example.org/tiny/id/giggles>",
    ],
)
def test_an_entity_is_named_in_any_way(client: httpx.Client, value: str) -> None:
    assert 0 == len(rows(client.get(f"{TREATMENT}/results", params={"complaint": value}, headers=CSV)))


def test_several_values_are_a_list(client: httpx.Client) -> None:
    found = rows(client.get(f"{TREATMENT}/results?complaint=toe+cramp&complaint=crampitis", headers=CSV))

    assert 3 == len(found)
    assert found == rows(
        client.get(f"{TREATMENT}/results?complaint=toe+cramp&complaint=crampitis&complaint=crampitis", headers=CSV)
    )


def test_values_are_typed(client: httpx.Client) -> None:
    for fifty in ("50", "%2B50", "0" * 5000 + "50"):
        assert ["60"] == [row["share"] for row in rows(client.get(f"{TREATMENT}/results?least={fifty}", headers=CSV))]
    assert 0 == len(rows(client.get(f"{SIDE}/results", params={"word": 'g" } #'}, headers=CSV)))
    assert 1 == len(rows(client.get(f"{SIDE}/results", params={"word": "iggle"}, headers=CSV)))


def test_labels_and_short_iris_come_on_request(client: httpx.Client) -> None:
    row = rows(client.get(f"{TREATMENT}/results?labels=true&iris=compact&least=50", headers=CSV))[0]

    assert ("zorv:plenamine", "plenamine", "60") == (row["remedy"], row["remedyLabel"], row["share"])
    assert "shareLabel" not in row


def test_head_is_get_without_the_body(client: httpx.Client) -> None:
    for path in ("/queries", TREATMENT, f"{TREATMENT}/results", "/openapi.json", "/suggest?q=a"):
        got, asked = client.get(path), client.head(path)

        assert (200, b"") == (asked.status_code, asked.content)
        assert got.headers["etag"] == asked.headers["etag"]


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ("complaint=crampitiss", "no complaint is called 'crampitiss'; did you mean crampitis"),
        ("complaint=zorvexin", "'zorvexin' is not a complaint: zorv:zorvexin is a remedy"),
        ("complaint=", "no complaint is called ''"),
        ("least=many", "parameter 'least': 'many' is not a whole number, such as 12"),
        (
            "complain=crampitis",
            "is called 'complain'; did you mean complaint? (it has complaint, least, format, timeout, ",
        ),
        ("limits=3", "is called 'limits'; did you mean limit"),
        ("limit=0", "limit: '0' is not a whole number from 1 to 1,000,000,000"),
        ("limit=1e3", "limit: '1e3' is not a whole number"),
        ("offset=-1", "offset: '-1' is not a whole number from 0 to"),
        ("limit=" + "9" * 5000, "limit: '9999"),
        ("limit=2&limit=3", "limit: takes one value, and has 2; give one"),
        ("labels=yes", "labels: 'yes' is not one of false, true"),
        ("iris=short", "iris: 'short' is not one of full, compact"),
        ("format=csv&format=csv", "format: takes one value, and has 2; give one"),
        ("timeout=", "timeout: has no value; give one, or leave it out"),
        ("timeout=0", "timeout='0' is not a number of seconds above 0"),
        ("&".join(["least=1"] * 201), "parameter 'least' has 201 values; give up to 200"),
        ("complaint=%F0%28", "the query string: not UTF-8"),
    ],
)
def test_a_mistake_is_told_with_its_remedy(client: httpx.Client, query: str, fault: str) -> None:
    assert fault in detail(client.get(f"{TREATMENT}/results?{query}"))


def test_an_unknown_query_is_404_with_the_nearest(client: httpx.Client) -> None:
    for path in ("/queries/treatment/remedies-by-complain", "/queries/treatment/remedies-by-complain/results"):
        response = client.get(path)

        assert "no canned query is called 'treatment/remedies-by-complain'; did you mean " in detail(response, 404)
        assert TREATMENT[9:] == response.json()["nearest"][0]


def test_a_query_is_only_read(client: httpx.Client) -> None:
    for path in ("/queries", TREATMENT, f"{TREATMENT}/results"):
        response = client.post(path)

        assert 405 == response.status_code
        assert {"GET", "HEAD"} <= {word.strip() for word in response.headers["allow"].split(",")}


# Pages


def test_pages_make_up_the_whole(client: httpx.Client) -> None:
    query = f"{TREATMENT}/results?complaint=crampitis&complaint=toe+cramp&complaint=giggles"
    whole = rows(client.get(query, headers=CSV))
    response = client.get(f"{query}&limit=1", headers=CSV)
    pages = rows(response)
    while "next" in response.links:
        response = client.get(response.links["next"]["url"], headers=CSV)
        pages += rows(response)

    assert 3 == len(whole)
    assert whole == pages
    assert "3" == response.headers["x-total-count"]
    assert {"first", "last", "prev"} == set(response.links)
    assert "limit=1&offset=2" in response.links["last"]["url"]


def test_a_slice_may_lie_behind_the_end(client: httpx.Client) -> None:
    response = client.get(f"{TREATMENT}/results?offset=7", headers=CSV)

    assert [] == rows(response)
    assert "2" == response.headers["x-total-count"]
    assert 1 == len(rows(client.get(f"{TREATMENT}/results?offset=1", headers=CSV)))


# Every query of the shipped graph


def test_no_parameter_has_the_name_of_an_option(shipped: KnowledgeBase) -> None:
    named = {parameter.name for query in shipped.queries.values() for parameter in query.parameters}

    assert not named & set(RESERVED_NAMES)
    assert set(RESERVED_NAMES) <= set(RESERVED)


def test_defaults_are_values_that_a_client_could_give(shipped: KnowledgeBase) -> None:
    for query in shipped.queries.values():
        given = {each.name: defaults_of(query, each, shipped.prefixes) for each in query.parameters if each.required}
        described = described_briefly(query, shipped.compiled, "https://example.org/queries")

        assert all(given.values()), query.name
        assert shipped.bind(query.name, given)
        assert json.dumps(described)


def test_a_list_of_examples_keeps_its_order(shipped: KnowledgeBase) -> None:
    query = shipped.find_query("treatment/conditions-by-drug")
    (line,) = [each.line for each in query.parameters if each.name == "drug"]
    example = ' bk:tizanidine <https://example.org/x> "a \\"b\\""@en 5 -1.50 true '
    text = query.text[: line.open_at + 1] + example + query.text[line.close_at :]
    parameter = query.parameters[0]._replace(line=line._replace(close_at=line.open_at + 1 + len(example)))

    expected = ["bk:tizanidine", "<https://example.org/x>", 'a "b"', "5", "-1.50", "true"]
    assert expected == defaults_of(query._replace(text=text), parameter, shipped.prefixes)


def test_a_decimal_that_an_engine_cannot_hold_is_refused(shipped: KnowledgeBase) -> None:
    query = shipped.find_query("safety/effects-omitted-by-source")

    for fits in ("9" * 18 + "." + "9" * 18, "-.5", "+5.", "0"):
        assert fits == read_asked(query, {"threshold": [fits]}).values["threshold"][0]
    for beyond in ("1" + "0" * 18, "0." + "1" * 19):
        with pytest.raises(ParameterError, match="18 digits before and behind the point"):
            shipped.bind(query.name, {"threshold": beyond})


@pytest.mark.whole_graph
def test_every_query_answers_as_on_the_command_line(server: RunningServer, shipped: KnowledgeBase) -> None:
    for query in shipped.queries.values():
        response = server.client.get(f"/queries/{query.name}/results")
        expected = json.loads(shipped.query(query.name).serialize("json"))
        given = {each.name: defaults_of(query, each, shipped.prefixes) for each in query.parameters if each.required}
        with_defaults = server.client.get(f"/queries/{query.name}/results", params=given)

        assert _bindings(expected) == _bindings(response.json()), query.name
        assert _bindings(expected) == _bindings(with_defaults.json()), query.name


@pytest.mark.whole_graph
def test_the_pages_of_every_query_make_up_the_whole(server: RunningServer, shipped: KnowledgeBase) -> None:
    for query in shipped.queries.values():
        path = f"/queries/{query.name}/results"
        whole = _bindings(server.client.get(f"{path}?limit=1000000").json())
        size = max(1, len(whole) // 3)
        response = server.client.get(f"{path}?limit={size}")
        pages = _bindings(response.json())
        while "next" in response.links:
            response = server.client.get(response.links["next"]["url"])
            pages += _bindings(response.json())

        assert whole == pages, query.name
        assert sorted(map(str, whole)) == sorted(map(str, _bindings(server.client.get(path).json())))


def _bindings(document: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = document["results"]["bindings"]
    return found
