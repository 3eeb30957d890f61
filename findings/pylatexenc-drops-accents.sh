#!/bin/sh
# pylatexenc: some accents of names vanish, and the letter stays
#
# Package: pylatexenc 2.11, LatexNodes2Text with its defaults.
# Input:   \h{a}  \textcommabelow{s}  \cb{s}
# Seen:    a, s, s: the command is unknown, so its argument is printed without the accent and without a warning.
# Rule:    LaTeX's encoding T5 defines \h (hook above, for Vietnamese), its kernel \textcommabelow, and the package combelow \cb
#          (both for Romanian and Latvian). The letters are ả and ș.
# Effect:  a converter built on the defaults prints a different name. The context database accepts further macros.
#
# Exit code 0: the behaviour is still as described; 1: it has changed.
set -eu
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check pylatexenc==2.11
"$folder/env/bin/python" - <<'EOF'
from pylatexenc.latex2text import LatexNodes2Text

seen = [LatexNodes2Text().latex_to_text(text) for text in (r"\h{a}", r"\textcommabelow{s}", r"\cb{s}")]
print(seen)
assert seen == ["a", "s", "s"]
assert LatexNodes2Text().latex_to_text(r"\k{a}") == "ą"
EOF
