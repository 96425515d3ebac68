"""What an operator and a supervisor ask: is it alive, is it ready, what does it measure, and open the data anew."""

import ipaddress
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from kb.errors import KbError
from kb.web.answers.problems import HttpProblem
from kb.web.metrics import MEDIA_TYPE
from kb.web.service import Service, service_of

PEER = "kb.peer"
"""Where the scope of a request holds the address at the other end of the socket, whatever headers say."""
_THROUGH_A_PROXY = ("forwarded", "via", "x-real-ip", "true-client-ip", "cf-connecting-ip")
_FROM_A_PAGE = ("origin", "sec-fetch-site")
_NOT_KEPT = {"Cache-Control": "no-store"}
_App = Callable[[MutableMapping[str, Any], Any, Any], Awaitable[None]]


def routes() -> list[BaseRoute]:
    """Return the routes of this module."""
    return [
        Route("/healthz", _health),
        Route("/readyz", _readiness),
        Route("/metrics", _metrics),
        Route("/-/reload", _reload, methods=["POST"]),
    ]


def keep_peer(app: _App) -> _App:
    """Return `app` with the address of the socket kept in PEER; to stand before all that believes a header."""

    async def keeping(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        scope[PEER] = scope.get("client")
        await app(scope, receive, send)

    return keeping


async def reload_release(service: Service) -> dict[str, object]:
    """Open the data anew, put it in service, and return digest and version as they were and as they are.

    Raises:
        KbError: the new data is broken; the old is still in service.
    """
    before = service.release
    try:
        await service.reload()
    except KbError as error:
        service.metrics.reload(done=False)
        service.log.event("error", f"the data cannot be opened anew, and what was open stays in service: {error}")
        raise
    after = service.release
    service.metrics.reload(done=True)
    service.log.event("info", "the data was opened anew", digest=after.digest, version=after.version)
    return {
        "changed": before.digest != after.digest,
        "before": {"digest": before.digest, "version": before.version},
        "now": {"digest": after.digest, "version": after.version},
    }


async def _health(_: Request) -> Response:
    return PlainTextResponse("alive\n", headers=_NOT_KEPT)


async def _readiness(request: Request) -> Response:
    """Answer whether queries are answered: not while the data is being opened, nor while the server stops."""
    if not service_of(request).ready:
        raise HttpProblem(503, "the server is starting or stopping; ask again in a second", {"Retry-After": "1"})
    return PlainTextResponse("ready\n", headers=_NOT_KEPT)


async def _metrics(request: Request) -> Response:
    return Response(service_of(request).metrics.exposition(), headers=_NOT_KEPT, media_type=MEDIA_TYPE)


async def _reload(request: Request) -> Response:
    """Open the data anew for somebody on this machine, and for nobody else."""
    if not _is_local(request):
        raise HttpProblem(
            403, "the data is opened anew only for a request from this machine itself, not through a proxy or a page"
        )
    try:
        done = await reload_release(service_of(request))
    except KbError as error:
        raise HttpProblem(500, str(error)) from error  # whoever may ask for it may know the file at fault
    return JSONResponse(done, headers=_NOT_KEPT)


def _is_local(request: Request) -> bool:
    """Whether the other end of the socket is this machine, and neither a proxy nor a page in a browser speaks there."""
    names = request.headers.keys()
    if any(name in _THROUGH_A_PROXY or name.startswith("x-forwarded-") or name in _FROM_A_PAGE for name in names):
        return False
    peer = request.scope.get(PEER)
    try:
        address = ipaddress.ip_address(peer[0]) if peer else None
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return address is not None and address.is_loopback
