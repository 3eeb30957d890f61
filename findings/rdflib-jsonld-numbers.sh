#!/bin/sh
# rdflib: numbers of JSON-LD become other terms than the algorithm of JSON-LD gives
#
# Packages: rdflib 7.6.0; PyLD 3.3.0 for comparison.
# Input:    {"whole": 5.0, "half": 1.5, "large": 1e21, "typed": {"@value": 2, "@type": "xsd:double"}, "count": 7}
# Seen:     rdflib reads "5.0"^^xsd:double, "1.5"^^xsd:double, "1e+21"^^xsd:double and "2"^^xsd:double; PyLD reads
#           "5"^^xsd:integer, "1.5E0", "1.0E21" and "2.0E0" (xsd:double). Only the integer 7 is the same term in both.
# Rule:     JSON-LD 1.1 Processing Algorithms and API, section 8.2.2 (Object to RDF Conversion): a number without a fraction
#           becomes an xsd:integer in canonical form, unless it is 10^21 or more or its type is xsd:double; then, and with a
#           fraction, it becomes an xsd:double in canonical form, with a mantissa, "E" and an exponent.
# Effect:   one JSON-LD file gives different RDF in two tools: joins, `sameTerm`, comparisons of files and hashes of graphs fail,
#           and a count written as 5.0 is an integer in one and a double in the other.
#
# Exit code 0: the behaviour is still as described; 1: it has changed.
set -eu
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check rdflib==7.6.0 PyLD==3.3.0
"$folder/env/bin/python" -W ignore - <<'EOF'
import json

import rdflib
from pyld import jsonld

XSD = "http://www.w3.org/2001/XMLSchema#"
DOCUMENT = {
    "@context": {"@vocab": "https://example.org/", "xsd": XSD},
    "@id": "https://example.org/a",
    "whole": 5.0,
    "half": 1.5,
    "large": 1e21,
    "typed": {"@value": 2, "@type": "xsd:double"},
    "count": 7,
}
graph = rdflib.Graph().parse(data=json.dumps(DOCUMENT), format="json-ld")
read = {p.split("/")[-1]: (str(o), o.datatype.removeprefix(XSD)) for _, p, o in graph}
quads = jsonld.to_rdf(DOCUMENT)["@default"]
expected = {
    quad["predicate"]["value"].split("/")[-1]: (quad["object"]["value"], quad["object"]["datatype"].removeprefix(XSD))
    for quad in quads
}
for name in sorted(read):
    print(f"{name}: rdflib {read[name]}, PyLD {expected[name]}")
assert expected == {
    "whole": ("5", "integer"),
    "half": ("1.5E0", "double"),
    "large": ("1.0E21", "double"),
    "typed": ("2.0E0", "double"),
    "count": ("7", "integer"),
}
assert read == {
    "whole": ("5.0", "double"),
    "half": ("1.5", "double"),
    "large": ("1e+21", "double"),
    "typed": ("2", "double"),
    "count": ("7", "integer"),
}
EOF
