"""`/download/FORMAT`: the bytes of `kb export`, made once, sent whole, in part or compressed."""

import asyncio
import gc
import gzip
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import httpx
import pytest

from kb import KnowledgeBase
from kb.compilation import open_compiled
from kb.errors import EngineError
from kb.exports import exports
from kb.web.release import Release
from kb.web.sparql.downloads import Downloads
from tests.conftest import TINY, Run
from tests.web.running import RunningServer, start

TYPES = {
    "nq": "application/n-quads",
    "trig": "application/trig",
    "jsonld": "application/ld+json",
    "nt": "application/n-triples",
    "ttl": "text/turtle; charset=utf-8",
    "rdfxml": "application/rdf+xml",
}
PLAIN = {"Accept-Encoding": "identity"}


@pytest.fixture(scope="module")
def client(tiny_server: RunningServer) -> httpx.Client:
    return tiny_server.client


@pytest.fixture
def release() -> Release:
    """What a download needs of a release, without its processes."""
    return cast("Release", SimpleNamespace(compiled=open_compiled(str(TINY))))


def test_there_is_a_type_for_every_export() -> None:
    assert set(TYPES) == set(exports())


@pytest.mark.parametrize("format", TYPES)
def test_a_download_is_what_the_command_writes(client: httpx.Client, format: str) -> None:
    with KnowledgeBase.open(str(TINY)) as kb:
        written = exports()[format].write(kb.quads(), kb.prefixes)
    plain = client.get(f"/download/{format}", headers=PLAIN)
    compressed = client.get(f"/download/{format}", headers={"Accept-Encoding": "gzip"})

    assert written == plain.content == compressed.content
    assert TYPES[format] == plain.headers["content-type"] == compressed.headers["content-type"]
    assert str(len(written)) == plain.headers["content-length"]
    assert "gzip" == compressed.headers["content-encoding"]
    assert int(compressed.headers["content-length"]) < len(written)
    assert plain.headers["etag"] != compressed.headers["etag"]
    assert "Accept-Encoding" in plain.headers["vary"]


@pytest.mark.whole_graph
@pytest.mark.parametrize("format", TYPES)
def test_a_download_of_the_shipped_graph_is_what_the_command_writes(
    server: RunningServer, run_kb: Run, tmp_path: Path, format: str
) -> None:
    target = tmp_path / "export"
    run_kb("export", format, "--to", str(target), check=True)

    assert target.read_bytes() == server.client.get(f"/download/{format}").content


def test_the_file_is_named_for_the_data_and_its_version(client: httpx.Client) -> None:
    disposition = client.get("/download/rdfxml").headers["content-disposition"]

    assert disposition.startswith('attachment; filename="tiny-') and disposition.endswith('.rdf"')


def test_what_a_client_has_is_not_sent_again(client: httpx.Client) -> None:
    tag = client.get("/download/nq", headers=PLAIN).headers["etag"]
    for known in (tag, f'"other", W/{tag}', "*"):
        response = client.get("/download/nq", headers={**PLAIN, "If-None-Match": known})

        assert (304, b"") == (response.status_code, response.content)
        assert tag == response.headers["etag"]
    assert 200 == client.get("/download/nq", headers={**PLAIN, "If-None-Match": '"other"'}).status_code


def test_head_gives_the_length(client: httpx.Client) -> None:
    whole = client.get("/download/nt", headers=PLAIN)
    head = client.head("/download/nt", headers=PLAIN)

    assert (200, b"") == (head.status_code, head.content)
    assert whole.headers["content-length"] == head.headers["content-length"]
    assert "bytes" == head.headers["accept-ranges"]


@pytest.mark.parametrize(
    "wanted, begin, end",
    [
        ("bytes=0-9", 0, 10),
        ("bytes=10-", 10, None),
        ("bytes=-10", -10, None),
        ("bytes=5-99999999", 5, None),
        ("bytes=9-5", None, None),
        ("bytes=0-1,4-5", None, None),
        ("lines=1-2", None, None),
        ("bytes=-", None, None),
        ("nonsense", None, None),
    ],
)
def test_a_part_can_be_had(client: httpx.Client, wanted: str, begin: int | None, end: int | None) -> None:
    whole = client.get("/download/nt", headers=PLAIN)
    response = client.get("/download/nt", headers={"Range": wanted, "Accept-Encoding": "gzip"})

    if begin is None:
        assert (200, whole.content) == (response.status_code, response.content)
    else:
        assert (206, whole.content[begin:end]) == (response.status_code, response.content)
        assert whole.headers["etag"] == response.headers["etag"]
        assert response.headers["content-range"].endswith(f"/{len(whole.content)}")


