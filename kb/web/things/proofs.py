"""Why the graph says so: the shortest proof of a statement, as a page and as JSON.

A proof is looked for in a process of its own, by the deadline of queries, at most `MOST_AT_ONCE` at a time.
"""

import asyncio
import json
import os
import sys
from collections import OrderedDict
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from kb.errors import EngineError, QueryTimeoutError, UnknownNameError
from kb.prefixes import expand
from kb.web.answers.negotiation import Format, accept_of, choose
from kb.web.answers.problems import HttpProblem
from kb.web.answers.sending import start_or_leave
from kb.web.pages.links import Links, root_of
from kb.web.pages.rendering import HTML, page_response, render
from kb.web.release import Release
from kb.web.service import Service, service_of
from kb.web.things.page import as_page
from kb.web.things.proof_tree import read_tree
from kb.web.workers.proof_process import question
from kb.web.workers.run import busy

PARTS = ("subject", "predicate", "object")
MOST_AT_ONCE = 2
"""Proofs that are looked for at a time."""
_MOST_KEPT = 256
_LONGEST_NAME = 2_000
_JSON = Format("json", "application/json")


def routes() -> list[BaseRoute]:
    """Return the routes of this module."""
    proofs = Proofs()

    async def why(request: Request) -> Response:
        return await _why(request, proofs)

    return [Route("/why", as_page(why))]


class Proofs:
    """The answers to "why" of the newest release that was asked, the last `_MOST_KEPT` of them."""

    def __init__(self) -> None:
        self._release: Release | None = None
        self._kept: OrderedDict[tuple[str, str, str], dict[str, Any]] = OrderedDict()
        self._running = 0

    async def find(self, service: Service, release: Release, names: tuple[str, str, str]) -> dict[str, Any]:
        """Return what `kb.web.workers.proof_process` answers.

        Raises:
            HttpProblem: 503 where enough proofs are being looked for.
            QueryTimeoutError: there was none by the deadline.
            EngineError: the process failed.
        """
        if release is not self._release:
            self._release = release
            self._kept.clear()
        if names in self._kept:
            self._kept.move_to_end(names)
            return self._kept[names]
        if self._running >= MOST_AT_ONCE:
            raise busy(f"{self._running} proofs are being looked for already")
        self._running += 1
        release.in_use += 1
        try:
            answer = await _ask(release, names, service.settings.timeout)
        finally:
            self._running -= 1
            release.in_use -= 1
        if release is self._release and answer.get("error") != "failed":
            self._kept[names] = answer
            if len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)
        return answer


async def _ask(release: Release, names: tuple[str, str, str], seconds: float) -> dict[str, Any]:
    """Return the answer of a process of its own, which ends with the wait for it."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "kb.web.workers.proof_process"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        start_new_session=True,  # the terminal sends SIGINT to all of a session; the server decides when to stop
        env={**os.environ, "PYTHONPATH": os.pathsep.join(entry or os.getcwd() for entry in sys.path)},
    )
    try:
        asked = question(release.compiled, names)
        out, _ = await asyncio.wait_for(process.communicate(asked), seconds)
    except TimeoutError as error:
        raise QueryTimeoutError("no proof was found in the time that a query may take") from error
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    try:
        answer: dict[str, Any] = json.loads(out)
    except ValueError as error:
        raise EngineError(f"the search for a proof ended by itself (exit code {process.returncode})") from error
    return answer


async def _why(request: Request, proofs: Proofs) -> Response:
    """Answer with the proof of the statement that the parameters make."""
    service = service_of(request)
    release = service.release
    chosen = choose(accept_of(request.headers), request.query_params.get("format"), (HTML, _JSON))
    names = _names(request.query_params)
    _check_subject(release, names[0])
    answer = await start_or_leave(proofs.find(service, release, names), request.receive)
    _raise(answer)
    headers = {"Vary": "Accept"}
    if chosen is _JSON:
        document = answer["proof"] or {"statement": answer["statement"], "follows": False, "nearest": answer["nearest"]}
        return page_response(request, json.dumps(document, ensure_ascii=False).encode(), headers=headers, format=_JSON)
    links = Links(release, root_of(service))
    page = render("why.html", service, release, tree=read_tree(answer, release, links), json=_json_path(request, links))
    return page_response(request, page, headers=headers)


def _names(given: Mapping[str, str]) -> tuple[str, str, str]:
    """Return subject, predicate and object as they are named.

    Raises:
        HttpProblem: 400, one is missing or too long.
    """
    names = [given.get(part, "").strip() for part in PARTS]
    for part, name in zip(PARTS, names, strict=True):
        if not name or "\0" in name or len(name) > _LONGEST_NAME:
            fault = "is missing" if not name else "is no name"
            example = "/why?subject=…&predicate=…&object=…, each a short name, a label or an IRI"
            raise HttpProblem(400, f"{part} {fault}; ask {example}")
    return names[0], names[1], names[2]


def _check_subject(release: Release, name: str) -> None:
    """Refuse a subject that there is not, before any process looks for a proof.

    Raises:
        HttpProblem: 404 where nothing has that name, 400 where several things have it.
    """
    try:
        release.resolve(name)
    except UnknownNameError as error:
        if expand(name, release.compiled.prefixes) is None:
            raise HttpProblem(404, str(error).partition("; '")[0], nearest=error.nearest) from error


def _raise(answer: Mapping[str, Any]) -> None:
    """Raise the error that an answer holds.

    Raises:
        HttpProblem: 404 where nothing has one of the names, 400 where one of them is unfit.
        EngineError: it could not be looked for.
    """
    if "error" not in answer:
        return
    detail = answer["detail"]
    if answer["error"] == "failed":
        raise EngineError(detail)
    raise HttpProblem(404 if answer["error"] == "unknown" else 400, detail, nearest=answer["nearest"])


def _json_path(request: Request, links: Links) -> str:
    return f"{links.root}/why?{request.url.include_query_params(format='json').query}"
