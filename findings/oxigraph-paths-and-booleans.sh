#!/bin/sh
# Oxigraph: a path of length zero does not reach a term that is not in the graph, and truth values have no order
#
# Packages: pyoxigraph 0.5.13; rdflib 7.6.0 for comparison.
# Input:    `:nowhere :next* ?x`, `:nowhere :next? ?x`, `?x :next* :nowhere`, the same with VALUES and BIND, and
#           ASK { :nowhere :next* :nowhere }, on a graph in which :nowhere does not occur; and `false < true`.
# Seen:     Oxigraph gives no solution for each of the paths, and false for the ASK; rdflib gives :nowhere, and true. `false < true`
#           has no value in Oxigraph (as in FILTER), and is true in rdflib.
# Rule:     SPARQL 1.1 Query Language, section 18.4: eval(Path(X:term, ZeroOrMorePath, Y)) begins with X itself, and
#           ZeroOrOnePath includes it, whether or not it is a node of the graph; section 17.3: A < B is defined for xsd:boolean.
# Effect:   `?concept skos:broader* ?top` with a value bound from outside loses the concept itself as soon as no triple mentions it:
#           the query "this and everything below it" gives nothing instead of this.
#
# Exit code 0: the behaviour is still as described; 1: it has changed.
set -eu
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check pyoxigraph==0.5.13 rdflib==7.6.0
"$folder/env/bin/python" - <<'EOF'
import pyoxigraph as ox
import rdflib

PREFIX = "PREFIX : <https://example.org/>\n"
DATA = f"{PREFIX} :p :next :q . :q :next :r ."
NOWHERE = "https://example.org/nowhere"
graph, store = rdflib.Graph().parse(data=DATA, format="turtle"), ox.Store()
store.load(DATA.encode(), format=ox.RdfFormat.TURTLE)
PATHS = [
    ":nowhere :next* ?x",
    ":nowhere :next? ?x",
    "?x :next* :nowhere",
    "VALUES ?y { :nowhere } ?y :next* ?x",
    "BIND(:nowhere AS ?y) ?y :next* ?x",
]
for pattern in PATHS:
    query = f"{PREFIX}SELECT ?x {{ {pattern} }}"
    ours, other = [row[0].value for row in store.query(query)], [str(row[0]) for row in graph.query(query)]
    print(f"{pattern}: Oxigraph {ours}, rdflib {other}")
    assert ours == []
    assert other == [NOWHERE]
ask = f"{PREFIX}ASK {{ :nowhere :next* :nowhere }}"
print("ASK:", bool(store.query(ask)), graph.query(ask).askAnswer)
assert not bool(store.query(ask))
assert graph.query(ask).askAnswer
assert [row[0].value for row in store.query(f"{PREFIX}SELECT ?x {{ :r :next* ?x }}")] == ["https://example.org/r"]

less = "SELECT (false < true AS ?less) {}"
(row,), (bindings,) = store.query(less), graph.query(less)
print("false < true:", row["less"], bindings.less)
assert row["less"] is None
assert bindings.less.toPython() is True
assert not bool(store.query("ASK { FILTER(false < true) }"))
EOF
