#!/bin/sh
# cffconvert: an organisation becomes several authors in BibTeX, a suffix becomes part of the surname, and the RIS has no end
#
# Packages: cffconvert 2.0.0; pybtex 0.26.1 and rispy 0.10.0 as readers.
# Input:    a valid CITATION.cff with the entities `Research and Innovation Group` and `Widgets, Inc.`, the person
#           Ludwig van Beethoven Jr. (name-particle, name-suffix), and the title `C# & R: 100 % of a_b`.
# Seen:     BibTeX: `author = {Research and Innovation Group and Widgets, Inc. and van Beethoven Jr., Ludwig}`: four
#           authors, of whom one is called Research, one Innovation Group, and one Inc. Widgets; the surname is `Beethoven Jr.`;
#           the title has # & % and _ as they are. RIS: the last line is `ER`; rispy finds no reference in the file.
# Rule:     BibTeX ("BibTeXing", section 4): names are separated by `and`; a name that is to stay whole stands in braces; the form
#           with a suffix is `von Last, Jr, First`. In LaTeX % begins a comment. RIS: the last line is `ER  - `.
#           Citation File Format 1.2.0: `name` is the name of one entity.
# Effect:   a citation copied from a software repository names authors that do not exist, and its title ends at the per cent sign.
#
# Exit code 0: the behaviour is still as described; 1: it has changed.
set -eu
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check cffconvert==2.0.0
python3 -m venv "$folder/readers"
"$folder/readers/bin/pip" install --quiet --disable-pip-version-check pybtex==0.26.1 rispy==0.10.0
cd "$folder"
cat >CITATION.cff <<'EOF'
cff-version: 1.2.0
message: Cite it.
title: "C# & R: 100 % of a_b"
authors:
  - name: Research and Innovation Group
  - name: "Widgets, Inc."
  - {family-names: Beethoven, given-names: Ludwig, name-particle: van, name-suffix: Jr.}
date-released: 2031-02-03
EOF
env/bin/cffconvert --validate -i CITATION.cff
env/bin/cffconvert -f bibtex -i CITATION.cff >cited.bib
env/bin/cffconvert -f ris -i CITATION.cff >cited.ris
cat cited.bib cited.ris
readers/bin/python - <<'EOF'
import rispy
from pybtex.database import parse_file

(entry,) = parse_file("cited.bib").entries.values()
names = [
    tuple(" ".join(part) for part in (p.first_names, p.prelast_names, p.last_names, p.lineage_names))
    for p in entry.persons["author"]
]
print(*names, sep="\n")
assert names == [
    ("", "", "Research", ""),
    ("Innovation", "", "Group", ""),
    ("Inc.", "", "Widgets", ""),
    ("Ludwig", "van", "Beethoven Jr.", ""),
]
assert entry.fields["title"] == "C# & R: 100 % of a_b"
with open("cited.ris", encoding="utf-8") as file:
    text = file.read()
assert text.rstrip("\n").endswith("\nER")
assert rispy.loads(text) == []
assert len(rispy.loads(text.replace("\nER\n", "\nER  - \n"))) == 1
EOF
