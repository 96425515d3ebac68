"""What the server counts and measures, in the text format of Prometheus, for `/metrics`."""

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.process_collector import ProcessCollector

MEDIA_TYPE = CONTENT_TYPE_PLAIN_0_0_4
OUTCOMES = ("ok", "timeout", "full", "too_large", "memory", "syntax", "refused", "gone", "failed")
"""How a query may end: answered; out of time; no place in the queue; over the cap of rows or bytes; over the memory of
a worker; not SPARQL; SPARQL that is not allowed; the client went away; the engine failed."""
METHODS = ("GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE")
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class Metrics:
    """The counters of one server, in a registry of its own: two servers in one process do not mix."""

    def __init__(self) -> None:
        own = self._registry = CollectorRegistry()
        self._requests = Counter(
            "kb_http_requests", "Requests by route, method and status.", ("route", "method", "status"), registry=own
        )
        self._request_seconds = Histogram(
            "kb_http_request_seconds",
            "Seconds until a request was answered.",
            ("route",),
            buckets=_SECONDS,
            registry=own,
        )
        self._queries = Histogram(
            "kb_query_seconds",
            "Seconds that a query took, the wait for a worker included, by how it ended.",
            ("outcome",),
            buckets=_SECONDS,
            registry=own,
        )
        self._rows = Counter("kb_query_rows", "Rows or triples of the answers.", registry=own)
        self._bytes = Counter("kb_query_bytes", "Bytes of the answers, before compression.", registry=own)
        self._cache = Counter("kb_cache_lookups", "Looks into the cache of answers.", ("result",), registry=own)
        self._workers = Counter("kb_worker_events", "Workers started, killed, and lost.", ("event",), registry=own)
        self._reloads = Counter(
            "kb_reloads", "Times that the data was asked to be opened anew.", ("result",), registry=own
        )
        self._release = Gauge(
            "kb_release_info", "The version of the data in service; always 1.", ("digest", "version"), registry=own
        )
        self._statements = Gauge("kb_release_statements", "Statements of the data in service.", registry=own)
        self._opened = Gauge("kb_release_opened_seconds", "When it was put in service, in Unix time.", registry=own)
        ProcessCollector(registry=own)
        for outcome in OUTCOMES:
            self._queries.labels(outcome)
        for result in ("hit", "miss"):
            self._cache.labels(result)
        for event in ("start", "kill", "lost"):
            self._workers.labels(event)
        for result in ("done", "failed"):
            self._reloads.labels(result)

    def request(self, route: str | None, method: str, status: int, seconds: float) -> None:
        """Count a request that was answered; `route` is the template of its path, None where no route has it."""
        template = route or "none"
        self._requests.labels(template, method if method in METHODS else "other", str(status)).inc()
        self._request_seconds.labels(template).observe(seconds)

    def query(self, outcome: str, seconds: float, rows: int = 0, bytes: int = 0) -> None:
        """Count a query that ended; `outcome` is one of OUTCOMES."""
        self._queries.labels(outcome if outcome in OUTCOMES else "failed").observe(seconds)
        self._rows.inc(rows)
        self._bytes.inc(bytes)

    def cache(self, hit: bool) -> None:
        """Count a look into the cache of answers."""
        self._cache.labels("hit" if hit else "miss").inc()

    def worker(self, event: str) -> None:
        """Count what befell a worker: `start`, `kill` (by us) or `lost` (by itself)."""
        self._workers.labels(event).inc()

    def reload(self, done: bool) -> None:
        """Count an attempt to put a new version of the data in service."""
        self._reloads.labels("done" if done else "failed").inc()

    def release(self, digest: str, version: str, statements: int) -> None:
        """Say which version of the data is in service from now on."""
        self._release.clear()
        self._release.labels(digest, version).set(1)
        self._statements.set(statements)
        self._opened.set_to_current_time()

    def gauges(
        self,
        queue: Callable[[], float],
        busy: Callable[[], float],
        slow: Callable[[], float],
        cached: Callable[[], float] | None = None,
    ) -> None:
        """Name what is asked at each look: requests that wait, busy workers, busy slow ones, bytes of the cache."""
        shown = {
            "kb_queue_length": ("Requests that wait for a worker.", queue),
            "kb_workers_busy": ("Workers that run a query.", busy),
            "kb_workers_slow": ("Workers that run a query that takes long.", slow),
            "kb_cache_bytes": ("Bytes of the answers kept.", cached),
        }
        for name, (meaning, ask) in shown.items():
            if ask is not None:
                Gauge(name, meaning, registry=self._registry).set_function(ask)

    def exposition(self) -> bytes:
        """Return all of it, in MEDIA_TYPE."""
        return generate_latest(self._registry)
