#!/bin/sh
# bibtexparser: the accent after " and " is lost, and a tilde accent splits a name
#
# Package: bibtexparser 2.1.0 (the functions behind SeparateCoAuthors and SplitNameParts).
# Input:   Toy, Ann and \"{O}z, Ipek and \O{}st, Bo        and        Mu\~{n}oz, Eva
# Seen:    the second and third name come back as `{O}z, Ipek` and `{}st, Bo`; the family name of the fourth becomes the
#          two words `Mu\` and `{n}oz`. A spaced accent (`Sz\H ol\H o, Bo`) is cut into the words `Sz\H`, `ol\H`, `o`.
#          Two people with `\ ` before `and` (`Toy, Ann M.\ and Doll, B.`) stay one.
# Rule:    btxdoc (Patashnik 1988, section 4): names are separated by the word "and" between spaces at brace level zero;
#          nothing after it belongs to the separator. In LaTeX `\~` is an accent; only a `~` without backslash is a tie, and
#          `\ ` is a space. BibTeX itself therefore prints Öz, Øst, Muñoz.
# Effect:  the names are wrong and no error is raised. Decoding LaTeX before names are split avoids it.
#
# Exit code 0: the behaviour is still as described; 1: it has changed.
set -eu
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check bibtexparser==2.1.0
"$folder/env/bin/python" - <<'EOF'
from bibtexparser.middlewares.names import parse_single_name_into_parts, split_multiple_persons_names

names = split_multiple_persons_names(r'Toy, Ann and \"{O}z, Ipek and \O{}st, Bo')
tilde = parse_single_name_into_parts(r"Mu\~{n}oz, Eva", strict=False).last
spaced = parse_single_name_into_parts(r"Sz\H ol\H o, Bo", strict=False)
two = split_multiple_persons_names(r"Toy, Ann M.\ and Doll, B.")
print(names, tilde, spaced.von + spaced.last, two, sep="\n")
assert names == ["Toy, Ann", "{O}z, Ipek", "{}st, Bo"]
assert tilde == ["Mu\\", "{n}oz"]
assert len(spaced.von + spaced.last) == 3
assert len(two) == 1
EOF
