"""A process that proves one statement, or says what is wanting, and ends: so that it can be stopped at any time.

It reads the question as JSON from standard input, and writes the answer as JSON to standard output.
"""

import json
import os
import sys
from typing import Any

from kb.compilation import Compiled
from kb.errors import EngineError, KbError, ParameterError, UnknownNameError
from kb.knowledge_base import KnowledgeBase
from kb.proof_checker.notation import write_term
from kb.web.workers.worker import end_with_parent

_NEEDED = ("stamp", "prefixes", "files of graphs", "graphs derived", "asserted", "inferred", "rules", "files")


def question(compiled: Compiled, names: tuple[str, str, str]) -> bytes:
    """Return what the process reads: where the compiled graph is, and the statement as people name it."""
    index = {key: compiled.index[key] for key in _NEEDED}
    return json.dumps({"root": compiled.root, "folder": compiled.folder, "index": index, "names": names}).encode()


def main() -> None:
    """Answer the question on standard input."""
    end_with_parent()
    asked = json.loads(sys.stdin.buffer.read())
    try:
        answer = _proved(asked)
    except KbError as error:
        kind = "unknown" if isinstance(error, UnknownNameError) else "unfit" if _is_unfit(error) else "failed"
        answer = {"error": kind, "detail": str(error), "nearest": list(getattr(error, "nearest", ()))}
    sys.stdout.write(json.dumps(answer))


def _is_unfit(error: KbError) -> bool:
    return isinstance(error, ParameterError)


def _proved(asked: dict[str, Any]) -> dict[str, Any]:
    """Return the shortest proof of a statement; where it does not follow, what comes nearest, or None.

    Raises:
        UnknownNameError, ParameterError: a name means nothing, or several things.
        EngineError: the files changed since the graph was compiled: the rules may be others by now.
    """
    root, index = asked["root"], {**asked["index"], "queries": {}}
    for path, known in index["files"].items():
        if path.startswith("ontology/"):
            try:
                now = os.stat(os.path.join(root, path))
            except OSError:
                now = None
            if now is None or [now.st_size, now.st_mtime_ns] != known:
                raise EngineError("the ontology has changed since this version of the data was opened; ask again later")
    with KnowledgeBase(Compiled(root, asked["folder"], index)) as kb:
        subject, predicate, value = asked["names"]
        explanation = kb.explain(subject, predicate, value, limit=1)
    statement = [write_term(term) for term in explanation.statement]
    missing = explanation.missing
    return {
        "statement": statement,
        "proof": explanation.proofs[0].to_json() if explanation.proofs else None,
        "nearest": {"rule": missing.rule, "wanting": list(missing.wanting), "present": len(missing.present)}
        if missing
        else None,
    }


if __name__ == "__main__":
    main()
