"""Settings come from flags, else from the environment, else are the defaults; a mistake is named with its remedy."""

import subprocess
import sys
from dataclasses import FrozenInstanceError, fields
from operator import attrgetter

import pytest

from kb.errors import UsageError
from kb.web.settings import Setting, Settings, all_settings, read_settings
from tests.conftest import ROOT

NAME = attrgetter("name")


def refusal(flags: dict[str, str | list[str]], environ: dict[str, str] | None = None) -> str:
    """Return the message with which settings are refused, which must be one line."""
    with pytest.raises(UsageError) as refused:
        read_settings(flags, environ or {})
    message = str(refused.value)
    assert message.isprintable()
    return message


def test_without_anything_all_are_the_defaults() -> None:
    assert Settings() == read_settings({}, {})
    assert ("127.0.0.1", 8000) == (Settings().host, Settings().port)


def test_a_flag_wins_over_a_variable_and_a_variable_over_the_default() -> None:
    settings = read_settings({"port": "9000"}, {"KB_SERVE_PORT": "9001", "KB_SERVE_TIMEOUT": "2.5"})

    assert (9000, 2.5, 128) == (settings.port, settings.timeout, settings.queue)


def test_a_variable_that_is_wrong_does_not_matter_where_a_flag_wins() -> None:
    assert 9000 == read_settings({"port": "9000"}, {"KB_SERVE_PORT": "much"}).port


def test_an_empty_variable_counts_as_none() -> None:
    assert Settings() == read_settings({}, {setting.variable: "" for setting in all_settings()})


def test_the_folder_of_the_graph_has_the_variable_of_every_command() -> None:
    assert "/srv/graph" == read_settings({}, {"KB_DATA": "/srv/graph"}).data
    assert "'KB_SERVE_DATA'" in refusal({}, {"KB_SERVE_DATA": "/srv/graph"})


def test_a_list_is_a_repeated_flag_or_has_commas_in_the_variable() -> None:
    both = ("https://a.example/sparql", "http://b.example:8080/query?x=1,2")

    assert both == read_settings({"services": list(both)}, {}).services
    assert ("10.0.0.7", "fd00::/8") == read_settings(
        {}, {"KB_SERVE_TRUSTED_PROXIES": " 10.0.0.7 ,fd00::/8,10.0.0.7,"}
    ).trusted_proxies


@pytest.mark.parametrize("setting", all_settings(), ids=NAME)
def test_each_setting_has_flag_variable_help_and_a_default_that_it_accepts(setting: Setting) -> None:
    field = next(each for each in fields(Settings) if each.name == setting.name)
    text = [setting.default] if not setting.many else list(setting.default)

    assert setting.help and setting.help[-1] not in ".;"
    assert setting.flag == "--" + setting.name.replace("_", "-")
    assert setting.variable in (f"KB_SERVE_{setting.name.upper()}", "KB_DATA")
    assert field.default == setting.default
    if setting.default is not None and text:
        assert Settings() == read_settings({setting.name: str(setting.default)}, {})
        assert Settings() == read_settings({}, {setting.variable: str(setting.default)})


@pytest.mark.parametrize("setting", [each for each in all_settings() if each.kind in ("number", "seconds")], ids=NAME)
def test_a_number_is_held_to_its_bounds(setting: Setting) -> None:
    least, most = (str(bound) for bound in (setting.least, setting.most))
    at_bounds = [getattr(read_settings({setting.name: text}, {}), setting.name) for text in (least, most)]

    assert [setting.least, setting.most] == at_bounds
    for text in (str(setting.least - 1), str(setting.most + 1), "", "much", "nan", "inf", "1e400", "9" * 5000, "1;2"):
        for message in (refusal({setting.name: text}), text and refusal({}, {setting.variable: text})):
            assert f"{setting.least:,} to {setting.most:,}" in message or not text


@pytest.mark.parametrize(
    ("name", "text", "remedy"),
    [
        ("host", "", "127.0.0.1"),
        ("host", "a b", "127.0.0.1"),
        ("host", "example.org/x", "127.0.0.1"),
        ("port", "80.5", "whole number"),
        ("services", "ftp://a.example/", "https://"),
        ("services", "sparql", "https://"),
        ("services", "https://a.example/\n", "https://"),
        ("services", "https://a.example/ b", "https://"),
        ("services", "https://a.example/>", "https://"),
        ("services", "https://", "https://"),
        ("services", "https://a.example:99999/", "https://"),
        ("services", "https://[::1/", "https://"),
        ("root_path", "kg", "/kg"),
        ("root_path", "/a//b", "/kg"),
        ("root_path", "/a/../b", "without"),
        ("root_path", "/a b", "/kg"),
        ("root_path", "/a\r\nX: y", "/kg"),
        ("trusted_proxies", "*", "10.0.0.0/24"),
        ("trusted_proxies", "proxy.example", "10.0.0.0/24"),
        ("trusted_proxies", "10.0.0.7/24", "10.0.0.0/24"),
        ("public_url", "a.example", "https://"),
        ("public_url", "https://a.example/?q=1", "https://"),
        ("public_url", "https://user:word@a.example/", "https://"),
        ("log", "xml", "json, none"),
    ],
)
def test_a_bad_value_is_named_with_flag_or_variable_and_remedy(name: str, text: str, remedy: str) -> None:
    by_flag = refusal({name: text})

    assert by_flag.startswith(f"--{name.replace('_', '-')}: {text!r} ")
    assert remedy in by_flag
    if text and "," not in text and text == text.strip():
        assert f"KB_SERVE_{name.upper()}: {text!r} {by_flag.split(repr(text) + ' ')[1]}" == refusal(
            {}, {f"KB_SERVE_{name.upper()}": text}
        )


def test_one_value_is_asked_for_where_two_are_given() -> None:
    assert "--port takes one value, and has 2; give one" == refusal({"port": ["1", "2"]})


def test_a_variable_that_names_no_setting_is_not_passed_over() -> None:
    message = refusal({}, {"KB_SERVE_TIMOUT": "3"})

    assert "KB_SERVE_TIMOUT" in message
    assert "did you mean KB_SERVE_TIMEOUT" in message


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("root_path", "/kg/", "/kg"),
        ("root_path", "/", ""),
        ("root_path", "", ""),
        ("public_url", "https://a.example/kg/", "https://a.example/kg"),
        ("public_url", "http://[::1]:8000", "http://[::1]:8000"),
        ("host", "[::1]", "::1"),
        ("max_rows", "1_000", 1000),
    ],
)
def test_what_is_meant_alike_is_read_alike(name: str, text: str, value: object) -> None:
    assert value == getattr(read_settings({name: text}, {}), name)


def test_workers_are_at_least_two_unless_one_is_asked_for() -> None:
    assert 2 <= Settings().effective_workers
    assert [1, 7] == [Settings(workers=number).effective_workers for number in (1, 7)]


def test_settings_do_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        Settings().port = 1


def test_the_environment_is_not_read_at_import() -> None:
    script = "import sys, kb.web.settings as s; print(s.Settings() == s.read_settings({}, {}), sorted(sys.modules))"
    environ = {"KB_SERVE_PORT": "much", "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", script], env=environ, capture_output=True, text=True, check=True)

    assert done.stdout.startswith("True ")
    assert not [name for name in ("pyoxigraph", "starlette", "uvicorn", "asyncio") if f"'{name}'" in done.stdout]
