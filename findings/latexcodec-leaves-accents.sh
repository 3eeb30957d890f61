#!/bin/sh
# latexcodec: common accents of names stay LaTeX
#
# Package: latexcodec 3.0.1 (the decoder of pybtex), codec "ulatex".
# Input:   \c{e}  \d{a}  \h{a}  \b{d}  \ng  \'{\i}
# Seen:    the first five come back as LaTeX (`\c {e}`, `\d {a}` …), the last as `\'{ı}`. Others (`\k{a}`, `\H o`) become letters.
# Rule:    each is a letter with a Unicode form (ȩ, ạ, ả, ḏ, ŋ, í). \c, \d and \b are accents of the LaTeX kernel, \h of its
#          encoding T5, and \ng is in T1. The documentation promises no complete table, so a caller must look for what is left.
# Effect:  names from pybtex contain backslashes; sorting and matching by letters miss them.
#
# Exit code 0: the behaviour is still as described; 1: it has changed.
set -eu
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check latexcodec==3.0.1
"$folder/env/bin/python" - <<'EOF'
import codecs

import latexcodec  # noqa: F401 - registers the codec

left = {text: codecs.decode(text, "ulatex") for text in (r"\c{e}", r"\d{a}", r"\h{a}", r"\b{d}", r"\ng", r"\'{\i}")}
print(left)
assert all("\\" in found for found in left.values())
assert codecs.decode(r"\k{a}", "ulatex") == "{ą}"
EOF
