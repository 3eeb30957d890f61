"""The query library: SPARQL files with documented, typed parameters, bound as RDF terms.

A parameter `practice` stands in its file as `VALUES ?practice { … }`, filled with an example or `UNDEF`, so that the
file runs as it is in any SPARQL engine. Binding replaces what stands between the braces by the N-Triples form of one
term (SPARQL 1.1 Query, section 10.2); `UNDEF` leaves it open. What a person typed becomes an IRI of the graph or a
literal before, so that no text of theirs ever becomes SPARQL.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

from pyoxigraph import Literal, NamedNode

from kg.core.files import MAX_QUERY_BYTES, read_source
from kg.core.iris import XSD
from kg.core.layers import layered
from kg.core.problems import KgError, Location, Problem, UsageError, brief, did_you_mean, visible
from kg.queries.headers import read_header
from kg.queries.lookup import Lookup
from kg.store import QueryError, Store
from kg.store.services.blocks import check_services, offline
from kg.store.sparql_text import code_of

Bindings = Mapping[str, NamedNode | Literal | None]

TYPES = ("practice", "challenge", "method", "area", "approach", "context", "finding", "work", "thing", "integer",
         "year", "text", "choice")  # fmt: skip
_NUMBERS = {"integer": r"[0-9]{1,9}", "year": r"[0-9]{4}"}
NOT_ASKED = ("rules", "checks")
"""Families that the build runs; they are not questions."""


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
        """As it is written on the command line."""
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
    """Columns that hold BibTeX keys: what `--format bibtex` gives the entries of."""
    services: Mapping[str, str]
    """Whom it asks when a person agrees, by name: none but a federated query asks anybody."""
    sparql: str

    def bind(self, bindings: Bindings) -> str:
        """The query with each named parameter bound to one term, or left open when it is None."""
        slots = sorted((slot, name) for name in bindings for slot in slots_of(self.sparql, name))
        bound = self.sparql
        for (start, end), name in reversed(slots):  # from the end, so that the places before stay where they are
            bound = f"{bound[:start]} {'UNDEF' if bindings[name] is None else bindings[name]} {bound[end:]}"
        return bound

    def terms(self, values: Mapping[str, str | int | None], lookup: Lookup) -> dict[str, NamedNode | Literal | None]:
        """The parameters as terms, defaults filled in.

        Raises:
            UsageError: for a parameter that the query does not have, or a value that is not of its type.
        """
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in values:
            if name not in known:
                raise UsageError(
                    f"{self.name} has no parameter `{brief(name)}`; "
                    + did_you_mean(name, known, f"it has {', '.join(known) or 'none'}")
                )
        given = {name: values[name] if values.get(name) is not None else p.default for name, p in known.items()}
        missing = [
            known[name].option for name, value in given.items() if value in (None, "") and known[name].default is None
        ]
        if missing:
            raise UsageError(f"{self.name} needs {', '.join(missing)}; see `kg query {self.name} --help`")
        return {name: _term(known[name], str(value), lookup) for name, value in given.items()}

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name, "family": self.family, "summary": self.summary, "story": self.story,
            "parameters": [
                {"name": p.name, "type": p.type, "default": p.default, "example": p.example,
                 "description": p.description} | ({"choices": list(p.choices)} if p.choices else {})
                for p in self.parameters
            ],
            "columns": dict(self.columns),
        } | ({"services": dict(self.services)} if self.services else {})  # fmt: skip


def slots_of(sparql: str, name: str) -> list[tuple[int, int]]:
    """Start and end of what stands between the braces of `VALUES ?name { … }`; one in a string or comment is none."""
    slot = re.compile(rf"(?i:VALUES)\s+\?{re.escape(name)}\s*\{{([^{{}}]*)\}}")
    return [match.span(1) for match in slot.finditer(code_of(sparql))]


def _term(parameter: Parameter, value: str, lookup: Lookup) -> NamedNode | Literal | None:
    """A typed term; an empty value leaves the parameter open."""
    if not value:
        return None
    if parameter.type in ("integer", "year"):
        if not re.fullmatch(_NUMBERS[parameter.type], value):
            kind = "a number" if parameter.type == "integer" else "a year of four digits"
            raise UsageError(f"{parameter.option} takes {kind}, not `{brief(value)}`")
        return Literal(value, datatype=XSD.integer if parameter.type == "integer" else XSD.gYear)
    if parameter.type == "text":
        if re.search("[\ud800-\udfff]", value):
            raise UsageError(f"{parameter.option} is not text: `{brief(value)}` holds half a character")
        return Literal(value)
    if parameter.type == "choice":
        if value not in parameter.choices:
            raise UsageError(f"{parameter.option} is one of {', '.join(parameter.choices)}, not `{brief(value)}`")
        return Literal(value)
    return lookup.find(value, "" if parameter.type == "thing" else parameter.type)


class QueryFileError(KgError):
    """A query file that cannot be used; `problem` says where and why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


