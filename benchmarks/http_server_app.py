"""The small application that `http_servers.py` runs under each HTTP server."""

import asyncio
import time
from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Message

SMALL = (
    b'{"head": {"vars": ["a"]}, "results": {"bindings": [' + b'{"a": {"type": "literal", "value": "x"}}, ' * 69 + b"]}}"
)
BLOCK = b"x" * 65_536
gone: dict[str, float] = {}
"""{what the application did when the client went away: when it noticed, in seconds since the epoch}"""


async def small(_: Request) -> Response:
    """3 kB from memory."""
    return Response(SMALL, media_type="application/sparql-results+json", headers={"ETag": '"abc"'})


async def large(_: Request) -> Response:
    """5 MB, streamed."""

    async def blocks() -> AsyncIterator[bytes]:
        for _ in range(80):
            yield BLOCK

    return StreamingResponse(blocks(), media_type="text/plain")


async def form(request: Request) -> Response:
    """3 kB in answer to a form, whose body is read whole."""
    await request.body()
    return await small(request)


async def broken(request: Request) -> Response:
    """A response that fails once it has started; with `?length`, one that says how long it would be."""

    async def blocks() -> AsyncIterator[bytes]:
        yield BLOCK
        await asyncio.sleep(0.1)
        raise RuntimeError("fails after the first block")

    headers = {"Content-Length": "1000000"} if "length" in request.query_params else {}
    return StreamingResponse(blocks(), headers=headers)


async def wait(request: Request) -> Response:
    """Waits for the client to go away, up to five seconds, and notes when."""
    await request.body()

    async def disconnect() -> Message:
        while (message := await request.receive())["type"] != "http.disconnect":
            pass
        return message

    await asyncio.wait_for(disconnect(), 5)
    gone["waiting"] = time.time()
    return Response()


async def endless(_: Request) -> Response:
    """Streams without end, and notes when that stops."""

    async def blocks() -> AsyncIterator[bytes]:
        try:
            while True:
                yield b"x"
                await asyncio.sleep(0.02)
        finally:
            gone["streaming"] = time.time()

    return StreamingResponse(blocks())


async def slow(_: Request) -> Response:
    """An answer after one second."""
    await asyncio.sleep(1)
    return Response(b"whole")


async def seen(_: Request) -> Response:
    """What was noted."""
    return JSONResponse(gone)


app = Starlette(
    routes=[
        Route(f"/{f.__name__}", f, methods=["GET", "POST"])
        for f in (small, large, form, broken, wait, endless, slow, seen)
    ]
)
