#!/bin/sh
# pandoc: letters of BibTeX names are dropped, and "AND" does not separate names
#
# Package: pypandoc-binary 1.17, which contains pandoc 3.9; reader biblatex, writer csljson.
# Input:   author = {T{\dh}x, Ann}     {\textcommabelow{s}x, Ann}     {Toy, Ann AND Bear, Bo}
# Seen:    the families `Tx` and `x`: commands that the reader does not know disappear with their argument (so do \th, \dj, \ng
#          and \cb). The third list becomes one person: family Toy, given Bo, suffix "Ann AND Bear".
# Rule:    \dh, \th, \dj and \ng are letters of LaTeX's encoding T1, \textcommabelow is in the kernel. bibtex.web compares the
#          word "and" without regard to case (procedure name_scan_for_and), so the third field holds two people.
# Effect:  no warning is given; a bibliography converted for a website has other names than the printed one.
#
# Exit code 0: the behaviour is still as described; 1: it has changed.
set -eu
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check pypandoc-binary==1.17
"$folder/env/bin/python" - <<'EOF'
import json

import pypandoc


def authors(names):
    entry = "@article{toy, author={%s}, title={T}, year={2030}}" % names
    return json.loads(pypandoc.convert_text(entry, "csljson", format="biblatex"))[0]["author"]


eth, comma, two = authors(r"T{\dh}x, Ann"), authors(r"\textcommabelow{s}x, Ann"), authors("Toy, Ann AND Bear, Bo")
print(pypandoc.get_pandoc_version(), eth, comma, two)
assert eth == [{"family": "Tx", "given": "Ann"}]
assert comma == [{"family": "x", "given": "Ann"}]
assert two == [{"family": "Toy", "given": "Bo", "suffix": "Ann AND Bear"}]
EOF
