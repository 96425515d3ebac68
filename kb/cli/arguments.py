"""Reads the words behind `kb query` without argparse, which alone costs a tenth of a whole query."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from kb.errors import UsageError


class Running(NamedTuple):
    """Where, how long and into what a query runs: the options that `kb query` and `kb sparql` share."""

    output: str | None = None
    to: str | None = None
    engine: str = "oxigraph"
    endpoint: str | None = None
    timeout: float | None = None
    data: str | None = None
    asserted: bool = False


def read_running(options: Mapping[str, Sequence[str]]) -> Running:
    """Return the shared options among {option: its values}.

    Raises:
        UsageError: one of them has no value, or several; or `asserted`, which takes none, has one.
    """
    if options.get("asserted"):
        raise UsageError("--asserted takes no value")
    given: dict[str, str] = {}
    for name in Running._fields:
        if name in options and name != "asserted":
            if len(options[name]) != 1:
                raise UsageError(f"--{name} takes one value, and has {len(options[name])}; give one")
            given[name] = options[name][0]
    timeout = seconds(given.pop("timeout")) if "timeout" in given else None
    return Running(**given, timeout=timeout, asserted="asserted" in options)


def seconds(text: str) -> float:
    """Return a number of seconds above 0.

    Raises:
        UsageError: the text is no such number.
    """
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 < number < 1e9:
        raise UsageError(f"--timeout: {text!r} is not a number of seconds above 0")
    return number


def read_arguments(
    words: Sequence[str], flags: Collection[str], short: dict[str, str]
) -> tuple[list[str], dict[str, list[str]]]:
    """Return the words before the first option, and {option: its values} for the rest.

    An option is `--name`, with its values behind it or behind `=`; the names in `flags` take none.
    `short` gives the long name of a one-letter option.

    Raises:
        UsageError: a word behind an option that takes no value.
    """
    before: list[str] = []
    options: dict[str, list[str]] = {}
    option: str | None = None
    for word in words:
        name, equals, value = word.partition("=")
        letter = short.get(word[1:2]) if word[:1] == "-" and word[1:2] != "-" else None
        if letter:
            option, value = letter, word[2:]
            options.setdefault(option, []).extend([value] if value else [])
        elif word.startswith("--") and len(word) > 2:
            option = name[2:]
            options.setdefault(option, []).extend([value] if equals else [])
        elif option is None or (option in flags and not before):
            before.append(word)
        elif option in flags:
            raise UsageError(f"--{option} takes no value, and {word!r} stands behind it; write it before the options")
        else:
            options[option].append(word)
    return before, options
