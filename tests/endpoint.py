"""A real SPARQL endpoint on loopback: the `oxigraph` server, loaded with the two files of a compiled graph."""

import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def wait_until(condition: Callable[[], object], seconds: float = 30.0) -> None:
    """Return once `condition` holds; fail after `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"still not so after {seconds} s")
        time.sleep(0.01)


@contextmanager
def serve(default: str, named: str) -> Iterator[str]:
    """Give the address of a server that holds the graph, its default graph the union in fact."""
    beside = Path(sys.executable).parent / "oxigraph"
    binary = str(beside) if beside.exists() else shutil.which("oxigraph")
    if not binary:
        pytest.fail("the oxigraph server is not installed; it comes with baclofen-kg[test]")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [binary, "serve", "--bind", f"127.0.0.1:{port}"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            wait_until(lambda: _answers(port) or server.poll() is not None)
            base = f"http://127.0.0.1:{port}"
            _post(f"{base}/store", named, "application/n-quads")
            _post(f"{base}/store?default", default, "application/n-triples")
            yield f"{base}/query"
        finally:
            server.terminate()


def _answers(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def _post(url: str, path: str, media_type: str) -> None:
    request = urllib.request.Request(url, Path(path).read_bytes(), {"Content-Type": media_type})
    with urllib.request.urlopen(request, timeout=30) as response:
        assert response.status < 300
