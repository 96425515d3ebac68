"""The service that all routes share: the data in service, and the answers to queries over it."""

import asyncio
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial

from pyoxigraph import QueryResultsFormat, RdfFormat, parse, parse_query_results
from starlette.datastructures import URL
from starlette.requests import Request
from starlette.responses import Response

from kb.engines.oxigraph import to_result
from kb.errors import KbError
from kb.prepared_query import PreparedQuery
from kb.results import Result, Rows, Triples
from kb.web.answers.cache import AnswerCache
from kb.web.answers.headers import names_tag, slice_headers, tag_of, whole_response
from kb.web.answers.negotiation import GRAPH_FORMATS, ROW_FORMATS, Format, accept_of, choose
from kb.web.answers.problems import HttpProblem
from kb.web.answers.sending import ClientGoneError, Streamed, accepts_gzip, outcome_of, start_or_leave
from kb.web.log import RequestLog, RequestRecord, query_hash, record_of
from kb.web.metrics import Metrics
from kb.web.release import Release
from kb.web.settings import Settings
from kb.web.workers.job import Job, View
from kb.web.workers.run import Answer

MOST_SLICED_BYTES = 8 * 2**20
"""Bytes of the rows that a page may show, as the worker sends them."""


class Service:
    """One running server: its settings, the release in service, its cache, metrics and log."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.metrics = Metrics()
        self.log = RequestLog(settings.log)
        self.cache = AnswerCache(settings.cache * 2**20)
        self.ready = False
        self._release: Release | None = None
        self._reloading = asyncio.Lock()
        self._closing: set[asyncio.Task[None]] = set()

    @property
    def release(self) -> Release:
        """The data in service.

        Raises:
            HttpProblem: 503 where there is none yet.
        """
        if self._release is None:
            raise HttpProblem(503, "the server is starting; ask again in a second", {"Retry-After": "1"})
        return self._release

    async def start(self) -> None:
        """Open the data."""
        await self.reload()
        self.metrics.gauges(
            lambda: self.release.pool.queued,
            lambda: self.release.pool.busy,
            lambda: self.release.pool.slow,
            lambda: self.cache.size,
        )

    async def reload(self) -> None:
        """Open the data as it is now on disk, and put it in service; what runs on the old goes on to its end.

        Raises:
            KbError: the new data is broken; the old is still in service.
        """
        async with self._reloading:
            new = await Release.open(self.settings, self.metrics)
            old, self._release = self._release, new
            new.pool.on_lost = partial(self._renew, new)
            self.cache.clear()
            self.metrics.release(new.digest, new.version, new.statements)
            self.ready = True
        if old is not None:
            task = asyncio.ensure_future(_close_unused(old, self.settings.timeout))
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)

    async def stop(self) -> None:
        """End all processes, and write the rest of the log."""
        self.ready = False
        for task in self._closing:
            task.cancel()
        if self._release is not None:
            await self._release.pool.close()
        self.log.close()

    async def answer(
        self,
        request: Request,
        query: PreparedQuery,
        *,
        offered: Sequence[Format] | None = None,
        view: View | None = None,
        headers: Mapping[str, str] | None = None,
        parameters: Mapping[str, str] | None = None,
    ) -> Response:
        """Return the response to a query, in the format that the client likes best.

        `parameters` are those of the request where they stand elsewhere than in its URL: `format`, and `timeout`
        in seconds. `headers` are added to the response.

        Raises:
            KbError: there is no answer; `kb.web.answers.problems` has the status of each kind.
        """
        release, view = self.release, view or View()
        given = request.query_params if parameters is None else parameters
        formats = offered or (ROW_FORMATS if query.form in ("select", "ask") else GRAPH_FORMATS)
        chosen = choose(accept_of(request.headers), given.get("format"), formats)
        deadline = asyncio.get_running_loop().time() + self._timeout(given.get("timeout"))
        gzip = accepts_gzip(request.headers.getlist("accept-encoding"))
        tag = tag_of(release.edition, query, chosen, view)
        own = {
            "Content-Type": chosen.content_type,
            "Vary": "Accept, Accept-Encoding",
            "Cache-Control": "no-cache" if tag else "no-store",
            **({"ETag": tag} if tag else {}),
            **(headers or {}),
        }
        record = record_of(request.scope)
        record.query = query_hash(query.text)
        if tag and names_tag(request.headers.getlist("if-none-match"), tag, any_will_do=False):
            return Response(status_code=304, headers=own)
        found = self.cache.find(f"{tag} {gzip}") if tag else None
        self.metrics.cache(found is not None)
        record.cached = found is not None
        if found is not None:
            record.outcome, record.rows, record.bytes = "ok", found[0].rows, found[0].size
            return whole_response(*found, own, view, self_url(request))
        job = self._job(query, chosen.name, gzip, view)
        answer = await self._run(request, release, job, deadline, record)
        if not answer.is_whole:
            own |= slice_headers(answer.report, view, self_url(request))
            return self._streamed(request, release, answer, own, record)
        if tag:
            self.cache.keep(f"{tag} {gzip}", answer.report, answer.body)
        return whole_response(answer.report, answer.body, own, view, self_url(request))

    async def result(self, query: PreparedQuery) -> Result:
        """Return the whole result of a query that the server itself asks, for a page or a small document.

        Raises:
            KbError: as `answer`; 507 also where it is larger than what is sent whole.
        """
        is_graph = query.form in ("construct", "describe")
        answer = await self._whole(self._job(query, "nt" if is_graph else "json", False, View()))
        if is_graph:
            return Triples([quad.triple for quad in parse(answer.body, RdfFormat.N_TRIPLES)])
        return to_result(parse_query_results(answer.body, QueryResultsFormat.JSON))

    async def sliced(self, query: PreparedQuery, offset: int, limit: int) -> tuple[Rows, int]:
        """Return some rows of a SELECT that the server itself asks, and how many it has in all.

        Raises:
            KbError: as `result`.
        """
        job = self._job(query, "json", False, View(offset=offset, limit=limit))
        answer = await self._whole(job._replace(whole_bytes=max(job.whole_bytes, MOST_SLICED_BYTES)))
        rows = to_result(parse_query_results(answer.body, QueryResultsFormat.JSON))
        assert isinstance(rows, Rows)  # a SELECT
        return rows, len(rows) if answer.report.total is None else answer.report.total

    async def _whole(self, job: Job) -> Answer:
        """Return an answer that is whole.

        Raises:
            KbError: as `result`.
        """
        deadline = asyncio.get_running_loop().time() + self.settings.timeout
        with _in_use(self.release):
            answer = await self.release.pool.start(job, deadline)
        if not answer.is_whole:
            answer.close()
            raise HttpProblem(507, f"the answer has over {job.whole_bytes:,} bytes; ask for it at /sparql")
        return answer

    async def _run(
        self, request: Request, release: Release, job: Job, deadline: float, record: RequestRecord
    ) -> Answer:
        begun = time.perf_counter()
        try:
            with _in_use(release):
                answer = await start_or_leave(release.pool.start(job, deadline), request.receive)
        except (KbError, ClientGoneError) as error:
            record.outcome = outcome_of(error)
            self.metrics.query(record.outcome, time.perf_counter() - begun)
            if release.pool.is_lost:
                self._renew(release)
            raise
        if answer.is_whole:
            record.outcome, record.rows, record.bytes = "ok", answer.report.rows, answer.report.size
            self.metrics.query("ok", time.perf_counter() - begun, answer.report.rows, answer.report.size)
        return answer

    def _streamed(
        self, request: Request, release: Release, answer: Answer, headers: dict[str, str], record: RequestRecord
    ) -> Response:
        if request.scope["http_version"] == "1.0":
            answer.close()
            raise HttpProblem(
                507,
                f"the answer has over {self.settings.whole_bytes:,} bytes, and a client of HTTP/1.0 could not tell "
                "whether it got all of it; ask with HTTP/1.1, or for it in parts",
            )
        begun = time.perf_counter()
        release.in_use += 1

        def ended(outcome: str) -> None:
            release.in_use -= 1
            record.outcome, record.rows, record.bytes = outcome, answer.report.rows, answer.report.size
            self.metrics.query(outcome, time.perf_counter() - begun, answer.report.rows, answer.report.size)

        if answer.report.gzip:
            headers["Content-Encoding"] = "gzip"
        return Streamed(answer, headers, ended)

    def _renew(self, lost: Release) -> None:
        """Open the data again where the process that held it has ended; queries fail until it is there."""
        if self._release is lost and self.ready:
            self.ready = False
            self.log.event("error", "the process that held the data has ended; the data is opened anew")
            task = asyncio.ensure_future(self._reload_quietly())
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)

    async def _reload_quietly(self) -> None:
        lost, pause = self._release, 1.0
        while self._release is lost:  # somebody else may have opened it in between
            try:
                await self.reload()
            except (KbError, OSError) as error:
                self.log.event("error", f"the data cannot be opened anew, and is tried again in {pause:g} s: {error}")
                await asyncio.sleep(pause)
                pause = min(2 * pause, 60.0)

    def _job(self, query: PreparedQuery, format: str, gzip: bool, view: View) -> Job:
        settings = self.settings
        caps = (settings.max_rows, settings.max_bytes, settings.whole_bytes)
        return Job(query, format, gzip, *caps, view, described=not query.name)  # only a canned query has a name

    def _timeout(self, given: str | None) -> float:
        """Return the seconds that a client asks for, up to those of the settings.

        Raises:
            HttpProblem: 400, it is no such number.
        """
        most = self.settings.timeout
        if given is None:
            return most
        try:
            seconds = float(given)
        except ValueError:
            seconds = -1.0
        if not 0 < seconds <= most:
            raise HttpProblem(400, f"timeout={given!r} is not a number of seconds above 0 and up to {most:g}")
        return seconds


def service_of(request: Request) -> Service:
    """Return the service that answers this request."""
    service: Service = request.app.state.service
    return service


def public_url(request: Request) -> str:
    """Return the URL of the root of the service as clients reach it, without a slash at its end."""
    return service_of(request).settings.public_url or str(request.base_url).rstrip("/")


def self_url(request: Request) -> URL:
    """Return the URL of a request as clients write it."""
    path = request.url.path.removeprefix(request.scope.get("root_path", ""))
    return URL(f"{public_url(request)}{path}").replace(query=request.url.query)


@contextmanager
def _in_use(release: Release) -> Iterator[None]:
    release.in_use += 1
    try:
        yield
    finally:
        release.in_use -= 1


async def _close_unused(release: Release, seconds: float) -> None:
    """Close a release when nothing runs on it any more: at the latest when every deadline has passed."""
    end = asyncio.get_running_loop().time() + seconds + 1
    while release.in_use and asyncio.get_running_loop().time() < end:
        await asyncio.sleep(0.05)
    await release.pool.close()
