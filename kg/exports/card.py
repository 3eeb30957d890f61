"""One thing of the graph in the terminal: what it is, what it says, what it rests on, what points at it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from kg.exports.table import printable
from kg.iris import BASE, compact, local_name
from kg.network import Quotation, quotations
from kg.store import Term

if TYPE_CHECKING:
    from kg.api import KnowledgeGraph

_ABOUT = "SELECT DISTINCT ?p ?o WHERE { VALUES ?thing { THING } ?thing ?p ?o } ORDER BY ?p ?o"
_TOWARDS = "SELECT DISTINCT ?p ?s WHERE { VALUES ?thing { THING } ?s ?p ?thing } ORDER BY ?p ?s"
_LABELS = "SELECT ?s (SAMPLE(?l) AS ?label) WHERE { ?s skos:prefLabel|rdfs:label ?l } GROUP BY ?s"
_NOT_SHOWN = ("bibtexEntry", "hasEvidence", "rdf-syntax-ns#rest", "rdf-syntax-ns#first")


def card(graph: KnowledgeGraph, name: str) -> str:
    """A card of the thing called `name`.

    Raises:
        UsageError: if nothing is called that, or more than one thing.
    """
    thing = graph.lookup.find(name)
    labels = {row["s"].value: row["label"].value for row in graph.store.query(_LABELS).rows
              if row["s"] is not None and row["label"] is not None}
    lines = [f"{labels.get(thing.value, local_name(thing.value))}", thing.value, ""]
    lines += _block(_grouped(graph, _ABOUT, thing), labels, "")
    found = quotations(graph).get(local_name(thing.value), [])
    if found:
        lines += ["", "evidence", *map(_quoted, found)]
    towards = _grouped(graph, _TOWARDS, thing)
    if towards:
        lines += ["", "pointing here", *_block(towards, labels, "← ")]
    return "\n".join(printable(line).rstrip() for line in lines) + "\n"


def _grouped(graph: KnowledgeGraph, query: str, thing: NamedNode) -> dict[str, list[Term]]:
    found: dict[str, list[Term]] = defaultdict(list)
    for row in graph.store.query(query.replace("THING", str(thing))).rows:
        predicate, value = row.values()
        if predicate is not None and value is not None and not predicate.value.endswith(_NOT_SHOWN):
            found[compact(predicate.value)].append(value)
    return found


def _block(properties: dict[str, list[Term]], labels: dict[str, str], arrow: str) -> list[str]:
    lines = []
    for name, values in properties.items():
        for index, value in enumerate(values):
            lines.append(f"  {(arrow + name) if index == 0 else '':<34} {_value(value, labels)}")
    return lines


def _value(value: Term, labels: dict[str, str]) -> str:
    if isinstance(value, Literal):
        return value.value
    label = labels.get(value.value)
    name = compact(value.value) if not value.value.startswith(BASE) else local_name(value.value)
    return f"{label} ({name})" if label and label != name else name


def _quoted(quotation: Quotation) -> str:
    who = f", {quotation.said_by}" if quotation.said_by else ""
    return f"  “{quotation.quote}” {quotation.work} section {quotation.section}{who} [{quotation.key}]"
