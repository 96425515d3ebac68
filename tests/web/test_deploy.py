"""What stands in deploy/ and in the documents matches the settings and the program."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kb.web.settings import Setting, Settings, all_settings, read_settings
from tests.conftest import ROOT

DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
UNIT = (ROOT / "deploy" / "baclofen-kg.service").read_text(encoding="utf-8")
DOCUMENT = ROOT / "docs" / "http.md"
VARIABLES = {setting.variable for setting in all_settings()} | {"KB_CACHE"}
FLAGS = {setting.flag for setting in all_settings()}


def code(text: str) -> str:
    """Return a file without its comments, and with continued lines joined."""
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return "\n".join(lines).replace("\\\n", " ")


@pytest.mark.parametrize("text", [DOCKERFILE, UNIT], ids=["Dockerfile", "unit"])
def test_every_variable_and_flag_is_known_to_the_program(text: str) -> None:
    used = {name.rstrip("_") for name in re.findall(r"\bKB_[A-Z_]+", text)} - {"KB_SERVE"}
    commands = re.findall(r"\bkb\b.*?\bserve\b.*", code(text))
    flags = {flag for line in commands for flag in re.findall(r"(?<![\w-])--[a-z-]+", line)}

    assert commands
    assert used <= VARIABLES
    assert flags <= FLAGS


def test_the_settings_of_the_unit_are_read_as_meant() -> None:
    environ = dict(re.findall(r"^Environment=(KB_SERVE_\w+)=(.*)$", UNIT, re.MULTILINE))

    assert Settings() == read_settings({}, environ)


def test_the_image_listens_where_it_says() -> None:
    [words] = re.findall(r"^ENTRYPOINT (\[.*\])$", DOCKERFILE, re.MULTILINE)
    command = re.findall(r'"([^"]*)"', words)
    flags = dict(zip(command[2::2], command[3::2], strict=True))
    settings = read_settings({name.removeprefix("--"): value for name, value in flags.items()}, {})

    assert ["kb", "serve"] == command[:2]
    assert "0.0.0.0" == settings.host
    assert f"EXPOSE {settings.port}\n" in DOCKERFILE
    assert f"http://127.0.0.1:{settings.port}/readyz" in DOCKERFILE


def test_the_image_is_pinned_and_runs_as_nobody_special() -> None:
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)

    assert [] == [base for base in bases if not re.fullmatch(r"python:3\.11\.\d+-slim-\w+", base)]
    assert re.search(r"^USER [1-9]\d*$", DOCKERFILE, re.MULTILINE)
    assert DOCKERFILE.index("\nUSER ") > DOCKERFILE.rindex("\nFROM ")
    assert DOCKERFILE.index("\nUSER ") < DOCKERFILE.index("\nENTRYPOINT ")


def test_the_image_is_made_of_what_there_is() -> None:
    allowed = (ROOT / "deploy" / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    sources = {
        word for line in re.findall(r"^COPY (?!--from)(.*) \S+$", DOCKERFILE, re.MULTILINE) for word in line.split()
    }

    assert [] == [name for name in sources if not (ROOT / name).exists()]
    assert "*" == allowed[0]
    assert sources == {line[1:] for line in allowed if line.startswith("!")}


def test_the_check_of_health_is_a_program() -> None:
    [words] = re.findall(r'^    CMD \["python", "-c", "(.*)"\]$', DOCKERFILE, re.MULTILINE)

    compile(words, "HEALTHCHECK", "exec")


def test_the_unit_is_one(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if not analyze:
        pytest.skip("systemd-analyze is not installed")
    [command] = re.findall(r"^ExecStart=(\S+)", UNIT, re.MULTILINE)
    unit = tmp_path / "baclofen-kg.service"
    unit.write_text(UNIT.replace(command, sys.executable), encoding="utf-8")
    done = subprocess.run([analyze, "verify", str(unit)], capture_output=True, text=True, timeout=60)

    assert (0, "") == (done.returncode, done.stderr)


def test_the_unit_waits_longer_than_running_requests_may_take() -> None:
    [stop] = re.findall(r"^TimeoutStopSec=(\d+)$", UNIT, re.MULTILINE)

    assert int(stop) > Settings().grace
    assert "ExecReload=/bin/kill -HUP $MAINPID\n" in UNIT
    assert "NoNewPrivileges=yes\n" in UNIT


@pytest.mark.skipif(not DOCUMENT.exists(), reason="the document is not written yet")
@pytest.mark.parametrize("setting", all_settings(), ids=lambda setting: setting.name)
def test_each_setting_is_documented_with_its_default(setting: Setting) -> None:
    rows = [
        line for line in DOCUMENT.read_text(encoding="utf-8").splitlines() if line.startswith(f"| `{setting.flag}` |")
    ]

    assert 1 == len(rows)
    assert f"`{setting.variable}`" in rows[0]
    if setting.default not in (None, "", ()):
        assert f"| {setting.default} |" in rows[0]
