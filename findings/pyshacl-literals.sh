#!/bin/sh
# pySHACL: validation changes a setting of rdflib, and the end of a day is no time
#
# Package: pyshacl 0.40.1 with rdflib 7.6.0.
# Input:   rdflib.NORMALIZE_LITERALS = False; then a shape with sh:datatype xsd:time on "24:00:00"^^xsd:time
# Seen:    after validate() the setting is True, whatever it was before, so that graphs parsed later in the process get other
#          literals. The time is reported as a violation.
# Rule:    XSD 1.1 part 2, section 3.3.8: 24:00:00 is in the lexical space of xsd:time (endOfDayFrag). SHACL, section 4.1.2:
#          sh:datatype is violated by literals of another datatype or with an ill-formed lexical form.
# Effect:  valid data fail, and the order of calls decides what a graph contains.
#
# Exit code 0: the behaviour is still as described; 1: it has changed.
set -eu
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check pyshacl==0.40.1 rdflib==7.6.0
"$folder/env/bin/python" - <<'EOF'
import logging

import pyshacl
import rdflib

logging.disable(logging.CRITICAL)
PREFIXES = "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix e: <https://example.org/> ."
SHAPE = "e:S a sh:NodeShape ; sh:targetNode e:a ; sh:property [ sh:path e:p ; sh:datatype xsd:time ] ."
rdflib.NORMALIZE_LITERALS = False
shapes = rdflib.Graph().parse(data=PREFIXES + SHAPE)
seen = {}
for time in ("23:59:59", "24:00:00"):
    data = rdflib.Graph().parse(data=f'{PREFIXES} e:a e:p "{time}"^^xsd:time .')
    seen[time] = pyshacl.validate(data, shacl_graph=shapes)[0]
print(seen, rdflib.NORMALIZE_LITERALS)
assert seen == {"23:59:59": True, "24:00:00": False}
assert rdflib.NORMALIZE_LITERALS is True
EOF
