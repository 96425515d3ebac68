"""`kb verify-source`: changing one character of a copy fails exactly the statements that stand on it."""

import json
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode

from kb import KnowledgeBase
from kb.results import Rows
from kb.terms import Term
from kb.verification import check_copy, digest, read_copy
from tests.cli.outcome import failure, success
from tests.conftest import Run
from tests.facts import ARTICLE, article

COLUMNS = ("start", "end", "sha256", "statement", "label", "reason", "length", "sourceSha256")
TEXT = "Zorvexin helps.\n\tIt makes — some — giggle 😀.\nThe end.\n"
SPANS = [(0, 15), (0, 8), (15, 17), (17, 44), (44, 53), (48, 53)]

needs_article = pytest.mark.skipif(not ARTICLE.is_file(), reason="the article is not beside this checkout")


def passages_of(text: str, spans: list[tuple[int, int]]) -> Rows:
    """Return rows as the canned query for passages gives them."""
    rows: list[tuple[Term | None, ...]] = [
        (
            Literal(start), Literal(end), Literal(digest(text[start:end])), NamedNode(f"urn:claim-{number}"),
            Literal(f"claim {number}"),
            NamedNode("urn:reason") if number == 2 else None, Literal(len(text)), Literal(digest(text)),
        )
        for number, (start, end) in enumerate(spans)
    ]  # fmt: skip
    return Rows(COLUMNS, rows)


def failed(text: str, passages: Rows) -> set[int]:
    return {number for number, item in enumerate(check_copy(text, passages)) if item.state != "same"}


@pytest.mark.parametrize("at", range(len(TEXT)))
def test_one_changed_character_fails_exactly_what_stands_on_it(at: int) -> None:
    changed = TEXT[:at] + "#" + TEXT[at + 1 :]

    assert {number for number, (start, end) in enumerate(SPANS) if start <= at < end} == failed(
        changed, passages_of(TEXT, SPANS)
    )


def test_an_inserted_character_moves_what_stands_behind_it() -> None:
    states = [item.state for item in check_copy(TEXT[:20] + "X" + TEXT[20:], passages_of(TEXT, SPANS))]

    assert ["same", "same", "same", "changed", "moved", "moved"] == states


def test_a_removed_character_moves_what_stands_behind_it() -> None:
    states = [item.state for item in check_copy(TEXT[1:], passages_of(TEXT, SPANS))]

    assert ["changed", "changed", "moved", "moved", "moved", "moved"] == states


@pytest.mark.parametrize("text", ["", "x", TEXT[:10]])
def test_a_copy_that_is_too_short_is_no_crash(text: str) -> None:
    assert 3 in failed(text, passages_of(TEXT, SPANS))


def test_only_what_was_set_aside_is_no_claim() -> None:
    assert [True, True, False, True, True, True] == [
        item.is_claim for item in check_copy(TEXT, passages_of(TEXT, SPANS))
    ]


def test_a_copy_is_read_byte_for_byte(tmp_path: Path) -> None:
    (tmp_path / "copy").write_bytes("\ufeffa\r\nb\r".encode())

    assert "\ufeffa\r\nb\r" == read_copy(str(tmp_path / "copy"))


@pytest.mark.parametrize(
    ("expected", "name"),
    [
        ("nope.txt: cannot be read (No such file or directory); name the copy of the source", "nope.txt"),
        (".: cannot be read (Is a directory); name the copy of the source", "."),
        ("latin.txt: is not UTF-8 (byte 3); the passages count characters of UTF-8 text", "latin.txt"),
    ],
)
def test_a_copy_that_cannot_be_read_is_refused(run_kb: Run, tmp_path: Path, expected: str, name: str) -> None:
    (tmp_path / "latin.txt").write_bytes(b"caf\xe9")

    assert expected == failure(run_kb("verify-source", name, cwd=tmp_path))


def test_an_unknown_source_is_refused(run_kb: Run, tmp_path: Path) -> None:
    (tmp_path / "copy.txt").write_text("x", encoding="utf-8")

    assert "is called 'nope'" in failure(run_kb("verify-source", "copy.txt", "--source", "nope", cwd=tmp_path))
    assert "is not a source version: bk:baclofen is a drug substance" in failure(
        run_kb("verify-source", "copy.txt", "--source", "baclofen", cwd=tmp_path)
    )


