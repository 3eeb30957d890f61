#!/bin/sh
# rdflib: iterating over a result leaves out the solutions in which no variable has a value
#
# Package: rdflib 7.6.0.
# Input:   SELECT ?n { ?x :in ?g OPTIONAL { ?x :n ?n } } over two items, of which one has a number; VALUES ?n { UNDEF 1 UNDEF };
#          and SELECT (MAX(?v) AS ?n) over nothing.
# Seen:    len(result) is 2, 3 and 1, and so many rows are in its JSON and CSV; `for row in result` gives 1, 1 and 0 rows.
# Rule:    SPARQL 1.1 Query Language, section 2.1 and 18.2.4: the result is a sequence of solutions; one in which the
#          projected variables are unbound is a solution. SPARQL 1.1 Query Results JSON Format, section 3.2.2: such a solution
#          is an object without members. Section 11.2 (and 18.5.1): without GROUP BY an aggregate gives one solution.
# Effect:   rows are counted, numbered or joined with the lines of another file, and those with "no value" are not there.
#
# Exit code 0: the behaviour is still as described; 1: it has changed.
set -eu
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check rdflib==7.6.0
"$folder/env/bin/python" - <<'EOF'
import csv
import io
import json

import rdflib

PREFIX = "PREFIX : <https://example.org/>\n"
graph = rdflib.Graph().parse(data=f"{PREFIX} :a :in :box . :b :in :box ; :n 2 .", format="turtle")
CASES = {
    "SELECT ?n { ?x :in ?g OPTIONAL { ?x :n ?n } }": (2, 1),
    "SELECT ?n { VALUES ?n { UNDEF 1 UNDEF } }": (3, 1),
    "SELECT (MAX(?v) AS ?n) { ?x :nothing ?v }": (1, 0),
}
for query, (solutions, rows) in CASES.items():
    looped = len(list(graph.query(PREFIX + query)))
    result = graph.query(PREFIX + query)
    in_json = len(json.loads(result.serialize(format="json"))["results"]["bindings"])
    in_csv = len(list(csv.reader(io.StringIO(result.serialize(format="csv").decode())))) - 1
    print(f"{query}: len() {len(result)}, JSON {in_json}, CSV {in_csv}, loop {looped}")
    assert len(result) == in_json == in_csv == solutions
    assert looped == rows
EOF
