"""What tests share: the command line as a real process, the shipped graph, and the invented one."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kb import KnowledgeBase
from tests.endpoint import serve

ROOT = Path(__file__).resolve().parent.parent
TINY = Path(__file__).resolve().parent / "tiny"

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the compiled forms that tests make apart from those of the person who runs them."""
    before = os.environ.get("KB_CACHE")
    os.environ["KB_CACHE"] = str(tmp_path_factory.mktemp("cache"))
    yield
    if before is None:
        del os.environ["KB_CACHE"]
    else:
        os.environ["KB_CACHE"] = before


@pytest.fixture(scope="session")
def shipped(_own_cache: None) -> Iterator[KnowledgeBase]:
    """The shipped graph on the default engine."""
    with KnowledgeBase.open() as kb:
        yield kb


@pytest.fixture(scope="session")
def shipped_rdflib(_own_cache: None) -> Iterator[KnowledgeBase]:
    """The shipped graph on rdflib."""
    with KnowledgeBase.open(engine="rdflib") as kb:
        yield kb


@pytest.fixture(scope="session")
def shipped_remote(shipped: KnowledgeBase) -> Iterator[KnowledgeBase]:
    """The shipped graph behind a real SPARQL endpoint."""
    with serve(shipped.compiled.default, shipped.compiled.named) as url, KnowledgeBase.open(endpoint=url) as kb:
        yield kb


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A copy of the invented graph that a test may change."""
    return Path(shutil.copytree(TINY, tmp_path / "tiny"))


@pytest.fixture(scope="session")
def run_kb() -> Run:
    """Run the command line in a process of its own; `env` adds to the environment, `cwd` sets the folder."""

    def run(
        *arguments: str, env: dict[str, str] | None = None, cwd: Path | None = None, **more: object
    ) -> "subprocess.CompletedProcess[str]":
        environment = {**os.environ, "COLUMNS": "100", "PYTHONPATH": str(ROOT), **(env or {})}
        options = {"capture_output": True, "text": True, "timeout": 120, **more}
        return subprocess.run([sys.executable, "-m", "kb", *arguments], env=environment, cwd=cwd, **options)

    return run
