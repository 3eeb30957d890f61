"""A graph as a folder of pages to publish with a paper: it works from disk and on any static host.

Every IRI of the project's namespace has its page, or an anchor in the page of what it belongs to. The pages load
nothing from outside the folder and contain no script except for the search, whose index is a file of its own.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from markupsafe import Markup
from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from kg.answers.changes import Changes
from kg.answers.evidence_map import EvidenceMap
from kg.answers.map_evidence import with_evidence
from kg.answers.network import Network
from kg.answers.rows import Answers
from kg.core import iris
from kg.core.files import MAX_QUERY_BYTES, SourceFile, read_source
from kg.core.forked import meanwhile
from kg.core.garbage import no_garbage_collection
from kg.core.iris import CS, DCTERMS, RDF, known_bases, local_name
from kg.core.problems import Problem, UsageError
from kg.core.progress import Progress, counted, silent
from kg.graph.serialise import in_order
from kg.readers.citation import LICENCES, NAME, Citation, read_citation
from kg.render.pages import inline
from kg.render.pages.changes_page import changes_values
from kg.render.pages.graph_page import graph_page
from kg.render.pages.map_page import map_page
from kg.render.pages.site_ask import ASK, ask_files, ask_page, search_entries
from kg.render.pages.site_data import QUADS, data_files, data_path, whole_graph
from kg.render.pages.site_front import address_of, front
from kg.render.pages.site_index import search_scripts
from kg.render.pages.site_links import LinkWriter
from kg.render.pages.site_lists import CONCEPT_PAGES, licences_of, lists, overview
from kg.render.pages.site_pages import DESIGN, Page, kind_of, pages
from kg.render.pages.site_places import Place, anchor, places
from kg.render.pages.site_preview import PATH as PREVIEW
from kg.render.pages.site_preview import preview
from kg.render.pages.site_questions import PAGE as QUESTIONS
from kg.render.pages.site_questions import question_pages, questions
from kg.render.pages.site_templates import environment
from kg.render.pages.site_things import Things, shown, web_address
from kg.render.pages.site_values import VERDICTS, PageItem, PageLink, Values
from kg.render.pages.site_ways import Ways

CHANGES = "changes.html"
LARGE = 5_000_000
"""Bytes of N-Quads from which on half of the pages are written in a copy of this process."""
POLICY = (
    "default-src 'none'; style-src 'self' file:; script-src {scripts}; img-src 'self' file:; base-uri 'none'; "
    "form-action 'self' file:"
)
"""`file:` is for a site that is read from disk, where not every browser takes the folder for 'self'."""
NAVIGATION = (("index.html", "Overview"), (QUESTIONS, "Questions"), *CONCEPT_PAGES.items(),
              ("findings.html", "Findings"), ("publications.html", "Publications"),
              ("studies.html", "Studies"), ("graph.html", "Graph"),
              ("map.html", "Map"))  # fmt: skip
_OWN = "'self' file:"
_WITH_SCRIPT = ("site_search.html", "site_list.html", "site_entries.html", "site_concept.html")
_SCRIPTS_OF = dict.fromkeys(_WITH_SCRIPT, _OWN) | {"site_ask.html": f"{_OWN} 'wasm-unsafe-eval'; worker-src blob:"}
"""The scripts that pages may load, by template; only *Ask* needs one. Its worker has the policy of the page."""


@dataclass(frozen=True, slots=True)
class Door:
    """A link from the site to another part of the server that serves it: a path, its name, and what it offers."""

    path: str
    name: str
    what: str


class Drawn(Answers, Protocol):
    """A graph that can be queried, and drawn as a whole."""

    def nquads(self) -> bytes: ...

    def network(self, about: str = "", depth: int = 1) -> Network: ...

    def evidence_map(self, rows: str = "practice", columns: str = "category") -> EvidenceMap: ...


def review_site(
    graph: Drawn,
    root: Path,
    title: str,
    doors: Iterable[Door] = (),
    only: bool = False,
    progress: Progress = silent,
    address: str = "",
    since: Changes | None = None,
    engine: Mapping[str, bytes] | None = None,
) -> dict[str, bytes]:
    """The files of the site of a review by path, with the licence and the citation in its folder (see `site`).

    Raises:
        UsageError: if the licence or the citation exists and cannot be used.
    """
    licence, file = _first_of(root, *LICENCES), _first_of(root, NAME)
    citation = read_citation(file) if file else None
    if isinstance(citation, Problem):
        raise UsageError(str(citation))
    with no_garbage_collection():
        return site(
            graph, title, licence.text if licence else "", citation, doors, only, progress, address, since, engine
        )


def _first_of(root: Path, *names: str) -> SourceFile | None:
    """The first of the files that exists in the review's folder."""
    path = next((root / name for name in names if (root / name).exists()), None)
    file = read_source(root, path, MAX_QUERY_BYTES) if path else None
    if isinstance(file, Problem):
        raise UsageError(str(file))
    return file


