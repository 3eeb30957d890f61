#!/bin/sh
# Oxigraph: a literal of a derived datatype is stored with another datatype
#
# Package: pyoxigraph 0.5.13 (the same store as the Oxigraph server).
# Input:   "1"^^xsd:nonNegativeInteger, "300"^^xsd:byte, "2024-01-01T00:00:00Z"^^xsd:dateTimeStamp
# Seen:    the store returns "1"^^xsd:integer, "300"^^xsd:integer and the date as xsd:dateTime; a value outside the range of
#          byte is a valid integer afterwards. The parser keeps the terms; the store changes them.
# Rule:    RDF 1.1 Concepts, section 3.3: two literals are the same term only if lexical form and datatype IRI are equal.
#          xsd:nonNegativeInteger, xsd:byte and xsd:dateTimeStamp are among the datatypes of section 5.1.
# Effect:  what is loaded is not what is dumped; comparing both fails, and a SHACL check of sh:datatype gives another result.
#
# Exit code 0: the behaviour is still as described; 1: it has changed.
set -eu
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check pyoxigraph==0.5.13
"$folder/env/bin/python" - <<'EOF'
import pyoxigraph as ox

XSD = "http://www.w3.org/2001/XMLSchema#"
GIVEN = {"nonNegativeInteger": "1", "byte": "300", "dateTimeStamp": "2024-01-01T00:00:00Z"}
seen = {}
for name, form in GIVEN.items():
    line = f'<https://example.org/a> <https://example.org/p> "{form}"^^<{XSD}{name}> .\n'
    (parsed,) = ox.parse(line.encode(), format=ox.RdfFormat.N_TRIPLES)
    assert parsed.object.datatype.value == XSD + name
    store = ox.Store()
    store.load(line.encode(), format=ox.RdfFormat.N_TRIPLES)
    (quad,) = store
    seen[name] = quad.object.datatype.value.removeprefix(XSD)
print(seen)
assert seen == {"nonNegativeInteger": "integer", "byte": "integer", "dateTimeStamp": "dateTime"}
EOF
