"""The structure of the code: rooms and the direction of imports, sizes, names, and libraries loaded only when needed.

Every module of `kg/` is parsed once. Each rule is one test, which lists everything that breaks it.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGE = ROOT / "kg"

FLOORS = (
    ("core",),
    ("model",),
    ("readers", "store"),
    ("queries",),
    ("graph", "answers"),
    ("render", "building"),
    ("api",),
    ("sheets", "server"),
    ("cli",),
)
"""The rooms, which are the modules and packages directly in `kg/`. A room imports itself and rooms on lower floors."""

MOST_LINES = 53_000
"""A limit to notice growth by; raise it together with what makes the package larger.

It was raised for findings from sheets, REFI-QDA, tables of findings, agreement, vocabulary, filters, CSL-JSON, network
files, rows as workbooks and pages, and new keys; then for reading queries by their tokens, queries that can be stopped,
hints, pushes in parts, answers that the server keeps, lists, search and pictures of the site, and new figures; then for
the desk, the text of PDFs, suggestions, assistants, differences of versions, releases, and servers behind a proxy; then
for SPARQL in the browser, all parts and a consensus at the desk, help in the terminal, workflows and signatures.
"""
MOST_LINES_OF_A_MODULE = 400
MOST_LINES_OF_A_FUNCTION = 70
MOST_NAMES_IN_THE_PACKAGE = 14

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
    "pypdfium2",
    "openpyxl",
    "rispy",
    "rapidfuzz",
    "nltk",
    "requests",
    "urllib3",
)
"""Libraries that take a tenth of a second or more to import: a command imports them only if it needs them."""

DISTRIBUTIONS = {"Crypto": "pycryptodome", "vl_convert": "vl-convert-python", "yaml": "pyyaml"}
"""The distribution on PyPI of an import, where its name differs by more than `_` and `-`."""


@dataclass(frozen=True)
class Import:
    """One imported name: a module, or for `from a import b` the module `a.b` if there is one, else `a`."""

    target: str
    line: int
    at_the_top: bool
    """Whether it is executed when its module is imported."""
    only_for_types: bool
    """Whether only a type checker reads it."""


@dataclass(frozen=True)
class Module:
    """A module of `kg/`, parsed."""

    name: str
    path: Path
    lines: int
    tree: ast.Module
    imports: tuple[Import, ...]

    @property
    def room(self) -> str:
        """The part of the name after `kg.`; empty for `kg/__init__.py`."""
        return _room(self.name)

    def at(self, line: int) -> str:
        return f"{self.path.relative_to(ROOT)}:{line}"


def _room(name: str) -> str:
    return f"{name}..".split(".")[1]


def _imports(node: ast.AST, known: Mapping[str, Path], top: bool = True, types: bool = False) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from (Import(alias.name, child.lineno, top and not types, types) for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            for alias in child.names:
                whole = f"{child.module}.{alias.name}"
                target = whole if whole in known else str(child.module)
                target = _facade().get(alias.name, target) if target == "kg" else target
                yield Import(target, child.lineno, top and not types, types)
        else:
            function = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef)
            checking = isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test)
            yield from _imports(child, known, top and not function, types or checking)


@cache
def _facade() -> dict[str, str]:
    """The modules behind the names that `kg/__init__.py` offers, which it imports when they are used."""
    from kg import _HOMES

    return {name: module for module, names in _HOMES.items() for name in names}


_BY_NAME = re.compile(r"(kg)?((?:\.\w+)+):[\w.]+")
"""A function that a table names as `module:function` and that is imported when it is used."""


def _named_in_tables(name: str, tree: ast.Module) -> Iterator[Import]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and (found := _BY_NAME.fullmatch(node.value)):
            yield Import((found[1] or name.rpartition(".")[0]) + found[2], node.lineno, False, False)


@cache
def modules() -> dict[str, Module]:
    """All modules by their names. `kg/library` contains no code but the review that is part of the wheel, and
    `kg/__main__.py` only calls the command."""
    paths = {
        ".".join(("kg", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__"): path
        for path in sorted(PACKAGE.rglob("*.py"))
        if path.relative_to(PACKAGE).parts[0] not in ("library", "__main__.py")
    }
    parsed = {}
    for name, path in paths.items():
        text = path.read_text(encoding="utf-8")
        tree = ast.parse(text, str(path))
        parsed[name] = Module(
            name, path, len(text.splitlines()), tree, (*_imports(tree, paths), *_named_in_tables(name, tree))
        )
    return parsed


def longest_path(edges: Mapping[str, set[str]]) -> list[str]:
    """The longest path along the edges, as the names on it; a circle raises ValueError with its names."""
    found: dict[str, list[str]] = {}

    def visit(name: str, above: tuple[str, ...]) -> list[str]:
        if name in above:
            raise ValueError(" -> ".join((*above[above.index(name) :], name)))
        if name not in found:
            below = [visit(other, (*above, name)) for other in sorted(edges.get(name, ()))]
            found[name] = [name, *max(below, key=len, default=[])]
        return found[name]

    return max((visit(name, ()) for name in sorted(edges)), key=len, default=[])


def assert_nothing(found: Iterable[object]) -> None:
    """Fails with one line for each thing that was found; pytest itself would show only the first."""
    lines = [str(thing) for thing in found]
    assert not lines, "\n".join(("", *lines))


def calls(module: Module) -> Iterator[tuple[str, ast.Call]]:
    """All calls of a module with the last part of the name that is called."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func).rpartition(".")[2], node


