"""A network as GraphML, GEXF or JSON, for Gephi, yEd, Cytoscape, R and networkx.

A file is made in pieces, one for each node and edge. The command and the API join all of them; the page of a graph
contains the same pieces and joins those of what is shown, so that there is one writer for each format.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kg.answers.libraries import xml_text
from kg.answers.network import Edge, Network, Node, check, places
from kg.answers.things import Quotation, as_json
from kg.render.pages.graph_looks import light_theme, look_of, one_line, style_of

Warn = Callable[[str], object]

NODE_FIELDS = {
    "label": "string", "kind": "string", "text": "string", "key": "string", "year": "int", "year_as_given": "string",
    "areas": "string", "methods": "string", "alternatives": "string", "quotations": "string",
    "x": "double", "y": "double",
}  # fmt: skip
"""Attributes of nodes, each with its type in GraphML. `year_as_given` is a year that is not a number."""
EDGE_FIELDS = {
    "label": "string", "kind": "string", "interaction": "string", "second_hand": "boolean", "weight": "int",
    "text": "string", "quotations": "string",
}  # fmt: skip
"""The same for edges. `label`, `kind` and `interaction`, which Cytoscape shows, have the same value."""

_YEAR = re.compile("[0-9]{1,9}")
_NOT_IN_AN_ID = re.compile("[^\x21-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Pieces:
    """A file in pieces."""

    head: str
    nodes: list[str]
    middle: str
    edges: list[str]
    foot: str
    joint: str = ""
    """What separates the pieces of nodes, and those of edges."""
    note: str = ""
    """What a user must know about the file; empty if it contains everything as it is."""

    def whole(self, warn: Warn = str) -> str:
        """The file with all nodes and edges; `warn` receives the note."""
        if self.note:
            warn(self.note)
        return f"{self.head}{self.joint.join(self.nodes)}{self.middle}{self.joint.join(self.edges)}{self.foot}"


def network_graphml(network: Network, warn: Warn = str) -> str:
    """The network as GraphML, with labels and places for yEd.

    Args:
        warn: receives a message if characters that XML cannot contain had to be replaced.

    Raises:
        ValueError: if a node is given twice, or an edge leads to a node that is not in the network.
    """
    return graphml_pieces(network).whole(warn)


def network_gexf(network: Network, warn: Warn = str) -> str:
    """The network as GEXF 1.3, with places, sizes and colours; arguments and errors as for `network_graphml`."""
    return gexf_pieces(network).whole(warn)


def network_json(network: Network) -> str:
    """The network in the node-link form of networkx and D3, with quotations and other lists as lists.

    Raises:
        ValueError: if a node is given twice, or an edge leads to a node that is not in the network.
    """
    return json_pieces(network).whole()


# --- values ---------------------------------------------------------------------------------------------------------


class _Xml:
    """Texts as the content of elements, or between `"` in attributes; counts the characters that had to be replaced."""

    def __init__(self) -> None:
        self.replaced = 0
        self._quotations: dict[tuple[Quotation, ...], str] = {}

    def __call__(self, text: str) -> str:
        if not text.isprintable():
            kept = xml_text(text)
            self.replaced += kept.count("\N{REPLACEMENT CHARACTER}") - text.count("\N{REPLACEMENT CHARACTER}")
            # A parser would read other kinds of space in an attribute, and a carriage return anywhere, differently.
            text = kept.replace("&", "&amp;").replace("\t", "&#9;").replace("\n", "&#10;").replace("\r", "&#13;")
        elif "&" in text:
            text = text.replace("&", "&amp;")
        return text.replace("<", "&lt;").replace(">", "&gt;")

    def attribute(self, text: str) -> str:
        return self(text).replace('"', "&quot;")

    def quotations(self, quotations: tuple[Quotation, ...]) -> str:
        """Quotations as a JSON array of objects, with the keys of `Network.to_networkx`."""
        if quotations not in self._quotations:
            self._quotations[quotations] = self(json.dumps(as_json(quotations), ensure_ascii=False))
        return self._quotations[quotations]

    @property
    def note(self) -> str:
        if not self.replaced:
            return ""
        what = "character" if self.replaced == 1 else "characters"
        return f"{self.replaced} {what} that XML cannot contain replaced by U+FFFD; the file in JSON has them"


def _fields(network: Network) -> tuple[tuple[str, Mapping[str, str]], ...]:
    """The attributes of nodes and of edges, with their types."""
    odd = any("year_as_given" in year_of(node) for node in network.nodes)
    nodes = {name: kind for name, kind in NODE_FIELDS.items() if odd or name != "year_as_given"}
    return ("node", nodes), ("edge", EDGE_FIELDS)


def year_of(node: Node) -> dict[str, Any]:
    """The year as the attribute `year`, or as `year_as_given` if it is not a number; none if it is not known."""
    if _YEAR.fullmatch(node.year):
        return {"year": int(node.year)}
    return {"year_as_given": node.year} if node.year else {}


def _node_values(node: Node) -> Iterable[tuple[str, str]]:
    """The attributes of a node that are not empty, without label, quotations and place."""
    texts = {
        "kind": node.kind, "text": node.text, "key": node.key, **year_of(node), "areas": "; ".join(node.areas),
        "methods": "; ".join(node.methods), "alternatives": "; ".join(node.alternatives),
    }  # fmt: skip
    return ((name, str(value)) for name, value in texts.items() if value != "")


def _ids(network: Network) -> dict[str, str]:
    """An id for each node: its IRI, with `%` escapes for spaces and for what XML cannot contain."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for node in network.nodes:
        made = _NOT_IN_AN_ID.sub(_escaped, node.iri) or "_"
        while made in taken:
            made += "_"
        taken.add(made)
        found[node.iri] = made
    return found


