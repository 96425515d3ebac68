"""Which format a client gets: headers as clients send them, names, and what is offered nowhere."""

import mimeparse
import pytest
from starlette.datastructures import Headers

from kb.web.answers.negotiation import GRAPH_FORMATS, ROW_FORMATS, Format, accept_of, choose
from kb.web.answers.problems import HttpProblem

HTML = Format("html", "text/html")
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


@pytest.mark.parametrize(
    "accept, rows, graph",
    [
        (None, "json", "ttl"),
        ("", "json", "ttl"),
        (" , ,", "json", "ttl"),
        ("*/*", "json", "ttl"),
        ("*", "json", "ttl"),
        ("*/*;q=0.1", "json", "ttl"),
        ("text/*", "csv", "ttl"),
        ("application/*", "json", "nt"),
        ("text/csv", "csv", None),
        ("TEXT/CSV; Q=0.5", "csv", None),
        ("application/sparql-results+json", "json", None),
        ("application/json", "json", "jsonld"),
        ("text/xml", "xml", "rdfxml"),
        ("application/xml", "xml", "rdfxml"),
        ("application/x-turtle", None, "ttl"),
        ("text/rdf+n3", None, "ttl"),
        ("application/n-triples, text/turtle;q=0.9", None, "nt"),
        ("text/turtle;q=0.1, application/rdf+xml;q=0.2", None, "rdfxml"),
        ("text/csv;q=0.5, application/sparql-results+xml;q=0.6", "xml", None),
        ("text/csv, application/sparql-results+xml", "xml", None),  # as good as each other: the server's order
        ("text/csv, */*", "csv", "ttl"),  # the one that was named, rather than one that was not
        ("text/csv;q=0.5, */*", "json", "ttl"),
        ("application/sparql-results+json;q=0, */*", "xml", "ttl"),
        ("application/sparql-results+json;q=0, application/json", None, "jsonld"),
        ("*/*, text/*;q=0", "json", "nt"),
        ("text/csv;q=0", None, None),
        ("*/*;q=0", None, None),
        ("image/png", None, None),
        ("text/csv;header=present", "csv", None),
        ("text/csv;charset=utf-8", "csv", None),
        ('text/csv;charset="UTF-8"', "csv", None),
        ("text/csv;charset=utf-16", None, None),
        ("text/csv;charset=iso-8859-1, text/tab-separated-values;q=0.1", "tsv", None),
        ('text/csv;note="a,b", text/tab-separated-values;q=0.1', "csv", None),
        ("text/csv;q=nonsense", "csv", None),
        ("text/csv;q=7", "csv", None),
        ("nonsense", "json", "ttl"),
        ("text/csv, nonsense", "csv", None),
        ("a/b/c, ;;, /", "json", "ttl"),
        ("<script>/x", "json", "ttl"),
        ("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", "json", "ttl"),  # Java's URLConnection
        ("application/json, text/plain, */*", "json", "jsonld"),  # axios
        ("application/sparql-results+json,*/*;q=0.9", "json", "ttl"),  # YASGUI
        ("application/sparql-results+json,application/json,text/javascript,application/javascript", "json", "jsonld"),
        (BROWSER, "json", "ttl"),
        ("text/html,application/xml", None, None),
    ],
)
def test_a_client_gets_what_it_likes_best(accept: str | None, rows: str | None, graph: str | None) -> None:
    for offered, expected in ((ROW_FORMATS, rows), (GRAPH_FORMATS, graph)):
        try:
            found = choose(accept, None, offered).name
        except HttpProblem as problem:
            assert 406 == problem.status
            found = None

        assert expected == found, offered


@pytest.mark.parametrize(
    "wanted, rows, graph",
    [
        ("csv", "csv", None),
        ("CSV", "csv", None),
        ("srj", "json", None),
        ("srx", "xml", None),
        ("sparql-json", "json", None),
        ("json", "json", "jsonld"),
        ("xml", "xml", "rdfxml"),
        ("turtle", None, "ttl"),
        ("n-triples", None, "nt"),
        ("rdf", None, "rdfxml"),
        ("application/sparql-results+json", "json", None),
        ("application/sparql-results json", "json", None),  # a + in a query string is a space
        ("application/json", "json", "jsonld"),
        ("text/csv; charset=utf-8", "csv", None),
        ("text/turtle", None, "ttl"),
        ("html", None, None),
        ("../etc", None, None),
    ],
)
def test_a_format_that_is_asked_for_by_name_wins(wanted: str, rows: str | None, graph: str | None) -> None:
    for offered, expected in ((ROW_FORMATS, rows), (GRAPH_FORMATS, graph)):
        try:
            found = choose("image/png", wanted, offered).name
        except HttpProblem as problem:
            assert 406 == problem.status
            found = None

        assert expected == found, offered


def test_no_name_leaves_it_to_the_header() -> None:
    assert "csv" == choose("text/csv", "", ROW_FORMATS).name


def test_a_page_is_for_browsers() -> None:
    offered = (HTML, *GRAPH_FORMATS)

    assert HTML == choose(BROWSER, None, offered)
    assert HTML == choose("*/*", None, offered)
    assert HTML == choose("application/xhtml+xml", None, offered)
    assert "ttl" == choose("text/turtle, text/html;q=0.5", None, offered).name
    assert "ttl" == choose("text/turtle;q=0.8, */*;q=0.1", None, offered).name


def test_a_refusal_lists_what_there_is() -> None:
    with pytest.raises(HttpProblem) as raised:
        choose("image/png", None, ROW_FORMATS)

    assert 4 == len(raised.value.members["available"])  # type: ignore[arg-type]
    assert "Accept" == raised.value.headers["Vary"]
    assert "csv (text/csv)" in str(raised.value) and "image/png" in str(raised.value)


def test_text_says_its_charset_and_json_and_xml_need_not() -> None:
    assert ["text/turtle; charset=utf-8", "application/n-triples"] == [one.content_type for one in GRAPH_FORMATS[:2]]
    assert ["text/csv; charset=utf-8", "text/tab-separated-values; charset=utf-8"] == [
        one.content_type for one in ROW_FORMATS[2:]
    ]


def test_a_header_in_several_lines_is_one_list() -> None:
    headers = Headers(raw=[(b"accept", b"text/csv;q=0.1"), (b"host", b"h"), (b"accept", b"application/json")])

    assert "text/csv;q=0.1, application/json" == accept_of(headers)
    assert accept_of(Headers(raw=[])) is None


@pytest.mark.parametrize("piece", ["a/b;", 'text/csv;"', '"\\', "text/csv,", ";q=1", ",", "a/*;q=0.1,"])
def test_any_header_is_read_or_refused(piece: str) -> None:
    for length in (2_000, 100_000):
        try:
            choose((piece * length)[:length], None, ROW_FORMATS)
        except HttpProblem as problem:
            assert 406 == problem.status


@pytest.mark.parametrize(
    "header, types",
    [
        ("text/*;q=0.3, text/html;q=0.7, */*;q=0.5", {"text/html": 0.7, "text/plain": 0.3, "image/png": 0.5}),
        ("*", {"text/html": 1.0}),
        ("text/csv;q=0, */*", {"text/csv": 0.0, "text/html": 1.0}),
        ("text/csv;q=nan", {"text/csv": 1.0}),
    ],
)
def test_the_parser_of_headers_does_what_is_relied_on(header: str, types: dict[str, float]) -> None:
    ranges = [mimeparse.parse_media_range(part) for part in header.split(",")]

    assert types == {kind: mimeparse.quality_parsed(kind, ranges) for kind in types}
