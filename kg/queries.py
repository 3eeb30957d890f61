"""The query library: SPARQL files with documented, typed parameters, bound as RDF terms.

A parameter `practice` stands in its file as `VALUES ?practice { … }`, filled with an example or `UNDEF`, so that the
file runs as it is in any SPARQL engine. Binding replaces what stands between the braces by the N-Triples form of one
term (SPARQL 1.1 Query, section 10.2); `UNDEF` leaves it open. What a person typed becomes an IRI of the graph or a
literal before, so that no text of theirs ever becomes SPARQL.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from pyoxigraph import Literal, NamedNode

from kg.iris import XSD
from kg.library import layered
from kg.lookup import Lookup
from kg.problems import KgError, Problem, UsageError, did_you_mean
from kg.sources.files import read_source
from kg.sources.yaml_marks import read_header

Bindings = Mapping[str, NamedNode | Literal | None]

TYPES = ("practice", "challenge", "method", "area", "approach", "context", "finding", "work", "integer", "year",
         "text", "choice")  # fmt: skip
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
    sparql: str

    def bind(self, bindings: Bindings) -> str:
        """The query with each named parameter bound to one term, or left open when it is None."""
        def fill(match: re.Match[str]) -> str:
            term = bindings[match[2]]
            return f"{match[1]}{{ {'UNDEF' if term is None else term} }}"

        return _slot(*bindings).sub(fill, self.sparql) if bindings else self.sparql

    def terms(self, values: Mapping[str, str | int | None], lookup: Lookup) -> dict[str, NamedNode | Literal | None]:
        """The parameters as terms, defaults filled in.

        Raises:
            UsageError: for a parameter that the query does not have, or a value that is not of its type.
        """
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in values:
            if name not in known:
                raise UsageError(f"{self.name} has no parameter {name}; "
                                 + did_you_mean(name, known, f"it has {', '.join(known) or 'none'}"))
        given = {name: values[name] if values.get(name) is not None else p.default for name, p in known.items()}
        missing = [known[name].option for name, value in given.items() if not value and known[name].default is None]
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
        }  # fmt: skip


def _slot(*names: str) -> re.Pattern[str]:
    """All slots in one pattern, so that a text that was filled in is never taken for a slot itself."""
    return re.compile(rf"((?i:VALUES)\s+\?({'|'.join(map(re.escape, names))})\s*)\{{[^{{}}]*\}}")


def _term(parameter: Parameter, value: str, lookup: Lookup) -> NamedNode | Literal | None:
    """A typed term; an empty value leaves the parameter open."""
    if not value:
        return None
    if parameter.type in ("integer", "year"):
        if not re.fullmatch(r"\d{1,9}", value):
            raise UsageError(f"{parameter.option} takes a number, not `{value}`")
        return Literal(value, datatype=XSD.integer if parameter.type == "integer" else XSD.gYear)
    if parameter.type == "text":
        return Literal(value)
    if parameter.type == "choice":
        if value not in parameter.choices:
            raise UsageError(f"{parameter.option} is one of {', '.join(parameter.choices)}, not `{value}`")
        return Literal(value)
    return lookup.find(value, parameter.type)


class QueryLibrary:
    """All queries of a review by name: the shipped ones and the review's own."""

    def __init__(self, queries: Mapping[str, Query]) -> None:
        self._queries = dict(sorted(queries.items(), key=lambda item: (item[1].family, item[0])))

    @classmethod
    def of(cls, root: Path) -> QueryLibrary:
        """Reads `queries/FAMILY/NAME.rq` of the package and of the review at `root`.

        Raises:
            KgError: if a file has no proper header, naming the file.
        """
        found = {}
        for name, (base, path) in layered(root, "queries", ".rq").items():
            if PurePosixPath(name).parts[0] in NOT_ASKED:
                continue
            file = read_source(base, path)
            if isinstance(file, Problem):
                raise KgError(str(file))
            query = read_query(file.name, file.text)
            found[query.name] = query
        return cls(found)

    def __iter__(self) -> Any:
        return iter(self._queries.values())

    def get(self, name: str) -> Query:
        if name not in self._queries:
            raise UsageError(f"no query {name}; {did_you_mean(name, self._queries, '`kg queries` lists them')}")
        return self._queries[name]

    def names(self) -> list[str]:
        return list(self._queries)


def read_query(file: str, text: str) -> Query:
    """One query file: the `#+` lines are its header, in YAML as grlc has it.

    Raises:
        KgError: if the header is not complete, or a parameter has no slot in the query.
    """
    header, problems = read_header(file, text)
    if problems or not header.get("summary"):
        raise KgError(str(problems[0]) if problems else f"{file}:1:1: a query starts with `#+ summary: …`")
    path = PurePosixPath(file)
    body = "\n".join(line for line in text.split("\n") if not line.startswith("#+")).strip() + "\n"
    parameters = tuple(_parameter(file, name, spec) for name, spec in _mapping(header.get("params")).items())
    for parameter in parameters:
        if len(_slot(parameter.name).findall(body)) != 1:
            raise KgError(f"{file}: parameter {parameter.name} needs one `VALUES ?{parameter.name} {{ … }}`")
    return Query(
        name=path.stem, family=path.parent.name, summary=str(header["summary"]), story=str(header.get("story") or ""),
        parameters=parameters, columns={k: str(v) for k, v in _mapping(header.get("columns")).items()},
        cites=tuple(str(header.get("cites") or "").split()), sparql=body,
    )  # fmt: skip


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _parameter(file: str, name: str, spec: Any) -> Parameter:
    spec = _mapping(spec)
    if spec.get("type") not in TYPES:
        raise KgError(f"{file}: the type of parameter {name} is one of {', '.join(TYPES)}")
    default = spec.get("default", "" if "default" in spec else None)
    return Parameter(name, spec["type"], str(spec.get("description") or ""), "" if default is None and "default" in spec
                     else default, str(spec.get("example") or ""), tuple(str(spec.get("choices") or "").split()))
