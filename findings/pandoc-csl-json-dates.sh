#!/bin/sh
# pandoc: a date in words and a season are lost when CSL-JSON is read and written
#
# Package: pypandoc-binary 1.17, which contains pandoc 3.9; reader and writer csljson.
# Input:   "issued": {"literal": "spring 2031"}      {"raw": "7 May 2031"}      {"date-parts": [[2031]], "season": 2}
# Seen:    {"date-parts": []}, {"date-parts": []} and {"date-parts": [[2031]]}.
# Rule:    CSL-JSON (csl-data.json of the CSL schema 1.0.2): "season", "literal" and "raw" are properties of a date beside
#          "date-parts"; "literal" holds what is printed as it stands.
# Effect:  a bibliography that passes through pandoc has no date for such works; Zotero and Mendeley write them.
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


def passed(issued):
    items = json.dumps([{"id": "toy", "type": "article-journal", "title": "T", "issued": issued}])
    return json.loads(pypandoc.convert_text(items, "csljson", format="csljson"))[0]["issued"]


literal, raw = passed({"literal": "spring 2031"}), passed({"raw": "7 May 2031"})
season = passed({"date-parts": [[2031]], "season": 2})
print(pypandoc.get_pandoc_version(), literal, raw, season)
assert literal == raw == {"date-parts": []}
assert season == {"date-parts": [[2031]]}
EOF
