"""Counts the rows in the documents that Oxigraph writes, piece by piece, whatever the values hold."""

from collections.abc import Callable


class _Quoted:
    """Follows quotation marks from piece to piece, so that what stands between them is left out."""

    def __init__(self) -> None:
        self._inside = False

    def outside(self, piece: bytes) -> list[bytes]:
        """Return the parts of the next piece that stand outside of quotation marks."""
        parts = piece.split(b'"')
        kept = parts[self._inside :: 2]
        self._inside ^= len(parts) % 2 == 0
        return kept


def json_rows() -> Callable[[bytes], int]:
    """Return a counter for SPARQL results in JSON: a row is an object that is no member of another."""
    quoted = _Quoted()
    held = b""
    before = b":"  # the document itself is no row

    def count(piece: bytes) -> int:
        nonlocal held, before
        piece = held + piece
        slashes = len(piece) - len(piece.rstrip(b"\\"))
        held = b"\\" if slashes % 2 else b""  # what it escapes is in the next piece
        piece = piece[: len(piece) - len(held)].replace(b"\\\\", b"").replace(b'\\"', b"")
        bare = b'"'.join(quoted.outside(piece))  # a mark is left where a text stood
        found = bare.count(b",{") + bare.count(b"[{") + (bare[:1] == b"{" and before in (b",", b"["))
        before = bare[-1:] or before
        return found

    return count


def csv_rows() -> Callable[[bytes], int]:
    """Return a counter for SPARQL results in CSV: the line ends outside of quotation marks, but the header's."""
    quoted = _Quoted()
    header = 1

    def count(piece: bytes) -> int:
        nonlocal header
        lines = sum(part.count(b"\n") for part in quoted.outside(piece))
        taken = min(header, lines)
        header -= taken
        return lines - taken

    return count


def tsv_rows() -> Callable[[bytes], int]:
    """Return a counter for SPARQL results in TSV, whose values hold no line end."""
    header = 1

    def count(piece: bytes) -> int:
        nonlocal header
        lines = piece.count(b"\n")
        taken = min(header, lines)
        header -= taken
        return lines - taken

    return count


def xml_rows() -> Callable[[bytes], int]:
    """Return a counter for SPARQL results in XML, whose values hold no `<`."""
    mark, tail = b"<result>", b""

    def count(piece: bytes) -> int:
        nonlocal tail
        piece = tail + piece
        tail = piece[1 - len(mark) :]
        return piece.count(mark)

    return count


COUNTERS = {"json": json_rows, "xml": xml_rows, "csv": csv_rows, "tsv": tsv_rows}
"""{format of rows: what makes a counter for one document}"""
