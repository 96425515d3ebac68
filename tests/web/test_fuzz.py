"""Whatever is asked: no 500, no dead worker, no altered query. Few cases every day, ten thousand in the long run."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.errors import KbError
from kb.tokens import significant
from tests.web.running import RunningServer, start

EVERY_DAY, LONG_RUN = 150, 5_000
WORDS = (
    *re.findall(
        r"\S+",
        r"""
        { } ( ) [ ] < > . ; , * + - / | ^ ! = & ? $ @ # ' " \ _: : SELECT ASK CONSTRUCT DESCRIBE WHERE FROM NAMED GRAPH
        SERVICE SILENT LOAD INSERT DELETE OPTIONAL UNION MINUS FILTER EXISTS NOT BIND AS VALUES UNDEF GROUP BY ORDER
        LIMIT OFFSET DISTINCT PREFIX BASE COUNT ?s ?p ?o rdfs:label zont:says zorv:zorvexin <a:b> <b> 1 1.5 1e9 -3
        true 'x' 'y'@en 'z'^^xsd:date a REGEX \'\'\'long\'\'\' \u0041 \u0000 é 𝄞 <<( )>> ~ 99999999999999999999 %
        STR NOW RAND
        """.replace("\\'", "'"),
    ),
    *("\r", "\n", "\t", "\x00", "\ufffe", "\ud800"),
)
QUERIES = st.one_of(
    st.text(max_size=60),
    st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join),
    st.lists(st.sampled_from(WORDS), max_size=25).map("".join),
    st.lists(st.sampled_from(WORDS), max_size=12).map(lambda words: f"SELECT * {{ ?s ?p ?o . {' '.join(words)} }}"),
    st.lists(st.sampled_from(WORDS), max_size=8).map(
        lambda words: f"SELECT * {{ ?s ?p ?o FILTER({' '.join(words)}) }}"
    ),
)
HOSTILE = st.one_of(
    st.text(max_size=40),
    st.lists(
        st.sampled_from(
            (
                "}",
                "{",
                '"',
                "'",
                "\\",
                "\n",
                "\r",
                "#",
                "UNDEF",
                ")",
                "(",
                "?word",
                "<a:b>",
                " ",
                "'''",
                "\\u0022",
                "gig",
            )
        ),
        max_size=8,
    ).map("".join),
)
PATH = "/queries/safety/side-effects-by-remedy"
_quick = settings(max_examples=EVERY_DAY, deadline=None, suppress_health_check=list(HealthCheck))
_long = settings(max_examples=LONG_RUN, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def fuzzed(_own_cache: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server that nobody else asks, to look at what became of its workers."""
    folder = Path(__file__).parents[1] / "tiny"
    with start(tmp_path_factory.mktemp("server"), data=folder, timeout=1, cache=0) as server:
        yield server
        lines = server.client.get("/metrics").text

        assert 'event="lost"} 0.0' in lines
        assert "failed" not in {line.get("outcome") for line in server.log()}


def _ask(server: RunningServer, query: str) -> httpx.Response:
    body = query.encode("utf-8", "surrogatepass")
    if len(query) % 2:
        return server.client.post("/sparql", content=body, headers={"Content-Type": "application/sparql-query"})
    return server.client.post("/sparql", data={"query": body})


def check_query(server: RunningServer, query: str) -> None:
    """Any text is answered, or refused with a reason on one line."""
    answer = _ask(server, query)

    assert answer.status_code in (200, 400, 403, 406, 413, 503, 504, 507), query
    if answer.status_code != 200:
        problem = answer.json()
        assert problem["status"] == answer.status_code
        assert problem["detail"] == " ".join(problem["detail"].split("\n"))


def check_binding(server: RunningServer, value: str) -> None:
    """Any value changes what stands in the braces of its parameter, and nothing else of the query."""
    text = value.encode("utf-8", "surrogatepass")
    answer = server.client.get(PATH, params={"word": text})
    rows = server.client.get(f"{PATH}/results", params={"word": text})

    assert rows.status_code in (200, 400), value
    if answer.status_code == 200 and "sparql" in answer.json():
        bound, plain = answer.json()["sparql"], server.client.get(PATH, params={"word": "gig"}).json()["sparql"]
        assert _without_word(bound) == _without_word(plain), value


def _without_word(query: str) -> list[str]:
    """Return the tokens of the query but the one in the braces of `word`."""
    try:
        tokens = [token.text for token in significant(query)]
    except KbError as error:
        raise AssertionError(query) from error
    at = tokens.index("?word")
    assert "}" == tokens[at + 3]
    return tokens[: at + 2] + tokens[at + 3 :]


@_quick
@given(query=QUERIES)
def test_any_query_is_answered_or_refused(fuzzed: RunningServer, query: str) -> None:
    check_query(fuzzed, query)


@_quick
@given(value=HOSTILE)
def test_any_value_stays_a_value(fuzzed: RunningServer, value: str) -> None:
    check_binding(fuzzed, value)


@pytest.mark.whole_graph
@_long
@given(query=QUERIES)
def test_thousands_of_queries_are_answered_or_refused(fuzzed: RunningServer, query: str) -> None:
    check_query(fuzzed, query)


@pytest.mark.whole_graph
@_long
@given(value=HOSTILE)
def test_thousands_of_values_stay_values(fuzzed: RunningServer, value: str) -> None:
    check_binding(fuzzed, value)
