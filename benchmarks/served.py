"""The two servers under measurement, over the same data."""

import json
import os
import re
import subprocess
import sys
import sysconfig
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

from http_load import Call
from server_process import ServerProcess, free_port

from kb import KnowledgeBase

JSON = "application/sparql-results+json"
ROOT = Path(__file__).resolve().parent.parent


class Served(NamedTuple):
    """A server that runs, and where it takes queries."""

    name: str
    process: ServerProcess
    url: str
    path: str

    def __enter__(self) -> "Served":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.process.stop()

    def rows(self, call: Call) -> Counter[str]:
        """Return the rows of the answer to a call, in no order."""
        status, answer = self.ask(call)
        if status != 200:
            raise SystemExit(f"{self.name}: {status} {answer[:300]!r}")
        return Counter(json.dumps(row, sort_keys=True) for row in json.loads(answer)["results"]["bindings"])

    def ask(self, call: Call, timeout: float = 120) -> tuple[int, bytes]:
        """Return the status and the body of the answer to a call."""
        body = None if call.body is None else call.body.encode()
        path = self.path if call.method == "POST" else call.path
        request = urllib.request.Request(self.url + path, body, dict(call.headers), method=call.method)
        try:
            with urllib.request.urlopen(request, timeout=timeout) as response:
                return response.status, response.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()


def FORM(query: str, accept: str = JSON) -> Call:  # noqa: N802 -- a kind of call
    """Return a query as a form that is posted to the endpoint of our server."""
    headers = (("Content-Type", "application/x-www-form-urlencoded"), ("Accept", accept))
    return Call("/sparql", "POST", headers, urllib.parse.urlencode({"query": query}))


def start_kb(*arguments: str) -> Served:
    """Return our server with some settings, ready."""
    command = [sys.executable, "-m", "kb", "serve", "--port", "0", "--log", "none", *arguments]
    process = ServerProcess(command, {"PYTHONPATH": str(ROOT)})
    line = process.wait_for_line("serving http")
    found = re.search(r"http://[^ /]+", line)
    assert found  # the word was there
    return Served("kb serve", process, found[0], "/sparql")


def start_oxigraph(ours: Served | None, base: KnowledgeBase, folder: str, *arguments: str) -> Served:
    """Return Oxigraph's server over the same statements, loaded into a store in `folder`, ready.

    The graphs are as compiled; with `ours`, the default graph is as that gives it, with what it says of the data.
    """
    program = Path(sysconfig.get_path("scripts")) / "oxigraph"
    if not program.exists():
        print("the program oxigraph is missing; install it (pip install oxigraph)", file=sys.stderr)
        raise SystemExit(2)
    default, store = base.compiled.default, os.path.join(folder, "store")
    if ours is not None:
        status, statements = ours.ask(Call("/graph-store?default", headers=(("Accept", "application/n-triples"),)))
        if status != 200:
            raise SystemExit(f"{ours.name}: /graph-store?default: {status} {statements[:300]!r}")
        default = os.path.join(folder, "default.nt")
        Path(default).write_bytes(statements)
    for path in (default, base.compiled.named):
        subprocess.run([program, "load", "--location", store, "--file", path], check=True, capture_output=True)
    port = free_port()
    command = [str(program), "serve-read-only", "--location", store, "--bind", f"127.0.0.1:{port}", *arguments]
    process = ServerProcess(command)
    process.wait_for_port(port)
    return Served("oxigraph", process, f"http://127.0.0.1:{port}", "/query")
