"""Runs the application on uvicorn: in one process, on a socket that is open already, until it is told to stop."""

import asyncio
import contextlib
import logging
import signal
import socket
from collections.abc import Callable, Iterator, MutableMapping
from typing import Any

import uvicorn
from starlette.applications import Starlette
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from kb.errors import KbError
from kb.web.answers.problems import HttpProblem, problem_response
from kb.web.answers.sending import BrokenAnswerError
from kb.web.app import create_app
from kb.web.connection import BoundedProtocol
from kb.web.log import LogHandler
from kb.web.operations import keep_peer, reload_release
from kb.web.service import Service
from kb.web.settings import Settings

_KEEP_ALIVE = 65
"""Seconds that an idle connection is kept: longer than proxies keep theirs (60), so that they close first."""
_LOOK = 0.02
_LAST = {"Retry-After": "5", "Connection": "close"}


def run_server(settings: Settings, listener: socket.socket, announce: Callable[[Service], None]) -> None:
    """Serve until SIGINT or SIGTERM, then let running requests end; SIGHUP opens the data anew.

    `announce` is called once queries are answered.

    Raises:
        KbError: the data cannot be opened.
    """
    app = create_app(settings)
    faults: list[BaseException] = []
    server = uvicorn.Server(_config(settings, app, faults))
    service: Service = app.state.service
    handler = LogHandler(service.log)
    logging.getLogger("uvicorn.error").disabled = True  # what goes wrong at the start is raised here
    logging.getLogger().addHandler(handler)
    try:
        with asyncio.Runner(loop_factory=server.config.get_loop_factory()) as runner:
            runner.run(_serve(server, listener, service, announce))
    except asyncio.CancelledError:  # a start that was given up
        return
    finally:
        logging.getLogger().removeHandler(handler)
        service.log.close()
    if faults and isinstance(faults[0], Exception):
        raise faults[0]


def _config(settings: Settings, app: Starlette, faults: list[BaseException]) -> uvicorn.Config:
    """Return how uvicorn is to run `app`; what its start raises is put in `faults`."""

    async def watched(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        begun = False

        async def sending(message: MutableMapping[str, Any]) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await app(scope, receive, sending)
        except BrokenAnswerError:
            return  # the log has it; uvicorn breaks the connection where an answer has no end
        except BaseException as error:
            if scope["type"] == "lifespan":
                faults.append(error)
            if scope["type"] == "lifespan" or not isinstance(error, asyncio.CancelledError):
                raise
            if not begun:  # the server stops, and the request has had its grace
                await problem_response(HttpProblem(503, "the server stops; ask again", _LAST))(scope, receive, send)

    believed = ProxyHeadersMiddleware(watched, list(settings.trusted_proxies))  # type: ignore[arg-type]
    return uvicorn.Config(
        keep_peer(believed),  # type: ignore[arg-type]
        http=BoundedProtocol,
        ws="none",
        loop="auto",
        lifespan="on",
        log_config=None,
        access_log=False,
        proxy_headers=False,  # done above, where the address of the socket is kept as well
        server_header=False,
        root_path=settings.root_path,
        timeout_keep_alive=_KEEP_ALIVE,
        timeout_graceful_shutdown=settings.grace,  # type: ignore[arg-type]  # for asyncio.wait_for
    )


async def _serve(
    server: uvicorn.Server, listener: socket.socket, service: Service, announce: Callable[[Service], None]
) -> None:
    """Run `server` to its end; a signal to stop during the start ends that as well."""
    for number in (signal.SIGINT, signal.SIGTERM):  # uvicorn sends itself again what it was stopped with
        signal.signal(number, lambda *_: None)
    running = asyncio.create_task(_to_its_end(server, listener))
    with _reloading(service):
        while not (running.done() or (server.started and service.ready)):
            if server.should_exit and not server.started:
                running.cancel()
            await asyncio.sleep(_LOOK)
        logging.getLogger("uvicorn.error").disabled = not server.started
        if not running.done():
            announce(service)
        await running


async def _to_its_end(server: uvicorn.Server, listener: socket.socket) -> None:
    with contextlib.suppress(SystemExit):  # uvicorn's word for a start that failed; in a task it would be printed
        await server.serve(sockets=[listener])


@contextlib.contextmanager
def _reloading(service: Service) -> Iterator[None]:
    """Open the data anew at each SIGHUP, where there is such a signal."""
    tasks: set[asyncio.Task[None]] = set()

    async def anew() -> None:
        with contextlib.suppress(KbError):  # the log says it, and the old data stays in service
            await reload_release(service)

    def begin() -> None:
        if not service.ready:
            service.log.event("warning", "SIGHUP came while the server starts or stops, and does nothing")
            return
        task = asyncio.create_task(anew())
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    number = getattr(signal, "SIGHUP", None)
    if number is not None:
        asyncio.get_running_loop().add_signal_handler(number, begin)
    yield
