"""The place of each thing in a site: a page of its own, or an anchor in the page of what it belongs to.

A file name is plain ASCII, never leaves the folder, is not reserved by an operating system, and differs from all others
in more than case. If an id is not such a name, a hash is added to it.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import unquote

from pyoxigraph import NamedNode

from kg.core.iris import BIBO, CITO, CS, DCTERMS, FOAF, OA, PROV, QB, RDF, SKOS, known_bases, local_name
from kg.core.kinds import CONCEPTS, KINDS
from kg.render.pages.site_things import Things

PAGED = {
    kind.prefix: CS(kind.class_name) for kind in KINDS if kind.concept or kind.name in ("work", "study", "finding")
}
"""Classes whose things have a page each, by the folder of the pages."""
GATHERED = {
    "people.html": ("People", (FOAF.Agent,)),
    "venues.html": ("Venues", (CS.Venue,)),
    "codings.html": ("Codings of reviews", (CS.CodingFile, CS.ReviewCode)),
    "vocabularies.html": ("Vocabularies", (SKOS.ConceptScheme, SKOS.Collection)),
    "sources.html": ("Sources", (CS.SourceFile, CS.RuleGraph, PROV.Agent, CS.NameDecision)),
}
"""Pages that list all things of some classes, each at its anchor."""
TERMS, OTHERS, UNUSED = "terms.html", "others.html", "unused.html"
_STRUCTURE = frozenset(term.value for term in (
    SKOS.broader, SKOS.narrower, SKOS.related, SKOS.topConceptOf, SKOS.hasTopConcept, SKOS.member, CS.inArea,
    CS.comprises))  # fmt: skip
"""What concepts of a vocabulary say of each other; a concept of which nothing else is said is not used."""

# What a thing belongs to: a property, whether it goes from the owner to the thing, and whether the thing has no anchor
# of its own there. The first one that applies counts.
_OWNERS: tuple[tuple[NamedNode, bool, bool], ...] = (
    (DCTERMS.isReplacedBy, False, False), (CS.aboutFinding, False, False), (CITO.hasCitingEntity, False, False),
    (CS.fromFinding, False, False), (CS.practice, False, False), (CS.cause, False, False),
    (CS.fromConcept, False, False), (CS.codedWork, False, False),
    (CS.keeps, False, False), (CS.tellsApart, False, False), (CS.oneStudy, False, False),
    (CS.decidesOn, False, False), (CS.producedBy, False, False),
    (CS.reportedIn, False, False), (QB.dataSet, False, False), (OA.hasTarget, False, False),
    (OA.hasSelector, True, True), (BIBO.authorList, True, True), (RDF.rest, True, True),
    (CS.hasCount, True, False), (CS.hasParticipant, True, False), (CS.hasCase, True, False),
    (CS.hasTheme, True, False), (CS.hasQuestion, True, False), (CS.researchQuestion, True, False),
    (CS.limitation, True, False), (CS.hasEvidence, True, False),
)  # fmt: skip
# Names of devices on Windows, and names that look like a file of the site or contain a hash.
_NOT_AS_IT_IS = re.compile(
    r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?|.*\.(?:html|ttl|jsonld)|(?:.*-)?[0-9a-f]{10}", re.I
)
_LONGEST = 80


class Place(NamedTuple):
    """The path of a page in the site, and an anchor in it; empty for the page itself."""

    page: str
    anchor: str = ""

    @property
    def path(self) -> str:
        return f"{self.page}#{self.anchor}" if self.anchor else self.page


def places(things: Things, others: Iterable[str]) -> dict[str, Place]:
    """The place of every IRI of the project's namespace in the facts or in `others`."""
    unused = _unused(things)
    found = {iri: Place(page) for iri, page in _own_pages(things).items() if iri not in unused}
    found |= {iri: Place(UNUSED, anchor(iri)) for iri in unused}
    for page, (_, classes) in GATHERED.items():
        for class_ in classes:
            for iri in things.of(class_):
                if iri not in found:
                    found[iri] = Place(page, anchor(iri))
    known = {*things.said, *others, *(term.value for properties in things.said.values()
             for terms in properties.values() for term in terms if isinstance(term, NamedNode)),
             *(property_ for properties in things.said.values() for property_ in properties)}  # fmt: skip
    for iri in sorted(known):
        if iri.startswith(known_bases()) and iri not in found:
            found[iri] = _place(things, iri, found)
    return found


def anchor(iri: str) -> str:
    """The id of a thing's element: the IRI without the base, which contains no space."""
    return local_name(iri).replace("#", "/") or "base"


def _place(things: Things, iri: str, found: dict[str, Place]) -> Place:
    """Goes from owner to owner until one has a page."""
    if iri.startswith(str(CS)) or iri == str(CS).rstrip("#"):
        return Place(TERMS, anchor(iri))
    step, named, seen = iri, anchor(iri), {iri}
    while step not in found:
        owner, nameless = _owner(things, step)
        if not owner or owner in seen:
            return Place(OTHERS, anchor(iri))
        if nameless:
            named = ""
        elif not named:
            named = anchor(step)
        step = owner
        seen.add(owner)
    place = found[step]
    return Place(place.page, named or place.anchor)


def _owner(things: Things, iri: str) -> tuple[str, bool]:
    for property_, downwards, nameless in _OWNERS:
        owners = things.naming(iri, property_) if downwards else things.values(iri, property_)
        if owners:
            # A reader looks for evidence of a finding, and of a citation about it, on the page of the finding.
            return min(owners, key=lambda owner: (not things.is_a(owner, CS.Finding), owner)), nameless
    return "", False


def _unused(things: Things) -> set[str]:
    """The concepts on which the review has nothing, nor on a narrower one, nor on one in the same area."""
    concepts = {iri for kind in CONCEPTS for iri in things.of(CS(kind.class_name))}
    used = {iri for iri in concepts if any(property_ not in _STRUCTURE for _, property_ in things.incoming(iri))}
    pending = list(used)
    while pending:
        iri = pending.pop()
        above = {*things.values(iri, SKOS.broader), *things.values(iri, CS.inArea)} & concepts - used
        used |= above
        pending += above
    return concepts - used


def _own_pages(things: Things) -> dict[str, str]:
    kinds = {iri: kind for kind, class_ in PAGED.items() for iri in things.of(class_)}
    parts = {iri: [kind, *map(file_name, _ids(iri, kind))] for iri, kind in sorted(kinds.items())}
    count = Counter("/".join(names).casefold() for names in parts.values())
    return {
        iri: "/".join(names if count["/".join(names).casefold()] == 1 else [*names[:-1], f"{names[-1]}-{_digest(iri)}"])
        + ".html"
        for iri, names in parts.items()
    }


def _ids(iri: str, kind: str) -> list[str]:
    """The ids from which an IRI was made; an IRI of another namespace is one id."""
    name = local_name(iri)
    return name.removeprefix(f"{kind}/").split("/") if name != iri else [iri]


def file_name(segment: str) -> str:
    """A segment of an IRI as the name of a file or folder, without an ending."""
    text = unicodedata.normalize("NFKD", unquote(segment)).encode("ascii", "ignore").decode()
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", text).strip("-._")[:_LONGEST].rstrip("-._")
    if name and name == segment and not _NOT_AS_IT_IS.fullmatch(name):
        return name
    return f"{name.replace('.', '-')}-{_digest(segment)}".lstrip("-")  # `nul.x` is a device, too


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:10]
