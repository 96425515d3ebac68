"""Where a worker writes a document: whole in one message, or, where it is large, in pieces as they come."""

import socket
import zlib
from collections.abc import Callable

from kb.results import NOT_IN_XML
from kb.web.workers.frames import FINISH, LONGEST, PIECE, START, WHOLE, send_frame
from kb.web.workers.job import Fault, Job, Report

_PIECE_BYTES = 2**16
_LEAST_TO_COMPRESS = 1_000
_LEVEL = 5
_UNNAMED = b"<oxprefix: "
"""How Oxigraph 0.5.13 begins an element for a property whose IRI ends in no name, which RDF/XML cannot hold."""


class StoppedError(Exception):
    """Raised out of the engine's writer; `fault` says why the document cannot be finished."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(fault.message)


class Outlet:
    """A writer for pyoxigraph that counts rows and bytes, holds them to the caps, and sends what is written."""

    def __init__(self, to: socket.socket, job: Job, count: Callable[[bytes], int] | None) -> None:
        self._to, self._job, self._count = to, job, count
        self._is_xml = job.format in ("xml", "rdfxml")
        self._tail = b""
        self._kept = bytearray()
        self._packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, 31) if job.gzip else None
        self._whole_bytes = min(job.whole_bytes, LONGEST // 2)
        self.total: int | None = None
        """How many rows there are before a slice, where that is known."""
        self.started = False
        self.rows = self.size = 0

    def write(self, piece: bytes) -> int:
        """Take the next bytes of the document.

        Raises:
            StoppedError: it has grown over a cap, or holds what its format cannot.
            OSError: nobody reads it any more.
        """
        if self._count is not None:
            self.add_rows(self._count(piece))
        self.size += len(piece)
        if self.size > self._job.max_bytes:
            raise StoppedError(
                Fault("bytes", f"the answer has over {self._job.max_bytes:,} bytes; ask for less, or for it in parts")
            )
        self._kept += self._tidied(piece) if self._is_xml else piece
        if self.started:
            self._send_piece(_PIECE_BYTES)
        elif self.size > self._whole_bytes:
            self.started = True
            send_frame(self._to, START, Report(total=self.total, gzip=self._packer is not None).encode())
        return len(piece)

    def write_document(self, document: bytes) -> None:
        """Take a document that is there as a whole, its rows counted and its characters seen to already."""
        self._count, self._is_xml = None, False
        for at in range(0, len(document), _PIECE_BYTES):
            self.write(document[at : at + _PIECE_BYTES])

    def flush(self) -> None:
        """Do nothing: pieces are sent when they are large enough."""

    def add_rows(self, count: int) -> None:
        """Count rows or triples of the answer.

        Raises:
            StoppedError: there are more than the cap.
        """
        self.rows += count
        if self.rows > self._job.max_rows:
            raise StoppedError(
                Fault("rows", f"the answer has over {self._job.max_rows:,} rows; add LIMIT, or ask for it in parts")
            )

    def finish(self) -> None:
        """Send what is left of the document, and the report on it."""
        if self.started:
            self._send_piece(0, last=True)
            send_frame(self._to, FINISH, Report(self.rows, self.size, self.total).encode())
            return
        body = bytes(self._kept)
        packed = self._packer is not None and len(body) >= _LEAST_TO_COMPRESS
        if self._packer is not None and packed:
            body = self._packer.compress(body) + self._packer.flush()
        report = Report(self.rows, self.size, self.total, packed).encode()
        send_frame(self._to, WHOLE, len(report).to_bytes(4, "big") + report + body)

    def _send_piece(self, least: int, last: bool = False) -> None:
        if len(self._kept) <= least and not last:
            return
        piece = bytes(self._kept)
        self._kept.clear()
        if self._packer is not None:
            piece = self._packer.compress(piece) + (self._packer.flush() if last else b"")
        if piece:
            send_frame(self._to, PIECE, piece)

    def _tidied(self, piece: bytes) -> bytes:
        """Return a piece of XML with carriage returns that a reader of it keeps (Oxigraph 0.5.13 writes them bare)."""
        seen = self._tail + piece
        self._tail = seen[1 - len(_UNNAMED) :]
        bad = NOT_IN_XML.search(seen)
        if bad or _UNNAMED in seen:
            what = f"the character {bad.group().decode()!r}" if bad else "a property whose IRI ends in no name"
            raise StoppedError(
                Fault("format", f"the result holds {what}, which XML cannot hold; ask for another format")
            )
        return piece.replace(b"\r", b"&#13;")
