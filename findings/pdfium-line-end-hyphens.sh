#!/bin/sh
# PDFium: a hyphen at the end of a line is U+FFFE in one function and U+0002 in another, and the line break is gone
#
# Packages: pypdfium2 5.15.2; fpdf2 2.8.9 writes the file; pypdf 6.1.1 for comparison.
# Input:    a PDF of six lines of Helvetica that ends lines in ordinary hyphens: state-of-the- / art, con- / tinuous,
#           well- / known, Smith- / Jones, 2020- / 2024.
# Seen:     get_text_range gives "state-of-the\ufffeart", get_text_bounded "state-of-the\x02art": between two letters the hyphen and
#           the line break together become a noncharacter or a control character, and hyphens of compounds (well-known)
#           and of broken words (con-tinuous) look the same. Before a digit (2020-) the hyphen and the line break stay.
#           pypdf gives the hyphen and the line break.
# Rule:     ISO 32000-1, section 9.10: a reader maps character codes to Unicode by the font's encoding, here "-" U+002D; section
#           14.8.2.2.3 names the soft hyphen U+00AD for a break inside a word. Unicode 16, section 23.7: noncharacters such as
#           U+FFFE are not for interchange; XML 1.0 permits neither of the two characters.
# Effect:   a search for state-of-the-art or for the words of a quotation fails; text that goes to XML or JSON is refused or damaged.
#
# Exit code 0: the behaviour is still as described; 1: it has changed.
set -eu
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check pypdfium2==5.15.2 fpdf2==2.8.9 pypdf==6.1.1
"$folder/env/bin/python" - <<'EOF'
import io

import pypdf
import pypdfium2
from fpdf import FPDF

LINES = ["We study state-of-the-", "art tools and con-", "tinuous testing in well-", "known firms, as Smith-", "Jones 2020-", "2024 did."]
pdf = FPDF()
pdf.add_page()
pdf.set_font("helvetica", size=12)
for line in LINES:
    pdf.cell(0, 8, line, new_x="LMARGIN", new_y="NEXT")
data = bytes(pdf.output())

page = pypdfium2.PdfDocument(data)[0].get_textpage()
ranged, bounded = page.get_text_range(), page.get_text_bounded()
plain = pypdf.PdfReader(io.BytesIO(data)).pages[0].extract_text()
print(ascii(ranged), ascii(bounded), ascii(plain), sep="\n")
joined = "We study state-of-the\ufffeart tools and con\ufffetinuous testing in well\ufffeknown firms, as Smith\ufffeJones 2020-\r\n2024 did."
assert ranged == joined
assert bounded == joined.replace("\ufffe", "\x02")
assert plain.split("\n") == LINES
EOF
