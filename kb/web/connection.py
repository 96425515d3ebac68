"""How a request arrives: uvicorn's protocol of HTTP/1.1, with bounds on the size and the time of what it waits for.

uvicorn 0.54 itself gathers a URL or headers without end, waits for the rest of a request for ever, and loses the body
of one that offers another protocol.
"""

import asyncio
import json

import httptools
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

MOST_HEAD = 2**17
"""Bytes that URL and headers of a request may have together."""
MOST_URL = 2**16 - 1
"""Bytes that a URL may have: httptools 0.9 counts them in 16 bits."""
ARRIVAL = 60.0
"""Seconds within which a request has to arrive whole."""


class BoundedProtocol(HttpToolsProtocol):
    """One connection: refuses a head over `MOST_HEAD` bytes, and ends a request that does not arrive in time."""

    seconds = ARRIVAL
    _fault = (400, "this is not HTTP/1.1; the connection is closed")
    _head = 0
    _arriving = False
    _declining = False
    _timer: asyncio.TimerHandle | None = None
    _stall: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._await_request()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop_timer()
        self._stop_stall()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on, unless what came before the body is too long by now."""
        if self.transport.is_closing():
            return
        self._unset_keepalive_if_required()
        if self._timer is None and (self.cycle is None or self.cycle.response_complete):
            self._await_request()
        self._feed(data)
        if self._arriving:
            self._head += len(data)
        if self._arriving and self._head > MOST_HEAD and not self.transport.is_closing():
            over = f"over {MOST_HEAD} bytes before the body; shorten it, or send the query as the body of a POST"
            self._refuse(431 if self.headers else 414, over)

    def pause_writing(self) -> None:
        """Begin to watch whether the client reads on."""
        super().pause_writing()
        self._watch_stall()

    def resume_writing(self) -> None:
        """Stop watching: it does."""
        self._stop_stall()
        super().resume_writing()

    def on_message_begin(self) -> None:
        """Take up a new request."""
        super().on_message_begin()
        self._arriving, self._head = True, 0

    def on_headers_complete(self) -> None:
        """Hand the request on, unless it has to be read again: see `_decline`."""
        self._arriving = False
        self._check_head()
        self._declining = self.parser.should_upgrade() and self.parser.get_method() != b"CONNECT"
        if not self._declining:
            super().on_headers_complete()

    def _check_head(self) -> None:
        """Refuse a URL that cannot be read, and a request without `Host` (RFC 9112, section 3.2)."""
        if len(self.url) > MOST_URL:
            self._fault = (414, f"the URL has over {MOST_URL} bytes; send the query as the body of a POST")
        elif self.parser.get_http_version() == "1.1" and not any(name == b"host" for name, _ in self.headers):
            self._fault = (400, "a request of HTTP/1.1 needs a header Host; add it")
        else:
            return
        raise ValueError(self._fault[1])  # the parser stops, and `_feed` refuses

    def on_message_complete(self) -> None:
        """Stop waiting for the rest of the request."""
        if not self._declining:
            self._stop_timer()
            super().on_message_complete()

    def _feed(self, data: bytes) -> None:
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as offer:
            if self._declining:
                self._decline(data[offer.args[0] :])
            else:
                self.send_400_response("")
        except httptools.HttpParserError:
            self.send_400_response("")

    def _decline(self, rest: bytes) -> None:
        """Read a request again without its offer of another protocol, such as each that Java's HTTP client sends first.

        The parser takes such a request to be without a body, and a query that is posted would be lost.
        """
        kept = [(name, value) for name, value in self.headers if name not in (b"upgrade", b"http2-settings")]
        start = (self.parser.get_method(), self.url, self.parser.get_http_version().encode())
        head = b"%b %b HTTP/%b\r\n" % start + b"".join(b"%b: %b\r\n" % header for header in kept) + b"\r\n"
        self.parser = httptools.HttpRequestParser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)  # as uvicorn does, for old clients
        self._feed(head + rest)

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - it is a fixed text
        """Refuse what cannot be read."""
        self._refuse(*self._fault)

    def _watch_stall(self) -> None:
        self._stop_stall()
        left = self.transport.get_write_buffer_size()
        self._stall = self.loop.call_later(self.seconds, self._stalled, left)

    def _stop_stall(self) -> None:
        if self._stall is not None:
            self._stall.cancel()
            self._stall = None

    def _stalled(self, before: int) -> None:
        """Break the connection of a client that has read nothing in all that time."""
        if self.transport.get_write_buffer_size() >= before:
            self.transport.abort()
        else:
            self._watch_stall()

    def _await_request(self) -> None:
        self._stop_timer()
        self._timer = self.loop.call_later(self.seconds, self._too_late)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _too_late(self) -> None:
        self._timer = None
        if self.cycle is not None and not self.cycle.response_complete:  # its body is missing, and is waited for
            self.transport.close()
        elif not self.transport.is_closing():
            self._refuse(408, f"the request did not arrive within {self.seconds:g} s; send it again")

    def _refuse(self, status: int, detail: str) -> None:
        """Answer with a problem document and close; where an earlier answer is still under way, only close."""
        if self.cycle is None or self.cycle.response_complete:
            title = STATUS_LINE[status].split(b" ", 2)[2].strip().decode()
            body = json.dumps({"type": "about:blank", "title": title, "status": status, "detail": detail}).encode()
            lines = [b"%b: %b\r\n" % header for header in self.server_state.default_headers]
            lines += [b"content-type: application/problem+json\r\nx-content-type-options: nosniff\r\n"]
            lines += [b"access-control-allow-origin: *\r\nconnection: close\r\ncontent-length: %d\r\n\r\n" % len(body)]
            self.transport.write(STATUS_LINE[status] + b"".join(lines) + body)
        self.transport.close()
