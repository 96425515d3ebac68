"""Real servers on loopback, each in a process of its own: one over the invented graph, one over the shipped one."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import TINY
from tests.web.running import RunningServer, start

StartServer = Callable[..., RunningServer]


@pytest.fixture(scope="session")
def tiny_server(_own_cache: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server over the invented graph."""
    with start(tmp_path_factory.mktemp("server"), data=TINY) as server:
        yield server


@pytest.fixture(scope="session")
def server(_own_cache: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server over the shipped graph."""
    with start(tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture
def start_server(tmp_path: Path) -> Iterator[StartServer]:
    """Start servers with other settings (`timeout=1`, …), over the invented graph where no other is named."""
    running: list[RunningServer] = []

    def starting(**settings: object) -> RunningServer:
        server = start(tmp_path, **{"data": TINY, **settings})
        running.append(server)
        return server

    yield starting
    for server in running:
        server.stop()
