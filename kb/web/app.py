"""The application: every route, and around them what holds for all: headers, errors, log and metrics."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import asynccontextmanager
from importlib import import_module
from typing import Any

from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from kb.errors import KbError
from kb.web.answers.problems import HttpProblem
from kb.web.answers.sending import BrokenAnswerError, ClientGoneError, accepts_gzip
from kb.web.log import record_of
from kb.web.pages.rendering import error_response
from kb.web.service import Service
from kb.web.settings import Settings

_ROUTES = (
    "sparql.protocol",
    "sparql.graph_store",
    "sparql.downloads",
    "description.routes",
    "catalogue.routes",
    "questions.picture_routes",
    "catalogue.openapi",
    "catalogue.suggestion",
    "pages.home",
    "pages.search",
    "pages.ontology",
    "things.linked_data",
    "things.page",
    "things.proofs",
    "things.neighbourhood",
    "pages.editor",
    "operations",
)
"""Modules of this package with a function `routes`."""
_HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (
        b"content-security-policy",
        b"default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; "
        b"form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
]
_EXPOSED = ("ETag", "Link", "X-Total-Count", "Retry-After", "Content-Disposition", "Location")
_CLIENT_CLOSED_REQUEST = 499
"""What logs call a request whose client left: there is nobody to send a status to."""
_Message = MutableMapping[str, Any]
_App = Callable[[_Message, Any, Any], Awaitable[None]]


def create_app(settings: Settings) -> Starlette:
    """Return the application; it opens the data when it starts, and ends its processes when it stops."""
    service = Service(settings)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        try:
            await service.start()
            yield
        finally:
            await service.stop()

    app = Starlette(
        routes=_routes(),
        lifespan=lifespan,
        middleware=[
            Middleware(_Around, service=service),
            Middleware(
                CORSMiddleware,
                allow_origins=["*"],
                allow_methods=["GET", "HEAD", "POST", "OPTIONS"],
                allow_headers=["*"],
                expose_headers=_EXPOSED,
                max_age=86_400,
            ),
            Middleware(_Compressed, minimum_size=1_000, compresslevel=5),
        ],
        exception_handlers={
            KbError: _on_error,
            ClientGoneError: _on_gone,
            HTTPException: _on_http_exception,
            Exception: _on_failure,
        },
    )
    app.router.redirect_slashes = False
    app.state.service = service
    return app


def _routes() -> list[BaseRoute]:
    modules = [import_module(f"kb.web.{name}") for name in _ROUTES]
    return [route for module in modules for route in module.routes()]


class _Compressed(GZipMiddleware):
    """Compresses what is not yet, for who takes it; Starlette 1.10 itself reads `gzip;q=0` as a yes."""

    async def __call__(self, scope: _Message, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and accepts_gzip(Headers(scope=scope).getlist("accept-encoding")):
            await super().__call__(scope, receive, send)
        else:
            await self.app(scope, receive, send)


class _Around:
    """Adds the headers of every response, and tells log and metrics of every request."""

    def __init__(self, app: _App, service: Service) -> None:
        self._app, self._service = app, service

    async def __call__(self, scope: _Message, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = time.perf_counter()
        record = record_of(scope)
        record.method, record.path = scope["method"], scope["path"]
        record.client = scope["client"][0] if scope.get("client") else None

        async def sending(message: _Message) -> None:
            if message["type"] == "http.response.start":
                record.status = message["status"]
                message["headers"] = [*message.get("headers", ()), *_HEADERS]
            await send(message)

        try:
            await self._app(scope, receive, sending)
        except BrokenAnswerError as error:
            self._service.log.event("warning", f"an answer was broken off: {error}")
            raise
        finally:
            record.seconds = time.perf_counter() - begun
            record.route = getattr(scope.get("route"), "path", None)
            self._service.metrics.request(record.route, record.method, record.status or 500, record.seconds)
            self._service.log.write(record)


async def _on_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, KbError)  # it is registered for these
    return error_response(request, error)


async def _on_gone(_: Request, __: Exception) -> Response:
    return Response(status_code=_CLIENT_CLOSED_REQUEST)


async def _on_http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # it is registered for these
    details = {
        404: f"there is nothing at {request.url.path}; / lists what there is",
        405: f"{request.method} is not possible here; use {(error.headers or {}).get('Allow', 'GET')}",
    }
    detail = details.get(error.status_code, error.detail)
    return error_response(request, HttpProblem(error.status_code, detail, error.headers))


async def _on_failure(request: Request, error: Exception) -> Response:
    request.app.state.service.log.event("error", f"{type(error).__name__} at {request.url.path}: {error}")
    response = error_response(request, HttpProblem(500, "the server failed; what happened is in its log"))
    response.raw_headers.extend(_HEADERS)  # it is sent from outside what adds them to others
    return response