def _escaped(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode("utf-8", "surrogatepass"))


def _about(network: Network) -> dict[str, str]:
    """What is not empty of what is said of the network as a whole."""
    about = {"title": network.title, "focus": network.focus, "snapshot": network.snapshot, "note": network.note}
    return {name: text for name, text in about.items() if text}


class _Prepared:
    """What the two XML formats need of a network."""

    def __init__(self, network: Network) -> None:
        check(network)
        self.xml = _Xml()
        self.at = places(network)
        # An id is escaped once, because many edges may lead to a node.
        self.ids = {iri: self.xml.attribute(made) for iri, made in _ids(network).items()}
        theme = light_theme()
        self.colour: Mapping[str, str] = {node.kind: theme[style_of(node.kind)] for node in network.nodes}


# --- GraphML --------------------------------------------------------------------------------------------------------

# Gephi reads keys with the ids d3 and d7 as labels; without a type, rustworkx refuses the file.
_GRAPHML = """<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:y="http://www.yworks.com/xml/graphml" \
xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" \
xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">
<key id="d3" for="node" attr.name="nodegraphics" attr.type="string" yfiles.type="nodegraphics"/>
<key id="d7" for="edge" attr.name="edgegraphics" attr.type="string" yfiles.type="edgegraphics"/>
"""


def graphml_pieces(network: Network) -> Pieces:
    """The pieces of a GraphML file (http://graphml.graphdrawing.org), with yEd's elements for labels and places."""
    made = _Prepared(network)
    xml, ids = made.xml, made.ids
    about = _about(network)
    keys = [f'<key id="g_{name}" for="graph" attr.name="{name}" attr.type="string"/>\n' for name in about]
    for of, fields in _fields(network):
        prefix = "e_" if of == "edge" else ""
        keys += [f'<key id="{prefix}{n}" for="{of}" attr.name="{n}" attr.type="{t}"/>\n' for n, t in fields.items()]
    data = "".join(f'<data key="g_{name}">{xml(text)}</data>\n' for name, text in about.items())
    graph = f'<graph id="{xml.attribute(network.title)}" edgedefault="directed">\n'
    nodes = [_graphml_node(node, made) for node in network.nodes]
    edges = _graphml_edges(network.edges, xml, ids)
    head = f"{_GRAPHML}{''.join(keys)}{graph}{data}"
    return Pieces(head, nodes, "", edges, "</graph>\n</graphml>\n", note=xml.note)