def test_a_part_of_another_version_is_not_sent(client: httpx.Client) -> None:
    tag = client.get("/download/nt", headers=PLAIN).headers["etag"]
    same = client.get("/download/nt", headers={**PLAIN, "Range": "bytes=0-9", "If-Range": tag})
    other = client.get("/download/nt", headers={**PLAIN, "Range": "bytes=0-9", "If-Range": '"other"'})

    assert (206, 200) == (same.status_code, other.status_code)


def test_a_part_behind_the_end_is_refused(client: httpx.Client) -> None:
    response = client.get("/download/nt", headers={"Range": "bytes=99999999-"})

    assert 416 == response.status_code == response.json()["status"]
    assert response.headers["content-range"].startswith("bytes */")


@pytest.mark.parametrize("name", ["csv", "nq.gz", "NQ", "..%2f..%2fetc%2fpasswd", "%00", "x" * 5_000])
def test_an_unknown_format_is_told_the_known_ones(client: httpx.Client, name: str) -> None:
    response = client.get(f"/download/{name}")

    assert 404 == response.status_code == response.json()["status"]
    if "%2f" not in name:
        assert list(TYPES) == response.json()["available"] or set(TYPES) == set(response.json()["available"])


def test_a_download_cannot_be_written(client: httpx.Client) -> None:
    response = client.post("/download/nq", content=b"x")

    assert 405 == response.status_code
    assert "GET" in response.headers["allow"]


@pytest.mark.whole_graph  # for its time: it has a server of its own
def test_many_who_ask_at_once_have_it_made_once(tmp_path: Path, _own_cache: None) -> None:
    with start(tmp_path, env={"TMPDIR": str(tmp_path)}, data=TINY) as server, ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: httpx.get(f"{server.url}/download/trig").content, range(8)))
        (folder,) = tmp_path.glob("kb-serve-*")
        times = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
        httpx.get(f"{server.url}/download/trig")

        assert 1 == len(set(found))
        assert {"trig", "trig.gz"} == set(times)
        assert times == {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert [] == list(tmp_path.glob("kb-serve-*"))


class CountedDownloads(Downloads):
    """Downloads that count the processes they start."""

    started = 0

    async def _run(self, format: str, partial: str) -> None:
        CountedDownloads.started += 1
        await super()._run(format, partial)


def test_one_process_is_started_for_all_who_ask_and_one_may_leave(release: Release) -> None:
    async def both() -> list[str]:
        downloads = CountedDownloads(release)
        leaving = asyncio.create_task(downloads.path("ttl"))
        staying = [asyncio.create_task(downloads.path("ttl")) for _ in range(2)]
        await asyncio.sleep(0)
        leaving.cancel()
        paths = await asyncio.gather(*staying)
        with gzip.open(f"{paths[0]}.gz") as file:
            assert Path(paths[0]).read_bytes() == file.read()
        return paths

    paths = asyncio.run(both())

    gc.collect()

    assert 1 == CountedDownloads.started
    assert 1 == len(set(paths))
    assert not os.path.exists(paths[0]), "the folder goes with the release"


def test_what_cannot_be_made_leaves_nothing_and_is_tried_again(release: Release) -> None:
    async def fail_then_succeed() -> Any:
        downloads = Downloads(release)
        named, downloads._named = downloads._named, "/nowhere.nq"
        with pytest.raises(EngineError, match="the export nt failed: FileNotFoundError"):
            await downloads.path("nt")
        assert [] == os.listdir(downloads._folder)
        downloads._named = named
        return Path(await downloads.path("nt")).stat().st_size

    assert asyncio.run(fail_then_succeed()) > 1_000