def test_another_text_fails_every_passage(run_kb: Run, tmp_path: Path) -> None:
    (tmp_path / "copy.txt").write_text("something else\n", encoding="utf-8")
    done = run_kb("verify-source", "copy.txt", cwd=tmp_path)

    assert (1, "") == (done.returncode, done.stderr)
    assert "not identical: " in done.stdout


@pytest.fixture(scope="module")
def passages(shipped: KnowledgeBase) -> Rows:
    return shipped.query("sources/passages", source="bk:source-baclofen-article-v1")


@needs_article
def test_the_article_matches(run_kb: Run) -> None:
    done = success(run_kb("verify-source", str(ARTICLE)))

    assert "identical: " in done
    assert " and with them all 102 claims" in done


@needs_article
def test_the_words_are_shown_when_asked_for(run_kb: Run, passages: Rows) -> None:
    document = json.loads(success(run_kb("verify-source", str(ARTICLE), "--words", "-o", "json")))
    text = article()

    assert document["identical"]
    assert [text[row["start"] : row["end"]] for row in passages.to_dicts()] == [
        item["words"] for item in document["statements"]
    ]
    assert all(
        item["words"] is None
        for item in json.loads(success(run_kb("verify-source", str(ARTICLE), "-o", "json")))["statements"]
    )


@needs_article
def test_one_changed_character_of_the_article_fails_exactly_the_statements_on_it(passages: Rows) -> None:
    text = article()
    spans = [(int(str(row["start"])), int(str(row["end"]))) for row in passages.to_dicts()]
    places = sorted(
        {at for start, end in set(spans) for at in (start, (start + end) // 2, end - 1)}
        | {0, len(text) - 1}
        | layout(text)
    )
    for at in places:
        changed = text[:at] + ("#" if text[at] != "#" else "+") + text[at + 1 :]

        assert {number for number, (start, end) in enumerate(spans) if start <= at < end} == failed(
            changed, passages
        ), at


def layout(text: str) -> set[int]:
    """Return the places of some characters that are only layout."""
    return {text.index(mark) for mark in ("\n", " ", ".") if mark in text}


@needs_article
@pytest.mark.parametrize("edit", ["byte-order mark", "line ends", "appended", "inserted"])
def test_an_edited_copy_of_the_article_is_found_out(run_kb: Run, tmp_path: Path, edit: str) -> None:
    text = article()
    copies = {
        "byte-order mark": "\ufeff" + text,
        "line ends": text.replace("\n", "\r\n"),
        "appended": text + "More.",
        "inserted": text[:3000] + "X" + text[3000:],
    }
    (tmp_path / "copy.txt").write_bytes(copies[edit].encode())
    done = run_kb("verify-source", "copy.txt", "-o", "json", cwd=tmp_path)
    document = json.loads(done.stdout)
    states = {item["state"] for item in document["statements"]}

    assert (1, "", False) == (done.returncode, done.stderr, document["identical"])
    assert {"appended": {"same"}, "inserted": {"same", "changed", "moved"}}.get(edit, states) == states
    assert states != {"same"} or edit == "appended"


@needs_article
def test_what_changed_is_counted_apart_from_what_only_moved(run_kb: Run, tmp_path: Path) -> None:
    (tmp_path / "copy.txt").write_text(article().replace("usually mild", "usually severe"), encoding="utf-8")
    (tmp_path / "lines.txt").write_bytes(article().replace("\n", "\r\n").encode())
    (tmp_path / "longer.txt").write_text(article() + "\n", encoding="utf-8")
    changed = run_kb("verify-source", "copy.txt", cwd=tmp_path).stdout
    lines = run_kb("verify-source", "lines.txt", cwd=tmp_path).stdout
    longer = run_kb("verify-source", "longer.txt", cwd=tmp_path).stdout

    assert "of 91 passages 1 changed and " in changed
    assert "claims whose words changed: 3 of 102; whose words only moved: " in changed
    assert "other line ends (CRLF)" in lines
    assert "goes on behind the last passage" in longer
