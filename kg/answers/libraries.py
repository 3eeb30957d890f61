"""The graph and its networks as objects of the libraries that people write scripts with: rdflib, networkx and pyvis."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg.answers.things import Quotation, as_json
from kg.core.extras import need
from kg.core.iris import PREFIXES, XSD

if TYPE_CHECKING:
    import networkx as nx
    import rdflib
    from pyvis.network import Network as PyvisNetwork

    from kg.answers.network import Network, Node

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot contain (section 2.2)."""


# --- rdflib -------------------------------------------------------------------------------------------------------


def to_rdflib(nquads: bytes) -> rdflib.Dataset:
    """An `rdflib.Dataset` of N-Quads, with the same terms: rdflib's own parser would rewrite literals such as `01`."""
    import rdflib
    from rdflib import BNode, Literal, URIRef
    from rdflib.graph import DATASET_DEFAULT_GRAPH_ID

    @lru_cache(maxsize=1 << 16)
    def term(found: Any) -> Any:
        if isinstance(found, ox.NamedNode):
            return URIRef(found.value)
        if isinstance(found, ox.BlankNode):
            return BNode(found.value)
        datatype = None if found.language or found.datatype == XSD.string else URIRef(found.datatype.value)
        return Literal(found.value, lang=found.language, datatype=datatype, normalize=False)

    dataset = rdflib.Dataset(default_union=True)
    for prefix, iri in PREFIXES.items():
        dataset.bind(prefix, iri)
    graphs: dict[Any, rdflib.Graph] = {}
    for quad in ox.parse(nquads, format=ox.RdfFormat.N_QUADS):
        if quad.graph_name not in graphs:
            is_default = isinstance(quad.graph_name, ox.DefaultGraph)
            graphs[quad.graph_name] = dataset.graph(DATASET_DEFAULT_GRAPH_ID if is_default else term(quad.graph_name))
        graphs[quad.graph_name].add((term(quad.subject), term(quad.predicate), term(quad.object)))
    return dataset


# --- networkx -----------------------------------------------------------------------------------------------------


def to_networkx(network: Network, at: Mapping[str, tuple[float, float]]) -> nx.MultiDiGraph[str]:
    """A `networkx.MultiDiGraph` that `nx.write_graphml`, `nx.write_gexf` and `nx.node_link_data` can write.

    Nodes are IRIs with the attributes label, kind, text, key, year (an int; absent when it is not known), areas and
    methods (joined by `; `), quotations, x and y. The key of an edge is its index in `network.edges`; edges have
    label, kind, text, second_hand (bool), weight (int) and quotations. `quotations` is a JSON array of objects with
    quote, section, work, key, said_by, page and url. Characters that XML cannot contain are replaced by U+FFFD.

    Raises:
        UsageError: if networkx is not installed.
    """
    need("networkx")
    import networkx as nx

    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(title=xml_text(network.title), snapshot=network.snapshot)
    for node in network.nodes:
        x, y = at[node.iri]
        texts = {"label": node.label, "kind": node.kind, "text": node.text, "key": node.key,
                 "areas": "; ".join(node.areas), "methods": "; ".join(node.methods)}  # fmt: skip
        year = {"year": int(node.year)} if node.year.isdecimal() else {}
        graph.add_node(node.iri, **_attributes(texts, node.quotations), **year, x=x, y=y)
    for number, edge in enumerate(network.edges):
        texts = {"label": edge.kind, "kind": edge.kind, "text": edge.text}
        attributes = _attributes(texts, edge.quotations)
        graph.add_edge(edge.source, edge.target, number, **attributes, second_hand=edge.second_hand, weight=edge.weight)
    return graph


def _attributes(texts: dict[str, str], quotations: Iterable[Quotation]) -> dict[str, str]:
    quoted = json.dumps([as_json(quotation) for quotation in quotations], ensure_ascii=False)
    return {name: xml_text(text) for name, text in {**texts, "quotations": quoted}.items()}


def xml_text(text: str) -> str:
    """Text without the characters that XML cannot contain; U+FFFD takes their place."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)


# --- pyvis --------------------------------------------------------------------------------------------------------

_CDN = re.compile(r"<(link|script)\b[^>]*https://cdn\.jsdelivr\.net[^>]*>(\s*</script>)?")


def to_pyvis(network: Network, at: Mapping[str, tuple[float, float]], **options: Any) -> PyvisNetwork:
    """A `pyvis.network.Network` to change and save with `write_html("network.html")`.

    Nodes have the positions of the network and the physics is off, so that large networks open at once; the group of
    a node is its kind. The page contains its scripts and works offline. pyvis inserts headings, node ids and some
    tooltips into the page as HTML. Here headings and ids are escaped, and tooltips contain no `<`, so that no text
    of the graph can run as a script; this does not cover tooltips that you add yourself.

    Args:
        options: of `pyvis.network.Network`, such as `height="900px"` or `select_menu=True`.

    Raises:
        UsageError: if pyvis is not installed.
    """
    need("pyvis")
    from pyvis.network import Network as PyvisNetwork

    defaults = {"height": "700px", "directed": True, "cdn_resources": "in_line"}
    made = PyvisNetwork(**defaults | options)
    _escape(made)
    made.prep_notebook()
    made.toggle_physics(False)
    made.set_edge_smooth("continuous")
    # `add_node` and `add_edge` search all nodes each time; the lists are public.
    for node in network.nodes:
        x, y = at[node.iri]
        made.node_map[node.iri] = {"id": node.iri, "label": node.label, "group": node.kind, "shape": "dot",
                                   "title": _title(node), "x": x, "y": y}  # fmt: skip
    made.node_ids = list(made.node_map)
    made.nodes = list(made.node_map.values())
    for edge in network.edges:
        title, width = _tooltip(edge.kind, edge.text, *_quoted(edge.quotations)), edge.weight.bit_length()
        look = {"arrows": "to", "dashes": edge.second_hand, "width": width, "title": title}
        made.edges.append({"from": edge.source, "to": edge.target, **look})
    return made


def _title(node: Node) -> str:
    return _tooltip(f"{node.label} ({node.kind})", node.text, *_quoted(node.quotations))


def _quoted(quotations: Iterable[Quotation]) -> list[str]:
    return [f"“{q.text}” {q.work}, section {q.section}" for q in quotations]


def _tooltip(*lines: str) -> str:
    """Text that means the same as plain text and as HTML: pyvis shows a tooltip as either, depending on the others."""
    return "\n".join(filter(None, lines)).replace("<", "‹").replace(">", "›")


def _escape(made: PyvisNetwork) -> None:
    """Makes the templates of pyvis escape what they insert, and removes stylesheets and scripts of other hosts."""
    from jinja2 import Environment, FunctionLoader

    templates = made.templateEnv

    def source(name: str) -> str:
        found: str = templates.loader.get_source(templates, name)[0]
        return _CDN.sub("", found)

    made.templateEnv = Environment(loader=FunctionLoader(source), autoescape=True)
