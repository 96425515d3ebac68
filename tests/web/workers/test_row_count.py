"""Rows are counted in the documents themselves, whatever their values hold and wherever they are cut."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import QueryResultsFormat, parse_query_results

from kb.results import ROW_FORMATS
from kb.web.workers.row_count import COUNTERS

VALUES = st.text(alphabet='"\\,{[}]:\n\r\t<result>ab', max_size=8)
ROWS = st.lists(st.dictionaries(st.sampled_from(("a", "b")), VALUES), max_size=6)


@pytest.mark.parametrize("format", ROW_FORMATS)
@given(rows=ROWS, size=st.integers(1, 60))
def test_rows_are_counted_in_pieces_of_any_size(format: str, rows: list[dict[str, str]], size: int) -> None:
    bindings = [{name: {"type": "literal", "value": value} for name, value in row.items()} for row in rows]
    source = json.dumps({"head": {"vars": ["a", "b"]}, "results": {"bindings": bindings}}).encode()
    document = parse_query_results(source, QueryResultsFormat.JSON).serialize(format=ROW_FORMATS[format]) or b""
    count = COUNTERS[format]()

    assert len(rows) == sum(count(document[at : at + size]) for at in range(0, len(document), size))