# --- sizes and names ---


def test_the_package_does_not_grow_unnoticed() -> None:
    assert sum(module.lines for module in modules().values()) <= MOST_LINES


def test_a_module_has_at_most_400_lines() -> None:
    long = {name: module.lines for name, module in modules().items() if module.lines > MOST_LINES_OF_A_MODULE}
    assert_nothing(long.items())


def test_a_function_has_at_most_70_lines() -> None:
    functions = [
        (module.at(node.lineno), node.name, (node.end_lineno or 0) - node.lineno + 1)
        for module in modules().values()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    assert_nothing(function for function in functions if function[-1] > MOST_LINES_OF_A_FUNCTION)


def test_every_module_with_code_has_a_docstring() -> None:
    without = [name for name, module in modules().items() if module.tree.body and not ast.get_docstring(module.tree)]
    assert_nothing(without)


def test_no_class_name_is_defined_twice() -> None:
    places = defaultdict(list)
    for module in modules().values():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ClassDef):
                places[node.name].append(module.at(node.lineno))
    assert_nothing((name, *found) for name, found in sorted(places.items()) if len(found) > 1)


def test_at_most_14_modules_and_packages_are_directly_in_the_package() -> None:
    rooms = {module.room for module in modules().values()} - {""}
    assert rooms == {room for floor in FLOORS for room in floor}
    assert len(rooms) <= MOST_NAMES_IN_THE_PACKAGE


# --- the direction of imports ---


def test_a_room_imports_only_rooms_on_lower_floors() -> None:
    # Imports within functions count, and those for a type checker.
    floors = {room: number for number, floor in enumerate(FLOORS) for room in floor}
    wrong = [
        f"{module.at(found.line)} imports {found.target}"
        for module in modules().values()
        if module.room
        for found in module.imports
        if (room := _room(found.target)) in floors and found.target in modules() and room != module.room
        if floors[room] >= floors[module.room]
    ]
    assert_nothing(wrong)


def test_core_and_model_know_nothing_above_them() -> None:
    known = {"core": {"core"}, "model": {"core", "model"}}
    wrong = [
        f"{module.at(found.line)} imports {found.target}"
        for module in modules().values()
        if module.room in known
        for found in module.imports
        if found.target.startswith("kg.") and _room(found.target) not in known[module.room]
    ]
    assert_nothing(wrong)


def test_render_does_not_import_the_api() -> None:
    wrong = [
        f"{module.at(found.line)} imports {found.target}"
        for module in modules().values()
        if module.room == "render"
        for found in module.imports
        if found.target.startswith("kg.api")
    ]
    assert_nothing(wrong)


def test_no_imports_go_in_a_circle() -> None:
    # Nothing is executed of what only a type checker reads, and `kg/__init__.py` imports nothing before it is asked.
    longest_path({
        name: {found.target for found in module.imports if found.target in modules() and not found.only_for_types}
        - {name, "kg"}
        for name, module in modules().items()
        if name != "kg"
    })  # fmt: skip


def test_rooms_import_each_other_in_no_circle_and_stand_on_at_most_nine_floors() -> None:
    edges = defaultdict(set)
    for module in modules().values():
        for found in module.imports:
            if module.room and found.target in modules() and found.target != "kg":
                edges[module.room].add(_room(found.target))
    path = longest_path({room: others - {room} for room, others in edges.items()})
    assert len(path) <= 9, path


def test_importing_the_package_itself_imports_no_module() -> None:
    assert [
        found.target
        for found in modules()["kg"].imports
        if found.at_the_top and found.target not in ("typing", "kg.core.version")
    ] == []
    assert set(_facade().values()) <= set(modules())


