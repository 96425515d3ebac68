"""Starts `kb serve` as a person would, and knows where it listens."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Self

import httpx

from tests.conftest import ROOT

_START_SECONDS = 60


class RunningServer:
    """A server in a process of its own: its `url`, a `client` for it, and what it wrote on standard error."""

    def __init__(self, process: "subprocess.Popen[bytes]", errors: Path) -> None:
        self.process, self.errors = process, errors
        self.url = self._await_url()
        self.client = httpx.Client(base_url=self.url, timeout=30)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop()

    def stop(self) -> int:
        """Ask the server to stop, and return its exit code."""
        self.client.close()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)

    def log(self) -> list[dict[str, Any]]:
        """Return the lines of the log so far, each read from JSON."""
        lines = self.errors.read_text(encoding="utf-8", errors="replace").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    def sparql(self, query: str, **more: Any) -> httpx.Response:
        """Return the response to a query that is posted to /sparql."""
        return self.client.post("/sparql", data={"query": query}, **more)

    def _await_url(self) -> str:
        end = time.monotonic() + _START_SECONDS
        while time.monotonic() < end and self.process.poll() is None:
            found = re.search(r"serving (http://\S+?)/? ", self.errors.read_text(encoding="utf-8"))
            if found:
                return found[1]
            time.sleep(0.02)
        raise AssertionError(f"the server did not start: {self.errors.read_text(encoding='utf-8')[-2000:]}")


def start(folder: Path, env: dict[str, str] | None = None, **settings: object) -> RunningServer:
    """Return a server with these settings, on a port of its own; `folder` takes its standard error."""
    errors = folder / f"errors-{len(list(folder.glob('errors-*')))}"
    flags = [
        part
        for name, value in {"port": 0, **settings}.items()
        for each in (value if isinstance(value, (list, tuple)) else [value])
        for part in (f"--{name.replace('_', '-')}", str(each))
    ]
    with errors.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "kb", "serve", *flags],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=file,
            env={**os.environ, "PYTHONPATH": str(ROOT), **(env or {})},
        )
    return RunningServer(process, errors)
