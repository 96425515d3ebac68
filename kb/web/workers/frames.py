"""Messages between the server's processes: a letter, a length (4 bytes, big-endian), and as many bytes."""

import asyncio
import socket
import struct

_HEAD = struct.Struct(">cI")
LONGEST = 2**32 - 1
"""Bytes that one message can hold."""

# from the server to a store process
FORK, END = b"F", b"K"
# from a store process
READY, FAILED, DONE = b"R", b"X", b"D"
# from a worker: a whole answer; or the start of one, its pieces and its end; or an error
WHOLE, START, PIECE, FINISH, ERROR = b"W", b"S", b"P", b"E", b"X"


def send_frame(to: socket.socket, kind: bytes, body: bytes = b"") -> None:
    """Send one message; waits while the other side does not read.

    Raises:
        OSError: the other side has gone.
    """
    to.sendall(_HEAD.pack(kind, len(body)) + body)


def receive_frame(source: socket.socket) -> tuple[bytes, bytes]:
    """Return the letter and the body of the next message.

    Raises:
        EOFError: the other side has gone.
    """
    kind, length = _HEAD.unpack(_exactly(source, _HEAD.size))
    return kind, _exactly(source, length)


async def read_frame(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    """Return the letter and the body of the next message.

    Raises:
        EOFError, OSError: the other side has gone.
    """
    kind, length = _HEAD.unpack(await reader.readexactly(_HEAD.size))
    return kind, await reader.readexactly(length)


def frame(kind: bytes, body: bytes = b"") -> bytes:
    """Return a message as it goes over the socket."""
    return _HEAD.pack(kind, len(body)) + body


def _exactly(source: socket.socket, count: int) -> bytes:
    parts = bytearray()
    while len(parts) < count:
        part = source.recv(min(count - len(parts), 2**20))
        if not part:
            raise EOFError
        parts += part
    return bytes(parts)
