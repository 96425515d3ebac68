"""`/download/FORMAT`: all of the data in one file, byte for byte what `kb export FORMAT` writes.

Each is made once for a release, by a process of its own, when it is first asked for.
"""

import asyncio
import json
import os
import re
import shutil
import sys
import tempfile
import weakref
from asyncio.subprocess import DEVNULL, PIPE
from contextlib import suppress
from typing import NamedTuple
from weakref import WeakKeyDictionary

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from kb.errors import EngineError, UnknownNameError
from kb.exports import exports
from kb.web.answers.headers import names_tag
from kb.web.answers.problems import HttpProblem, header_text
from kb.web.answers.sending import accepts_gzip
from kb.web.release import Release
from kb.web.service import service_of

SECONDS = 600.0
"""How long an export may take to be made."""
_RANGE = re.compile(r"bytes=(?:(\d{1,18})-(\d{0,18})|-\d{1,18})")


class _Kind(NamedTuple):
    media_type: str
    ending: str


_KINDS = {
    "nq": _Kind("application/n-quads", "nq"),
    "trig": _Kind("application/trig", "trig"),
    "jsonld": _Kind("application/ld+json", "jsonld"),
    "nt": _Kind("application/n-triples", "nt"),
    "ttl": _Kind("text/turtle; charset=utf-8", "ttl"),
    "rdfxml": _Kind("application/rdf+xml", "rdf"),
}
_UNKNOWN_KIND = _Kind("application/octet-stream", "bin")


def routes() -> list[BaseRoute]:
    """Return the routes of this module."""
    return [Route("/download/{format}", _download)]


class Downloads:
    """The exports of a release, in a folder of their own that goes when the release goes."""

    def __init__(self, release: Release) -> None:
        self._named, self._prefixes = release.compiled.named, json.dumps(release.compiled.prefixes)
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._one_at_a_time = asyncio.Lock()
        self._folder = tempfile.mkdtemp(prefix="kb-serve-")
        weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)

    async def path(self, format: str) -> str:
        """Return the path of an export, made now if nobody asked before; beside it, with `.gz`, it is compressed.

        Raises:
            EngineError: it cannot be made; the next who asks has it tried again.
        """
        task = self._tasks.get(format)
        if task is None or (task.done() and (task.cancelled() or task.exception())):
            task = self._tasks[format] = asyncio.create_task(self._make(format))
        await asyncio.shield(task)  # one who goes away does not take it from the others
        return os.path.join(self._folder, format)

    async def _make(self, format: str) -> None:
        target, partial = os.path.join(self._folder, format), os.path.join(self._folder, f".{format}")
        async with self._one_at_a_time:
            try:
                await self._run(format, partial)
                os.replace(f"{partial}.gz", f"{target}.gz")
                os.replace(partial, target)
            except OSError as error:
                raise EngineError(f"the export {format} failed: {error.strerror}") from error
            finally:
                for path in (partial, f"{partial}.gz"):
                    with suppress(FileNotFoundError):
                        os.remove(path)

    async def _run(self, format: str, partial: str) -> None:
        """Have a process write an export; whatever happens, it has ended afterwards."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "kb.web.sparql.dump", format, self._named, partial),
            stdin=PIPE,
            stdout=DEVNULL,
            stderr=PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(entry or os.getcwd() for entry in sys.path)},
            start_new_session=True,  # the terminal sends SIGINT to all of a session; the server decides when to stop
        )
        try:
            async with asyncio.timeout(SECONDS):
                _, words = await process.communicate(self._prefixes.encode())
        except TimeoutError as error:
            raise EngineError(f"the export {format} was not made within {SECONDS:g} seconds") from error
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode:
            last = words.decode("utf-8", "replace").strip().rpartition("\n")[2]
            raise EngineError(f"the export {format} failed: {last or f'exit code {process.returncode}'}")


_BY_RELEASE: "WeakKeyDictionary[Release, Downloads]" = WeakKeyDictionary()


class _FileOfRelease(FileResponse):
    """A file that stays while it is sent, with `downloads`; whole, unless it was found that a part is meant."""

    downloads: Downloads
    is_part = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the file, or a part of it."""
        if not self.is_part:
            scope = {**scope, "headers": [header for header in scope["headers"] if header[0] != b"range"]}
        await super().__call__(scope, receive, send)


async def _download(request: Request) -> Response:
    service = service_of(request)
    release, name = service.release, request.path_params["format"]
    known = exports()
    if name not in known:
        error = UnknownNameError("download", name, known, f"(there are {', '.join(known)})")
        raise HttpProblem(404, str(error), nearest=error.nearest, available=list(known))
    is_part = _wants_part(request.headers, _headers(release, name, compressed=False)["ETag"])
    compressed = accepts_gzip(request.headers.getlist("accept-encoding")) and not is_part
    headers = _headers(release, name, compressed)
    if names_tag(request.headers.getlist("if-none-match"), headers["ETag"]):
        return Response(status_code=304, headers=headers)
    if release not in _BY_RELEASE:
        _BY_RELEASE[release] = Downloads(release)
    downloads = _BY_RELEASE[release]
    try:
        path = await downloads.path(name)
    except EngineError as error:
        service.log.event("error", str(error))
        raise HttpProblem(500, f"the download {name!r} could not be made; the operator finds why in the log") from error
    path = f"{path}.gz" if compressed else path
    stat = os.stat(path)
    if is_part:
        _check_range(request.headers["range"], stat.st_size)
    kind = _KINDS.get(name, _UNKNOWN_KIND)
    disposition = {"Content-Disposition": f'attachment; filename="{_file_name(release, kind.ending)}"'}
    response = _FileOfRelease(path, headers={**headers, **disposition}, media_type=kind.media_type, stat_result=stat)
    response.downloads, response.is_part = downloads, is_part
    return response


def _headers(release: Release, format: str, compressed: bool) -> dict[str, str]:
    encoding = {"Content-Encoding": "gzip"} if compressed else {}
    return {
        "ETag": f'"{release.edition[:32]}-{format}{"-gzip" if compressed else ""}"',
        "Cache-Control": "no-cache",
        "Vary": "Accept-Encoding",
        **encoding,
    }


def _file_name(release: Release, ending: str) -> str:
    """Return what to call the file: the last word of the graph's namespace, and its version."""
    name = f"{release.base.rstrip('/').rpartition('/')[2]}-{release.version}.{ending}"
    return re.sub(r"[^A-Za-z0-9._-]+", "-", header_text(name))


def _wants_part(headers: Headers, tag: str) -> bool:
    """Whether one range of bytes is asked for, of the file as it is; anything else that `Range` may hold is ignored."""
    match = _RANGE.fullmatch(headers.get("range", ""))
    is_sound = match is not None and not (match[2] and int(match[2]) < int(match[1]))
    return is_sound and headers.get("if-range", tag) == tag


def _check_range(wanted: str, size: int) -> None:
    """Refuse a range that begins behind the end of the file."""
    match = _RANGE.fullmatch(wanted)
    if match and match[1] and int(match[1]) >= size:
        raise HttpProblem(416, f"{wanted[:60]}: the file has {size:,} bytes", {"Content-Range": f"bytes */{size}"})
