"""The same call elsewhere: in each language a value stays one literal, whatever is in it."""

import ast
import re
import shlex
import shutil
import subprocess
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kb.cli.arguments import read_arguments
from kb.web.questions.snippets import (
    command_line,
    curl,
    python_over_http,
    python_with_package,
    r_call,
    r_text,
    shell_word,
    snippets,
)

RESULTS = "http://localhost:8000/queries/topic/slug/results"
HOSTILE = "'; rm -rf ~ #\"$(id)`id`\\\n!! \u202e\x1b]0;x\x07 {{7*7}} */ %0a"
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=20)
VALUES = st.dictionaries(
    st.sampled_from(["drug", "condition", "word"]), st.lists(TEXT, min_size=1, max_size=3), max_size=3
)


@settings(max_examples=40, deadline=None)
@given(VALUES)
@example({"word": [HOSTILE]})
@example({"word": ["'", '"', "\\", "'\"\\"]})
def test_python_reads_the_values_back(values: dict[str, list[str]]) -> None:
    calls = {}
    for text in (python_over_http(RESULTS, values), python_with_package("topic/slug", values)):
        tree = ast.parse(text)
        imports = [node for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom))]
        calls[text] = [ast.literal_eval(node) for node in ast.walk(tree) if isinstance(node, ast.Dict)]

        assert 1 == len(imports)
    meant = {name: texts[0] if len(texts) == 1 else texts for name, texts in values.items()}
    over_http, with_package = calls.values()

    assert meant in over_http
    assert not values or [meant] == with_package


@settings(max_examples=40, deadline=None)
@given(VALUES)
@example({"word": [HOSTILE]})
def test_curl_gets_one_address(values: dict[str, list[str]]) -> None:
    words = shlex.split(curl(RESULTS, values))

    assert ["curl", "--globoff", "--header", "Accept: text/csv"] == words[:-1]
    assert values == parse_qs(urlsplit(words[-1]).query, keep_blank_values=True)


@settings(max_examples=40, deadline=None)
@given(VALUES)
@example({"word": [HOSTILE.replace("\n", "").replace("\x1b", "").replace("\x07", "").replace("\u202e", "")]})
@example({"word": ["-o", "--help", "-"]})
@example({"word": ["=", "a=b"]})
def test_the_command_line_gets_the_values(values: dict[str, list[str]]) -> None:
    if all(text.isprintable() for texts in values.values() for text in texts):
        words = shlex.split(command_line("topic/slug", values))
        before, options = read_arguments(words[2:], ("show", "help", "asserted"), {"o": "output", "h": "help"})

        assert (["topic/slug"], values) == (before, options)


@pytest.mark.skipif(not shutil.which("bash"), reason="bash is not installed")
@settings(max_examples=15, deadline=None)
@given(st.lists(TEXT, min_size=1, max_size=20))
@example([HOSTILE, "\n", "\x7f'\\", "é\u202e'"])
def test_bash_reads_the_words_back(texts: list[str]) -> None:
    script = "printf '%s\\0' " + " ".join(map(shell_word, texts))
    done = subprocess.run(["bash", "--norc", "-c", script], capture_output=True, check=True)

    assert [*texts, ""] == done.stdout.decode().split("\0")


@settings(max_examples=40, deadline=None)
@given(VALUES)
@example({"word": [HOSTILE]})
def test_r_gets_one_literal(values: dict[str, list[str]]) -> None:
    text = r_call(RESULTS, values)
    (address,) = re.findall(r'^rows <- read\.csv\("([^"\\]*)", check\.names = FALSE\)\n$', text)

    assert {**values, "format": ["csv"]} == parse_qs(urlsplit(address).query)


def test_a_text_of_r_ends_where_it_should() -> None:
    assert r'"a\"\\b\U{a}\U{202e}é"' == r_text('a"\\b\n\u202eé')


def test_an_address_that_a_client_made_up_stays_a_literal() -> None:
    results = "http://evil'\"$(id)\\/queries/topic/slug/results"
    found = {each.language: each.text for each in snippets("topic/slug", {}, results)}

    assert results == shlex.split(found["curl"])[-1]
    assert results in [
        node.value for node in ast.walk(ast.parse(found["Python, over HTTP"])) if isinstance(node, ast.Constant)
    ]
    assert "kb query topic/slug" == found["Command line"]
    assert r"""read.csv("http://evil'\"$(id)\\/queries/topic/slug/results?format=csv",""" in found["R"]
