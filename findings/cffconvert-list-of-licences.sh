#!/bin/sh
# cffconvert: several licences become one address that is none
#
# Package: cffconvert 2.0.0, output schema.org (also codemeta).
# Input:   license: [CC-BY-4.0, MIT]
# Seen:    "license": "https://spdx.org/licenses/['CC-BY-4.0', 'MIT']"
# Rule:    Citation File Format 1.2.0, key `license`: one SPDX identifier or a list of them, of which a user may choose one;
#          cffconvert accepts the list as valid. schema.org: the value of `license` is an address or a work, or several.
# Effect:  indexes that read this metadata, such as CodeMeta's, get a broken link instead of two licences.
#
# Exit code 0: the behaviour is still as described; 1: it has changed.
set -eu
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check cffconvert==2.0.0
cat >"$folder/CITATION.cff" <<'EOF'
cff-version: 1.2.0
message: Cite it.
title: Toys
authors: [{name: The toy project}]
license: [CC-BY-4.0, MIT]
EOF
"$folder/env/bin/cffconvert" --validate -i "$folder/CITATION.cff"
for form in schema.org codemeta; do
  "$folder/env/bin/cffconvert" -f "$form" -i "$folder/CITATION.cff" | grep -F "\"https://spdx.org/licenses/['CC-BY-4.0', 'MIT']\""
done
