"""A network as GraphML, GEXF or JSON, for Gephi, yEd, Cytoscape, R and networkx.

Each format is defined once, by the text before, between and after the nodes and edges and by a form for a node and one
for an edge (network_forms.py). The command and the API fill in all nodes and edges; the page of a graph contains the
same forms and fills in what is shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from itertools import filterfalse
from operator import attrgetter
from typing import Any

from kg.answers.libraries import xml_text
from kg.answers.network import Network
from kg.answers.things import Quotation, as_json
from kg.render.network_columns import Attribute, Columns, columns_of
from kg.render.network_forms import FILTERS, filled
from kg.render.pages.graph_looks import light_theme, look_of, style_of

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
_VALUES = {
    "year": "year>years", "year_as_given": "year>odd_years", "areas": "areas|join", "methods": "methods|join",
    "alternatives": "alternatives|join",
}  # fmt: skip
"""How forms say the value of an attribute, if not by its name."""
QUOTED = [field.name for field in fields(Quotation)]
"""The attributes of a quotation."""
_IN_ELEMENT, _IN_ATTRIBUTE = "|xml", "|xml|double"


@dataclass(frozen=True, slots=True)
class FileForm:
    """A format of files, for one network."""

    head: str
    node: str
    """The form of a node, and below that of an edge."""
    middle: str
    edge: str
    foot: str
    joint: str = ""
    """What separates nodes, and edges."""
    note: str = ""
    """What a user must know about the file; empty if it contains everything as it is."""


@dataclass(frozen=True, slots=True)
class NetworkFiles:
    """The files of a network: columns, tables of values, and the form of each format by its name."""

    columns: Columns
    tables: Mapping[str, Mapping[str, Any]]
    forms: Mapping[str, FileForm]

    def pieces(self, name: str) -> tuple[list[str], list[str]]:
        """The text of each node and of each edge in a format."""
        form = self.forms[name]
        quotations = tuple(map(as_json, self.columns.quoted))
        nodes, edges = (_with_quotations(columns, quotations) for columns in (self.columns.nodes, self.columns.edges))
        return filled(form.node, nodes, self.tables), filled(form.edge, edges, self.tables)

    def written(self, name: str, warn: Warn = str) -> str:
        """The file with all nodes and edges; `warn` receives the note of the format."""
        form = self.forms[name]
        nodes, edges = map(form.joint.join, self.pieces(name))
        if form.note:
            warn(form.note)
        return f"{form.head}{nodes}{form.middle}{edges}{form.foot}"


def network_files(network: Network) -> NetworkFiles:
    """The files of a network.

    Raises:
        ValueError: if a node is given twice, or an edge leads to a node that is not in the network.
    """
    columns = columns_of(network)
    note = _replaced(columns, network)
    forms = {"graphml": _graphml(network, note), "gexf": _gexf(network, note), "json": _json(network)}
    return NetworkFiles(columns, _tables(network, columns), forms)


def network_graphml(network: Network, warn: Warn = str) -> str:
    """The network as GraphML, with labels and places for yEd.

    Args:
        warn: receives a message if characters that XML cannot contain had to be replaced.

    Raises:
        ValueError: if a node is given twice, or an edge leads to a node that is not in the network.
    """
    return network_files(network).written("graphml", warn)


def network_gexf(network: Network, warn: Warn = str) -> str:
    """The network as GEXF 1.3, with places, sizes and colours; arguments and errors as for `network_graphml`."""
    return network_files(network).written("gexf", warn)


def network_json(network: Network) -> str:
    """The network in the node-link form of networkx and D3, with quotations and other lists as lists.

    Raises:
        ValueError: if a node is given twice, or an edge leads to a node that is not in the network.
    """
    return network_files(network).written("json")


# --- values ---------------------------------------------------------------------------------------------------------


def _with_quotations(columns: Mapping[str, Attribute], quotations: tuple[Any, ...]) -> Mapping[str, Attribute]:
    """The columns with quotations as they are written, instead of their numbers."""
    quoted = columns["quotations"]
    return {**columns, "quotations": Attribute([[quotations[n] for n in numbers] for numbers in quoted.of], quoted.at)}


def _tables(network: Network, columns: Columns) -> dict[str, dict[str, Any]]:
    """What stands for a value: ids for IRIs that cannot be ids, numbers for years, and the looks of kinds."""
    theme = light_theme()
    colours = {kind: theme[style_of(kind)] for kind in columns.nodes["kind"].of}
    parts = {kind: bytes.fromhex(colour[1:]) for kind, colour in colours.items()}
    years: dict[str, Any] = {}
    odd: dict[str, Any] = {}
    for year in columns.nodes["year"].of:
        found = year_of(year)
        years[year], odd[year] = str(found.get("year", "")), found.get("year_as_given", "")
    return {
        "ids": _ids(network),
        "years": years,
        "odd_years": odd,
        "colours": colours,
        **{name: {kind: part[at] for kind, part in parts.items()} for at, name in enumerate(("red", "green", "blue"))},
        "sizes": {kind: str(float(look_of(kind).size)) for kind in colours},
    }


def year_of(year: str) -> dict[str, Any]:
    """A year as the attribute `year`, or as `year_as_given` if it is not a number; none if it is not known."""
    if _YEAR.fullmatch(year):
        return {"year": int(year)}
    return {"year_as_given": year} if year else {}


def _replaced(columns: Columns, network: Network) -> str:
    """A note on the characters of different texts that XML cannot contain; empty if there are none."""
    texts = {network.title, network.note, network.focus, network.snapshot}
    attributes = {**columns.edges, **columns.nodes}
    for name in ("kind", "label", "text", "key", "year"):
        texts.update(attributes[name].of)
    for name in ("alternatives", "areas", "methods"):
        texts.update(*attributes[name].of)
    texts.update(columns.edges["kind"].of, columns.edges["text"].of, *map(attrgetter(*QUOTED), columns.quoted))
    mark = "\N{REPLACEMENT CHARACTER}"
    count = sum(xml_text(text).count(mark) - text.count(mark) for text in filterfalse(str.isprintable, texts))
    if not count:
        return ""
    what = "character" if count == 1 else "characters"
    return f"{count} {what} that XML cannot contain replaced by U+FFFD; the file in JSON has them"


def _fields(network: Network) -> tuple[tuple[str, Mapping[str, str]], ...]:
    """The attributes of nodes and of edges, with their types."""
    odd = any("year_as_given" in year_of(node.year) for node in network.nodes)
    nodes = {name: kind for name, kind in NODE_FIELDS.items() if odd or name != "year_as_given"}
    return ("node", nodes), ("edge", EDGE_FIELDS)


def _ids(network: Network) -> dict[str, Any]:
    """An id for each node whose IRI cannot be one: with `%` escapes for spaces and for what XML cannot contain."""
    found: dict[str, Any] = {}
    taken: set[str] = set()
    for node in network.nodes:
        made = _NOT_IN_AN_ID.sub(_escaped, node.iri) or "_"
        while made in taken:
            made += "_"
        taken.add(made)
        if made != node.iri:
            found[node.iri] = made
    return found


def _escaped(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode("utf-8", "surrogatepass"))


def _about(network: Network) -> dict[str, str]:
    """What is not empty of what is said of the network as a whole."""
    about = {"title": network.title, "focus": network.focus, "snapshot": network.snapshot, "note": network.note}
    return {name: text for name, text in about.items() if text}


def _optional(value: str, form: str) -> str:
    """A form that is left out if this value is empty."""
    return f"[[#{value}]]{form}[[/]]"


def _attributes(form: str, names: str, filters: str) -> str:
    """A form with `NAME` and `VALUE` for each of some attributes that is not empty."""
    made = []
    for name in names.split():
        value = _VALUES.get(name, name)
        made.append(_optional(value, form.replace("NAME", name).replace("VALUE", f"[[{value}{filters}]]")))
    return "".join(made)


# --- GraphML --------------------------------------------------------------------------------------------------------

# Gephi reads keys with the ids d3 and d7 as labels; without a type, rustworkx refuses the file.
_GRAPHML = """<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:y="http://www.yworks.com/xml/graphml" \
xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" \
xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">
<key id="d3" for="node" attr.name="nodegraphics" attr.type="string" yfiles.type="nodegraphics"/>
<key id="d7" for="edge" attr.name="edgegraphics" attr.type="string" yfiles.type="edgegraphics"/>
"""


# yEd breaks no lines, and a place is that of the upper left corner.
_GRAPHML_NODE = (
    '<node id="[[iri>ids|xml|double]]"><data key="d3"><y:ShapeNode><y:Geometry x="[[x-width/2|number]]" '
    'y="[[y-15|number]]" width="[[width|number]]" height="30.0"/><y:Fill color="[[kind>colours]]" transparent="false"/>'
    + _optional("label|line", "<y:NodeLabel>[[label|line|xml]]</y:NodeLabel>")
    + "</y:ShapeNode></data>"
    + _attributes(
        '<data key="NAME">VALUE</data>',
        "label kind text key year year_as_given areas methods alternatives",
        _IN_ELEMENT,
    )
    + _optional("quotations", '<data key="quotations">[[quotations|json|xml]]</data>')
    + '<data key="x">[[x|number]]</data><data key="y">[[y|number]]</data></node>\n'
)
_GRAPHML_EDGE = (
    '<edge id="e[[number]]" source="[[source>ids|xml|double]]" target="[[target>ids|xml|double]]">'
    '<data key="d7"><y:PolyLineEdge>'
    + _optional("second_hand", '<y:LineStyle type="dashed" width="1.0"/>')
    + '<y:Arrows source="none" target="standard"/>'
    + _optional("kind", "<y:EdgeLabel>[[kind|line|xml]]</y:EdgeLabel>")
    + "</y:PolyLineEdge></data>"
    + _optional("kind", "".join(f'<data key="e_{n}">[[kind|xml]]</data>' for n in ("label", "kind", "interaction")))
    + '<data key="e_second_hand">[[second_hand|json]]</data><data key="e_weight">[[weight]]</data>'
    + _attributes('<data key="e_NAME">VALUE</data>', "text", _IN_ELEMENT)
    + _optional("quotations", '<data key="e_quotations">[[quotations|json|xml]]</data>')
    + "</edge>\n"
)


def _graphml(network: Network, note: str) -> FileForm:
    """GraphML (http://graphml.graphdrawing.org), with yEd's elements for labels and places."""
    xml = FILTERS["xml"]
    about = _about(network)
    keys = [f'<key id="g_{name}" for="graph" attr.name="{name}" attr.type="string"/>\n' for name in about]
    for of, named in _fields(network):
        prefix = "e_" if of == "edge" else ""
        keys += [f'<key id="{prefix}{n}" for="{of}" attr.name="{n}" attr.type="{t}"/>\n' for n, t in named.items()]
    data = "".join(f'<data key="g_{name}">{xml(text)}</data>\n' for name, text in about.items())
    graph = f'<graph id="{FILTERS["double"](xml(network.title))}" edgedefault="directed">\n'
    head = f"{_GRAPHML}{''.join(keys)}{graph}{data}"
    return FileForm(head, _GRAPHML_NODE, "", _GRAPHML_EDGE, "</graph>\n</graphml>\n", note=note)


# --- GEXF -----------------------------------------------------------------------------------------------------------

_GEXF = """<?xml version="1.0" encoding="UTF-8"?>
<gexf xmlns="http://gexf.net/1.3" xmlns:viz="http://gexf.net/1.3/viz" \
version="1.3">
"""
_GEXF_TYPES = {"int": "integer"}


_ATTVALUE = '<attvalue for="NAME" value="VALUE"/>'
# Between single quotation marks: the double ones of JSON would make a file twice as long.
_GEXF_QUOTATIONS = _optional("quotations", "<attvalue for=\"quotations\" value='[[quotations|json|xml|single]]'/>")
# `label` and `weight` are attributes of GEXF itself, and so is `kind`, by which Gephi keeps parallel edges apart.
# In Gephi and sigma, y grows upwards.
_GEXF_NODE = (
    '<node id="[[iri>ids|xml|double]]"'
    + _optional("label", ' label="[[label|xml|double]]"')
    + "><attvalues>"
    + _attributes(_ATTVALUE, "kind text key year year_as_given areas methods alternatives", _IN_ATTRIBUTE)
    + _GEXF_QUOTATIONS
    + '</attvalues><viz:color r="[[kind>red]]" g="[[kind>green]]" b="[[kind>blue]]"/><viz:position x="[[x|number]]" '
    'y="[[0-y|number]]"/><viz:size value="[[kind>sizes]]"/></node>\n'
)
_GEXF_EDGE = (
    '<edge id="e[[number]]" source="[[source>ids|xml|double]]" target="[[target>ids|xml|double]]"'
    + _optional("kind", ' label="[[kind|xml|double]]" kind="[[kind|xml|double]]"')
    + ' weight="[[weight]]"><attvalues>'
    + _attributes(_ATTVALUE, "kind", _IN_ATTRIBUTE)
    + '<attvalue for="second_hand" value="[[second_hand|json]]"/>'
    + _attributes(_ATTVALUE, "text", _IN_ATTRIBUTE)
    + _GEXF_QUOTATIONS
    + "</attvalues></edge>\n"
)


def _gexf(network: Network, note: str) -> FileForm:
    """GEXF 1.3 (https://gexf.net). The ids of attributes are their names, because graphology shows ids."""
    columns = []
    for of, named in _fields(network):
        names = [name for name in named if name not in ("label", "weight", "x", "y", "interaction")]
        rows = "".join(
            f'<attribute id="{name}" title="{name}" type="{_GEXF_TYPES.get(named[name], named[name])}"/>'
            for name in names
        )
        columns.append(f'<attributes class="{of}" mode="static">{rows}</attributes>\n')
    about = "; ".join(filter(None, (network.title, network.note, network.snapshot and f"snapshot {network.snapshot}")))
    meta = f"<meta><creator>kg</creator><description>{FILTERS['xml'](about)}</description></meta>\n"
    head = f'{_GEXF}{meta}<graph defaultedgetype="directed">\n{"".join(columns)}<nodes>\n'
    foot = "</edges>\n</graph>\n</gexf>\n"
    return FileForm(head, _GEXF_NODE, "</nodes>\n<edges>\n", _GEXF_EDGE, foot, note=note)


# --- JSON -----------------------------------------------------------------------------------------------------------

_JSON_NODE = (
    "{"
    + "".join(
        _optional(name, f'"{name}": [[{name}|json]], ')
        for name in ["kind", "label", "text", "key", "alternatives", "quotations", "areas", "methods"]
    )
    + '"id": [[iri|json]], "x": [[x|number]], "y": [[y|number]]'
    + _optional("year>years", ', "year": [[year>years]]')
    + _optional("year>odd_years", ', "year_as_given": [[year>odd_years|json]]')
    + "}"
)
_JSON_EDGE = (
    '{"source": [[source|json]], "target": [[target|json]], "key": [[number]]'
    + _optional("kind", ', "label": [[kind|json]], "kind": [[kind|json]]')
    + _optional("text", ', "text": [[text|json]]')
    + ', "second_hand": [[second_hand|json]], "weight": [[weight]]'
    + _optional("quotations", ', "quotations": [[quotations|json]]')
    + "}"
)


def _json(network: Network) -> FileForm:
    """JSON that `networkx.node_link_graph(data, edges="edges")` reads; one line for each node and edge."""
    graph = FILTERS["json"](_about(network))
    head = f'{{"directed": true, "multigraph": true, "graph": {graph},\n"nodes": [\n'
    return FileForm(head, _JSON_NODE, '\n],\n"edges": [\n', _JSON_EDGE, "\n]}\n", ",\n")
