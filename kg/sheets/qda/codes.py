"""The codes of a project: the concepts of the vocabulary, and what findings say besides; and a codebook of them."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from xml.etree import ElementTree as ET

from pyoxigraph import Literal, NamedNode

from kg.core.iris import BASE, SKOS
from kg.core.kinds import BY_NAME
from kg.core.version import __version__
from kg.graph.statements import SourceGraph
from kg.model.bibliography import Vocabulary, VocabularyConcept
from kg.sheets.qda.marks import with_meaning
from kg.sheets.qda.starter import FIELDS

_SCHEMA = "urn:QDA-XML:{0}:1.0 http://schema.qdasoftware.org/versions/{1}/v1.0/{1}.xsd"
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_GROUPS = {field: BY_NAME[kind].look.plural for kind, field in FIELDS.items()} | {
    "absent_practices": "Practices that were not found",
    "links": "Challenges of practices",
    "effects": "Effects",
    "addresses": "Challenges that a recommendation addresses",
    "recommends": "What is recommended",
    "concept_relations": "Relations of concepts",
    "attributed_to": "Findings of other works",
    "kind": "Kinds of finding",
}
"""For each field of a finding, what the codes for its values are below."""
_SINGLE = ("attributed_to", "kind")
_KINDS = {field: kind for kind, field in FIELDS.items()} | {"absent_practices": "practice", "addresses": "challenge"}
_SAID = {
    "absent_practices": "no ",
    "addresses": "addresses ",
    "recommends": "recommends ",
    "attributed_to": "finding of ",
}
_VERBS = {"absent": "does not hinder", "no change": "does not change", "mixed": "increases and decreases"}


def guid(*names: str) -> str:
    """Returns the GUID of a thing (RFC 9562, version 5); the same names give the same one."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, BASE + "/".join(names))).upper()


class QdaCodes:
    """The codes of a project: all concepts that findings can be about, and what the findings need besides."""

    def __init__(self, vocabulary: Vocabulary, definitions: Mapping[str, str]) -> None:
        self.vocabulary, self.definitions = vocabulary, definitions
        self.below: dict[str, list[tuple[str, str, Any]]] = {}
        self.names: set[str] = set()
        self.added: set[str] = set()
        self.concepts = {(FIELDS[kind], slug) for kind, slug in vocabulary.concepts if kind in FIELDS}

    def use(self, field: str, value: Any) -> str:
        """Returns the GUID of the code for a value of a field, which becomes a code if it is none yet."""
        id = guid("code", field, json.dumps(value, sort_keys=True))
        if id not in self.added and not (isinstance(value, str) and (field, value) in self.concepts):
            self.added.add(id)
            self.below.setdefault(field, []).append((id, self.words(field, value), value))
        return id

    def label(self, kind: str, slug: str) -> str:
        concept = self.vocabulary.get(kind, slug)
        return concept.labels[0] if concept else slug

    def words(self, field: str, value: Any) -> str:
        """The name of a code as a person reads it."""
        if isinstance(value, str):
            kind, _, slug = value.partition(":") if field == "recommends" else (_KINDS.get(field, ""), "", value)
            return f"{_SAID.get(field, '')}{self.label(kind, slug)}"
        names = {"source", "target", *BY_NAME}
        ends = [self.label(*v.split(":", 1)) if ":" in v else self.label(k, v) for k, v in value.items() if k in names]
        verb = value.get("direction") or value.get("type") or value.get("polarity", "hinders")
        if field == "links" and verb != "mitigates":  # the challenge, which comes last, hinders the practice
            ends.reverse()
        valence = f" ({value['valence']})" if "valence" in value else ""
        return f"{ends[0]} {_VERBS.get(verb, verb)} {ends[-1]}{valence}"

    def element(self) -> ET.Element:
        """Returns the codes as `Codes`, with a group for each field, which is not for coding."""
        codes = ET.Element("Codes")
        for field, name in _GROUPS.items():
            concepts = self.vocabulary.of_kind(_KINDS[field]) if field in FIELDS.values() else []
            if not concepts and field not in self.below:
                continue
            group = _code(codes, guid("group", field), self.free(name), "", codable=False)
            iris = {concept.iri for concept in concepts}
            top = [concept for concept in concepts if iris.isdisjoint(concept.broader)]
            for concept in (*top, *concepts):  # again all, because some may be in a circle
                self.tree(group, field, concept, concepts)
            for id, words, value in self.below.get(field, []):
                meaning = {field: value if field in _SINGLE else [value]}
                _code(group, id, self.free(words), with_meaning("", meaning))
        return codes

    def tree(
        self, above: ET.Element, field: str, concept: VocabularyConcept, others: Sequence[VocabularyConcept]
    ) -> None:
        """Adds a concept with its narrower ones; one with two broader concepts is below the first."""
        if concept.iri in self.added:
            return
        self.added.add(concept.iri)
        description = with_meaning(self.definitions.get(concept.iri, ""), {field: [concept.slug]})
        id = guid("code", field, json.dumps(concept.slug))
        code = _code(above, id, self.free(concept.labels[0]), description)
        for narrower in others:
            if concept.iri in narrower.broader:
                self.tree(code, field, narrower, others)

    def free(self, name: str) -> str:
        """The name, or the name with a number: tools allow a name once."""
        number = next(n for n in range(1, len(self.names) + 2) if _numbered(name, n).casefold() not in self.names)
        self.names.add(_numbered(name, number).casefold())
        return _numbered(name, number)


def _numbered(name: str, number: int) -> str:
    return name if number == 1 else f"{name} ({number})"


def _code(above: ET.Element, id: str, name: str, description: str, *, codable: bool = True) -> ET.Element:
    code = add(above, "Code", guid=id, name=name, isCodable="true" if codable else "false")
    if description:
        add(code, "Description").text = xml(description)
    return code


def add(above: ET.Element, tag: str, /, **attributes: str) -> ET.Element:
    return ET.SubElement(above, tag, {key: xml(value) for key, value in attributes.items()})


def xml(text: str) -> str:
    """The text without characters that XML cannot contain."""
    return _NOT_XML.sub("\ufffd", text)


def definitions(graphs: Iterable[SourceGraph]) -> dict[str, str]:
    """Returns the definitions of concepts by IRI."""
    triples = (triple for graph in graphs for triple in graph.triples if triple.predicate == SKOS.definition)
    return {
        triple.subject.value: triple.object.value
        for triple in triples
        if isinstance(triple.subject, NamedNode) and isinstance(triple.object, Literal)
    }


def codebook_file(vocabulary: Vocabulary, defined: Mapping[str, str]) -> bytes:
    """Returns all concepts that findings can be about, with their definitions by IRI, as a .qdc file."""
    root = ET.Element("CodeBook", root_of("codebook", "Codebook"))
    root.append(QdaCodes(vocabulary, defined).element())
    return as_bytes(root)


def root_of(kind: str, file: str) -> dict[str, str]:
    xsi = "http://www.w3.org/2001/XMLSchema-instance"
    names = {"xmlns": f"urn:QDA-XML:{kind}:1.0", "xmlns:xsi": xsi, "xsi:schemaLocation": _SCHEMA.format(kind, file)}
    return names | {"origin": f"kg {__version__}"}


def as_bytes(root: ET.Element) -> bytes:
    ET.indent(root, " ")
    data: bytes = ET.tostring(root, "utf-8", xml_declaration=True)
    return data + b"\n"
