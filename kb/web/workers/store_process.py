"""A store process: it holds one version of the graph in memory, and forks the workers that query it.

It has one thread, so that forking is safe, and runs no query itself. What a worker changes in memory is
its own; the graph they all read is there once. It speaks with the server over one socket: `FORK`, with
a socket for the new worker beside it, gives the number of a process; `END` with that number ends it, and
gives how it ended (with a minus before the number, of one that has hung up by itself). When the server
has gone, it ends its workers and itself.
"""

import gc
import json
import os
import signal
import socket
import sys
from contextlib import suppress
from typing import Any

from pyoxigraph import RdfFormat, parse, serialize

from kb.compilation import open_compiled
from kb.engines.oxigraph import OxigraphEngine
from kb.errors import KbError
from kb.paths import data_root
from kb.web.base import base_of
from kb.web.description import stored_description
from kb.web.workers.frames import DONE, END, FAILED, FORK, READY, send_frame
from kb.web.workers.worker import Graph, run_worker

_HEAD_BYTES = 5
_GONE = b""


def main() -> None:
    """Open the graph, say so, and fork and end workers as the server asks; its options come as JSON."""
    control = socket.socket(fileno=int(sys.argv[1]))
    options = json.loads(sys.argv[2])
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal sends it to all; the server decides when to stop
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        graph, ready = _open(options["data"])
    except KbError as error:
        with suppress(OSError):
            send_frame(control, FAILED, json.dumps([type(error).__name__, str(error)]).encode())
        return
    gc.collect()
    gc.freeze()  # so that the collector of a worker does not write to, and so copy, what is shared
    workers: set[int] = set()
    try:
        send_frame(control, READY, ready)
        _serve(control, graph, options, workers)
    except (EOFError, OSError):  # the server has gone
        for worker in list(workers):
            _end(worker, workers, set())


def _open(folder: str | None) -> tuple[Graph, bytes]:
    """Return the graph, its own description among it, and what the server needs to know of it."""
    from hashlib import sha256

    compiled = open_compiled(data_root(folder))
    plain, described = (OxigraphEngine(compiled.default, compiled.named) for _ in range(2))
    plain.load_named()
    described.load_named()
    description = stored_description(
        (quad.triple for quad in parse(path=compiled.default, format=RdfFormat.N_TRIPLES)), compiled, base_of(compiled)
    )
    described.add(description)
    with open(compiled.named, "rb") as file:
        named = file.read()
    known = {
        "root": compiled.root,
        "folder": compiled.folder,
        "index": compiled.index,
        "digest": sha256(named).hexdigest(),
        "statements": named.count(b"\n"),
        "description": (serialize(description, format=RdfFormat.N_QUADS) or b"").decode(),
    }
    return Graph(plain, described, compiled.names, compiled.prefixes), json.dumps(known).encode()


def _serve(control: socket.socket, graph: Graph, options: dict[str, Any], workers: set[int]) -> None:
    dying: set[int] = set()
    while True:
        jobs = None
        head, passed, _, _ = socket.recv_fds(control, _HEAD_BYTES, 1)
        if head == _GONE:
            raise EOFError
        kind, length = head[:1], int.from_bytes(head[1:], "big")
        body = control.recv(length, socket.MSG_WAITALL) if length else b""
        if passed:
            jobs = socket.socket(fileno=passed[0])
        if kind == FORK and jobs is not None:
            try:
                worker = os.fork()
            except OSError as error:  # no process to be had just now
                jobs.close()
                send_frame(control, FAILED, str(error).encode())
                continue
            if worker == 0:
                control.close()
                _be_worker(jobs, graph, options)
            jobs.close()
            workers.add(worker)
            send_frame(control, DONE, str(worker).encode())
        elif kind == END:
            code = _end(abs(int(body)), workers, dying, wait=body[:1] == b"-")
            send_frame(control, DONE, str(code).encode())


def _be_worker(jobs: socket.socket, graph: Graph, options: dict[str, Any]) -> None:
    """Be a worker until the server hangs up, and end without the rites that belong to the process forked from."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # what the engine says as it dies is no line of the server's log
        run_worker(jobs, graph, options["memory"], bool(options["offline"]))
    finally:
        os._exit(0)


def _end(worker: int, workers: set[int], dying: set[int], wait: bool = False) -> int:
    """End a worker and return its exit code, below 0 the signal it died of; one that is no more gives 0.

    It frees its memory at its own priority, which on a busy machine takes seconds. Nobody waits for that, but
    where the server says that the worker has hung up: then the memory is free.
    """
    for other in list(dying):
        if os.waitpid(other, os.WNOHANG)[0]:
            dying.discard(other)
    if worker not in workers:
        return 0
    workers.discard(worker)
    with suppress(ProcessLookupError):
        os.kill(worker, signal.SIGKILL)
    ended, status = os.waitpid(worker, 0 if wait else os.WNOHANG)
    if ended:
        return os.waitstatus_to_exitcode(status)
    dying.add(worker)
    return -signal.SIGKILL


if __name__ == "__main__":
    main()
