"""Made-up projects of qualitative analysis, in the shapes that NVivo, ATLAS.ti, MAXQDA and QualCoder write.

The shapes are those of exported projects: the form of GUIDs, the folder of the sources, line ends and how they are
counted, where comments stand, names of segments, nested codes. Texts, codes and people are invented.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

TEXT = "Toy builds are slow 🐢 today.\nWe merge late — very late.\nNobody owns the pipeline.\n"
SLOW, LATE, OWNS = "Toy builds are slow", "We merge late — very late", "Nobody owns the pipeline"
"""The words that each project has coded."""
_HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'
_XMLNS = 'xmlns="urn:QDA-XML:project:1.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'


def position(words: str, text: str = TEXT, utf16: bool = False) -> str:
    """The attributes with the place of words in a text."""
    start = text.index(words)
    ends = [text[:end] for end in (start, start + len(words))]
    first, last = (len(end.encode("utf-16-le")) // 2 if utf16 else len(end) for end in ends)
    return f'startPosition="{first}" endPosition="{last}"'


def archive(path: Path, files: dict[str, str | bytes]) -> Path:
    """Writes a zip archive and returns its path."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in files.items():
            file.writestr(name, data)
    path.write_bytes(out.getvalue())
    return path


def nvivo(path: Path) -> Path:
    """NVivo: GUIDs in lower case, `Sources`, line ends of two characters, UTF-16 units, no names, notes by links."""
    user, text = "0a000000-0000-4000-8000-000000000001", TEXT.replace("\n", "\r\n")
    segments = "".join(
        f'<PlainTextSelection guid="5e6{n}0000-0000-4000-8000-000000000000" name="" {position(words, text, True)} '
        f'creatingUser="{user}"><Coding guid="c0d{n}0000-0000-4000-8000-000000000000" '
        f'creatingUser="{user}"><CodeRef targetGUID="{code}-0000-4000-8000-000000000000"/>'
        "</Coding></PlainTextSelection>"
        for n, (words, code) in enumerate([(SLOW, "c0000001"), (LATE, "c0000002"), (OWNS, "ca5e0000")])
    )
    qde = f"""{_HEAD}<Project name="toys" origin="NVivo for Windows 14.23" {_XMLNS} basePath=""
 creatingUserGUID="0a000000-0000-4000-8000-000000000001" modifiedDateTime="2031-05-06T07:08:09Z">
<Users><User guid="0a000000-0000-4000-8000-000000000001" id="TA" name="Toy Annotator"/></Users>
<CodeBook><Codes><Code guid="c0000000-0000-4000-8000-000000000000" isCodable="true" name="Hurdles">
<Code guid="c0000001-0000-4000-8000-000000000000" isCodable="true" name="Slow builds"/>
<Code guid="c0000002-0000-4000-8000-000000000000" isCodable="true" name="Late merging"/></Code></Codes></CodeBook>
<Cases><Case guid="ca5e0000-0000-4000-8000-000000000000" name="Team Alpha"/></Cases>
<Sources><TextSource guid="50000000-0000-4000-8000-000000000000" name="example2031"
 richTextPath="internal://50000000-0000-4000-8000-000000000000.docx"
 plainTextPath="internal://50000000-0000-4000-8000-000000000000.txt">{segments}</TextSource></Sources>
<Notes><Note guid="00000001-0000-4000-8000-000000000000" name="a" creatingUser="0a000000-0000-4000-8000-000000000001"
 plainTextPath="internal://00000001-0000-4000-8000-000000000000.txt"/></Notes>
<Links><Link guid="11000000-0000-4000-8000-000000000000" originGUID="00000001-0000-4000-8000-000000000000"
 targetGUID="5e600000-0000-4000-8000-000000000000"/></Links></Project>"""
    return archive(
        path,
        {
            "project.qde": qde,
            "Sources/50000000-0000-4000-8000-000000000000.txt": text,
            "Sources/00000001-0000-4000-8000-000000000000.txt": "Builds take long.\r\n",
            "Sources/50000000-0000-4000-8000-000000000000.docx": b"not read",
        },
    )


