#!/bin/sh
# pandoc: words of BibTeX titles vanish, and a year with a word beside it is no year
#
# Package: pypandoc-binary 1.17, which contains pandoc 3.9; readers biblatex and bibtex, writer csljson.
# Input:   title = {{{Bose}}\textendash{{Einstein}} gas}     title = {\mbox{Toy} tools}     year = {May 2019}, {(about 1984)}
# Seen:    titles `Bose gas` and ` tools`; no year for both.
# Rule:    \textendash is a dash of the LaTeX kernel, followed by a group that prints; \mbox prints its argument.
#          btxdoc, section 3.2: BibTeX's styles take the last four characters that are no punctuation as the year; both
#          values end in four digits.
# Effect:  citations show a shorter title or no year, without a message.
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


def read(fields, reader):
    entry = "@article{toy, author={Toy, Ann}, %s}" % fields
    return json.loads(pypandoc.convert_text(entry, "csljson", format=reader))[0]


titles = [r"{{Bose}}\textendash{{Einstein}} gas", r"\mbox{Toy} tools"]
seen = [read("title={%s}, year={2030}" % title, "biblatex")["title"] for title in titles]
years = [read("title={T}, year={%s}" % year, "bibtex")["issued"] for year in ("May 2019", "(about 1984)")]
print(pypandoc.get_pandoc_version(), seen, years)
assert seen == ["Bose gas", " tools"]
assert years == [{"date-parts": []}] * 2
EOF
