"""SHACL engines: a fast one for shapes on which it agrees with pySHACL, and pySHACL for all others."""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from kg.core.extras import need
from kg.core.problems import KgError, UsageError, brief
from kg.graph.serialise import dump

SH = "http://www.w3.org/ns/shacl#"

TRUSTED = {
    SH + term for terms in (
        "NodeShape PropertyShape targetClass targetNode targetSubjectsOf targetObjectsOf deactivated",
        "property path node",
        "inversePath alternativePath zeroOrMorePath oneOrMorePath zeroOrOnePath",
        "class datatype nodeKind IRI Literal BlankNode BlankNodeOrIRI BlankNodeOrLiteral IRIOrLiteral",
        "minCount maxCount minExclusive minInclusive maxExclusive maxInclusive minLength maxLength pattern flags",
        "languageIn uniqueLang equals disjoint lessThan lessThanOrEquals in hasValue not and or xone",
        "qualifiedValueShape qualifiedMinCount qualifiedMaxCount qualifiedValueShapesDisjoint closed ignoredProperties",
        "message severity Violation Warning Info name description order group defaultValue PropertyGroup",
    ) for term in terms.split()
}  # fmt: skip
"""The terms for which the fast engine is used: a test compares its results with those of pySHACL for each of them."""

_OF_PYSHACL = {
    SH + term for terms in (
        "sparql SPARQLConstraint select prefixes declare PrefixDeclaration prefix namespace",
        "ConstraintComponent parameter Parameter optional labelTemplate validator nodeValidator propertyValidator",
        "Validator SPARQLAskValidator SPARQLSelectValidator ask",
    ) for term in terms.split()
}  # fmt: skip
"""The terms that pySHACL evaluates as well (section 5 and 6 of the Recommendation), as it is called here."""

_OWL_CLASS = NamedNode("http://www.w3.org/2002/07/owl#Class")
_LIST = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_REFERENCES = {_LIST + "first", _LIST + "rest"} | {
    SH + term for term in ("property", "node", "not", "and", "or", "xone", "qualifiedValueShape")
}


class ShapesError(KgError):
    """The shapes are not valid SHACL."""


@dataclass(frozen=True, slots=True)
class Breach:
    """One validation result, as plain text; `path` is empty unless it is a single property."""

    focus: str
    path: str
    value: str | None
    constraint: str
    """The constraint component by its short name: MinCount."""
    severity: str
    message: str


def validate(data: Path, shapes: Sequence[Triple]) -> tuple[list[Breach], str]:
    """The results of validating the data (N-Triples) against the shapes.

    Returns:
        The results; and how the fast engine failed, if it was trusted with the shapes and pySHACL had to be used.

    Raises:
        ShapesError: if the shapes are not valid SHACL.
        UsageError: if they need pySHACL, which is an optional library.
    """
    if not trusted(shapes):
        return with_pyshacl(data, shapes), ""
    try:
        return with_shacl(data, shapes), ""
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic in Rust is not an Exception
        failure = brief(" ".join(f"{type(error).__name__}: {error}".split()), 200)
    try:
        return with_pyshacl(data, shapes), failure
    except UsageError as error:
        raise UsageError(f"{error} (the fast engine failed: {failure})") from error


def trusted(shapes: Sequence[Triple]) -> bool:
    """Whether the fast engine is known to give the results of pySHACL for these shapes."""
    terms = _terms(shapes)
    if any(term.startswith(SH) and term not in TRUSTED for term in terms):
        return False
    properties = {triple.object for triple in shapes if triple.predicate.value == SH + "property"}
    with_path = {triple.subject for triple in shapes if triple.predicate.value == SH + "path"}
    # Not trusted: OWL classes that are shapes, property shapes without a path, and circular references of shapes.
    return _OWL_CLASS.value not in terms and properties <= with_path and not _circular(shapes)


def ignored(shapes: Sequence[Triple]) -> list[str]:
    """The terms in the namespace of SHACL that no engine evaluates: misspelt ones, or those of other specifications."""
    return sorted(term for term in _terms(shapes) if term.startswith(SH) and term not in TRUSTED | _OF_PYSHACL)


