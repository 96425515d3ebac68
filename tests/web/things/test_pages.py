"""Pages: what they show, that they read without scripts, and that no label of the graph is more than text in them."""

import json
import re
import shutil
from collections import Counter
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

from kb import KnowledgeBase
from tests.conftest import TINY
from tests.web.running import RunningServer

BK = "https://w3id.org/baclofen-kg/id/"
VOID = {"meta", "link", "input", "br", "hr", "img"}
VIEW = """#+ summary: The name of a remedy.

PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX zont: <https://example.org/tiny/ontology#>
PREFIX zorv: <https://example.org/tiny/id/>

CONSTRUCT { ?entity <https://schema.org/name> ?label }
WHERE {
  VALUES ?entity { zorv:zorvexin }
  ?entity rdf:type zont:Remedy ;
    rdfs:label ?label .
}
"""


class Page(HTMLParser):
    """A page as a strict reader takes it: its elements balanced, its text, links, and the text of its scripts."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.faults: list[str] = []
        self.ids: Counter[str] = Counter()
        self.links: list[str] = []
        self.scripts: list[str] = []
        self.text = ""
        self.feed(text)
        self.close()
        self.faults += [f"<{tag}> is not closed" for tag in self.open]
        self.faults += [f"id {name!r} is there {times} times" for name, times in self.ids.items() if times > 1]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.faults += [f"<{tag} {name}>" for name in values if name.startswith("on") or name == "style"]
        if tag == "script" and values.get("type") != "application/ld+json" and not values.get("src"):
            self.faults.append("a script")
        if values.get("id"):
            self.ids[str(values["id"])] += 1
        self.links += [str(values[name]) for name in ("href", "action", "src") if values.get(name)]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes what is not open")

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "script":
            self.scripts.append(data)
        else:
            self.text += data


def _page(server: RunningServer, path: str) -> Page:
    response = server.client.get(path, headers={"Accept": "text/html"})
    assert 200 == response.status_code, path
    assert "text/html; charset=utf-8" == response.headers["content-type"]
    return Page(response.text)


@pytest.mark.parametrize("path", ["/", "/ontology.html", "/page/baclofen", "/page/claim-c037", "/page/spasticity"])
def test_a_page_is_sound_and_all_its_paths_lead_somewhere(server: RunningServer, path: str) -> None:
    page = _page(server, path)
    paths = {link.partition("#")[0] for link in page.links if link.startswith("/")}
    sampled = sorted(each for each in paths if "/results?" not in each)[:: len(paths) // 6 + 1]

    assert [] == page.faults
    assert {link for link in page.links if not link.startswith(("/", "#", "http://", "https://"))} == set()
    assert [] == [each for each in sampled if server.client.head(each).status_code not in (200, 303)]
    assert "Not medical advice" in page.text


def test_a_page_tells_the_version_of_the_data(server: RunningServer, shipped: KnowledgeBase) -> None:
    text = _page(server, "/page/baclofen").text

    assert re.search(r"Version 0\.1\.0 of the data, 25 November 2026, SHA-256 [0-9a-f]{64}", text)


def test_a_claim_shows_its_source_place_hedge_polarity_and_numbers(server: RunningServer) -> None:
    denied = _page(server, "/page/claim-c094").text
    claim = _page(server, "/page/claim-c037").text
    estimate = _page(server, "/page/estimate-c037").text

    assert "negated claim" in denied
    assert "affirmed claim efficacy claim disputed claim" in " ".join(claim.replace("why", "").split())
    for shown in ("characters 1733 to 1776 of the article", "stated in", "70\u202f%", "80\u202f%", "leaves unstated"):
        assert shown in claim
    assert "lower bound" in estimate


def test_a_page_lists_a_bounded_number_and_says_how_many_more(server: RunningServer, shipped: KnowledgeBase) -> None:
    page = _page(server, "/page/baclofen/uses")
    more = [int(number.replace(",", "")) for number in re.findall(r"and ([\d,]+) more", page.text)]
    pointing = page.text[page.text.index("What points at") :]
    rows = shipped.sparql("SELECT ?s ?p WHERE { ?s ?p bk:baclofen . FILTER (ISIRI(?s)) }")
    properties = {row[1] for row in rows}
    listed = sum(min(25, sum(row[1] == each for row in rows)) for each in properties)

    assert len(rows) == listed + sum(more)
    assert "affirmed claim" in pointing
    assert "/page/baclofen/uses" in _page(server, "/page/baclofen").links


def test_the_classes_beside_a_claim_tell_affirming_from_denying(server: RunningServer, shipped: KnowledgeBase) -> None:
    response = server.client.get("/page/giggles")
    page = server.client.get("/page/spasticity-due-to-multiple-sclerosis").text
    listed = re.findall(r'<li><a href="/page/(claim-[^"]*)".*?</a> <small>(.*?)</small>', page)

    assert 404 == response.status_code
    assert 20 < len(listed)
    for name, classes in listed:
        types = shipped.compiled.names.types[BK + name]
        assert ("negated claim" in classes) == any(each.endswith("#NegatedClaim") for each in types), name


def test_the_home_page_has_every_question(server: RunningServer, shipped: KnowledgeBase) -> None:
    page = _page(server, "/")

    assert {f"/queries/{name}" for name in shipped.queries} <= set(page.links)
    assert {"/sparql", "/ontology", "/openapi.json"} <= set(page.links)


def test_a_page_is_not_sent_twice(tiny_server: RunningServer) -> None:
    first = tiny_server.client.get("/page/zorvexin")
    again = tiny_server.client.get("/page/zorvexin", headers={"If-None-Match": first.headers["etag"]})
    head = tiny_server.client.head("/page/zorvexin")

    assert (304, b"") == (again.status_code, again.content)
    assert (200, b"", first.headers["etag"]) == (head.status_code, head.content, head.headers["etag"])


@pytest.mark.parametrize(
    ("typed", "leads_to"),
    [
        ("zorvexin", "/page/zorvexin"),
        ("Zorvexinum", "/page/zorvexin"),
        ("CHEBI:2", "/page/plenamine"),
        ("toe cramp", "/page/crampitis-of-the-toe"),
        ("zont:Remedy", "/ontology.html#Remedy"),
    ],
)
def test_a_typed_name_leads_to_its_page(tiny_server: RunningServer, typed: str, leads_to: str) -> None:
    response = tiny_server.client.get("/page", params={"name": typed})

    assert (303, leads_to) == (response.status_code, response.headers["location"])


def test_a_typed_name_that_there_is_not_gets_the_nearest(tiny_server: RunningServer) -> None:
    response = tiny_server.client.get("/page", params={"name": "plenamin"}, headers={"Accept": "text/html"})

    assert 404 == response.status_code
    assert '<a href="/page?name=plenamine">' in response.text
    assert [] == Page(response.text).faults


def test_no_path_leaves_the_static_folder(tiny_server: RunningServer) -> None:
    assert 200 == tiny_server.client.get("/static/page.css").status_code
    for path in ("..%2fpages.py", "%2e%2e/pages.py", "..%5cpages.py", "%2fetc%2fpasswd", "page.css%00", ""):
        assert 404 == tiny_server.client.get(f"/static/{path}").status_code, path


HOSTILE = [
    "<script>alert(1)</script>",
    "</script><script>alert(2)</script>",
    '" onmouseover="alert(3)" \'',
    "<!-- --> ]]> &lt; &amp;",
    "\u202eright to left\u2066 mark\u200f",
    "{{ 7 * 7 }} {% raw %}",
    "line\u2028end",
]


@pytest.fixture(scope="module")
def hostile_page(tmp_path_factory: pytest.TempPathFactory, _own_cache: None) -> "Callable[[str], str]":
    """A page of a graph whose labels and links would do harm if they were more than text."""
    from tests.web.running import start

    folder = tmp_path_factory.mktemp("hostile")
    graph = Path(shutil.copytree(TINY, folder / "tiny"))
    (graph / "ontology" / "views").mkdir()
    (graph / "ontology" / "views" / "name.rq").write_text(VIEW, encoding="utf-8")
    drug = graph / "graph_data" / "drugs" / "zorvexin.ttl"
    text = drug.read_text(encoding="utf-8")
    labels = " , ".join(json.dumps(label) for label in HOSTILE)
    harmful = "zont:kindOf <javascript:alert(4)> , <data:text/html,x> ;\n    skos:altLabel " + labels
    drug.write_text(text.replace('rdfs:label "zorvexin"@en', f"rdfs:label {labels} ;\n    {harmful}"), encoding="utf-8")
    query = graph / "queries" / "treatment" / "remedies-by-complaint.rq"
    section = "#+ page: {parameter: complaint, title: 'Remedies <b>for</b> it'}\n#+ returns:\n"
    query.write_text(query.read_text(encoding="utf-8").replace("#+ returns:\n", section), encoding="utf-8")
    pages: dict[str, str] = {}
    with start(folder, data=graph, root_path="/kg") as server:
        for path in ("/page/zorvexin", "/page/giggles", "/page/statement-giggles", "/page/crampitis"):
            pages[path] = server.client.get(path, headers={"Host": "evil.example"}).text
        pages["/id/zorvexin"] = str(server.client.get("/id/zorvexin", headers={"Host": "evil.example"}).headers)
    return pages.__getitem__


def test_hostile_labels_are_text(hostile_page: "Callable[[str], str]") -> None:
    text = hostile_page("/page/zorvexin")
    page = Page(text)

    assert [] == page.faults
    assert all(label in page.text for label in HOSTILE)
    assert [] == [link for link in page.links if not link.startswith(("/", "#", "http://", "https://"))]
    assert all(f"<bdi>{label}" in text.replace("&#34;", '"') for label in HOSTILE if label[0] == "\u202e")
    for path in ("/page/giggles", "/page/statement-giggles", "/page/crampitis"):
        assert [] == Page(hostile_page(path)).faults


def test_hostile_labels_and_titles_are_text_in_sections(hostile_page: "Callable[[str], str]") -> None:
    section = Page(hostile_page("/page/crampitis").partition('<section class="part"')[2].partition("</section>")[0])

    assert "Remedies <b>for</b> it" in section.text
    assert any(label in section.text for label in HOSTILE)
    assert "/kg/queries/treatment/remedies-by-complaint?complaint=zorv%3Acrampitis" in section.links


def test_hostile_labels_stay_in_the_structured_data(hostile_page: "Callable[[str], str]") -> None:
    scripts = Page(hostile_page("/page/zorvexin")).scripts
    said = {quad.object.value for quad in parse("".join(scripts).encode(), RdfFormat.JSON_LD)}

    assert 1 == len(scripts)
    assert set(HOSTILE) == said


def test_pages_carry_what_the_views_say(server: RunningServer) -> None:
    (script,) = _page(server, "/page/tizanidine").scripts
    triples = {quad.triple for quad in parse(script.encode(), RdfFormat.JSON_LD)}
    types = {triple.object for triple in triples if triple.subject == NamedNode(BK + "tizanidine")}

    assert NamedNode("https://schema.org/Drug") in types
    assert [] == _page(server, "/page/claim-c094").scripts


def test_paths_stay_below_that_of_a_proxy_and_say_nothing_of_the_host_header(
    hostile_page: "Callable[[str], str]",
) -> None:
    redirect, page = hostile_page("/id/zorvexin"), hostile_page("/page/zorvexin")

    assert "'location': '/kg/page/zorvexin'" in redirect
    assert [] == [link for link in Page(page).links if not link.startswith(("/kg/", "#", "http://", "https://"))]
    assert "evil.example" not in redirect + page
