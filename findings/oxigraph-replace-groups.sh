#!/bin/sh
# Oxigraph: a group in REPLACE vanishes if a letter or an underscore follows it
#
# Package: pyoxigraph 0.5.13 (Oxigraph).
# Input:   REPLACE("2031-05", "([0-9]+)-([0-9]+)", "$1_$2")   REPLACE("CI", "(C)I", "$1D")
#          REPLACE("a$b", "a.b", "\\$")
# Seen:    "05"; ""; "\$". No error and no warning.
# Rule:    SPARQL 1.1, 17.4.3.15, defines REPLACE by fn:replace (XPath Functions 3.1): in the replacement $N is
#          the group with that number, and N ends where no digit follows; \$ is a dollar sign. The values are "2031_05",
#          "CD" and "$". A rewritten `${1}_$2`, which works here, is an error in XPath: it cannot be written for both.
# Effect:  keys that are made by joining groups with `_` lose a part, and different things get the same key.
#
# Exit code 0: the behaviour is still as described; 1: it has changed.
set -eu
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check pyoxigraph==0.5.13
"$folder/env/bin/python" - <<'EOF'
from pyoxigraph import Store

expected = {
    r'REPLACE("2031-05", "([0-9]+)-([0-9]+)", "$1_$2")': "05",
    r'REPLACE("CI", "(C)I", "$1D")': "",
    r'REPLACE("a$b", "a.b", "\\$")': r"\$",
    r'REPLACE("2031-05", "([0-9]+)-([0-9]+)", "$1/$2")': "2031/05",
}
for expression, value in expected.items():
    ((seen,),) = Store().query(f"SELECT ({expression} AS ?x) WHERE {{}}")
    print(expression, "=", seen.value)
    assert seen.value == value
EOF
