"""Any SPARQL 1.1 endpoint as an engine, asked through SPARQLWrapper."""

import re
import time
from http.client import HTTPException, HTTPResponse, IncompleteRead
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import unquote, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from pyoxigraph import QueryResultsFormat, RdfFormat, parse, parse_query_results

from kb.engines.oxigraph import one_line, syntax_error, to_result, trim_reason
from kb.errors import EngineError, KbError, QuerySyntaxError, QueryTimeoutError, UsageError
from kb.prepared_query import PreparedQuery
from kb.results import Answer, Result, Rows, Triples

_BLOCK = 1 << 16
_MOST_OF_AN_ERROR = 100_000
_ROWS_ACCEPTED = "application/sparql-results+json"
_TRIPLES_ACCEPTED = "application/n-triples, text/turtle;q=0.9"
_ROWS_TYPES = (_ROWS_ACCEPTED, "application/json")
_PLACE = re.compile(
    r"(?:error )?at (\d+):(\d+)(?:: )?|(?:at )?line:? ?(\d+),? (?:at )?col(?:umn)?:? ?(\d+)[.:]? ?", re.IGNORECASE
)
_REMEDIES = {
    401: "give a user and password in the address",
    403: "ask its owner for access",
    404: "check the path of the address; many endpoints end in /sparql or /query",
    405: "the address takes no POST; give the address of the query endpoint",
    429: "wait, and ask less often",
    503: "the endpoint is busy or stopped; try again later",
    504: "the endpoint ran out of time; narrow the query",
}


class RemoteEngine:
    """The SPARQL endpoint at an http or https address.

    The endpoint decides what its default graph holds. A user and password may stand in the address;
    no message repeats them. Redirects are not followed: they would turn the query into another request.

    Raises:
        UsageError: `url` is no http or https address.
    """

    name = "remote"

    def __init__(self, url: str) -> None:
        self._user, self._password, self.url = _split_address(url)
        self._closed = False

    def run(self, query: PreparedQuery, timeout: float | None = None) -> Result:
        """Return the result of `query`; see `kb.engines.protocol.Engine.run`."""
        if self._closed:
            raise EngineError("the engine is closed; open another")
        try:
            content_type, body = _fetch(self._request(query), timeout)
        except HTTPError as error:
            with error:
                raise self._refusal(query, error) from error
        except (OSError, HTTPException) as error:
            reason = error.reason if isinstance(error, URLError) else error
            if isinstance(reason, TimeoutError):
                raise QueryTimeoutError(
                    f"{self.url} took longer than {timeout or 0:g} s; narrow the query, or raise the timeout"
                ) from error
            text = one_line(str(reason)) or type(reason).__name__
            raise EngineError(f"{self.url}: {text}; check the address, and that the endpoint runs") from error
        return self._decode(query, content_type, body)

    def close(self) -> None:
        """Keep the engine from running again; no connection stays open between queries."""
        self._closed = True

    def _request(self, query: PreparedQuery) -> Request:
        from SPARQLWrapper import JSON, POST, TURTLE, SPARQLWrapper

        rows = query.form in ("select", "ask")
        client = SPARQLWrapper(self.url, returnFormat=JSON if rows else TURTLE)
        client.setMethod(POST)
        client.setOnlyConneg(True)  # else it adds parameters such as format=json, which endpoints may refuse
        client.addCustomHttpHeader("Accept", _ROWS_ACCEPTED if rows else _TRIPLES_ACCEPTED)
        if self._user:
            client.setCredentials(self._user, self._password)
        # setQuery would guess the form with regular expressions, and warn on standard error when it fails
        client.queryString, client.queryType = query.text, query.form.upper()
        return client._createRequest()  # its query() would follow redirects, to other schemes too

    def _refusal(self, query: PreparedQuery, error: HTTPError) -> KbError:
        """Return the error for an HTTP status other than 200."""
        reason = error.read(_MOST_OF_AN_ERROR).decode("utf-8", "replace")
        if error.code == 400:
            place = _PLACE.search(reason)
            text = one_line(trim_reason(_PLACE.sub("", reason, count=1))) or "the endpoint cannot read the query"
            if not place:
                return QuerySyntaxError(f"{query.name or self.url}: {text}")
            line, column = (int(number) for number in place.groups() if number)
            return syntax_error(query, line, column, text)
        if 300 <= error.code < 400:
            target = one_line(error.headers.get("Location") or "nowhere")
            return EngineError(f"{self.url}: moved to {target}; give that address, if you trust it")
        remedy = _REMEDIES.get(error.code, "try again later, or ask its owner")
        detail = f" ({one_line(reason, 120)})" if reason.strip() and "<html" not in reason.lower() else ""
        return EngineError(f"{self.url}: HTTP {error.code} {error.reason}{detail}; {remedy}")

    def _decode(self, query: PreparedQuery, content_type: str, body: bytes) -> Result:
        wanted = {"select": Rows, "ask": Answer}.get(query.form, Triples)
        media = content_type.partition(";")[0].strip().lower()
        try:
            if wanted is Triples:
                result = _read_triples(media, body)
            else:
                is_rows = media in _ROWS_TYPES
                result = to_result(parse_query_results(body, QueryResultsFormat.JSON)) if is_rows else None
        except (SyntaxError, ValueError, OSError) as error:
            raise EngineError(
                f"{self.url}: the answer is broken or cut short ({one_line(str(error), 120)}); "
                "narrow the query, or ask with a limit"
            ) from error
        if result is None or not isinstance(result, wanted):
            raise EngineError(
                f"{self.url}: answered {query.form.upper()} with {media or 'no content type'}; "
                "check that the address is a SPARQL query endpoint"
            )
        return result


