"""The settings of the server: each with its default, its bounds, a flag, and a variable of the environment."""

import ipaddress
import os
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import Field, dataclass, field, fields
from typing import NamedTuple, TypeVar
from urllib.parse import urlsplit

from kb.errors import UnknownNameError, UsageError

PREFIX = "KB_SERVE_"
_ELSEWHERE = {"data": "KB_DATA"}
"""Settings whose variable is that of every command."""
_Value = TypeVar("_Value")


def _setting(default: _Value, help: str, kind: str, **more: object) -> _Value:
    """Return what declares a field of `Settings`: its default, and behind it what `Setting` gives."""
    return field(default=default, metadata={"help": help, "kind": kind, **more})


@dataclass(frozen=True, slots=True)
class Settings:
    """How the server runs. `read_settings` checks the bounds; who makes one by hand answers for them."""

    host: str = _setting("127.0.0.1", "address or name to listen on; 0.0.0.0 or :: is every one of the machine", "host")
    port: int = _setting(8000, "port to listen on; 0 takes any free one", "number", least=0, most=65535)
    data: str | None = _setting(
        None,
        "folder with ontology/, graph_data/ and queries/ (default: the graph that comes with the package)",
        "text",
    )
    workers: int = _setting(
        0, "processes that run queries; 0 is two a core, and at least 4", "number", least=0, most=1024
    )
    slow_workers: int = _setting(
        8, "further processes, at low priority, for queries that take longer", "number", least=1, most=1024
    )
    slow_after: float = _setting(
        0.3, "seconds of work after which a query counts as one of those", "seconds", least=0.001, most=3600
    )
    queue: int = _setting(
        128, "requests that may wait for a worker; one more is told to come back", "number", least=0, most=1_000_000
    )
    timeout: float = _setting(
        10.0, "seconds that a query may take; a client may ask for less", "seconds", least=0.01, most=86_400
    )
    memory: int = _setting(
        512, "MiB that a worker may take beyond the graph they share", "number", least=16, most=2**20
    )
    max_rows: int = _setting(1_000_000, "rows or triples of an answer", "number", least=1, most=10**12)
    max_bytes: int = _setting(256 * 2**20, "bytes of an answer, before compression", "number", least=1, most=2**50)
    whole_bytes: int = _setting(
        2**21, "bytes up to which an answer is sent whole; a larger one streams", "number", least=0, most=2**40
    )
    max_request: int = _setting(
        2**20,
        "bytes of the body of a request",
        "number",
        least=1,
        most=2**40,
    )
    max_query: int = _setting(200_000, "characters of a query", "number", least=1, most=2**30)
    max_nesting: int = _setting(100, "brackets inside each other in a query", "number", least=1, most=1000)
    cache: int = _setting(
        64, "MiB of answers kept for when they are asked again; 0 is none", "number", least=0, most=2**20
    )
    services: tuple[str, ...] = _setting(
        (), "endpoint that SERVICE in a query may name, by exactly this IRI; none without it", "iri"
    )
    root_path: str = _setting("", "path below which a proxy serves this, such as /kg", "path")
    trusted_proxies: tuple[str, ...] = _setting(
        (), "address or network of a proxy whose X-Forwarded-For and X-Forwarded-Proto are believed", "network"
    )
    public_url: str | None = _setting(
        None, "URL under which clients reach the server (default: the one that each request names)", "url"
    )
    grace: float = _setting(
        10.0, "seconds that running requests get when the server stops", "seconds", least=0, most=3600
    )
    log: str = _setting(
        "json", "json writes one line a request on standard error; none writes none", "choice", choices=("json", "none")
    )

    @property
    def effective_workers(self) -> int:
        """How many processes run queries: as set, or two for each core this process may use, and at least 4."""
        return self.workers or max(4, 2 * _cores())


class Setting(NamedTuple):
    """One field of `Settings`, as flags, variables and documents name it."""

    name: str
    flag: str
    variable: str
    default: object
    help: str
    kind: str
    least: float
    most: float
    choices: tuple[str, ...]

    @property
    def many(self) -> bool:
        """Whether it is a list: a flag that repeats, and commas in the variable."""
        return isinstance(self.default, tuple)


def all_settings() -> list[Setting]:
    """Return every setting, in the order of `Settings`."""
    return [_described(each) for each in fields(Settings)]


