"""The pages of the documentation that are made from the code, the ontology and the queries when it is built."""

from __future__ import annotations

import importlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import click
from keys import Format
from rdflib import RDF, RDFS, SKOS, Graph, Namespace, URIRef
from rdflib.term import Node

from kg import _HOMES, KnowledgeGraph
from kg.cli.group import kg
from kg.core.iris import compact
from kg.core.kinds import CONCEPTS
from kg.model.annotation import Annotation
from kg.model.mapping import Mapping
from kg.queries.headers import read_header

CS = Namespace("https://w3id.org/continuous-star/ontology#")
SH = Namespace("http://www.w3.org/ns/shacl#")
SCHEMA = Namespace("https://schema.org/")
WIDTH = 84
LONGEST = 110
"""The longest value in an example of the ontology, in characters."""


@dataclass(frozen=True)
class Reference:
    """A page that is made: its name, and the function that makes its text from the repository and a built review."""

    name: str
    title: str
    about: str
    make: Callable[[Path, Path], str]

    def page(self, root: Path, review: Path) -> str:
        return f"# {self.title}\n\n{self.make(root, review).strip()}\n"


# --- formats of files ---


def annotation_format(root: Path, _: Path) -> str:
    first = root / "bib" / "annotations" / "vanska2024.yaml"
    files = [first, *sorted(set(first.parent.glob("*.yaml")) - {first})]
    intro = (
        "An annotation is a YAML file, `bib/annotations/KEY.yaml`. [](annotating.md) explains the decisions, "
        "[](contributing.md) the first steps. Keys in bold are required. Concepts are named by their slugs "
        "([](concepts.md)). The examples are those of the annotations in this repository.\n"
    )
    return "\n".join([intro, *Format(Annotation, files).tables()])


def mapping_format(root: Path, _: Path) -> str:
    files = sorted((root / "bib" / "codings").glob("*.mapping.yaml"))
    intro = (
        "A mapping says how tables of a review become entries, codes and findings: `bib/codings/NAME.mapping.yaml`. "
        "[](sheets.md) explains it with examples. Keys in bold are required. Where a part begins with `column`, the "
        "name of the column alone will do, if nothing else is said of it; where a list has one item, the item alone.\n"
    )
    return "\n".join([intro, *Format(Mapping, files).tables()])


# --- the vocabulary ---


def ontology(root: Path, review: Path) -> str:
    terms = Graph().parse(root / "ontology" / "continuous-star.ttl")
    graph = KnowledgeGraph.open(review)
    own = sorted(set(terms.subjects(RDFS.isDefinedBy, URIRef(str(CS).rstrip("#")))), key=str)
    classes = [term for term in own if (term, RDF.type, None) in terms and _is_class(terms, term)]
    properties = [term for term in own if term not in classes]
    parts = [
        "The terms of the graph, from `ontology/continuous-star.ttl`, each with an example from the graph of this "
        "repository, if it has one. The prefix `cs:` is `https://w3id.org/continuous-star/ontology#`.",
        "## Classes\n",
        *(_term(terms, graph, term, _MEMBER) for term in classes),
        "## Properties\n",
        *(_term(terms, graph, term, _TRIPLE) for term in properties),
        "## Terms of other vocabularies\n",
        _reused(terms),
    ]
    return "\n\n".join(parts)


_FIRST = 'ORDER BY (!CONTAINS(STR(?s), "vanska2024")) STR(?s) STR(?o) LIMIT 1'
_MEMBER = f"SELECT ?s {{{{ ?s a <{{term}}> }}}} {_FIRST}"
_TRIPLE = f"SELECT ?s ?o {{{{ ?s <{{term}}> ?o }}}} {_FIRST}"
"""An example of a class and of a property, if possible of the first publication."""


def _is_class(terms: Graph, term: Node) -> bool:
    return any(str(kind).endswith("Class") for kind in terms.objects(term, RDF.type))


def _term(terms: Graph, graph: KnowledgeGraph, term: Node, query: str) -> str:
    """One term: what it means, what it is below of, what it connects, and a statement that uses it."""
    lines = [f"### {compact(str(term))}\n", " ".join(map(str, terms.objects(term, SKOS.definition)))]
    lines += [f"\n{note}" for note in sorted(map(str, terms.objects(term, SKOS.scopeNote)))]
    facts = []
    for words, property_ in _FACTS.items():
        values = sorted(_short(value) for value in terms.objects(term, property_) if isinstance(value, URIRef))
        if values:
            facts.append(f"- {words}: {', '.join(values)}")
    for row in graph.sparql(query.format(term=term)):
        says = f" {compact(str(term))} {_value(row['o'])}" if "o" in row else ""
        facts.append(f"- example: `{row['s']}{says}`")
    return "\n".join([*lines, "", *facts])


_FACTS = {
    "a kind of": RDFS.subClassOf, "a special case of": RDFS.subPropertyOf,
    "of": RDFS.domain, "to": RDFS.range, "from one of": SCHEMA.domainIncludes, "to one of": SCHEMA.rangeIncludes,
}  # fmt: skip


def _short(value: URIRef) -> str:
    name = compact(str(value))
    return f"[{name}](#{_anchor(name)})" if name.startswith("cs:") else f"`{name}`"


def _anchor(name: str) -> str:
    return re.sub(r"[^\w-]", "", name.lower())


def _value(value: object) -> str:
    text = " ".join(str(value).replace("`", "").split())
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} …"