def open_from(default: str | None, named: str | None, url: str | None) -> RemoteEngine:
    """Return the engine over the endpoint at `url`.

    Raises:
        UsageError: there is no `url`, or it is no http or https address.
    """
    if not url:
        raise UsageError("the remote engine needs the address of an endpoint (--endpoint URL)")
    return RemoteEngine(url)


class _NoRedirect(HTTPRedirectHandler):
    """Leaves a redirect as the error it is."""

    def redirect_request(self, *_: Any) -> None:
        """Return nothing, which makes urllib raise the HTTPError."""


def _split_address(url: str) -> tuple[str, str, str]:
    """Return user, password and the address without them."""
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
        host = parts.hostname or ""
    except ValueError:
        parts, port, host = urlsplit(""), "", ""
    if parts.scheme not in ("http", "https") or not host or re.search(r"[\x00-\x20\x7f]", url):
        raise UsageError(f"{one_line(url, 100)!r} is no address of an endpoint; write http://… or https://…")
    host = f"[{host}]" if ":" in host else host
    bare = parts._replace(netloc=host + port, fragment="").geturl()
    return unquote(parts.username or ""), unquote(parts.password or ""), bare


def _read_triples(media: str, body: bytes) -> Result | None:
    syntax = RdfFormat.from_media_type(media)
    return Triples([quad.triple for quad in parse(body, syntax)]) if syntax else None


def _fetch(request: Request, timeout: float | None) -> tuple[str, bytes]:
    """Return the content type and the whole body of the response.

    Raises:
        HTTPError: the status is not 200.
        TimeoutError: `timeout` passed.
        OSError, HTTPException: there is no connection, or it broke off.
    """
    deadline = None if timeout is None else time.monotonic() + timeout
    opener = build_opener(_NoRedirect)
    blocks = []
    response: HTTPResponse
    with opener.open(request, timeout=timeout) as response:
        while block := response.read1(_BLOCK):
            blocks.append(block)
            if deadline is not None and time.monotonic() > deadline:
                raise TimeoutError
        if response.length:  # read1 ends quietly when a body is shorter than announced
            raise IncompleteRead(b"", response.length)
        return response.headers.get("Content-Type") or "", b"".join(blocks)
