"""The files that pages load: scripts and styles of ours, and those of others under `vendor/`."""

import os
import zlib

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from kb.web.answers.sending import accepts_gzip

FOLDER = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "static")
_LEAST_TO_COMPRESS = 1_000
_LEVEL = 9


class PackedFiles(StaticFiles):
    """Static files, each compressed once and kept so; a browser asks whether what it has is still the same.

    Without that question, a page could mix modules of two versions after an upgrade.
    """

    def __init__(self) -> None:
        super().__init__(directory=FOLDER)
        self._packed: dict[str, bytes] = {}

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return the file below the folder, 304, or 404."""
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "no-cache"
        headers = Headers(scope=scope)
        file = getattr(response, "path", None)
        if file is None or "range" in headers or not accepts_gzip(headers.getlist("accept-encoding")):
            return response
        body = await self._pack(str(file), response.headers["etag"])
        if body is None:
            return response
        kept = {name: response.headers[name] for name in ("content-type", "last-modified", "cache-control")}
        tag = f"W/{response.headers['etag']}"
        return Response(body, headers={**kept, "ETag": tag, "Content-Encoding": "gzip", "Vary": "Accept-Encoding"})

    async def _pack(self, file: str, tag: str) -> bytes | None:
        """Return the content of a file compressed, or None where that does not pay."""
        if tag not in self._packed:
            self._packed[tag] = await run_in_threadpool(_compress, file)
        return self._packed[tag] or None


def _compress(file: str) -> bytes:
    with open(file, "rb") as source:
        content = source.read()
    if len(content) < _LEAST_TO_COMPRESS:
        return b""
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, 31)
    packed = packer.compress(content) + packer.flush()
    return packed if len(packed) < len(content) else b""