def atlas(path: Path) -> Path:
    """ATLAS.ti: GUIDs in upper case, two coders, line ends that count once, names, a PDF with areas and its text."""
    ann, bob = "A0000000-0000-4000-8000-00000000000A", "B0000000-0000-4000-8000-00000000000B"
    area, text_of = "D0000000-0000-4000-8000-000000000001", "D0000000-0000-4000-8000-000000000002"
    qde = f"""{_HEAD}<Project {_XMLNS} origin="ATLAS.ti for Windows 23.2" name="toys" creatingUserGUID="{ann}">
<Users><User guid="{ann}" name="Ann"/><User guid="{bob}" name="Bob"/></Users>
<CodeBook><Codes><Code guid="C0000000-0000-4000-8000-000000000001" name="Hurdles::Late merging" isCodable="true"
 color="#F00082"><Description>too seldom</Description></Code></Codes></CodeBook>
<Sources><TextSource guid="50000000-0000-4000-8000-00000000000A" name="example2031.docx"
 plainTextPath="internal://50000000-0000-4000-8000-00000000000B.txt">
<PlainTextSelection guid="5E600000-0000-4000-8000-000000000001" name="We merge la…" {position(LATE)}
 creatingUser="{ann}">
<Description>Merging is late.</Description>
<Coding guid="C0D00000-0000-4000-8000-000000000001" creatingUser="{ann}">
<CodeRef targetGUID="C0000000-0000-4000-8000-000000000001"/></Coding>
<Coding guid="C0D00000-0000-4000-8000-000000000002" creatingUser="{bob}">
<CodeRef targetGUID="C0000000-0000-4000-8000-000000000001"/></Coding></PlainTextSelection></TextSource>
<PDFSource guid="50000000-0000-4000-8000-00000000000C" name="muster2032.pdf" path="internal://x.pdf">
<PDFSelection guid="{area}" page="1" firstX="1" firstY="2" secondX="3" secondY="4" name="Nobody owns"
 creatingUser="{ann}"><Representation guid="D0000000-0000-4000-8000-000000000003">
<PlainTextContent>Nobody ownsthe pipe</PlainTextContent></Representation>
<Coding guid="C0D00000-0000-4000-8000-000000000003" creatingUser="{ann}">
<CodeRef targetGUID="C0000000-0000-4000-8000-000000000001"/></Coding></PDFSelection>
<PDFSelection guid="D0000000-0000-4000-8000-000000000009" page="0" firstX="1" firstY="2" secondX="3" secondY="4">
<Coding guid="C0D00000-0000-4000-8000-000000000009"><CodeRef targetGUID="C0000000-0000-4000-8000-000000000001"/>
</Coding></PDFSelection>
<Representation guid="{text_of}" plainTextPath="internal://{text_of}.txt">
<PlainTextSelection guid="{area}" name="Nobody owns the pipeline" {position(OWNS)} creatingUser="{ann}">
<Description>There is no owner.</Description><Coding guid="C0D00000-0000-4000-8000-000000000004" creatingUser="{ann}">
<CodeRef targetGUID="C0000000-0000-4000-8000-000000000001"/></Coding></PlainTextSelection></Representation></PDFSource>
</Sources></Project>"""
    text = TEXT.replace("\n", "\r\n")
    files = {"sources/50000000-0000-4000-8000-00000000000B.txt": text, f"sources/{text_of}.txt": text}
    return archive(path, {"project.qde": qde, **files})


def maxqda(path: Path) -> Path:
    """MAXQDA: segments that are only a memo, notes by reference, sets, a byte order mark before the text."""
    qde = f"""{_HEAD}<Project {_XMLNS} origin="MAXQDA 24 (Release 24.7.0)" name="toys"
 modifiedDateTime="2031-05-06T07:08:09Z">
 <Users><User guid="F3000000-0000-4000-8000-000000000000" name="ann"/></Users>
 <CodeBook><Codes><Code color="#ef8256" guid="C0000000-0000-4000-8000-000000000001" name="Late merging"
 isCodable="true"><Description>too seldom</Description></Code></Codes></CodeBook>
 <Sources><TextSource guid="50000000-0000-4000-8000-000000000000" name="A toy study of CI builds, 100% made up"
 plainTextPath="internal://50000000-0000-4000-8000-000000000000.txt"
 creatingUser="F3000000-0000-4000-8000-000000000000">
 <PlainTextSelection guid="5E600000-0000-4000-8000-000000000001" {position(LATE)}
 modifyingUser="F3000000-0000-4000-8000-000000000000"><Coding guid="C0D00000-0000-4000-8000-000000000001"
 creatingUser="F3000000-0000-4000-8000-000000000000"><CodeRef targetGUID="C0000000-0000-4000-8000-000000000001"/>
 <NoteRef targetGUID="00000001-0000-4000-8000-000000000000"/></Coding></PlainTextSelection>
 <PlainTextSelection guid="5E600000-0000-4000-8000-000000000002" {position(OWNS)}><Description>ask Bob</Description>
 </PlainTextSelection></TextSource></Sources>
 <Notes><Note guid="00000001-0000-4000-8000-000000000000" name="Memo 1"
 creatingUser="F3000000-0000-4000-8000-000000000000"><PlainTextContent>Merging is late.</PlainTextContent></Note>
 </Notes><Sets><Set guid="5E700000-0000-4000-8000-000000000000" name="2031"><MemberSource
 targetGUID="50000000-0000-4000-8000-000000000000"/></Set></Sets></Project>"""
    return archive(path, {"project.qde": qde, "sources/50000000-0000-4000-8000-000000000000.txt": f"\ufeff{TEXT}"})


def qualcoder(path: Path) -> Path:
    """QualCoder: categories that are not for coding, whole words as names, line ends that count once."""
    user = "0a000000-0000-4000-8000-000000000001"
    segments = "".join(
        f'<PlainTextSelection guid="5e6{n}0000-0000-4000-8000-000000000000" {position(words)} name="{words}" '
        f'creatingUser="{user}" creationDateTime="2031-05-06T07:08:09Z">{memo}'
        f'<Coding guid="c0d{n}0000-0000-4000-8000-000000000000" creatingUser="{user}" >'
        '<CodeRef targetGUID="c0000001-0000-4000-8000-000000000000" /></Coding></PlainTextSelection>\n'
        for n, (words, memo) in enumerate([(LATE, "<Description>Merging is late.</Description>"), (OWNS, "")])
    )
    qde = f"""{_HEAD}<Project {_XMLNS} name="toys" origin="QualCoder 3.8" creatingUserGUID="{user}">
<Users><User guid="{user}" name="default"/></Users>
<CodeBook><Codes><Code guid="c0000000-0000-4000-8000-000000000000" name="Challenges" isCodable="false">
<Code guid="c0000001-0000-4000-8000-000000000000" name="Late merging" isCodable="true" color="#E06C75" /></Code></Codes>
</CodeBook>
<Sources><TextSource plainTextPath="internal://a b.txt" guid="50000000-0000-4000-8000-000000000000" name="toys.txt">
{segments}</TextSource></Sources></Project>"""
    return archive(path, {"project.qde": qde, "sources/a b.txt": TEXT.replace("\n", "\r\n")})


TOOLS = {"nvivo": nvivo, "atlas": atlas, "maxqda": maxqda, "qualcoder": qualcoder}