def _terms(shapes: Sequence[Triple]) -> set[str]:
    return {term.value for triple in shapes for term in (triple.subject, triple.predicate, triple.object)
            if isinstance(term, NamedNode)}  # fmt: skip


def _circular(shapes: Sequence[Triple]) -> bool:
    references: dict[Any, set[Any]] = {}
    for triple in shapes:
        if triple.predicate.value in _REFERENCES and not isinstance(triple.object, Literal):
            references.setdefault(triple.subject, set()).add(triple.object)
    try:
        TopologicalSorter(references).prepare()
    except CycleError:
        return True
    return False


def with_shacl(data: Path, shapes: Sequence[Triple]) -> list[Breach]:
    """The results of `shacl`, which is written in Rust and has no wheels for some platforms."""
    import shacl

    compiled = shacl.Shapes.from_text(dump(shapes, RdfFormat.N_TRIPLES).decode(), "ntriples")
    return [
        Breach(
            _plain(result.focus_node),
            path[1] if (path := re.fullmatch("<([^<>]*)>", result.path or "")) else "",
            result.value_plain,
            _short(result.component_iri),
            _short(result.severity_iri),
            _text(result.messages, _short(result.component_iri)),
        )
        for result in compiled.validate_file(str(data)).results
    ]


def with_pyshacl(data: Path, shapes: Sequence[Triple]) -> list[Breach]:
    """The results of pySHACL, the reference. Raises ShapesError if the shapes are not valid SHACL."""
    need("pyshacl")
    from pyshacl import validate
    from rdflib import Graph, Namespace, URIRef

    sh = Namespace(SH)
    logging.getLogger("rdflib.term").setLevel(logging.ERROR)  # malformed literals are reported by the shapes
    try:
        with warnings.catch_warnings(), _literals_as_written():
            warnings.simplefilter("ignore")
            _, report, text = validate(
                Graph().parse(data, format="nt"),
                shacl_graph=Graph().parse(data=dump(shapes, RdfFormat.N_TRIPLES), format="nt"),
                advanced=False, inference="none",
            )  # fmt: skip
    except Exception as error:  # pySHACL raises errors of many kinds, also re.error and RecursionError
        raise ShapesError(f"{type(error).__name__}: {error}") from error
    if not isinstance(report, Graph):
        raise ShapesError(text)
    breaches = []
    for result in report.objects(None, sh.result):
        path, value = report.value(result, sh.resultPath), report.value(result, sh.value)
        constraint = _short(str(report.value(result, sh.sourceConstraintComponent)))
        breaches.append(Breach(
            str(report.value(result, sh.focusNode)),
            str(path) if isinstance(path, URIRef) else "",
            None if value is None else str(value),
            constraint,
            _short(str(report.value(result, sh.resultSeverity))),
            _text(map(str, report.objects(result, sh.resultMessage)), constraint),
        ))  # fmt: skip
    return breaches


@contextmanager
def _literals_as_written() -> Iterator[None]:
    """Keeps rdflib from turning `01` into `1`, for as long as this takes; pySHACL changes the same switch."""
    import rdflib

    before, rdflib.NORMALIZE_LITERALS = rdflib.NORMALIZE_LITERALS, False
    try:
        yield
    finally:
        rdflib.NORMALIZE_LITERALS = before


def _text(messages: Iterable[str], constraint: str) -> str:
    return " ".join(sorted(messages)) or f"sh:{constraint[:1].lower()}{constraint[1:]} is not met"


def _short(iri: str) -> str:
    return re.split(r"[/#]", iri)[-1].removesuffix("ConstraintComponent")


def _plain(term: str) -> str:
    """An IRI or the text of a literal, of a term in the form of N-Triples."""
    if term.startswith("<"):
        return term[1:-1]
    (quad,) = parse(f"<s:> <p:> {term} .", format=RdfFormat.N_TRIPLES)
    return str(quad.object.value)
