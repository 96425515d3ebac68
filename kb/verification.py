"""Checks a copy of a source against the passages of the graph: which claims still stand on the words they came from."""

from hashlib import sha256
from typing import NamedTuple

from kb.errors import UsageError
from kb.results import Rows


class Checked(NamedTuple):
    """One statement of a source and how its passage fared in the copy."""

    start: int
    end: int
    statement: str
    """IRI of the claim, or of the statement set aside."""
    label: str
    is_claim: bool
    state: str
    """`same`, `changed`, or `moved` when the words stand elsewhere because the copy's length differs."""
    words: str
    """The words of the copy at the place of the passage."""


def read_copy(path: str) -> str:
    """Return the text of a copy, byte for byte: line ends and a byte-order mark are kept.

    Raises:
        UsageError: the file cannot be read, or is not UTF-8.
    """
    try:
        with open(path, "rb") as file:
            return file.read().decode("utf-8")
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}); name the copy of the source") from error
    except UnicodeDecodeError as error:
        raise UsageError(
            f"{path}: is not UTF-8 (byte {error.start}); the passages count characters of UTF-8 text"
        ) from error


def digest(text: str) -> str:
    """Return the SHA-256 of the text in UTF-8, in lower-case hexadecimal."""
    return sha256(text.encode("utf-8")).hexdigest()


def check_copy(text: str, passages: Rows) -> list[Checked]:
    """Return every statement with the state of its passage in `text`, in order of place.

    `passages` has the columns start, end, sha256, statement, label, reason and length, as the
    canned query for passages gives them.
    """
    checked = []
    for row in passages.to_dicts():
        start, end, expected = int(str(row["start"])), int(str(row["end"])), str(row["sha256"])
        shift = len(text) - int(str(row["length"]))
        words = text[start:end]
        moved = shift and digest(text[max(start + shift, 0) : end + shift]) == expected
        state = "same" if digest(words) == expected else "moved" if moved else "changed"
        checked.append(
            Checked(start, end, str(row["statement"]), str(row["label"]), row["reason"] is None, state, words)
        )
    return checked