def _graphml_node(node: Node, made: _Prepared) -> str:
    x, y = made.at[node.iri]
    label = one_line(node.label)
    # yEd neither sizes nodes by their labels nor breaks lines, and a place is that of the upper left corner.
    width = max(30.0, min(len(label), 60) * 7.0 + 10.0)
    shape = f'<y:Geometry x="{x - width / 2}" y="{y - 15.0}" width="{width}" height="30.0"/>'
    name = f"<y:NodeLabel>{made.xml(label)}</y:NodeLabel>" if label else ""
    fill = f'<y:Fill color="{made.colour[node.kind]}" transparent="false"/>'
    values = [("label", node.label), *_node_values(node)] if node.label else _node_values(node)
    data = "".join(f'<data key="{key}">{made.xml(value)}</data>' for key, value in values)
    if node.quotations:
        data += f'<data key="quotations">{made.xml.quotations(node.quotations)}</data>'
    return (
        f'<node id="{made.ids[node.iri]}"><data key="d3"><y:ShapeNode>{shape}{fill}{name}</y:ShapeNode></data>'
        f'{data}<data key="x">{x}</data><data key="y">{y}</data></node>\n'
    )


def _graphml_edges(edges: Iterable[Edge], xml: _Xml, ids: Mapping[str, str]) -> list[str]:
    common: dict[tuple[str, bool, int], str] = {}
    found = []
    for number, edge in enumerate(edges):
        sort = edge.kind, edge.second_hand, edge.weight
        if sort not in common:
            common[sort] = _graphml_sort(edge, xml)
        text = f'<data key="e_text">{xml(edge.text)}</data>' if edge.text else ""
        if edge.quotations:
            text += f'<data key="e_quotations">{xml.quotations(edge.quotations)}</data>'
        ends = f'source="{ids[edge.source]}" target="{ids[edge.target]}"'
        found.append(f'<edge id="e{number}" {ends}>{common[sort]}{text}</edge>\n')
    return found


def _graphml_sort(edge: Edge, xml: _Xml) -> str:
    """What edges of one kind, hand and weight have in common."""
    line = '<y:LineStyle type="dashed" width="1.0"/>' if edge.second_hand else ""
    line += '<y:Arrows source="none" target="standard"/>'
    name = f"<y:EdgeLabel>{xml(one_line(edge.kind))}</y:EdgeLabel>" if edge.kind else ""
    kind = [(f"e_{name}", xml(edge.kind)) for name in ("label", "kind", "interaction")] if edge.kind else []
    values = [*kind, ("e_second_hand", "true" if edge.second_hand else "false"), ("e_weight", str(edge.weight))]
    return f'<data key="d7"><y:PolyLineEdge>{line}{name}</y:PolyLineEdge></data>' + "".join(
        f'<data key="{key}">{value}</data>' for key, value in values
    )


# --- GEXF -----------------------------------------------------------------------------------------------------------

_GEXF = """<?xml version="1.0" encoding="UTF-8"?>
<gexf xmlns="http://gexf.net/1.3" xmlns:viz="http://gexf.net/1.3/viz" \
version="1.3">
"""
_GEXF_TYPES = {"int": "integer"}


def gexf_pieces(network: Network) -> Pieces:
    """The pieces of a GEXF 1.3 file (https://gexf.net).

    `label` and `weight` are attributes of GEXF itself, and so is `kind`, by which Gephi keeps parallel edges apart.
    The ids of other attributes are their names, because graphology shows ids.
    """
    made = _Prepared(network)
    columns = []
    for of, fields in _fields(network):
        names = [name for name in fields if name not in ("label", "weight", "x", "y", "interaction")]
        rows = "".join(
            f'<attribute id="{name}" title="{name}" type="{_GEXF_TYPES.get(fields[name], fields[name])}"/>'
            for name in names
        )
        columns.append(f'<attributes class="{of}" mode="static">{rows}</attributes>\n')
    about = "; ".join(filter(None, (network.title, network.note, network.snapshot and f"snapshot {network.snapshot}")))
    meta = f"<meta><creator>kg</creator><description>{made.xml(about)}</description></meta>\n"
    head = f'{_GEXF}{meta}<graph defaultedgetype="directed">\n{"".join(columns)}<nodes>\n'
    nodes = [_gexf_node(node, made) for node in network.nodes]
    edges = _gexf_edges(network.edges, made.xml, made.ids)
    foot = "</edges>\n</graph>\n</gexf>\n"
    return Pieces(head, nodes, "</nodes>\n<edges>\n", edges, foot, note=made.xml.note)


