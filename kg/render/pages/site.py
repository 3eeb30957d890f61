"""A graph as a folder of pages to publish beside a paper: it works from disk and on any static host.

Every IRI of the project's namespace has its page, or an anchor in the page of what it belongs to. The pages ask for
nothing outside the folder and hold no script but for the search, which has its index in a file of its own.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from markupsafe import Markup
from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from kg.answers.evidence_map import EvidenceMap
from kg.answers.network import Network
from kg.answers.rows import Answers
from kg.core.iris import BASE, CS, DCTERMS
from kg.core.progress import Progress, counted, silent
from kg.graph.serialise import turtle_of
from kg.readers import citation as citations
from kg.readers.citation import Citation
from kg.render.pages import inline
from kg.render.pages.graph_page import graph_page
from kg.render.pages.map_page import map_page
from kg.render.pages.site_data import data_files
from kg.render.pages.site_front import front
from kg.render.pages.site_pages import Page, kind_of, lists, pages
from kg.render.pages.site_places import Place, places
from kg.render.pages.site_things import Things, section, short, shown, web_address
from kg.render.pages.site_values import VERDICTS, Entry, Link, Values

if TYPE_CHECKING:
    from jinja2 import Environment

POLICY = (
    "default-src 'none'; style-src 'self' file:; script-src {scripts}; img-src data:; base-uri 'none'; "
    "form-action 'self' file:"
)
"""`file:` stands for a site that is read from disk, where not every browser takes the folder for 'self'."""

NAVIGATION = (("index.html", "Overview"), ("practices.html", "Practices"), ("challenges.html", "Challenges"),
              ("findings.html", "Findings"), ("publications.html", "Publications"),
              ("studies.html", "Studies"), ("graph.html", "Graph"), ("map.html", "Map"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Door:
    """A way from the site to what stands beside it where it is served: a path, its name, and what is there."""

    path: str
    name: str
    what: str


class Drawn(Answers, Protocol):
    """A graph that can be asked, and drawn whole."""

    def nquads(self) -> bytes: ...

    def network(self, about: str = "", depth: int = 1) -> Network: ...

    def evidence_map(self, rows: str = "practice", columns: str = "category") -> EvidenceMap: ...


def site(
    graph: Drawn,
    title: str,
    licence: str = "",
    citation: Citation | None = None,
    doors: Iterable[Door] = (),
    progress: Progress = silent,
) -> dict[str, bytes]:
    """The files of the site by path; the same graph gives the same bytes.

    `licence` is the text of the licence of the data, empty when none is stated; `citation` says how to cite the review.
    """
    progress("gathering what is said of each thing")
    data = {"graph.nq": graph.nquads()}
    facts: set[Triple] = set()
    graphs: set[str] = set()
    for quad in parse(data["graph.nq"], format=RdfFormat.N_QUADS):
        facts.add(quad.triple)
        if isinstance(quad.graph_name, NamedNode):
            graphs.add(quad.graph_name.value)
    things = Things(facts)
    values = Values(things, places(things, graphs))
    progress("writing the graph as Turtle")
    data["graph.ttl"] = turtle_of(data["graph.nq"])
    progress("sorting things into pages")
    made = [
        *pages(values),
        *lists(values),
        front(graph, values, title, data, citation),
        _iris(values),
        Page("search.html", "Search", "list", "site_search.html", {}),
    ]
    render = _Renderer(values, title, graph.snapshot, licence, tuple(doors))
    files = {}
    for number, page in enumerate(made, 1):
        counted(progress, "writing pages", number, len(made))
        files[page.path] = render.page(page)
    progress("drawing the graph")
    files["graph.html"] = graph_page(graph.network())
    progress("drawing the evidence map")
    files["map.html"] = map_page(graph.evidence_map())
    progress("making the search")
    files |= {
        "site.css": inline.source("site.css"),
        "search.js": inline.script(["graph_search.js", "site_search.js"]),
        "search-index.js": f"window.kgIndex = {_script_json(_index(things, made))};\n",
        "iris.json": json.dumps(
            {iri: place.path for iri, place in sorted(values.placed.items())}, indent=0, ensure_ascii=False
        )
        + "\n",
    }
    files |= {"licence.txt": licence} if licence else {}
    files |= {citations.NAME: citation.text} if citation else {}
    data |= {path: text.encode("utf-8", "replace") for path, text in files.items()}
    return data | dict(data_files(values, made, progress))


def _iris(values: Values) -> Page:
    groups: dict[str, list[tuple[str, Place]]] = defaultdict(list)
    for iri, place in sorted(values.placed.items()):
        groups[kind_of(values, iri)].append((iri, place))
    return Page("iri.html", "All IRIs", "list", "site_iris.html", {"groups": sorted(groups.items()), "base": BASE})


class _Renderer:
    """Pages through their templates: everything is escaped, and what does not show is left out."""

    def __init__(self, values: Values, title: str, snapshot: str, licence: str, doors: tuple[Door, ...]) -> None:
        self.values = values
        self.environment = environment()
        vocabulary = values.things.value(str(CS).rstrip("#"), DCTERMS.license)
        self.environment.globals.update(
            site_title=title,
            snapshot=snapshot,
            licence=bool(licence),
            doors=doors,
            verdicts=VERDICTS,
            navigation=(*NAVIGATION, *((door.path, door.name) for door in doors)),
            vocabulary_licence=Link(vocabulary, url=web_address(vocabulary)),
        )

    def page(self, page: Page) -> str:
        marked: set[str] = set()

        def mark(iri: str) -> Markup:
            """The id of a thing's element, once, on the page where it has its place."""
            place = self.values.placed.get(iri)
            if place is None or place.page != page.path or not place.anchor or place.anchor in marked:
                return Markup("")
            marked.add(place.anchor)
            return Markup(' id="{}"').format(place.anchor)

        def unmarked() -> list[Entry]:
            """What has its place on this page and was not shown: nothing may be left out, or be without its anchor."""
            iris = {
                place.anchor: iri
                for iri in self.values.members[page.path]
                if (place := self.values.placed[iri]).anchor and place.anchor not in marked
            }
            return [self.values.entry(iri) for iri in iris.values()]

        scripts = "'self' file:" if page.path == "search.html" else "'none'"
        text = self.environment.get_template(page.template).render(
            page.values,
            page=page,
            root="../" * page.path.count("/"),
            mark=mark,
            unmarked=unmarked,
            policy=POLICY.format(scripts=scripts),
            data=page.path.rsplit("/", 1)[-1].removesuffix(".html"),
        )
        return text.rstrip("\n") + "\n"


def environment() -> Environment:
    """The templates of the site, in which what does not show is left out."""
    environment = inline.environment()
    environment.filters |= {"short": short, "section": section}
    environment.finalize = lambda value: (
        value if isinstance(value, Markup) else (shown(value) if isinstance(value, str) else value)
    )
    return environment


def _index(things: Things, made: Iterable[Page]) -> list[list[Any]]:
    """For the search: kind, title, path, other names, text, and how many facts name the thing."""
    return [
        [
            page.kind,
            shown(page.title),
            page.path,
            [shown(name) for name in page.names if name],
            shown(page.text),
            sum(1 for _ in things.incoming(page.iri)),
        ]
        for page in made
        if page.iri
    ]


def _script_json(value: Any) -> str:
    """JSON that is JavaScript too, and could stand in any page."""
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
