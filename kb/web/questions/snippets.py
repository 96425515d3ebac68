"""The same question asked elsewhere: as a command line, with curl, in Python and in R.

A value is text that somebody else may have chosen: in each language it is written so that it stays one literal,
and what no person can see is written as an escape.
"""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import urlencode

_ESCAPES = {"\\": "\\\\", "'": "\\'"}
Values = Mapping[str, Sequence[str]]
"""{parameter: its values}."""


class Snippet(NamedTuple):
    """A call in some language."""

    language: str
    text: str


def snippets(name: str, values: Values, results: str) -> list[Snippet]:
    """Return the call of the canned query `name` in each language; `results` is the URL of its results."""
    return [
        Snippet("Command line", command_line(name, values)),
        Snippet("curl", curl(results, values)),
        Snippet("Python, over HTTP", python_over_http(results, values)),
        Snippet("Python, with the package kb", python_with_package(name, values)),
        Snippet("R", r_call(results, values)),
    ]


def command_line(name: str, values: Values) -> str:
    """Return the call as `kb query` takes it, for a POSIX shell, or bash where a value has invisible characters."""
    words = ["kb", "query", shell_word(name)]
    for parameter, texts in values.items():
        if any(text.startswith("-") for text in texts):
            words += [shell_word(f"--{parameter}={text}") for text in texts]
        else:
            words += [f"--{shell_word(parameter)}", *map(shell_word, texts)]
    return " ".join(words)


def curl(results: str, values: Values) -> str:
    """Return the call with curl, which prints CSV."""
    return f"curl --globoff --header 'Accept: text/csv' {shell_word(_url(results, values))}"


def python_over_http(results: str, values: Values) -> str:
    """Return the call in Python with httpx."""
    return (
        "import httpx\n\n"
        "response = httpx.get(\n"
        f"    {python_text(results)},\n"
        f"    params={python_mapping(values)},\n"
        '    headers={"Accept": "application/sparql-results+json"},\n'
        ")\n"
        "response.raise_for_status()\n"
        'rows = response.json()["results"]["bindings"]\n'
    )


def python_with_package(name: str, values: Values) -> str:
    """Return the call in Python on the graph itself, without a server."""
    given = f", **{python_mapping(values)}" if values else ""
    return (
        "from kb import KnowledgeBase\n\n"
        "kb = KnowledgeBase.open()\n"
        f"rows = kb.query({python_text(name)}{given})\n"
        "table = rows.to_pandas()\n"
    )


def r_call(results: str, values: Values) -> str:
    """Return the call in R, which needs no package."""
    url = _url(results, {**values, "format": ["csv"]})
    return f"rows <- read.csv({r_text(url)}, check.names = FALSE)\n"


def shell_word(text: str) -> str:
    """Return `text` as one word of a shell; what is invisible in it is escaped as bash does."""
    if text.isprintable():
        return shlex.quote(text)
    return "$'" + "".join(_shell_escapes(text)) + "'"


def python_text(text: str) -> str:
    """Return `text` as a literal of Python in double quotation marks where it can be."""
    literal = repr(text)
    return f'"{literal[1:-1]}"' if literal[0] == "'" and '"' not in literal and "\\'" not in literal else literal


def python_mapping(values: Values) -> str:
    """Return values as a literal of Python: one value as a text, several as a list."""
    parts = []
    for name, texts in values.items():
        listed = ", ".join(map(python_text, texts))
        parts.append(f"{python_text(name)}: {listed if len(texts) == 1 else f'[{listed}]'}")
    return "{" + ", ".join(parts) + "}"


def r_text(text: str) -> str:
    """Return `text` as a literal of R."""
    found = []
    for char in text:
        if char in '\\"':
            found.append("\\" + char)
        else:
            found.append(char if char.isprintable() else f"\\U{{{ord(char):x}}}")
    return '"' + "".join(found) + '"'


def _shell_escapes(text: str) -> Iterator[str]:
    for char in text:
        if char.isprintable():
            yield _ESCAPES.get(char, char)
        else:
            yield "".join(f"\\{byte:03o}" for byte in char.encode())


def _url(results: str, values: Values) -> str:
    """Return the URL of results with values; nothing in what is added means anything to a shell or to R."""
    return f"{results}?{urlencode(values, doseq=True)}" if values else results
