"""The query library: SPARQL files with documented, typed parameters.

A parameter `practice` is written in its file as `VALUES ?practice { … }` with an example or `UNDEF`, so that the file
runs as it is in any SPARQL engine. Binding replaces the content of the braces by the N-Triples form of one term (SPARQL
1.1 Query, section 10.2); `UNDEF` leaves the parameter open. What a person types becomes an IRI of the graph or a
literal first, so it never becomes SPARQL.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path, PurePosixPath
from typing import Any

from pyoxigraph import Literal, NamedNode

from kg.core.files import MAX_QUERY_BYTES, read_source
from kg.core.iris import XSD
from kg.core.kinds import CONCEPTS
from kg.core.layers import layered, shipped
from kg.core.problems import KgError, Location, Problem, UsageError, brief, did_you_mean, visible
from kg.core.reprs import short
from kg.queries.headers import read_header
from kg.queries.lookup import Lookup
from kg.store import QueryError, Store
from kg.store.services.blocks import check_services, offline
from kg.store.sparql_text import code_of

Bindings = Mapping[str, NamedNode | Literal | None]

TYPES = (
    *(kind.name for kind in CONCEPTS),
    *("finding", "work", "thing", "integer", "year", "text", "choice"),
)
NUMBERS = {
    "integer": (r"[0-9]{1,9}", "a number", XSD.integer),
    "year": (r"[0-9]{4}", "a year of four digits", XSD.gYear),
}
"""The types that are numbers: their pattern, what they are called, and the datatype."""
NOT_ASKED = ("rules", "checks")
"""Families that only the build runs."""
_KEYS = ("type", "description", "default", "example", "choices")
"""What the header may say about a parameter."""


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    type: str
    description: str
    default: str | None
    example: str
    choices: tuple[str, ...] = ()

    @property
    def option(self) -> str:
        """Its name on the command line."""
        return "--" + self.name.replace("_", "-")


@dataclass(frozen=True, slots=True)
class Query:
    """One file of the library."""

    name: str
    family: str
    summary: str
    story: str
    parameters: tuple[Parameter, ...]
    columns: Mapping[str, str]
    cites: tuple[str, ...]
    """Columns that contain BibTeX keys; `--format bibtex` prints the entries of these."""
    services: Mapping[str, str]
    """The services that a federated query contacts if the user agrees: URLs by name."""
    sparql: str

    def __repr__(self) -> str:
        return short(self, self.name, f"({', '.join(parameter.name for parameter in self.parameters)})")

    def bind(self, bindings: Bindings) -> str:
        """The SPARQL of the query with each named parameter bound to a term, or left open when it is None."""
        slots = sorted((slot, name) for name in bindings for slot in slots_of(self.sparql, name))
        bound = self.sparql
        for (start, end), name in reversed(slots):  # from the end, so that earlier positions stay valid
            bound = f"{bound[:start]} {'UNDEF' if bindings[name] is None else bindings[name]} {bound[end:]}"
        return bound

    def terms(self, values: Mapping[str, str | int | None], lookup: Lookup) -> dict[str, NamedNode | Literal | None]:
        """The parameters as terms, with the defaults of those that are not given.

        Raises:
            UsageError: for a parameter that the query does not have, or a value that is not of its type.
        """
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in values:
            if name not in known:
                hint = did_you_mean(name, known, f"it has {', '.join(known) or 'none'}")
                raise UsageError(f"{self.name} has no parameter `{brief(name)}`; {hint}")
        given = {name: values[name] if values.get(name) is not None else p.default for name, p in known.items()}
        empty = [known[name] for name, value in given.items() if value in (None, "")]
        if missing := [parameter.option for parameter in empty if parameter.default is None]:
            raise UsageError(f"{self.name} needs {', '.join(missing)}; see `kg query {self.name} --help`")
        return {name: _term(known[name], str(value), lookup) for name, value in given.items()}

    def as_json(self) -> dict[str, Any]:
        """The documentation of the query, for `kg queries --format json` and the server."""
        parameters = [
            {name: getattr(p, name) for name in ("name", "type", "default", "example", "description")}
            | ({"choices": list(p.choices)} if p.choices else {})
            for p in self.parameters
        ]
        found = {name: getattr(self, name) for name in ("name", "family", "summary", "story")}
        found |= {"parameters": parameters, "columns": dict(self.columns)}
        return found | ({"services": dict(self.services)} if self.services else {})


@lru_cache(maxsize=1024)
def slots_of(sparql: str, name: str) -> list[tuple[int, int]]:
    """Start and end of the content of the braces in `VALUES ?name { … }`, except in strings and comments."""
    slot = re.compile(rf"(?i:VALUES)\s+\?{re.escape(name)}\s*\{{([^{{}}]*)\}}")
    return [match.span(1) for match in slot.finditer(code_of(sparql))]


def _term(parameter: Parameter, value: str, lookup: Lookup) -> NamedNode | Literal | None:
    """A typed term; None, which leaves the parameter open, for an empty value."""
    if not value:
        return None
    if parameter.type in NUMBERS:
        pattern, kind, datatype = NUMBERS[parameter.type]
        if not re.fullmatch(pattern, value):
            raise UsageError(f"{parameter.option} takes {kind}, not `{brief(value)}`")
        return Literal(value, datatype=datatype)
    if parameter.type == "text":
        if re.search("[\ud800-\udfff]", value):
            raise UsageError(f"{parameter.option} is not text: `{brief(value)}` contains half a character")
        return Literal(value)
    if parameter.type == "choice":
        if value not in parameter.choices:
            raise UsageError(f"{parameter.option} is one of {', '.join(parameter.choices)}, not `{brief(value)}`")
        return Literal(value)
    return lookup.find(value, "" if parameter.type == "thing" else parameter.type)


class QueryFileError(KgError):
    """A query file that cannot be used; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