def site(
    graph: Drawn,
    title: str,
    licence: str = "",
    citation: Citation | None = None,
    doors: Iterable[Door] = (),
    only: bool = False,
    progress: Progress = silent,
    address: str = "",
    since: Changes | None = None,
    engine: Mapping[str, bytes] | None = None,
) -> dict[str, bytes]:
    """The files of the site by path; the same graph gives the same bytes.

    Args:
        graph: the graph to publish.
        title: what the site is called.
        licence: the text of the licence of the data, empty if there is none; then it is that of `citation`.
        citation: how to cite the review.
        doors: links to other parts of the server.
        only: whether lists of concepts and the evidence map leave out those without evidence.
        progress: receives the name of each step.
        address: where the site is published, with a slash at the end; empty for what `kg.toml` says, if it does.
        since: what changed since an earlier graph, for a page about it.
        engine: the files of Oxigraph for browsers, for the page *Ask*; without them there is no such page.
    """
    progress("collecting the facts about each thing")
    quads = graph.nquads()
    facts, graphs = _facts(quads)
    values = Values(things := Things(facts), places(things, graphs))
    large = len(quads) > LARGE
    with meanwhile(lambda: whole_graph(quads, facts), worthwhile=large) as packed:
        progress("drawing the graph and the evidence map")
        network, whole, effects = graph.network(), graph.evidence_map(), graph.evidence_map("practice", "outcome")
        data = packed()
    evidence_map = with_evidence(whole) if only else whole
    ways = Ways(values, {node.iri for node in network.nodes}, evidence_map)
    progress("answering questions")
    asked = questions(graph, values, ways, whole, effects)
    progress("sorting things into pages")
    sizes = {path: len(text) for path, text in data.items()}
    made = [*pages(values), *lists(values, only), *question_pages(values, asked), _iris(values)]
    made += front(values, ways, title, graph.query("contents"), asked, sizes, citation)
    more = _more(graph, values, since, engine)
    doors = (*doors, *(door for _, door in more))
    made += [*(page for page, _ in more), Page("search.html", "Search", "list", "site_search.html", {}), overview(made)]
    licences = [PageLink("Licence of the data", "licence.txt")] if licence else licences_of(citation)
    data |= _preview(title, made) if (address := address or address_of(things)) else {}
    render = _Renderer(values, ways, title, graph.snapshot, licences, tuple(doors), address)
    render.environment.globals["image"] = f"{address}{PREVIEW}" if PREVIEW in data else ""
    paths = {iri: place.path for iri, place in sorted(values.placed.items())}

    def others() -> dict[str, bytes]:
        return _encoded({page.path: render.page(page) for page in made[1::2]}) | dict(data_files(values, made))

    with meanwhile(others, worthwhile=large) as written:
        files = {}
        for number, page in enumerate(made[::2]):
            counted(progress, "writing pages", min(2 * number + 2, len(made)), len(made))
            files[page.path] = render.page(page)
        progress("writing the graph and the evidence map")
        files["graph.html"] = graph_page(network, pages=paths)
        files["map.html"] = map_page(evidence_map, paths)
        progress("making the search")
        files |= search_scripts(values, made, search_entries(graph) if engine else ())
        progress("writing data")
        data |= written()
    files |= dict(one.csv for one in asked) | _beside(paths, licence, citation, since is not None)
    asking = ask_files(graph, engine, data[f"{QUADS}.gz"], files["iris.json"]) if engine else {}
    return data | _encoded(files) | asking


def _more(
    graph: Drawn, values: Values, since: Changes | None, engine: Mapping[str, bytes] | None
) -> list[tuple[Page, Door]]:
    """The pages that not every site has, each with the link to it."""
    found = [(ask_page(graph), "Ask")] if engine else []
    found += [(_changes(values, since), "Changes")] if since is not None else []
    return [(page, Door(page.path, name, page.text or page.title)) for page, name in found]


def _preview(title: str, made: Iterable[Page]) -> dict[str, bytes]:
    """The picture that other sites show of the front page; none without a picture on it."""
    index = next(page for page in made if page.path == "index.html")
    image = preview(title, index.text, index.values["picture"])
    return {PREVIEW: image} if image else {}


