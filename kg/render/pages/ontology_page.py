"""The ontology as a page to read: classes, properties, and the concepts of each kind, from its Turtle files."""

from __future__ import annotations

from collections.abc import Mapping

from pyoxigraph import RdfFormat, Triple, parse

from kg.core.iris import CS, DCTERMS, OWL, RDF, RDFS, SKOS, compact
from kg.core.kinds import CONCEPTS
from kg.graph.serialise import in_order
from kg.render.pages import inline
from kg.render.pages.site_templates import environment
from kg.render.pages.site_things import Things, shown

_KINDS = ((OWL.Class, "Classes"), (OWL.ObjectProperty, "Properties between things"),
          (OWL.DatatypeProperty, "Properties with values"), (OWL.NamedIndividual, "Individuals"))  # fmt: skip


def ontology_page(files: Mapping[str, bytes]) -> str:
    """The whole document; it loads nothing, and the same files give the same bytes.

    Args:
        files: the Turtle files by name.
    """
    facts = {quad.triple for data in files.values() for quad in parse(data, format=RdfFormat.TURTLE)}
    things = Things(in_order({fact for fact in facts if isinstance(fact, Triple)}))
    terms = [(title, [iri for iri in things.of(class_) if iri.startswith(str(CS))]) for class_, title in _KINDS]
    concepts = [(kind.look.plural, things.of(CS(kind.class_name))) for kind in CONCEPTS]
    ontology = str(CS).rstrip("#")
    style = inline.source("site.css") + inline.source("ontology.css")
    parts = [(title, iris) for title, iris in [*terms, *concepts] if iris]
    page = environment(shown).get_template("ontology.html").render(
        here={compact(iri) for _, iris in parts for iri in iris},
        title=things.value(ontology, DCTERMS.title) or "Ontology", text=things.value(ontology, DCTERMS.description),
        parts=parts, t=things, compact=compact, files=files,
        DCTERMS=DCTERMS, OWL=OWL, RDF=RDF, RDFS=RDFS, SKOS=SKOS, style=inline.markup(style),
        policy=f"default-src 'none'; style-src {inline.integrity(style)}; img-src data:; base-uri 'none'",
    )  # fmt: skip
    return page.rstrip("\n") + "\n"