def read_settings(flags: Mapping[str, str | Sequence[str]], environ: Mapping[str, str]) -> Settings:
    """Return the settings: what `flags` gives, else what `environ` does, else the default.

    `flags` has the name of a field and one text, or several for a list. An empty variable counts as
    none.

    Raises:
        UsageError: a value is of the wrong kind or out of bounds; a flag or a variable names no setting.
    """
    known = {setting.name: setting for setting in all_settings()}
    for name in flags:
        if name not in known:
            raise UnknownNameError("setting", name, known)
    variables = [setting.variable for setting in known.values()]
    for name in environ:
        if name.startswith(PREFIX) and name not in variables:
            raise UnknownNameError(
                "variable of the server", name, variables, "(unset it; 'kb serve --help' lists them)"
            )
    chosen: dict[str, object] = {}
    for name, setting in known.items():
        given = flags.get(name)
        if given is not None:
            texts = [given] if isinstance(given, str) else list(given)
            chosen[name] = _value(setting, setting.flag, texts)
        elif environ.get(setting.variable):
            text = environ[setting.variable]
            texts = [part.strip() for part in text.split(",") if part.strip()] if setting.many else [text]
            chosen[name] = _value(setting, setting.variable, texts)
    return Settings(**chosen)  # type: ignore[arg-type]


def _described(one: "Field[object]") -> Setting:
    data = one.metadata
    return Setting(
        name=one.name,
        flag="--" + one.name.replace("_", "-"),
        variable=_ELSEWHERE.get(one.name, PREFIX + one.name.upper()),
        default=one.default,
        help=data["help"],
        kind=data["kind"],
        least=data.get("least", 0),
        most=data.get("most", 0),
        choices=data.get("choices", ()),
    )


def _value(setting: Setting, source: str, texts: Sequence[str]) -> object:
    """Return the value of a setting as `source`, a flag or a variable, writes it."""
    if setting.many:
        return tuple(dict.fromkeys(_one(setting, source, text) for text in texts))
    if len(texts) != 1:
        raise UsageError(f"{source} takes one value, and has {len(texts)}; give one")
    return _one(setting, source, texts[0])


def _one(setting: Setting, source: str, text: str) -> object:
    try:
        if setting.kind in ("number", "seconds"):
            return _number(setting, text)
        if setting.kind == "choice":
            return _choice(text, setting.choices)
        return _READERS[setting.kind](text)
    except ValueError as error:
        shown = text if len(text) <= 200 else text[:200] + "…"
        raise UsageError(f"{source}: {shown!r} {error}") from None


def _number(setting: Setting, text: str) -> float:
    whole = setting.kind == "number"
    what = "a whole number" if whole else "a number of seconds"
    fault = f"is not {what} from {setting.least:,} to {setting.most:,}"
    try:
        number = int(text) if whole else float(text)
    except ValueError:
        raise ValueError(fault) from None
    if not setting.least <= number <= setting.most:
        raise ValueError(fault)
    return number


def _choice(text: str, choices: Sequence[str]) -> str:
    if text not in choices:
        raise ValueError(f"is not one of {', '.join(choices)}")
    return text


def _host(text: str) -> str:
    """Return an address, without the brackets of IPv6, or a name of a machine."""
    bare = text[1:-1] if text.startswith("[") and text.endswith("]") else text
    if not re.fullmatch(r"[0-9A-Za-z._:%-]+", bare):
        raise ValueError("is no address and no name of a machine; write one such as 127.0.0.1, :: or localhost")
    return bare


def _iri(text: str) -> str:
    if not _absolute(text):
        raise ValueError("is no absolute IRI of an endpoint; write it whole, such as https://example.org/sparql")
    return text


def _url(text: str) -> str:
    """Return an absolute URL without the slash at its end."""
    parts = urlsplit(text) if _absolute(text) else None
    if parts is None or parts.query or parts.fragment or "?" in text or "#" in text or "@" in parts.netloc:
        raise ValueError("is no URL of a server; write one such as https://example.org/kg, with no query and no user")
    return text.rstrip("/")


def _absolute(text: str) -> bool:
    """Whether the text is an http(s) IRI with a host, and holds nothing that an IRI may not."""
    if not text.isprintable() or re.search(r'[\s<>"{}|\\^`]', text):
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:  # a port or an IPv6 address that is none
        return False


def _path(text: str) -> str:
    """Return a path without the slash at its end; `/` alone is the root, and empty."""
    if text and not re.fullmatch(r"(?:/[A-Za-z0-9._~-]+)*/?", text):
        raise ValueError(
            "is no path for a proxy; write one such as /kg, of letters, digits and - . _ ~ between slashes"
        )
    if {".", ".."} & set(text.split("/")):
        raise ValueError("has a step . or ..; write the path without")
    return text.rstrip("/")


def _network(text: str) -> str:
    try:
        ipaddress.ip_network(text)
    except ValueError:
        raise ValueError("is no address and no network; write one such as 10.0.0.7 or 10.0.0.0/24") from None
    return text


def _cores() -> int:
    """Return how many cores this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


_READERS: dict[str, Callable[[str], str]] = {
    "text": str,
    "host": _host,
    "iri": _iri,
    "path": _path,
    "network": _network,
    "url": _url,
}