def _beside(paths: dict[str, str], licence: str, citation: Citation | None, with_changes: bool) -> dict[str, str]:
    """What the pages use, and what is offered besides them."""
    files = {
        "site.css": inline.source("site.css"),
        "icon.svg": inline.source("icon.svg"),
        "list.js": inline.script(["site_words.js", "sorting.js", "site_list.js"]),
        "search.js": inline.script(["site_words.js", "site_find.js", "site_suggest.js", "site_search.js"]),
        "iris.json": json.dumps(paths, indent=0, ensure_ascii=False) + "\n",
    }
    files |= ({"licence.txt": licence} if licence else {}) | ({NAME: citation.text} if citation else {})
    return files | ({"changes.css": inline.source("changes.css")} if with_changes else {})


def _encoded(files: dict[str, str]) -> dict[str, bytes]:
    return {path: text.encode("utf-8", "replace") for path, text in files.items()}


def page_addresses(graph: Drawn, address: str) -> dict[str, str]:
    """The address of the page about each thing, by IRI, in the site of the graph that is published at `address`."""
    facts, graphs = _facts(graph.nquads())
    return {iri: address + place.path for iri, place in places(Things(facts), graphs).items()}


def _changes(values: Values, since: Changes) -> Page:
    """What changed since an earlier graph."""
    content = changes_values(since, lambda iri: values.placed[iri].path if iri in values.placed else "")
    return Page(CHANGES, content["heading"], "list", "site_changes.html", content)


def _iris(values: Values) -> Page:
    """The IRIs of all things but the parts that have no anchor of their own: those lead to what they belong to."""
    groups: dict[str, list[tuple[str, Place]]] = defaultdict(list)
    for iri, place in sorted(values.placed.items()):
        if place.anchor in ("", anchor(iri)) and not values.things.value(iri, RDF.first):
            groups[kind_of(values, iri)].append((iri, place))
    return Page(
        "iri.html",
        "All IRIs",
        "list",
        "site_iris.html",
        {"groups": sorted(groups.items()), "named": local_name}
        | {"bases": [base for base in known_bases() if any(iri.startswith(base) for iri in values.placed)]},
    )


def _facts(quads: bytes) -> tuple[Sequence[Triple], set[str]]:
    """The distinct triples in order, and the names of the graphs."""
    facts: set[Triple] = set()
    graphs: set[str] = set()
    for quad in parse(quads, format=RdfFormat.N_QUADS):
        facts.add(quad.triple)
        if isinstance(quad.graph_name, NamedNode):
            graphs.add(quad.graph_name.value)
    return in_order(facts), graphs


class _Renderer:
    """Renders pages with their templates: everything is escaped, and invisible characters are left out."""

    def __init__(
        self,
        values: Values,
        ways: Ways,
        title: str,
        snapshot: str,
        licences: list[PageLink],
        doors: tuple[Door, ...],
        address: str,
    ) -> None:
        self.values = values
        self.environment = environment(clean=None)  # a page is cleaned as a whole, which takes less time
        vocabulary = values.things.value(str(CS).rstrip("#"), DCTERMS.license)
        self.environment.globals.update(
            v=values,
            ways=ways,
            t=values.things,
            address=address,
            **{name: term for name, term in vars(iris).items() if isinstance(term, iris.Namespace)},
            design=DESIGN,
            site_title=title,
            snapshot=snapshot,
            licences=licences,
            doors=doors,
            ask=ASK if any(door.path == ASK for door in doors) else "",
            verdicts=VERDICTS,
            navigation=(*NAVIGATION, *((door.path, door.name) for door in doors)),
            vocabulary_licence=PageLink(vocabulary, url=web_address(vocabulary)),
        )

    def page(self, page: Page) -> str:
        marked: set[str] = set()

        def mark(iri: str) -> Markup:
            """The id attribute of a thing's element, once, on the page where the thing belongs."""
            place = self.values.placed.get(iri)
            if place is None or place.page != page.path or not place.anchor or place.anchor in marked:
                return Markup("")
            marked.add(place.anchor)
            return Markup(' id="{}"').format(place.anchor)

        def unmarked() -> list[PageItem]:
            """What belongs on this page and has not been shown: everything needs its anchor."""
            found = {
                place.anchor: iri
                for iri in self.values.members[page.path]
                if (place := self.values.placed[iri]).anchor and place.anchor not in marked
            }
            return [self.values.item(iri) for iri in found.values()]

        root = "../" * page.path.count("/")
        scripts = _SCRIPTS_OF.get(page.template, "'none'")
        text = self.environment.get_template(page.template).render(
            page.values,
            page=page,
            root=root,
            links_of=LinkWriter(root),
            anchor_of=anchor,
            mark=mark,
            unmarked=unmarked,
            policy=POLICY.format(scripts=scripts),
            data=data_path(self.values, page),
        )
        return shown(text).rstrip("\n") + "\n"