def _gexf_node(node: Node, made: _Prepared) -> str:
    x, y = made.at[node.iri]
    label = f' label="{made.xml.attribute(node.label)}"' if node.label else ""
    values = "".join(_attvalue(name, made.xml.attribute(value)) for name, value in _node_values(node))
    values += _gexf_quotations(node.quotations, made.xml)
    red, green, blue = bytes.fromhex(made.colour[node.kind][1:])
    # In Gephi and sigma, y grows upwards.
    return (
        f'<node id="{made.ids[node.iri]}"{label}><attvalues>{values}</attvalues>'
        f'<viz:color r="{red}" g="{green}" b="{blue}"/><viz:position x="{x}" y="{0.0 - y}"/>'
        f'<viz:size value="{float(look_of(node.kind).size)}"/></node>\n'
    )


def _attvalue(name: str, value: str) -> str:
    return f'<attvalue for="{name}" value="{value}"/>'


def _gexf_quotations(quotations: tuple[Quotation, ...], xml: _Xml) -> str:
    """Quotations between single quotation marks: the double ones of JSON would make a file twice as long."""
    if not quotations:
        return ""
    return f"""<attvalue for="quotations" value='{xml.quotations(quotations).replace("'", "&#39;")}'/>"""


def _gexf_edges(edges: Iterable[Edge], xml: _Xml, ids: Mapping[str, str]) -> list[str]:
    kinds: dict[str, str] = {}
    found = []
    for number, edge in enumerate(edges):
        if edge.kind not in kinds:
            kinds[edge.kind] = xml.attribute(edge.kind)
        kind = kinds[edge.kind]
        values = _attvalue("kind", kind) if kind else ""
        values += _attvalue("second_hand", "true" if edge.second_hand else "false")
        if edge.text:
            values += _attvalue("text", xml.attribute(edge.text))
        values += _gexf_quotations(edge.quotations, xml)
        label = f' label="{kind}" kind="{kind}"' if kind else ""
        ends = f'source="{ids[edge.source]}" target="{ids[edge.target]}"'
        found.append(
            f'<edge id="e{number}" {ends}{label} weight="{edge.weight}"><attvalues>{values}</attvalues></edge>\n'
        )
    return found


# --- JSON -----------------------------------------------------------------------------------------------------------


def json_pieces(network: Network) -> Pieces:
    """The pieces of a JSON file that `networkx.node_link_graph(data, edges="edges")` reads; one line for each thing."""
    check(network)
    at = places(network)
    nodes = []
    for node in network.nodes:
        values = {name: value for name, value in as_json(node).items() if value not in ("", [])}
        x, y = at[node.iri]
        values |= {"id": values.pop("iri", ""), "x": x, "y": y}
        values.pop("year", None)
        nodes.append(_line(values | year_of(node)))
    edges = []
    for number, edge in enumerate(network.edges):
        values = {"source": edge.source, "target": edge.target, "key": number, "label": edge.kind, "kind": edge.kind,
                  "text": edge.text, "second_hand": edge.second_hand, "weight": edge.weight,
                  "quotations": as_json(edge.quotations)}  # fmt: skip
        always = ("source", "target", "key", "second_hand", "weight")
        edges.append(_line({name: value for name, value in values.items() if name in always or value}))
    graph = _line(_about(network))
    head = f'{{"directed": true, "multigraph": true, "graph": {graph},\n"nodes": [\n'
    return Pieces(head, nodes, '\n],\n"edges": [\n', edges, "\n]}\n", ",\n")


def _line(value: dict[str, Any]) -> str:
    """JSON that can be written as UTF-8: a lone surrogate is escaped."""
    return _SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(value, ensure_ascii=False))


PIECES: Mapping[str, Callable[[Network], Pieces]] = {
    "graphml": graphml_pieces,
    "gexf": gexf_pieces,
    "json": json_pieces,
}
"""The formats that the page of a graph writes too, by their names in the table of formats."""
