"""The prefix list, and IRIs in short form."""

from pathlib import Path

import pytest

from kb.errors import DataError
from kb.prefixes import compact, expand, read_prefixes

PREFIXES = {"ex": "https://example.org/", "id": "https://example.org/id/", "obo": "http://purl.obolibrary.org/obo/"}
HEAD = "PREFIX sh: <http://www.w3.org/ns/shacl#>\n"


@pytest.mark.parametrize(
    ("expected", "iri"),
    [
        ("ex:a", "https://example.org/a"),
        ("id:a", "https://example.org/id/a"),
        ("obo:CHEBI_2972", "http://purl.obolibrary.org/obo/CHEBI_2972"),
        ("ex:a.b", "https://example.org/a.b"),
        ("<https://example.org/a.>", "https://example.org/a."),
        ("<https://example.org/a/b>", "https://example.org/a/b"),
        ("<https://example.org/>", "https://example.org/"),
        ("<https://example.org/-a>", "https://example.org/-a"),
        ("<https://else.example/a>", "https://else.example/a"),
    ],
)
def test_an_iri_is_shortened_where_that_gives_a_name(expected: str, iri: str) -> None:
    short = compact(iri, PREFIXES)

    assert expected == short
    assert short.startswith("<") or iri == expand(short, PREFIXES)


@pytest.mark.parametrize("name", ["a", "nope:a", "", "CHEBI:2972"])
def test_a_name_of_no_known_prefix_is_not_expanded(name: str) -> None:
    assert expand(name, PREFIXES) is None


def write(root: Path, text: str) -> str:
    (root / "ontology").mkdir()
    (root / "ontology" / "prefixes.ttl").write_text(text, encoding="utf-8")
    return str(root)


def test_prefixes_are_read_sorted(tmp_path: Path) -> None:
    root = write(
        tmp_path,
        HEAD + '<a:z> sh:prefix "z" ; sh:namespace "urn:z:" .\n<a:a> sh:prefix "a" ; sh:namespace "urn:a:" .\n',
    )

    assert [("a", "urn:a:"), ("z", "urn:z:")] == list(read_prefixes(root).items())


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        (r"ontology/prefixes\.ttl:3: .*mend the Turtle", HEAD + '\n<a:a> sh:prefix "a" sh:namespace "urn:a:" .\n'),
        (r"ontology/prefixes\.ttl: <a:a> needs both sh:prefix and sh:namespace", HEAD + '<a:a> sh:prefix "a" .\n'),
        (
            r"ontology/prefixes\.ttl: a: <urn:b:> is declared twice; keep one",
            HEAD + '<a:a> sh:prefix "a" ; sh:namespace "urn:a:" .\n<a:b> sh:prefix "a" ; sh:namespace "urn:b:" .\n',
        ),
    ],
)
def test_a_faulty_list_is_refused_with_its_place(tmp_path: Path, expected: str, text: str) -> None:
    with pytest.raises(DataError, match=expected):
        read_prefixes(write(tmp_path, text))


def test_a_missing_list_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"ontology/prefixes\.ttl: cannot be read \(No such file or directory\)"):
        read_prefixes(str(tmp_path))
