#!/bin/sh
# rdflib: a subselect sees variables of the pattern around it that it does not return
#
# Packages: rdflib 7.6.0; pyoxigraph 0.5.13 for comparison.
# Input:    six triples (three items in two groups, three people who like a group) and six queries of the form
#           `?person :likes ?group OPTIONAL { SELECT … { … ?group … } }`, in which the subselect does not return ?group.
# Seen:     rdflib evaluates the subselect for each row outside with ?group bound: it counts the items of that group instead
#           of all items, takes the first item of that group (LIMIT 1), and finds BOUND(?group) true inside. There is no error
#           and no warning. With ?group in the SELECT and GROUP BY, the answer is right.
# Rule:     SPARQL 1.1 Query Language, section 12: subqueries are evaluated first, and only the variables that they project are
#           visible outside; section 18.2.1 ("Variable Scope"): a variable that is not projected is another variable than the
#           one of the same name outside.
# Effect:   "how many of all" becomes "how many of these", with plausible numbers; the same query gives other numbers in a
#           triple store. Renaming the inner variable gives the right answer.
#
# Exit code 0: the behaviour is still as described; 1: it has changed.
set -eu
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check rdflib==7.6.0 pyoxigraph==0.5.13
"$folder/env/bin/python" - <<'EOF'
import pyoxigraph as ox
import rdflib

PREFIX = "PREFIX : <https://example.org/>\n"
DATA = PREFIX + """
:hammer :in :tools ; :price 1 . :saw :in :tools ; :price 2 . :doll :in :toys ; :price 3 .
:ann :likes :tools . :bob :likes :toys . :cem :likes :games .
"""
OUTER = "SELECT ?person ?n {{ ?person :likes ?group {} }}"
SUBSELECTS = [
    "{ SELECT (COUNT(?item) AS ?n) { ?item :in ?group } }",
    "OPTIONAL { SELECT (COUNT(?item) AS ?n) { ?item :in ?group } }",
    "OPTIONAL { SELECT (SUM(?price) AS ?n) { ?item :in ?group ; :price ?price } GROUP BY ?item }",
    "OPTIONAL { SELECT ?n { ?item :in ?group ; :price ?n } ORDER BY ?n LIMIT 1 }",
    "OPTIONAL { SELECT DISTINCT ?n { ?item :in ?group BIND(1 AS ?n) } }",
    "OPTIONAL { SELECT ?n { ?item :price ?n FILTER(BOUND(?group)) } }",
]
graph, store = rdflib.Graph().parse(data=DATA, format="turtle"), ox.Store()
store.load(DATA.encode(), format=ox.RdfFormat.TURTLE)


def in_rdflib(query):
    return sorted(tuple(str(v).split("/")[-1] if v is not None else "-" for v in row) for row in graph.query(PREFIX + query))


def in_oxigraph(query):
    rows = store.query(PREFIX + query)
    return sorted(tuple(v.value.split("/")[-1] if v is not None else "-" for v in row) for row in rows)


for subselect in SUBSELECTS:
    query = OUTER.format(subselect)
    seen, expected = in_rdflib(query), in_oxigraph(query)
    print(query, f"  rdflib:    {seen}", f"  Oxigraph:  {expected}", sep="\n")
    assert seen != expected
    renamed = OUTER.format(subselect.replace("?group", "?other"))
    if "BOUND" not in subselect:
        assert in_rdflib(renamed) == in_oxigraph(renamed) == expected
assert in_rdflib(OUTER.format(SUBSELECTS[1])) == [("ann", "2"), ("bob", "1"), ("cem", "0")]
assert in_oxigraph(OUTER.format(SUBSELECTS[1])) == [("ann", "3"), ("bob", "3"), ("cem", "3")]
returned = OUTER.format("OPTIONAL { SELECT ?group (COUNT(?item) AS ?n) { ?item :in ?group } GROUP BY ?group }")
assert in_rdflib(returned) == in_oxigraph(returned)
EOF
