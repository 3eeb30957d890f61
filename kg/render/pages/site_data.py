"""The data of a site: the whole graph, and a Turtle file for each publication, concept and table of parts.

A study and a finding are in the file of their publication. A small file takes as much of a disk as a block, and a
reader of one of the three wants the others. Works of which only the entry in the bibliography is known share a file
for each year.
"""

from __future__ import annotations

import gzip
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from pyoxigraph import NamedNode, RdfFormat, Triple

from kg.core.iris import CS, DCTERMS, FABIO
from kg.graph.serialise import dump
from kg.render.pages.site_pages import Page
from kg.render.pages.site_places import UNUSED
from kg.render.pages.site_things import Things
from kg.render.pages.site_values import Values

QUADS, TURTLE = "graph.nq", "graph.ttl"
WHOLE = {f"{QUADS}.gz": "N-Quads, a named graph for each source file", f"{TURTLE}.gz": "Turtle, all in one graph"}
"""The files that contain the whole graph, and what they are."""
_LINKING = (CS.supportedBy, CS.practice, CS.challenge, CS.cause, CS.outcome, CS.fromConcept, CS.toConcept)
"""The properties of links, effects and relations that lead to a finding or a concept."""
_OF_ENTRIES = frozenset({DCTERMS.isReplacedBy.value})
"""The properties of other things that lead to a work of which only its entry is known."""
_PREFIX = re.compile(rb"@prefix (\S+:) [^\n]*\n")


def whole_graph(quads: bytes, facts: Sequence[Triple]) -> dict[str, bytes]:
    """The graph as N-Quads, whose SHA-256 is on every page, and as Turtle, both packed with gzip.

    Args:
        quads: the N-Quads.
        facts: the distinct triples, sorted.
    """
    whole = {QUADS: quads, TURTLE: dump(facts, RdfFormat.TURTLE)}
    return {f"{path}.gz": gzip.compress(data, 6, mtime=0) for path, data in whole.items()}


def data_path(values: Values, page: Page) -> str:
    """The file that contains the data of a page; empty for a list of things that are elsewhere."""
    if not page.iri:
        return UNUSED.removesuffix(".html") + ".ttl" if page.path == UNUSED else ""
    things, iri = values.things, page.iri
    works = things.values(iri, CS.reportedIn) if page.kind in ("finding", "study") else []
    if page.kind == "publication" and not _annotated_or_told(things, iri):
        year = things.value(iri, FABIO.hasPublicationYear)
        return f"bibliography-{year}.ttl" if re.fullmatch(r"[0-9]{4}", year) else "bibliography.ttl"
    owner = min((values.placed[work].page for work in works if work in values.placed), default=page.path)
    return owner.removesuffix(".html") + ".ttl"


def _annotated_or_told(things: Things, work: str) -> bool:
    """Whether there is more about a publication than its entry in the bibliography."""
    return any(property_ not in _OF_ENTRIES for _, property_ in things.incoming(work))


def data_files(values: Values, made: Iterable[Page]) -> Iterator[tuple[str, bytes]]:
    """The Turtle files, by path."""
    together: dict[str, list[Page]] = defaultdict(list)
    for page in made:
        if path := data_path(values, page):
            together[path].append(page)
    for path, pages in together.items():
        yield path, _brief(dump(_facts(values, pages), RdfFormat.TURTLE))


def _facts(values: Values, pages: Sequence[Page]) -> Iterator[Triple]:
    """All facts on the pages, the links that their things take part in, and the facts that refer to them."""
    things = values.things
    whole = {iri for page in pages for iri in values.members[page.path]}
    whole |= {link for page in pages for p in _LINKING for link in things.naming(page.iri, p)}
    about = {NamedNode(page.iri) for page in pages if page.iri}
    referring = {iri for page in pages for iri, _ in things.incoming(page.iri)}
    for iri in sorted(whole | referring):
        facts = things.about.get(iri, [])
        yield from facts if iri in whole else (fact for fact in facts if fact.object in about)


def _brief(turtle: bytes) -> bytes:
    """The Turtle without declarations of prefixes that it does not use."""
    end = max((found.end() for found in _PREFIX.finditer(turtle)), default=0)
    body = turtle[end:]
    return b"".join(line for line in turtle[:end].splitlines(keepends=True) if line.split()[1] in body) + body
