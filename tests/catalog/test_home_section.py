"""An answer may stand on the home page: then nothing has to be given for it, and it ends in a number."""

from pathlib import Path

import pytest

from kb.catalog import Section
from kb.catalog.picture import HOME
from tests.catalog.test_header import fault, read

QUERY = """#+ summary: How many drugs are there for each condition?
#+ tags: [treatment]
#+ params:
#+   least: {type: integer, required: false, help: the least number}
#+ returns:
#+   condition: {type: iri, help: the condition}
#+   drugs: {type: integer, help: how many}
#+ page: {parameter: none, title: Drugs by condition, order: 5}

PREFIX on: <https://example.org/ontology#>

SELECT ?condition (COUNT(?drug) AS ?drugs)
WHERE {
  VALUES ?least { UNDEF }
  ?drug on:treats ?condition .
}
GROUP BY ?condition
ORDER BY ?condition
"""


def test_an_answer_may_stand_on_the_home_page(tmp_path: Path) -> None:
    assert (Section(HOME, "Drugs by condition", 5),) == read(tmp_path, QUERY).sections


@pytest.mark.parametrize(
    "old, new, expected",
    [
        ("drugs: {type: integer", "drugs: {type: decimal", "return an integer as last column"),
        ("required: false, ", "", "'page' leaves out the parameter 'least'"),
        ("parameter: none", "parameter: nun", "unknown parameter 'nun'; there are least, none"),
    ],
)
def test_what_the_home_page_cannot_show_is_refused(tmp_path: Path, old: str, new: str, expected: str) -> None:
    assert expected in fault(tmp_path, QUERY.replace(old, new))
