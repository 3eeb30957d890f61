"""What the pages of a site say, as data: a Turtle and a JSON-LD file beside each page of a thing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pyoxigraph import NamedNode, RdfFormat, Triple

from kg.core.iris import CS
from kg.core.progress import Progress, counted, silent
from kg.graph.serialise import dump, in_order
from kg.render.pages.site_pages import Page
from kg.render.pages.site_values import Values

FORMS = {".ttl": RdfFormat.TURTLE, ".jsonld": RdfFormat.JSON_LD}
"""JSON-LD is written out in full: no context has to be fetched to read it."""


def data_files(values: Values, made: Sequence[Page], progress: Progress = silent) -> Iterator[tuple[str, bytes]]:
    """The files of all pages that things have, by path."""
    for number, page in enumerate(made, 1):
        counted(progress, "writing data", number, len(made))
        if page.iri:
            triples = in_order(_triples(values, page))
            for ending, form in FORMS.items():
                yield page.path.removesuffix(".html") + ending, dump(triples, form)


def _triples(values: Values, page: Page) -> set[Triple]:
    """All that is said of the thing and of what has its place on its page, and of the links it takes part in.

    Of everything else that names the thing, that it does so.
    """
    things = values.things
    links = [link for p in (CS.supportedBy, CS.practice, CS.challenge) for link in things.naming(page.iri, p)]
    said = {
        Triple(NamedNode(iri), NamedNode(property_), term)
        for iri in {*values.members[page.path], *links}
        for property_, terms in things.said.get(iri, {}).items()
        for term in terms
    }
    about = NamedNode(page.iri)
    return said | {Triple(NamedNode(iri), NamedNode(property_), about) for iri, property_ in things.incoming(page.iri)}
