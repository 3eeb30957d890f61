#!/bin/sh
# rdflib: REPLACE takes its flags for a number of replacements, $0 for a NUL, and SUBSTR counts from the end
#
# Package: rdflib 7.6.0.
# Input:   REPLACE("x x x x", "x", "-", "i")   REPLACE("aXbx", "x", "-", "i")   REPLACE("abc", "b", "[$0]")
#          SUBSTR("abcdef", 0)   SUBSTR("motor car", 0, 3)
# Seen:    "- - x x"; "aXb-"; a, [, U+0000, ], c; "f"; "". No error and no warning.
# Rule:    SPARQL 1.1, 17.4.3.15 and 17.4.3.3, define both by XPath functions. fn:replace (XPath Functions 3.1):
#          the flag i matches without regard to case, all matches are replaced, and $0 is the whole match. fn:substring:
#          the characters at positions from the start on; the first is 1, so 0 with length 3 gives two.
#          The values are "- - - -", "a-b-", "a[b]c", "abcdef" and "mo".
# Effect:  a query that normalises labels or cuts years gives other texts than on another engine.
#
# Exit code 0: the behaviour is still as described; 1: it has changed.
set -eu
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check rdflib==7.6.0
"$folder/env/bin/python" - <<'EOF'
import rdflib

expected = {
    'REPLACE("x x x x", "x", "-", "i")': "- - x x",
    'REPLACE("aXbx", "x", "-", "i")': "aXb-",
    'REPLACE("abc", "b", "[$0]")': "a[\0]c",
    'SUBSTR("abcdef", 0)': "f",
    'SUBSTR("motor car", 0, 3)': "",
}
for expression, value in expected.items():
    ((seen,),) = rdflib.Graph().query(f"SELECT ({expression} AS ?x) WHERE {{}}")
    print(expression, "=", ascii(str(seen)))
    assert str(seen) == value
EOF