def test_modules_are_imported_by_a_computed_name_only_from_tables() -> None:
    # Names of the form `module:function` in these tables count as imports; see `_named_in_tables`.
    loading = {
        module.name
        for module in modules().values()
        if {name for name, _ in calls(module)} & {"import_module", "__import__", "resolve_name"}
    }
    assert loading <= {"kg", "kg.cli.group", "kg.core.extras", "kg.readers.formats", "kg.render.formats"}


def test_the_longest_path_and_a_circle_are_found() -> None:
    assert longest_path({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == ["a", "b", "c"]
    with pytest.raises(ValueError, match="b -> c -> b"):
        longest_path({"a": {"b"}, "b": {"c"}, "c": {"b"}})


# --- libraries ---


def third_party() -> Iterator[tuple[Module, Import]]:
    for module in modules().values():
        for found in module.imports:
            first = found.target.partition(".")[0]
            if first != "kg" and first not in sys.stdlib_module_names:
                yield module, found


def test_slow_libraries_are_imported_within_functions() -> None:
    assert_nothing(
        f"{module.at(found.line)} imports {found.target}"
        for module, found in third_party()
        if found.at_the_top and found.target.startswith(SLOW)
    )


def test_every_imported_library_is_declared_in_pyproject() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [line for extra, lines in project["optional-dependencies"].items() if extra != "test" for line in lines]
    declared = {re.split(r"[^\w.-]", line)[0].lower() for line in (*project["dependencies"], *extras)}
    missing = defaultdict(set)
    for module, found in third_party():
        first = found.target.partition(".")[0]
        if DISTRIBUTIONS.get(first, first.replace("_", "-")).lower() not in declared:
            missing[first].add(module.at(found.line))
    assert_nothing((name, *sorted(places)) for name, places in missing.items())


def test_importing_the_package_imports_nothing_slow() -> None:
    program = "import sys, kg, kg.cli; print(' '.join(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert [name for name in SLOW if name in ran.stdout.split()] == []


NOT_FOR_A_QUERY = (
    *SLOW,
    "pydantic",
    "yaml",
    "bibtexparser",
    "jinja2",
    "numpy",
    "tempfile",
    "tomllib",
    "kg.graph",
    "kg.building.pipeline",
    "kg.building.reading",
    "kg.answers.network",
    "kg.answers.network_rows",
    "kg.answers.evidence_map",
    "kg.answers.evidence_rows",
    "kg.render.pages",
    "kg.store.remote",
)
"""Modules that a query does not import; benchmarks/cold_query.py measures its start."""


@pytest.mark.parametrize("form", ["table", "csv", "json", "md"])
def test_a_query_imports_only_what_it_needs(toy: Path, form: str) -> None:
    program = (
        "import sys, atexit; atexit.register(lambda: print(*sys.modules, file=sys.stderr))\n"
        "from kg.cli import main; main()"
    )
    arguments = ["--root", str(toy), "query", "related-work", "--practice", "continuous-testing", "--format", form]
    ran = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True)
    assert "example2031" in ran.stdout
    assert [name for name in ran.stderr.split() if name.startswith(NOT_FOR_A_QUERY)] == []


# --- who may do what ---


def test_only_the_store_uses_the_sparql_engine() -> None:
    engine = {"Store", "QuerySolutions", "QueryTriples"}
    users = set()
    for module in modules().values():
        for node in ast.walk(module.tree):
            imported = isinstance(node, ast.ImportFrom) and node.module == "pyoxigraph"
            attribute = isinstance(node, ast.Attribute) and node.attr in engine
            if (imported and engine & {alias.name for alias in node.names}) or (
                attribute and isinstance(node.value, ast.Name) and node.value.id in ("ox", "pyoxigraph")
            ):
                users.add(module.name)
    assert users
    assert [name for name in sorted(users) if _room(name) != "store"] == []


def test_the_format_of_annotations_knows_neither_files_nor_rdf() -> None:
    imported = {found.target.partition(".")[0] for found in modules()["kg.model.annotation"].imports}
    assert imported & {"pathlib", "os", "io", "rdflib", "pyoxigraph"} == set()


def test_only_one_module_mints_iris() -> None:
    # An IRI that is put together elsewhere could leave its place with a hostile key.
    minting = defaultdict(list)
    for module in modules().values():
        for name, call in calls(module):
            made = [argument for argument in call.args if isinstance(argument, ast.JoinedStr | ast.BinOp)]
            if name in ("NamedNode", "URIRef") and made:
                minting[module.name].append(module.at(call.lineno))
    assert set(minting) == {"kg.core.iris"}, dict(minting)
