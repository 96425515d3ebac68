"""The log is one line of JSON a request, whatever the request holds, and never keeps a request waiting."""

import json
import logging
import os
import re
from pathlib import Path

import pytest

from kb.web.log import LogHandler, RequestLog, RequestRecord, query_hash, record_of
from tests.endpoint import wait_until

HOSTILE = [
    'a\r\nb\n{"level":"error"}',
    "\x00\x1b[31m\x7f\x85\x9f",
    "\u2028\u2029\u202e\ufeff",
    "\ud800 and \U0001f600",
    '"\\"',
]


def written(path: Path, *records: RequestRecord, kind: str = "json") -> list[str]:
    """Return the lines that a log writes for some records."""
    with path.open("wb") as file:
        log = RequestLog(kind, file.fileno())
        for record in records:
            log.write(record)
        log.close()
    return path.read_text(encoding="ascii").splitlines()


def test_a_line_says_what_is_known_and_leaves_out_the_rest(tmp_path: Path) -> None:
    record = RequestRecord("GET", "/sparql", "/sparql", 200, 0.01234, query_hash("ASK {}"), 1, 17, "ok", False, "::1")
    full, bare = (
        json.loads(line) for line in written(tmp_path / "log", record, RequestRecord("GET", "/x", status=404))
    )

    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", full.pop("time"))
    assert {
        "method": "GET",
        "path": "/sparql",
        "route": "/sparql",
        "status": 200,
        "milliseconds": 12.3,
        "query": query_hash("ASK {}"),
        "rows": 1,
        "bytes": 17,
        "outcome": "ok",
        "cached": False,
        "client": "::1",
    } == full
    assert {"time", "method", "path", "status", "milliseconds"} == set(bare)


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_in_a_request_breaks_its_line(tmp_path: Path, text: str) -> None:
    record = RequestRecord(method=text, path=text, route=text, outcome=text, client=text)
    lines = written(tmp_path / "log", record)

    assert 1 == len(lines)
    assert lines[0].isprintable()
    assert text == json.loads(lines[0])["path"]


def test_a_long_path_is_cut(tmp_path: Path) -> None:
    [line] = written(tmp_path / "log", RequestRecord("GET", "/" + "x" * 100_000))

    assert len(line) < 1500


def test_a_query_shows_as_its_hash() -> None:
    assert "2d711642b726b044" == query_hash("x")
    assert re.fullmatch("[0-9a-f]{16}", query_hash("\ud800"))


def test_a_log_of_none_has_no_requests_and_still_the_faults_of_the_server(tmp_path: Path) -> None:
    assert [] == written(tmp_path / "log", RequestRecord("GET", "/"), kind="none")

    with (tmp_path / "log").open("wb") as file:
        log = RequestLog("none", file.fileno())
        log.event("error", "it broke")
        log.close()

    assert "it broke" == json.loads((tmp_path / "log").read_text())["message"]


def test_a_traceback_is_a_part_of_one_line(tmp_path: Path) -> None:
    with (tmp_path / "log").open("wb") as file:
        log = RequestLog("json", file.fileno())
        logger = logging.Logger("test")
        logger.addHandler(LogHandler(log))
        logger.info("not worth a line")
        try:
            raise ValueError("a\nb")
        except ValueError:
            logger.exception("it %s", "broke")
        log.close()
    [line] = (tmp_path / "log").read_text().splitlines()

    assert ("error", "it broke") == (json.loads(line)["level"], json.loads(line)["message"])
    assert json.loads(line)["traceback"].endswith("ValueError: a\nb")


def test_a_reader_that_stands_still_holds_up_no_request_and_learns_what_was_lost() -> None:
    reader, writer = os.pipe()
    log = RequestLog("json", writer)
    record = RequestRecord("GET", "/" + "x" * 900)
    for _ in range(7_000):  # 7 MB into a pipe of 64 KiB, which would never end
        log.write(record)
    log.close(0.05)

    assert log.lost > 0
    seen = b""
    while b'"lost":' not in seen:
        seen = seen[-10:] + os.read(reader, 1 << 20)
    wait_until(lambda: log.lost == 0)
    os.close(reader)
    os.close(writer)


@pytest.mark.parametrize("place", ["closed", "/dev/full", "a pipe that nobody reads"])
def test_a_place_that_cannot_be_written_harms_nobody(place: str) -> None:
    reader, descriptor = os.pipe()
    os.close(reader)
    if place != "a pipe that nobody reads":
        os.close(descriptor)
    if place == "/dev/full":
        if not os.path.exists(place):
            pytest.skip("there is no /dev/full")
        descriptor = os.open(place, os.O_WRONLY)
    log = RequestLog("json", descriptor)
    log.write(RequestRecord("GET", "/"))
    wait_until(lambda: log.lost)
    log.write(RequestRecord("GET", "/"))
    log.close()

    assert 2 == log.lost
    if place != "closed":
        os.close(descriptor)


def test_a_request_has_one_record() -> None:
    scope: dict[str, object] = {}
    record_of(scope).rows = 3

    assert 3 == record_of(scope).rows
