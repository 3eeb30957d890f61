#!/bin/sh
# rdflib: expressions that are errors in SPARQL have a value, and some that have a value are errors
#
# Packages: rdflib 7.6.0; pyoxigraph 0.5.13 for comparison.
# Input:    2 NOT IN (3, 1/0), 2 IN (3, 1/0), isNumeric("abc"^^xsd:integer), 1 < "2", "a" < "b"@en, STRDT("x"@en, :t);
#           xsd:integer(1.9), xsd:boolean(0.0), 1e0/0.
# Seen:     rdflib: true, false, true, true, true, "x"^^:t; then no value three times. Oxigraph: no value, no value, false, and
#           no value three times; then 1, false and INF. Both say that isNumeric("1200"^^xsd:byte) is true.
# Rule:     SPARQL 1.1 Query Language, section 17.4.1.10 (its example `2 NOT IN (3, 1/0)` raises an error) and 17.4.1.9;
#           17.4.2.4: isNumeric is false for a lexical form that is not of the datatype, with "1200"^^xsd:byte as an example; 17.3: `<` is
#           not defined between a number and a string, nor for language-tagged strings; 17.4.2.10: STRDT takes a simple literal; 17.5:
#           decimals are cast to xsd:integer and xsd:boolean; XPath op:numeric-divide: a double divided by zero is INF.
# Effect:   FILTER keeps rows that it must drop and drops rows that it must keep: `?year > 2020` with years as strings compares
#           something, and `xsd:integer(?mean)` is always empty.
#
# Exit code 0: the behaviour is still as described; 1: it has changed.
set -eu
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check rdflib==7.6.0 pyoxigraph==0.5.13
"$folder/env/bin/python" - 2>/dev/null <<'EOF'
import pyoxigraph as ox
import rdflib

PREFIX = "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>\n"
EXPECTED = {  # expression: value in rdflib, value in Oxigraph
    "2 NOT IN (3, 1/0)": ("true", None),
    "2 IN (3, 1/0)": ("false", None),
    'isNumeric("abc"^^xsd:integer)': ("true", "false"),
    '1 < "2"': ("true", None),
    '"a" < "b"@en': ("true", None),
    'STRDT("x"@en, <https://example.org/t>)': ("x", None),
    "xsd:integer(1.9)": (None, "1"),
    "xsd:boolean(0.0)": (None, "false"),
    "1e0/0": (None, "INF"),
    'isNumeric("1200"^^xsd:byte)': ("true", "true"),
}
graph, store = rdflib.Graph(), ox.Store()
for expression, expected in EXPECTED.items():
    query = f"{PREFIX}SELECT ({expression} AS ?value) {{}}"
    (binding,) = graph.query(query).bindings
    (row,) = store.query(query)
    value = binding.get(rdflib.Variable("value"))
    seen = None if value is None else str(value), None if row["value"] is None else row["value"].value
    print(f"{expression}: rdflib {seen[0]}, Oxigraph {seen[1]}")
    assert seen == expected, expression
EOF
