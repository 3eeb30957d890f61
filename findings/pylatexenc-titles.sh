#!/bin/sh
# pylatexenc: titles lose symbols, and an exponent becomes part of the number
#
# Package: pylatexenc 2.11, LatexNodes2Text with its defaults.
# Input:   10\textsuperscript{6} tests     \LaTeX{} files     \S 5     and\slash or     \foreignlanguage{german}{Wort}
# Seen:    106 tests; ` files`; `5`; `andor`; germanWort.
# Rule:    LaTeX prints 10⁶, the logo LaTeX, §5, and/or (usrguide and source2e: text symbols), and babel's
#          \foreignlanguage prints its second argument only.
# Effect:  a title says another number or another word, without a warning.
#
# Exit code 0: the behaviour is still as described; 1: it has changed.
set -eu
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check pylatexenc==2.11
"$folder/env/bin/python" - <<'EOF'
from pylatexenc.latex2text import LatexNodes2Text

given = [r"10\textsuperscript{6} tests", r"\LaTeX{} files", r"\S 5", r"and\slash or", r"\foreignlanguage{german}{Wort}"]
seen = [LatexNodes2Text().latex_to_text(text) for text in given]
print(seen)
assert seen == ["106 tests", " files", "5", "andor", "germanWort"]
EOF
