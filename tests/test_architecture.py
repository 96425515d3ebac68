"""The rules of the design that a machine can hold: layers, sizes, names, and nothing of the domain in the program."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGE = ROOT / "kb"
LAYERS = [
    {"errors", "paths"},
    {"terms", "tokens", "prefixes", "proof_checker"},
    {"results", "prepared_query", "ambiguity", "brackets", "query_limits", "query_text", "names"},
    {"dataset", "sparql_file", "catalog", "engines", "formatting", "turtle", "place", "verification"},
    {"rules", "views", "reasoning", "derivation"},
    {"compilation", "validation", "exports"},
    {"knowledge_base"},
    {"web"},
    {"cli"},
]
"""Parts of the package from the bottom up: each imports from its own part or from below."""
APART = [{"validation", "exports"}]
"""Parts of one layer that do not know each other."""

MODULES = sorted(path for path in PACKAGE.rglob("*.py"))


def _part(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def _level(part: str) -> int:
    return next(level for level, parts in enumerate(LAYERS) if part in parts)


def _imports(path: Path) -> set[str]:
    """Return the parts of the package that a module imports, wherever in its text."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("kb."):
            found.add(node.module.split(".")[1])
        elif isinstance(node, ast.ImportFrom) and node.module == "kb":
            found |= {alias.name for alias in node.names if alias.name != "__version__"}
    return found


def _functions(path: Path) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.FunctionDef)]


@pytest.mark.parametrize(
    "path",
    [path for path in MODULES if path.parent != PACKAGE or path.name not in ("__init__.py", "__main__.py")],
    ids=str,
)
def test_a_module_imports_downwards_only(path: Path) -> None:
    part = _part(path)
    too_high = {other for other in _imports(path) - {part} if _level(other) > _level(part)}
    apart = {other for other in _imports(path) - {part} for group in APART if {part, other} <= group}

    assert set() == too_high
    assert set() == apart


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_a_module_is_one_idea(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    long = [node.name for node in _functions(path) if (node.end_lineno or 0) - node.lineno >= 45]
    docstring = ast.get_docstring(ast.parse(text))

    assert len(text.splitlines()) <= 300
    assert [] == long
    assert docstring
    assert path.stem not in ("utils", "helpers", "common", "core", "misc", "manager", "handler")


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_public_names_explain_themselves(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    public = [
        node
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_")
    ]
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    nested = {inner for node in functions for inner in ast.walk(node) if inner is not node}

    assert [] == [node.name for node in public if node not in nested and not ast.get_docstring(node)]


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_a_class_has_few_methods(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ClassDef):
            public = [
                part.name for part in node.body if isinstance(part, ast.FunctionDef) and not part.name.startswith("_")
            ]

            assert len(public) <= 18, node.name


def test_the_program_knows_nothing_of_the_domain() -> None:
    domain = re.compile(
        r"baclofen(?![-_]kg)|spastic|w3id\.org|\bbkg?:(?=[a-zA-Z])|claimSubject|Claim\b.*<http", re.IGNORECASE
    )
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in MODULES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if domain.search(line)
    ]

    assert [] == found


def test_only_the_command_line_prints() -> None:
    printing = {
        path.relative_to(PACKAGE).parts[0]
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    }

    assert printing <= {"cli"}


def test_importing_the_package_loads_nothing() -> None:
    code = "import sys; before = set(sys.modules); import kb; print(sorted(set(sys.modules) - before))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT).stdout

    assert not {"pyoxigraph", "rdflib", "kb.results", "kb.knowledge_base"} & set(re.findall(r"'([^']+)'", out))


def test_the_public_names_are_those_listed() -> None:
    import kb

    assert ["Answer", "KbError", "KnowledgeBase", "Row", "Rows", "Triples"] == kb.__all__
    assert all(getattr(kb, name).__doc__ for name in kb.__all__)


def test_names_of_files_say_what_they_hold() -> None:
    files = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    data = [Path(file) for file in files if file.startswith(("ontology/", "graph_data/", "queries/"))]

    assert [] == [str(path) for path in data if not re.fullmatch(r"[a-z][a-z0-9-]{0,39}(\.sssom)?", path.stem)]
    assert [] == [file for file in files if re.search(r"_v\d|final|new\.|copy", file)]
