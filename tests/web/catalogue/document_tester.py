"""Runs schemathesis, which believes every word of an OpenAPI document, against a server; prints what it finds as JSON.

A process of its own, `python -m tests.web.catalogue.document_tester URL DATA PHASES EXAMPLES PATH…`, because pytest
rewrites every module of schemathesis that it imports itself, which takes longer than the test.
"""

import json
import sys
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import httpx
import schemathesis
from hypothesis import strategies
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema
from schemathesis.schemas import BaseSchema

from kb import KnowledgeBase
from kb.prefixes import compact, expand

OWL_CLASS = "http://www.w3.org/2002/07/owl#Class"
QUERIES = ["ASK {}", "SELECT * { ?s ?p ?o } LIMIT 3", "CONSTRUCT WHERE { ?s a ?o } LIMIT 3", "DESCRIBE <urn:none>"]


class Fault(NamedTuple):
    """What the tester found wrong: where, what, with what request, and the status of the answer."""

    operation: str
    title: str
    message: str
    request: str
    status: int | None

    @property
    def is_excused(self) -> bool:
        """Whether the document cannot say it: OpenAPI 3.1 has no words for what one parameter means for another."""
        refused = self.title == "Schema-valid request rejected"
        of_another_form = self.operation.endswith(" /sparql") and self.status == 406  # rows as Turtle
        graphs_alone = self.operation == "GET /sparql" and self.status == 400 and "query=" not in self.request
        both_or_none = self.operation == "GET /graph-store" and self.status == 400
        return refused and (of_another_form or graphs_alone or both_or_none)


def faults(url: str, kb: KnowledgeBase, phases: str, examples: int, paths: Iterable[str]) -> set[Fault]:
    """Return what schemathesis finds in those paths, in the phases of its that are named."""
    document = httpx.get(f"{url}/openapi.json", timeout=30).json()
    wanted = set(paths)
    document["paths"] = {path: item for path, item in document["paths"].items() if path in wanted}
    _teach(document, kb)
    schema: BaseSchema = schemathesis.openapi.from_dict(document, config=SchemathesisConfig(seed=5))
    config = schema.config
    config.base_url = url
    config.continue_on_failure = True
    config.generation.max_examples = examples
    config.generation.deterministic = True
    config.generation.no_shrink = True
    for name in ("examples", "coverage", "fuzzing", "stateful"):
        getattr(config.phases, name).enabled = name in phases.split()
    config.checks.negative_data_rejection.expected_statuses += ["413", "414"]  # a query that is too long
    config.checks.not_a_server_error.expected_statuses += ["504"]  # a deadline of next to nothing
    found: set[Fault] = set()
    called = 0
    for event in from_schema(schema).execute():
        if isinstance(event, (events.NonFatalError, events.FatalError)):
            raise SystemExit(f"{event}")
        if isinstance(event, events.ScenarioFinished):
            called += len(event.recorder.interactions)
            found.update(_faults_in(event.recorder))
    if called < len(document["paths"]) * examples:
        raise SystemExit(f"only {called} requests were made")
    return {fault for fault in found if not fault.is_excused}


def _faults_in(recorder: Any) -> Iterator[Fault]:
    for case, checks in recorder.checks.items():
        interaction = recorder.interactions.get(case)
        operation = recorder.cases[case].value.operation.label
        for check in checks:
            if check.failure_info is not None:
                failure = check.failure_info.failure
                request = f"{interaction.request.method} {interaction.request.uri}" if interaction else ""
                status = interaction.response.status_code if interaction and interaction.response else None
                yield Fault(operation, failure.title, failure.message[:300], request[:300], status)


def _teach(document: dict[str, Any], kb: KnowledgeBase) -> None:
    """Tell the tester what has a name: strings of which only the server can tell whether they are valid."""
    types, prefixes = kb.compiled.names.types, kb.prefixes
    space = prefixes["doc"].removesuffix("graph/") + "id/"
    for name in _formats(document):
        known: list[str] = []
        if name == "sparql-query":
            known = QUERIES
        elif name == "name-of-graph":
            known = kb.compiled.graphs
        elif name == "name-of-thing":
            known = [iri.removeprefix(space) for iri in types if iri.startswith(space)]
        elif name.startswith("name-of-"):
            kind = name.removeprefix("name-of-")
            of_class = {"anything": None, "class": OWL_CLASS}.get(kind, expand(kind, prefixes))
            known = [compact(iri, prefixes) for iri, classes in types.items() if not of_class or of_class in classes]
        if known:
            schemathesis.openapi.format(name, strategies.sampled_from(known))


def _formats(part: Any) -> set[str]:
    """Return every `format` in a document."""
    if isinstance(part, list):
        return {name for each in part for name in _formats(each)}
    if not isinstance(part, dict):
        return set()
    own = {part["format"]} if isinstance(part.get("format"), str) else set()
    return own.union(*map(_formats, part.values()))


@schemathesis.serializer("application/sparql-query")
def _as_text(_: Any, value: Any) -> bytes:
    return value.encode() if isinstance(value, str) else str(value).encode()


def main() -> None:
    """Print a list of faults, empty where all is well."""
    url, data, phases, examples, *paths = sys.argv[1:]
    with KnowledgeBase.open(data or None) as kb:
        found = faults(url, kb, phases, int(examples), paths)
    json.dump(sorted(str(fault) for fault in found), sys.stdout)


if __name__ == "__main__":
    main()