class QueryLibrary:
    """All queries of a review by name: the shipped ones and its own. A file is read when its query is first used."""

    def __init__(self, files: Mapping[str, tuple[Path, Path]]) -> None:
        """Args:
        files: by path below queries/, the base folder and the path of each file; problems name it relative to the base.
        """
        paths = [PurePosixPath(name) for name in files]
        asked = sorted((path.parts[0], path.stem, str(path)) for path in paths if path.parts[0] not in NOT_ASKED)
        self._files: dict[str, tuple[Path, Path]] = {}
        self._twice: list[Problem] = []
        self._read: dict[str, Query] = {}
        for _, query, name in asked:
            base, path = files[name]
            if query in self._files:
                where, first = path.relative_to(base).as_posix(), self._files[query][1].parent.name
                message = f"there is a query {query} in {first}/ too"
                self._twice.append(_wrong(where, "name", message, "give one of them another name").problem)
            else:
                self._files[query] = base, path

    @classmethod
    def of(cls, root: Path) -> QueryLibrary:
        """`queries/FAMILY/NAME.rq` of the package and of the review at `root`."""
        return cls(layered(root, "queries", ".rq"))

    def without_services(self) -> QueryLibrary:
        """The library without federated queries, for a server."""
        federated = {query.name for query in self if query.services}
        return self._part(name for name in self._files if name not in federated)

    def _part(self, names: Iterable[str]) -> QueryLibrary:
        part = QueryLibrary({})
        part._files = {name: self._files[name] for name in names}
        return part

    def __iter__(self) -> Iterator[Query]:
        """The queries whose files can be used, by family and name."""
        for name in self._files:
            with suppress(QueryFileError):
                yield self.get(name)

    def get(self, name: str) -> Query:
        """The query of that name.

        Raises:
            UsageError: if there is none.
            QueryFileError: if its file cannot be used.
        """
        if name not in self._files:
            raise UsageError(f"no query `{brief(name)}`; {did_you_mean(name, self._files, '`kg queries` lists them')}")
        if name not in self._read:
            file = read_source(*self._files[name], MAX_QUERY_BYTES)
            if isinstance(file, Problem):
                raise QueryFileError(file)
            self._read[name] = read_query(file.name, file.text)
        return self._read[name]

    def names(self) -> list[str]:
        return list(self._files)

    def __repr__(self) -> str:
        return short(self, f"of {len(self._files)} queries")

    @cached_property
    def problems(self) -> list[Problem]:
        """The files that cannot be used, and why."""
        found = list(self._twice)
        for name in self._files:
            try:
                self.get(name)
            except QueryFileError as error:
                found.append(error.problem)
        return found

    def check(self) -> list[Problem]:
        """The problems of the files of the review, and of the SPARQL in them when it runs on an empty store.

        The tests of the package check those that come with it, which takes longer than the rest of a small review.
        """
        base = shipped("queries").parent
        own = self._part(name for name, (where, _) in self._files.items() if where != base)
        return [*self._twice, *own.problems, *(problem for query in own for problem in _checked(query))]


