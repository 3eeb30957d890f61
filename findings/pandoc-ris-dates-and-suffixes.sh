#!/bin/sh
# pandoc: dates of RIS become empty or zero, and a suffix becomes the given name
#
# Package: pypandoc-binary 1.17, which contains pandoc 3.9; reader ris, writer csljson.
# Input:   PY  - 2031/05/07/      PY  - 2031///      AU  - Doll, C. D., Jr.
# Seen:    date-parts [] for the first, [[2031], [0], [0], [0]] for the second (four dates, three of them in year 0);
#          the author has the given name "Jr." and the suffix "C. D.".
# Rule:    the RIS specification (Research Information Systems, 2001): PY is YYYY/MM/DD/other with all slashes, parts may be
#          empty; an author is "Lastname, Firstname, Suffix".
# Effect:  works lose their year in citations, without a message, although the files are as the specification asks.
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


def read(*lines):
    record = "\n".join(("TY  - JOUR", "TI  - T", *lines, "ER  - ", ""))
    return json.loads(pypandoc.convert_text(record, "csljson", format="ris"))[0]


day, year = read("AU  - Toy, A.", "PY  - 2031/05/07/"), read("AU  - Toy, A.", "PY  - 2031///")
junior = read("AU  - Doll, C. D., Jr.", "PY  - 2031")["author"]
print(pypandoc.get_pandoc_version(), day["issued"], year["issued"], junior)
assert day["issued"] == {"date-parts": []}
assert year["issued"] == {"date-parts": [[2031], [0], [0], [0]]}
assert junior == [{"family": "Doll", "given": "Jr.", "suffix": "C. D."}]
EOF
