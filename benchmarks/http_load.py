"""Requests at the speed of C: `wrk` walks a list of them over keep-alive connections, and says what came back."""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from typing import NamedTuple

MISSING = "wrk is missing; install it (apt-get install wrk, brew install wrk, or https://github.com/wg/wrk)"

SCRIPT = """
local ffi = require("ffi")
ffi.cdef [[
  typedef struct { long seconds, nanoseconds; } clock;
  int clock_gettime(int which, clock *now);
  int getpid(void);
  int kill(int pid, int number);
]]
local function seconds()
  local now = ffi.new("clock")
  ffi.C.clock_gettime(1, now)
  return tonumber(now.seconds) + tonumber(now.nanoseconds) / 1e9
end
local requests = {}
function init(args)
%(calls)s
end
local at, sent, waiting, first = 0, 0, 0, 0
elapsed = 0
function request()
  at = at %% #requests + 1
  return requests[at]
end
%(delay)s
local all
function setup(thread) all = thread end
function done(summary, latency, _)
  local errors = summary.errors
  io.write(string.format(
    '\\n{"requests": %%d, "seconds": %%f, "wanted": %%f, "refused": %%d, "broken": %%d, ' ..
    '"p50": %%f, "p99": %%f, "most": %%f}\\n',
    summary.requests, summary.duration / 1e6, all:get("elapsed"), errors.status,
    errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, latency.max / 1000))
end
"""
"""One thread: each connection takes what comes next in the list."""
DELAY = """
function delay()  -- wrk asks before each request
  if sent == 0 then first, at = seconds(), 0 end  -- it looked at one before
  if sent < %(limit)d then
    sent = sent + 1
    return 0
  end
  waiting = waiting + 1
  if waiting == %(clients)d then  -- the last answer is there
    elapsed = seconds() - first
    ffi.C.kill(ffi.C.getpid(), 2)
  end
  return 1e9
end
"""
"""What makes it stop when as many as wanted are answered, the slowest among them, too."""


class Call(NamedTuple):
    """One request of the list."""

    path: str
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    body: str | None = None


class Report(NamedTuple):
    """What came back: times in milliseconds."""

    requests: int
    seconds: float
    refused: int
    """Answers with a status of 400 or above."""
    broken: int
    """Connections that failed, or on which nothing came for the timeout."""
    p50: float
    p99: float
    most: float

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds


def has_wrk() -> bool:
    """Return whether there is a `wrk` to run."""
    return shutil.which("wrk") is not None


def send(
    url: str, calls: Sequence[Call], clients: int, seconds: float, requests: int | None = None, timeout: float = 60
) -> Report:
    """Return what came back when `clients` connections sent the calls, over and over.

    They do so for so many whole seconds; or, where a number of `requests` is given, until as many are answered,
    so that two servers are asked for the same work, however many seconds each needs: `seconds` are the most, then.
    """
    lines = "\n".join(f"  requests[#requests + 1] = {_lua_call(call)}" for call in calls)
    with tempfile.TemporaryDirectory() as folder:
        script = os.path.join(folder, "requests.lua")
        with open(script, "w", encoding="utf-8") as file:
            delay = DELAY % {"limit": requests, "clients": clients} if requests else ""
            file.write(SCRIPT % {"calls": lines, "delay": delay})
        command = ["wrk", "-t1", f"-c{clients}", f"-d{max(1, round(seconds))}s", f"--timeout={timeout:.0f}s"]
        done = subprocess.run([*command, "-s", script, url], capture_output=True, text=True, check=False)
    reports = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode or not reports:
        raise SystemExit(f"wrk failed: {(done.stderr or done.stdout).strip()[-300:]}")
    said = json.loads(reports[-1])
    wanted = said.pop("wanted")
    if requests is not None:
        if not wanted:
            raise SystemExit(f"{url}: {said['requests']} of {requests} requests were answered in {seconds:g} s: {said}")
        said.update(requests=requests, seconds=wanted)
    return Report(**said)


def _lua_call(call: Call) -> str:
    headers = ", ".join(f"[{_lua(name)}] = {_lua(value)}" for name, value in call.headers)
    body = "nil" if call.body is None else _lua(call.body)
    return f"wrk.format({_lua(call.method)}, {_lua(call.path)}, {{{headers}}}, {body})"


def _lua(text: str) -> str:
    """Return a string of Lua: every byte that is not plain in decimal."""
    return '"' + "".join(chr(b) if 32 <= b < 127 and b not in b'"\\' else f"\\{b:03d}" for b in text.encode()) + '"'