def _reused(terms: Graph) -> str:
    """A list of what is used of other vocabularies."""
    found = defaultdict(list)
    for term in sorted(set(terms.subjects(RDFS.isDefinedBy)), key=str):
        prefix, colon, name = compact(str(term)).partition(":")
        if colon and prefix not in ("cs", "https", "http"):
            found[prefix].append(f"`{name}`")
    return "\n".join(f"- `{prefix}:` {', '.join(names)}" for prefix, names in found.items())


def concepts(root: Path, _: Path) -> str:
    terms = Graph()
    for file in sorted((root / "ontology").glob("*.ttl")):
        if file.stem != "shapes":
            terms.parse(file)
    parts = [
        "The concepts that come with kg. `kg query vocabulary` also lists those of your review: [](vocabulary.md).\n"
    ]
    for kind in CONCEPTS:
        rows = sorted(
            (str(terms.value(concept, SKOS.prefLabel)).casefold(), concept)
            for concept in terms.subjects(RDF.type, CS[kind.class_name])
        )
        parts.append(f"## {kind.look.plural}\n\n| slug | names | definition |\n|---|---|---|")
        parts += [_concept(terms, concept) for _, concept in rows if isinstance(concept, URIRef)]
        parts.append("")
    return "\n".join(parts)


def _concept(terms: Graph, concept: URIRef) -> str:
    names = [terms.value(concept, SKOS.prefLabel), *sorted(terms.objects(concept, SKOS.altLabel), key=str)]
    definition = " ".join(str(terms.value(concept, SKOS.definition) or "").split())
    return f"| `{str(concept).rpartition('/')[2]}` | {_cell('; '.join(map(str, names)))} | {_cell(definition)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


# --- checks and rules ---


def rules(root: Path, _: Path) -> str:
    shapes = Graph().parse(root / "ontology" / "shapes.ttl")
    parts = [
        "`kg check` and `kg build` report problems with the id of a rule. An id that begins with `check/` is that of a "
        "query in `queries/checks/`, and `shape/` are the shapes in `ontology/shapes.ttl`. The ids of bibliographies "
        "are explained in [](bibliographies.md) and [](bibtex.md); the message of each other id says what is wrong.",
        "## Checks\n\n| rule | severity | what it reports | what to do |\n|---|---|---|---|",
        *(
            f"| `check/{name}` | {header.get('severity', 'error')} | {_cell(str(header.get('summary', '')))} "
            f"| {_cell(str(header.get('hint', '')))} |"
            for name, header in _headers(root / "queries" / "checks")
        ),
        "\n## Rules that derive statements\n\n| rule | what it adds |\n|---|---|",
        *(f"| `{name}` | {_cell(str(header['summary']))} |" for name, header in _headers(root / "queries" / "rules")),
        "\n## Shapes\n\n| shape | of | messages |\n|---|---|---|",
        *(_shape(shapes, shape) for shape in sorted(shapes.subjects(RDF.type, SH.NodeShape), key=str)),
    ]
    return "\n".join(parts).replace("\n## Checks", "\n\n## Checks", 1)


def _headers(folder: Path) -> Iterator[tuple[str, dict[str, object]]]:
    for file in sorted(folder.glob("*.rq")):
        yield file.stem, dict(read_header(file.name, file.read_text(encoding="utf-8"))[0])


def _shape(shapes: Graph, shape: Node) -> str:
    of = sorted(compact(str(target)) for target in shapes.objects(shape, SH.targetClass))
    inside = [shape, *shapes.objects(shape, SH.property), *shapes.objects(shape, SH.sparql)]
    messages = sorted({str(text) for part in inside for text in shapes.objects(part, SH.message)})
    shown = _cell(" ".join(messages))
    return f"| `{str(shape).rpartition('/')[2]}` | {', '.join(f'`{name}`' for name in of)} | {shown} |"


# --- commands and Python ---


def commands(_: Path, __: Path) -> str:
    context = click.Context(kg, info_name="kg")
    parts = ["What `kg COMMAND --help` prints. `kg --root FOLDER COMMAND` works on another folder.\n"]
    for name in kg.list_commands(context):
        if command := kg.get_command(context, name):
            parts.append(f"## kg {name}\n\n```text\n{_help(command, name, context)}\n```\n")
    return "\n".join(parts)


def _help(command: click.Command, name: str, above: click.Context) -> str:
    return command.get_help(click.Context(command, above, name, max_content_width=WIDTH, terminal_width=WIDTH))


def python_api(_: Path, __: Path) -> str:
    parts = [
        "What `from kg import …` offers, from the docstrings. [](graph.md) has examples with rdflib, networkx and "
        "pandas.\n"
    ]
    for module in sorted(_HOMES, key=lambda name: (name != "kg.api", name)):  # KnowledgeGraph first
        for name in _HOMES[module]:
            kind = "class" if isinstance(getattr(importlib.import_module(module), name), type) else "function"
            parts.append(f"## {name}\n\n```{{eval-rst}}\n.. auto{kind}:: kg.{name}\n```\n")
    return "\n".join(parts)


GENERATED = (
    Reference(
        "annotation-format", "Annotation format", "every key of an annotation, with an example", annotation_format
    ),
    Reference("mapping-format", "Mapping format", "every key of a mapping of sheets, with an example", mapping_format),
    Reference("ontology", "Ontology", "classes and properties, with examples from the graph", ontology),
    Reference("concepts", "Concepts", "practices, challenges, outcomes and the others, with definitions", concepts),
    Reference("rules", "Rules and checks", "what is checked, and what is derived", rules),
    Reference("commands", "Commands", "what `kg COMMAND --help` prints", commands),
    Reference("python", "Python", "`KnowledgeGraph` and the other public names", python_api),
)
