"""Everything about one thing of the graph for the terminal: its facts, its quotations, and what refers to it."""

from __future__ import annotations

import shutil
import textwrap
from collections import defaultdict

from pyoxigraph import Literal, NamedNode

from kg.answers.network_rows import quotations
from kg.answers.rows import Answers
from kg.answers.things import Quotation
from kg.core.iris import BIBO, CS, DCTERMS, RDF, RDFS, SKOS, compact, local_name
from kg.render.text.table import PIPED_WIDTH, printable
from kg.store import Term

Labels = dict[str, str]

_ABOUT = "SELECT DISTINCT ?p ?o WHERE { VALUES ?thing { THING } ?thing ?p ?o } ORDER BY ?p ?o"
_TOWARDS = "SELECT DISTINCT ?p ?s WHERE { VALUES ?thing { THING } ?s ?p ?thing } ORDER BY ?p ?s"
_LABELS = """
SELECT ?s (SAMPLE(?l) AS ?label) WHERE {
  { ?s skos:prefLabel ?l } UNION { ?s rdfs:label ?l } UNION { ?s a cito:Citation ; cs:statement ?l }
  UNION { ?s a cs:FindingRelation ; cs:statement ?l }
  UNION {
    {
      ?s a cs:EffectLink ; cs:cause/skos:prefLabel ?from ; cs:direction/rdfs:label ?how ; cs:outcome/skos:prefLabel ?to
    } UNION {
      ?s a cs:ConceptRelation ; cs:fromConcept/skos:prefLabel ?from ; cs:relationType/rdfs:label ?how ;
        cs:toConcept/skos:prefLabel ?to
    }
    BIND(CONCAT(?from, " – ", ?how, " – ", ?to) AS ?l)
  }
  UNION {
    ?s a cs:ReportedCount ; cs:numerator ?n ; cs:unit ?unit ; cs:statement ?what .
    OPTIONAL { ?s cs:denominator ?d }
    BIND(CONCAT(STR(?n), COALESCE(CONCAT(" of ", STR(?d)), ""), " ", ?unit, ": ", ?what) AS ?l)
  }
} GROUP BY ?s
"""
_AUTHORS = """
SELECT ?name WHERE { VALUES ?thing { THING } ?thing bibo:authorList/rdf:rest* ?node . ?node rdf:first/rdfs:label ?name }
ORDER BY STRLEN(STR(?node)) ?node
"""
_ELSEWHERE = {CS.hasEvidence.value, CS.bibtexEntry.value, BIBO.authorList.value, DCTERMS.creator.value,
              RDFS.label.value, RDF.first.value, RDF.rest.value, SKOS.narrower.value,
              SKOS.hasTopConcept.value}  # fmt: skip
"""Properties that the card shows in another form; what is narrower is shown as what calls it broader."""


def card(graph: Answers, name: str) -> str:
    """The card of the thing called `name`.

    Raises:
        UsageError: if nothing has that name, or more than one thing.
    """
    thing = graph.lookup.find(name)
    labels: Labels = {}
    for iri, label in graph.store.query(_LABELS).texts():
        labels[iri] = label
    said = _grouped(graph, _ABOUT, thing)
    lines = _title(said, labels.get(thing.value, local_name(thing.value)), thing)
    authors = [str(row["name"]) for row in graph.sparql(_AUTHORS.replace("THING", str(thing)))]
    if authors:
        lines += _entry("authors", "; ".join(authors))
    lines += _block(said, labels, "")
    found = quotations(graph).get(local_name(thing.value), [])
    if found:
        lines += ["", "evidence", *(line for quotation in found for line in _quoted(quotation))]
    towards = _grouped(graph, _TOWARDS, thing)
    if towards:
        lines += ["", "referred to by", *_block(towards, labels, "← ")]
    for value in said.get(CS.bibtexEntry.value, []):
        lines += ["", *value.value.split("\n")]
    return "\n".join(printable(line).rstrip() for line in lines) + "\n"


def _grouped(graph: Answers, query: str, thing: NamedNode) -> dict[str, list[Term]]:
    found: dict[str, list[Term]] = defaultdict(list)
    for predicate, value in graph.store.query(query.replace("THING", str(thing))).rows:
        if predicate is not None and value is not None:
            found[predicate.value].append(value)
    return found


def _block(properties: dict[str, list[Term]], labels: Labels, arrow: str) -> list[str]:
    lines: list[str] = []
    for iri, values in properties.items():
        name = arrow + ("is a" if iri == RDF.type.value else labels.get(iri) or compact(iri).split(":")[-1])
        if iri == RDF.type.value:
            lines += _entry(name, ", ".join(labels.get(v.value) or compact(v.value) for v in values))
        elif iri not in _ELSEWHERE:
            for index, value in enumerate(values):
                lines += _entry(name if index == 0 else "", _value(value, labels))
    return lines


def _entry(name: str, text: str) -> list[str]:
    """A name and its text, wrapped to the terminal."""
    first = f"  {name:<22} "
    return _wrapped(text, first, " " * len(first)) or [first]


def _wrapped(text: str, first: str, others: str) -> list[str]:
    width = max(shutil.get_terminal_size((PIPED_WIDTH, 50)).columns, 50)
    wrapper = textwrap.TextWrapper(width, first, others, break_on_hyphens=False, break_long_words=False)
    return wrapper.wrap(printable(text))


def _title(said: dict[str, list[Term]], label: str, thing: NamedNode) -> list[str]:
    """What a finding states, or else the label of the thing; then its IRI. A statement is not repeated below."""
    if CS.Finding in said.get(RDF.type.value, []) and CS.statement.value in said:
        statement = said.pop(CS.statement.value)[0].value
        return [*_wrapped(statement, "", ""), f"  {label}, {thing.value}", ""]
    return [label, thing.value, ""]


def _value(value: Term, labels: Labels) -> str:
    if isinstance(value, Literal):
        return value.value
    label, name = labels.get(value.value), local_name(value.value)
    if label and value.value.startswith(str(CS)):  # a value such as cs:exact is shown by its label alone
        return label
    name = compact(value.value) if name == value.value else name
    return f"{label} ({name})" if label and label != name else name


def _quoted(quotation: Quotation) -> list[str]:
    """A quotation and where it is from, wrapped to the terminal."""
    who = f", {quotation.said_by}" if quotation.said_by else ""
    text = f"“{quotation.text}” {quotation.work} section {quotation.section}{who} [{quotation.key}]"
    return _wrapped(text, "  ", "    ")
