#!/bin/sh
# rdflib: literals are rewritten although normalisation is switched off
#
# Package: rdflib 7.6.0 with rdflib.NORMALIZE_LITERALS = False.
# Input:   Turtle: 007 (the short form of an integer), and N-Triples: "a  b "^^xsd:token
# Seen:    "7"^^xsd:integer and "a b"^^xsd:token. The quoted "007"^^xsd:integer stays.
# Rule:    Turtle 1.1, section 2.5.2: the lexical form of a number without quotes is what stands in the file. RDF 1.1
#          Concepts, section 3.3: a literal consists of its lexical form, whether or not that is in canonical form.
# Effect:  a graph that passes through rdflib is not the same graph, and 007 and "007"^^xsd:integer in one Turtle file differ.
#
# Exit code 0: the behaviour is still as described; 1: it has changed.
set -eu
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check rdflib==7.6.0
"$folder/env/bin/python" - <<'EOF'
import rdflib

rdflib.NORMALIZE_LITERALS = False
NAMES = "<https://example.org/a> <https://example.org/p>"
INTEGER, TOKEN = rdflib.XSD.integer.n3(), rdflib.XSD.token.n3()
short = str(rdflib.Graph().parse(data=f"{NAMES} 007 .", format="turtle").objects().__next__())
quoted = str(rdflib.Graph().parse(data=f'{NAMES} "007"^^{INTEGER} .', format="turtle").objects().__next__())
token = str(rdflib.Graph().parse(data=f'{NAMES} "a  b "^^{TOKEN} .', format="nt").objects().__next__())
print(repr(short), repr(quoted), repr(token))
assert (short, quoted, token) == ("7", "007", "a b")
EOF