def _checked(query: Query) -> Iterator[Problem]:
    where = Location(f"queries/{query.family}/{query.name}.rq")
    try:
        variables = Store().query(offline(query.sparql) if query.services else query.sparql).variables
    except QueryError as error:
        yield Problem(where, "query/sparql", str(error), "lines count from the first line after the header")
        return
    for column in [*query.columns, *query.cites]:
        if column not in variables:
            message = f"the header names a column `{column}` that the query does not return"
            hint = did_you_mean(column, variables, f"it returns {', '.join(variables)}")
            yield Problem(where, "query/column", message, hint)


def read_query(file: str, text: str) -> Query:
    """The query in a file. Its `#+` lines are the header, YAML as in grlc.

    Raises:
        QueryFileError: if the header is not complete, or a parameter is not used exactly once in the query.
    """
    header, problems = read_header(file, text)
    if problems:
        raise QueryFileError(problems[0])
    if not header.get("summary"):
        raise _wrong(file, "header", "a query starts with `#+ summary: …`", "see the queries that come with kg")
    path = PurePosixPath(file)
    body = "\n".join(line for line in text.split("\n") if not line.startswith("#+")).strip() + "\n"
    parameters = tuple(_parameter(file, name, spec) for name, spec in _mapping(file, header, "params").items())
    for parameter in parameters:
        if len(slots_of(body, parameter.name)) != 1:
            message = f"parameter {parameter.name} has no place in the query, or more than one"
            hint = f"write `VALUES ?{parameter.name} {{ UNDEF }}` where it belongs, once"
            raise _wrong(file, "slot", message, hint)
    services = {str(name): str(url) for name, url in _mapping(file, header, "services").items()}
    try:
        check_services(body, services, [parameter.name for parameter in parameters])
    except UsageError as error:
        raise _wrong(file, "services", str(error), "see docs/federation.md") from error
    columns = {_line(name): _line(text) for name, text in _mapping(file, header, "columns").items()}
    summary, story, cites = _line(header["summary"]), _line(header.get("story")), str(header.get("cites") or "").split()
    return Query(path.stem, path.parent.name, summary, story, parameters, columns, tuple(cites), services, body)


def _wrong(file: str, rule: str, message: str, hint: str) -> QueryFileError:
    return QueryFileError(Problem(Location(file, 1, 1), f"query/{rule}", message, hint))


def _line(value: Any) -> str:
    """A text of a header as one line without control characters, which YAML can escape: the terminal prints it."""
    return visible(" ".join(str(value or "").split()))


def _mapping(file: str, header: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = header.get(name, {})
    if not isinstance(value, dict):
        raise _wrong(file, "header", f"`{name}` is not a list of `name: …` lines", "indent them below it")
    return value


def _parameter(file: str, name: str, spec: Any) -> Parameter:
    if not isinstance(spec, dict) or spec.get("type") not in TYPES:
        message = f"the type of parameter {name} is not known"
        raise _wrong(file, "type", message, f"`type:` is one of {', '.join(TYPES)}")
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise _wrong(file, "header", f"`{brief(name)}` is no name for a parameter", "a-z, 0-9 and _, a letter first")
    if unknown := set(spec) - set(_KEYS):
        message = f"parameter {name} has an unknown key `{min(unknown)}`"
        raise _wrong(file, "header", message, f"known: {', '.join(_KEYS)}")
    description, example = _line(spec.get("description")), str(spec.get("example") or "")
    choices = tuple(str(spec.get("choices") or "").split())
    return Parameter(name, spec["type"], description, spec.get("default"), example, choices)
