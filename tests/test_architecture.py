"""The shape of the code: small modules and functions, imports in one direction, slow libraries only when needed."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "kg"
MODULES = {
    ".".join(("kg", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__"): path
    for path in sorted(PACKAGE.rglob("*.py")) if "library" not in path.relative_to(PACKAGE).parts[:-1]
}  # fmt: skip

LAYERS = (
    ("kg.core",),
    ("kg.model",),
    ("kg.readers", "kg.store"),
    ("kg.queries",),
    ("kg.graph", "kg.answers"),
    ("kg.render", "kg.building"),
    ("kg.api",),
    ("kg.sheets", "kg.server"),
    ("kg.cli",),
)
"""What stands in a layer may import from its own layer and from those above it in this table, never from below."""

FACADE = "kg"
"""`kg/__init__.py` names what people import: it stands above all and nothing but the command line imports it."""

SLOW = (
    "rdflib",
    "pyshacl",
    "networkx",
    "vl_convert",
    "pyvis",
    "pandas",
    "pylatexenc",
    "rich.console",
    "rich.table",
    "pypdf",
    "openpyxl",
    "rispy",
    "rapidfuzz",
    "nltk",
    "requests",
    "urllib3",
)
"""Libraries that take a tenth of a second and more to import: only who needs one pays for it."""


def tree(module: str) -> ast.Module:
    return ast.parse(MODULES[module].read_text(encoding="utf-8"))


def layer(module: str) -> int:
    """Which layer a module stands in: that of its longest prefix in the table."""
    parts = module.split(".")
    for length in range(len(parts), 1, -1):
        for number, names in enumerate(LAYERS):
            if ".".join(parts[:length]) in names:
                return number
    raise AssertionError(f"{module} stands in no layer: give it one in the table")


def names(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module:
        for alias in node.names:
            whole = f"{node.module}.{alias.name}"
            yield whole if whole in MODULES else node.module


def for_typing(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)


def walk(node: ast.AST, *, functions: bool) -> Iterator[ast.AST]:
    """All nodes but those that only a type checker reads, and, unless asked for, those inside functions."""
    for child in ast.iter_child_nodes(node):
        if for_typing(child) or (not functions and isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef)):
            continue
        yield child
        yield from walk(child, functions=functions)


def imports(module: str, *, functions: bool) -> set[str]:
    return {name for node in walk(tree(module), functions=functions) for name in names(node)}


def own(module: str, *, functions: bool = True) -> set[str]:
    return {name for name in imports(module, functions=functions) if name in MODULES}


# --- sizes ---


@pytest.mark.parametrize("module", MODULES)
def test_a_module_has_at_most_400_lines(module: str) -> None:
    assert len(MODULES[module].read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("module", MODULES)
def test_a_function_has_at_most_70_lines(module: str) -> None:
    functions = [n for n in ast.walk(tree(module)) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    assert [f.name for f in functions if (f.end_lineno or 0) - f.lineno + 1 > 70] == []


@pytest.mark.parametrize("module", MODULES)
def test_a_module_says_what_it_is_for(module: str) -> None:
    code = tree(module)
    assert ast.get_docstring(code) or not code.body


# --- imports ---


@pytest.mark.parametrize("module", [module for module in MODULES if module != FACADE])
def test_imports_lead_one_way(module: str) -> None:
    # `kg.api` offers maps and networks as methods and imports them when called: imports within functions do not count.
    facade = {FACADE} if module == "kg.cli.group" else set()
    upwards = {name for name in own(module, functions=False) - facade if name == FACADE or layer(name) > layer(module)}
    assert upwards == set()


def test_no_imports_go_in_a_circle() -> None:
    edges = {module: own(module, functions=False) - {module, FACADE} for module in MODULES}
    while leaves := [module for module, imported in edges.items() if not imported]:
        edges = {module: imported - set(leaves) for module, imported in edges.items() if module not in leaves}
    assert edges == {}


@pytest.mark.parametrize("module", MODULES)
def test_slow_libraries_are_imported_within_functions(module: str) -> None:
    at_the_top = imports(module, functions=False)
    assert [name for name in at_the_top if name.startswith(SLOW)] == []


def test_importing_the_package_imports_nothing_slow() -> None:
    program = "import sys, kg, kg.cli; print(' '.join(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert [name for name in SLOW if name in ran.stdout.split()] == []


NOT_TO_ASK = (*SLOW, "pydantic", "yaml", "bibtexparser", "jinja2", "tempfile", "tomllib", "kg.graph",
              "kg.building.pipeline", "kg.building.reading",
              "kg.answers.network", "kg.answers.evidence_map", "kg.answers.evidence_rows", "kg.render.pages",
              "kg.store.remote")  # fmt: skip
"""What an answer can be had without: see benchmarks/cold_query.py for what it costs who asks."""


@pytest.mark.parametrize("form", ["table", "csv", "json", "md"])
def test_a_query_imports_nothing_but_what_it_needs(toy: Path, form: str) -> None:
    program = (
        "import sys, atexit; atexit.register(lambda: print(*sys.modules, file=sys.stderr))\n"
        "from kg.cli import main; main()"
    )
    arguments = ["--root", str(toy), "query", "related-work", "--practice", "continuous-testing", "--format", form]
    ran = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True)
    assert "example2031" in ran.stdout
    assert [name for name in ran.stderr.split() if name.startswith(NOT_TO_ASK)] == []


def test_only_the_store_knows_the_sparql_engine() -> None:
    users = []
    for module in MODULES:
        code = MODULES[module].read_text(encoding="utf-8")
        engine = {"pyoxigraph.Store", "pyoxigraph.QuerySolutions", "pyoxigraph.QueryTriples"}
        named = {f"{n.module}.{a.name}" for n in ast.walk(tree(module)) if isinstance(n, ast.ImportFrom)
                 for a in n.names}  # fmt: skip
        if named & engine or "ox.Store" in code or "pyoxigraph.Store" in code:
            users.append(module)
    assert users
    assert [name for name in users if not name.startswith("kg.store")] == []


def test_the_model_knows_neither_files_nor_rdf() -> None:
    assert not {name.split(".")[0] for name in imports("kg.model.annotation", functions=True)} & {
        "pathlib",
        "os",
        "io",
        "rdflib",
        "pyoxigraph",
    }


def test_only_one_module_mints_iris() -> None:
    # An IRI put together elsewhere could leave its place with a hostile key.
    minting = [module for module in MODULES if 'NamedNode(f"' in MODULES[module].read_text(encoding="utf-8")
               or "NamedNode(BASE" in MODULES[module].read_text(encoding="utf-8")]  # fmt: skip
    assert minting == ["kg.core.iris"]
