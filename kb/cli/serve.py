"""`kb serve`: the graph on HTTP."""

import errno
import os
import socket
from collections.abc import Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING

from kb.cli.options import Parser
from kb.cli.output import note
from kb.errors import UsageError, reason_of
from kb.paths import data_root
from kb.web.settings import Setting, Settings, all_settings, read_settings

if TYPE_CHECKING:
    from kb.web.service import Service

NEEDED = ("starlette", "uvicorn", "httptools", "mimeparse", "prometheus_client", "jinja2")
"""Modules of the extra."""
_BACKLOG = 2048
_METAVARS = {"number": "N", "seconds": "SECONDS", "iri": "IRI", "url": "URL", "network": "ADDRESS", "path": "PATH"}


def run(argv: Sequence[str]) -> int:
    """Serve until Ctrl-C or SIGTERM, let running requests end, and return 0."""
    args = _parser().parse_args(argv)
    settings = read_settings({name: value for name, value in vars(args).items() if value is not None}, os.environ)
    if missing := [name for name in NEEDED if find_spec(name) is None]:
        raise UsageError(f"kb serve needs its extra, and lacks {', '.join(missing)}: pip install 'baclofen-kg[serve]'")
    data_root(settings.data)
    with listen(settings) as listener:
        from kb.web.server import run_server

        run_server(settings, listener, lambda service: note(_greeting(listener, settings, service)))
    return 0


def _parser() -> Parser:
    parser = Parser(
        "serve",
        "Put the graph on HTTP: a SPARQL 1.1 endpoint, every canned query as an API, linked data and pages; read-only. "
        "SIGHUP opens a new version of the data without dropping a request. "
        "A flag wins over its variable in the environment.",
    )
    for setting in all_settings():
        parser.add_argument(
            setting.flag,
            dest=setting.name,
            metavar=_metavar(setting),
            action="append",  # a repeated flag is a list, or a mistake that `read_settings` names
            help=_help(setting).replace("%", "%%"),
        )
    return parser


def _metavar(setting: Setting) -> str:
    if setting.name == "data":
        return "DIR"
    return _METAVARS.get(setting.kind) or setting.name.upper()


def _help(setting: Setting) -> str:
    """Return what a setting is, with its default and its variable."""
    default = "" if setting.default in (None, "", ()) else f"default {setting.default}, "
    repeated = "may be repeated, " if setting.many else ""
    return f"{setting.help} ({repeated}{default}{setting.variable})"


def listen(settings: Settings) -> socket.socket:
    """Return a socket that listens where the settings say.

    Raises:
        UsageError: the address is taken, not of this machine, or not allowed.
    """
    place = f"{_bracketed(settings.host)}:{settings.port}"
    try:
        found = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError as error:
        raise UsageError(
            f"{place}: no such address ({error.strerror}); give an address of this machine with --host"
        ) from error
    family, kind, protocol, _, address = min(found, key=lambda each: each[0] != socket.AF_INET)
    listener = socket.socket(family, kind, protocol)
    try:
        if os.name == "posix":  # a port whose last connections are still ending is free; elsewhere it would be shared
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        listener.bind(address)
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        raise UsageError(f"{place}: cannot listen there ({reason_of(error)}); {_remedy(error)}") from error
    return listener


def _remedy(error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return "stop what listens there, or give another --port (0 takes any free one)"
    if error.errno == errno.EACCES:
        return "give a --port above 1023, and put a proxy before it"
    return "give an address of this machine with --host"


def _greeting(listener: socket.socket, settings: Settings, service: "Service") -> str:
    """Return the line that says where the server is, and what it serves."""
    host, port = listener.getsockname()[:2]
    size = f"{service.release.statements:,} statements, {settings.effective_workers} workers"
    return f"serving http://{_bracketed(host)}:{port}/ ({size}); stop with Ctrl-C"


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
