"""Third-party assets: that they are what was built, from what, under which licence, how large, and can be rebuilt."""

import gzip
import hashlib
import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT

FRONTEND = ROOT / "frontend"
VENDOR = ROOT / "kb/web/static/vendor"
STATIC = ROOT / "kb/web/static"
LICENCES = {"MIT", "ISC", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause"}
REMEDY = "build them anew: in frontend/, npm ci && npm run build"


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    document: dict[str, Any] = json.loads((VENDOR / "assets.json").read_text(encoding="utf-8"))
    return document


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _packed(*paths: Path) -> int:
    return sum(len(gzip.compress(path.read_bytes(), 5, mtime=0)) for path in paths)


def test_files_are_those_of_the_manifest(manifest: dict[str, Any]) -> None:
    told = {each["file"]: each["sha256"] for each in [*manifest["files"], manifest["licences"]]}
    there = {path.name: _sha256(path) for path in VENDOR.iterdir() if path.name != "assets.json"}

    assert told == there, REMEDY
    assert {each["file"]: each["bytes"] for each in manifest["files"]} == {
        each["file"]: (VENDOR / each["file"]).stat().st_size for each in manifest["files"]
    }


def test_versions_are_those_that_are_pinned(manifest: dict[str, Any]) -> None:
    wanted = json.loads((FRONTEND / "package.json").read_text(encoding="utf-8"))
    locked = json.loads((FRONTEND / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    used = {each["package"]: each["version"] for file in manifest["files"] for each in file["packages"]}
    exact = {**wanted["dependencies"], **wanted["devDependencies"], **wanted["overrides"]}

    assert [] == [name for name, version in exact.items() if not re.fullmatch(r"\d+\.\d+\.\d+", version)]
    assert used == {name: locked[f"node_modules/{name}"]["version"] for name in used}, REMEDY
    assert manifest["esbuild"] == wanted["devDependencies"]["esbuild"]
    assert set(wanted["dependencies"]) <= set(used)


def test_everything_in_the_bundles_has_a_licence_and_its_text(manifest: dict[str, Any]) -> None:
    text = (VENDOR / manifest["licences"]["file"]).read_text(encoding="utf-8")
    packages = [each for file in manifest["files"] for each in file["packages"]]
    missing = [
        each["package"] for each in packages if f"{each['package']} {each['version']} ({each['licence']})" not in text
    ]

    assert packages
    assert set() == {each["licence"] for each in packages} - LICENCES
    assert [] == missing


def test_the_lock_names_no_registry_and_no_machine() -> None:
    text = (FRONTEND / "package-lock.json").read_text(encoding="utf-8")

    assert '"resolved"' not in text
    assert not re.search(r"registry|\.tgz|file:|/(?:home|root|tmp|work)/", text)


def test_bundles_ask_for_nothing_elsewhere() -> None:
    """Web addresses in them are names of vocabularies; what would load one by itself is not there."""
    loading = re.compile(
        r"sourceMappingURL|@import|@font-face|url\(|\bimport\(|\bimport\s*['\"][./h]|importScripts|new Worker"
    )
    own = [path for path in STATIC.rglob("*") if path.suffix in (".js", ".css") and VENDOR not in path.parents]
    elsewhere = re.compile(r"""(?:import|from|url\(|fetch\()\s*['"(]*(?:https?:)?//""")

    assert {} == {
        path.name: found
        for path in VENDOR.glob("*.[jc]s*")
        if path.name != "assets.json" and (found := loading.findall(path.read_text(encoding="utf-8")))
    }
    assert [] == [str(path) for path in own if elsewhere.search(path.read_text(encoding="utf-8"))]


def test_pages_load_little(manifest: dict[str, Any]) -> None:
    """Under 400 kB with gzip for pages without the editor, the network picture included; under 800 kB with it."""
    shared = [
        path for path in STATIC.rglob("*") if path.suffix in (".js", ".css", ".svg") and VENDOR not in path.parents
    ]
    editor = [VENDOR / name for name in ("editor.js", "editor.css")]

    assert _packed(VENDOR / "network.js", *shared) < 300_000  # leaves 100 kB for the page itself and what it asks for
    assert _packed(VENDOR / "network.js", *editor, *shared) < 600_000
    for each in manifest["files"]:
        assert len(gzip.compress((VENDOR / each["file"]).read_bytes(), 9)) == pytest.approx(
            each["gzip_bytes"], rel=0.02
        )


@pytest.mark.whole_graph
def test_a_rebuild_gives_the_same_bytes(tmp_path: Path) -> None:
    """Only the sizes after compression may differ, as they depend on the machine's zlib."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not installed; on Debian: apt-get install npm")
    folder = tmp_path / "frontend"
    shutil.copytree(FRONTEND, folder, ignore=shutil.ignore_patterns("node_modules"))
    env = {**os.environ, "npm_config_cache": str(tmp_path / "cache")}
    install = [npm, "ci", "--no-audit", "--no-fund", "--fetch-retries=1", "--fetch-timeout=60000"]
    installed = subprocess.run(install, cwd=folder, env=env, capture_output=True, text=True, timeout=300)
    if installed.returncode and re.search(
        r"ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|network", installed.stderr
    ):
        pytest.skip(f"the registry of npm cannot be reached: {installed.stderr[-300:]}")
    built = subprocess.run(
        [npm, "run", "build", "--", str(tmp_path / "out")],
        cwd=folder,
        env=env,
        capture_output=True,
        text=True,
        timeout=120,
    )
    files = sorted(path.name for path in VENDOR.iterdir())

    assert 0 == installed.returncode, installed.stderr
    assert 0 == built.returncode, built.stderr
    assert files == sorted(path.name for path in (tmp_path / "out").iterdir())
    for name in files:
        ours, theirs = (
            re.sub(rb'"gzip_bytes": \d+', b"", (at / name).read_bytes()) for at in (VENDOR, tmp_path / "out")
        )
        assert ours == theirs, f"{name} differs; {REMEDY}"