class QueryLibrary:
    """All queries of a review by name: the shipped ones and its own. A file is read when its query is asked for."""

    def __init__(self, files: Mapping[str, tuple[Path, Path]]) -> None:
        """`files` by their path below queries/, each with the base that its name in problems is relative to."""
        paths = [PurePosixPath(name) for name in files]
        asked = sorted((path.parts[0], path.stem, str(path)) for path in paths if path.parts[0] not in NOT_ASKED)
        self._files: dict[str, tuple[Path, Path]] = {}
        self._twice: list[Problem] = []
        self._read: dict[str, Query] = {}
        for _, query, name in asked:
            base, path = files[name]
            if query in self._files:
                where, first = path.relative_to(base).as_posix(), self._files[query][1].parent.name
                self._twice.append(
                    _wrong(
                        where, "name", f"there is a query {query} in {first}/ too", "give one of them another name"
                    ).problem
                )
            else:
                self._files[query] = base, path

    @classmethod
    def of(cls, root: Path) -> QueryLibrary:
        """`queries/FAMILY/NAME.rq` of the package and of the review at `root`."""
        return cls(layered(root, "queries", ".rq"))

    def without_services(self) -> QueryLibrary:
        """The queries that ask nobody elsewhere, as one who answers for others has them."""
        elsewhere = {query.name for query in self if query.services}
        kept = QueryLibrary({})
        kept._files = {name: file for name, file in self._files.items() if name not in elsewhere}
        return kept

    def __iter__(self) -> Iterator[Query]:
        """Those that can be used, by family and name; one bad file harms no other."""
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
            hint = did_you_mean(name, self._files, "`kg queries` lists them")
            raise UsageError(f"no query `{brief(name)}`; {hint}")
        if name not in self._read:
            file = read_source(*self._files[name], MAX_QUERY_BYTES)
            if isinstance(file, Problem):
                raise QueryFileError(file)
            self._read[name] = read_query(file.name, file.text)
        return self._read[name]

    def names(self) -> list[str]:
        return list(self._files)

    @cached_property
    def problems(self) -> list[Problem]:
        """What cannot be used, and why."""
        found = list(self._twice)
        for name in self._files:
            try:
                self.get(name)
            except QueryFileError as error:
                found.append(error.problem)
        return found

    def check(self) -> list[Problem]:
        """What is wrong with the files, and with the SPARQL in them as an engine without data sees it."""
        return [*self.problems, *(problem for query in self for problem in _checked(query))]


def _checked(query: Query) -> Iterator[Problem]:
    where = Location(f"queries/{query.family}/{query.name}.rq")
    try:
        variables = Store().query(offline(query.sparql) if query.services else query.sparql).variables
    except QueryError as error:
        yield Problem(where, "query/sparql", str(error), "lines count from the first line after the header")
        return
    for column in [*query.columns, *query.cites]:
        if column not in variables:
            yield Problem(
                where,
                "query/column",
                f"the header names a column `{column}` that the query does not give",
                did_you_mean(column, variables, f"it gives {', '.join(variables)}"),
            )


def read_query(file: str, text: str) -> Query:
    """One query file: the `#+` lines are its header, in YAML as grlc has it.

    Raises:
        QueryFileError: if the header is not complete, or a parameter has no slot in the query.
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
            raise _wrong(
                file,
                "slot",
                f"parameter {parameter.name} has no place in the query, or more than one",
                f"write `VALUES ?{parameter.name} {{ UNDEF }}` where it belongs, once",
            )
    services = {str(name): str(url) for name, url in _mapping(file, header, "services").items()}
    try:
        check_services(body, services, [parameter.name for parameter in parameters])
    except UsageError as error:
        raise _wrong(file, "services", str(error), "see docs/federation.md") from error
    return Query(
        name=path.stem, family=path.parent.name, summary=_line(header["summary"]), story=_line(header.get("story")),
        parameters=parameters, columns={_line(k): _line(v) for k, v in _mapping(file, header, "columns").items()},
        cites=tuple(str(header.get("cites") or "").split()), services=services, sparql=body,
    )  # fmt: skip


def _wrong(file: str, rule: str, message: str, hint: str) -> QueryFileError:
    return QueryFileError(Problem(Location(file, 1, 1), f"query/{rule}", message, hint))


def _line(value: Any) -> str:
    """A text of a header as one line: it is listed in the terminal, and a YAML escape may stand for any character."""
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
    unknown = set(spec) - {"type", "description", "default", "example", "choices"}
    if unknown:
        raise _wrong(
            file,
            "header",
            f"parameter {name} has an unknown key `{min(unknown)}`",
            "known: type, description, default, example, choices",
        )
    return Parameter(
        name,
        spec["type"],
        _line(spec.get("description")),
        spec.get("default"),
        str(spec.get("example") or ""),
        tuple(str(spec.get("choices") or "").split()),
    )
