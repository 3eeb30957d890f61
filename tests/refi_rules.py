"""The rules of REFI-QDA 1.5 that an exported project or codebook must keep, in our own words.

They state what its XML schemas require of the elements that are written: which children in which order, which
attributes must and may be there, and the forms of their values (5.2, 5.3); and what the text says of files and
references (8, 9, 10).
"""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from io import BytesIO
from xml.etree import ElementTree as ET

GUID = re.compile(
    r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|\{[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\}"
)
DATE_TIME = re.compile(r"-?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?")
XSI = "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"

_BY = ("creatingUser", "creationDateTime", "modifyingUser", "modifiedDateTime")
ELEMENTS: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    # children in order, required attributes, other attributes
    "Project": (
        ("Users", "CodeBook", "Variables", "Cases", "Sources", "Notes", "Links", "Sets", "Graphs", "Description"),
        ("name",),
        ("origin", "creatingUserGUID", "creationDateTime", "modifyingUserGUID", "modifiedDateTime", "basePath", XSI),
    ),
    "Users": (("User",), (), ()),
    "User": ((), ("guid",), ("name", "id")),
    "CodeBook": (("Codes", "Sets"), (), ("origin", XSI)),
    "Codes": (("Code",), (), ()),
    "Code": (("Description", "NoteRef", "Code"), ("guid", "name", "isCodable"), ("color",)),
    "Sources": (("TextSource",), (), ()),
    "TextSource": (
        ("Description", "PlainTextContent", "PlainTextSelection", "Coding", "NoteRef", "VariableValue"),
        ("guid",),
        ("name", "richTextPath", "plainTextPath", *_BY),
    ),
    "PlainTextSelection": (
        ("Description", "Coding", "NoteRef"),
        ("guid", "startPosition", "endPosition"),
        ("name", *_BY),
    ),
    "Coding": (("CodeRef", "NoteRef"), ("guid",), _BY[:2]),
    "CodeRef": ((), ("targetGUID",), ()),
    "Description": ((), (), ()),
}
NOT_EMPTY = ("Users", "Codes", "Sources")
ONCE = ("Users", "CodeBook", "Sources", "Codes", "Description", "CodeRef", "PlainTextContent")


def broken_rules(data: bytes, kind: str) -> list[str]:
    """Returns what is wrong with a .qdpx (`kind` is project) or .qdc file (codebook)."""
    if kind == "codebook":
        return _broken_xml(ET.fromstring(data), kind)  # noqa: S314
    archive = zipfile.ZipFile(BytesIO(data))
    names = archive.namelist()
    root = ET.fromstring(archive.read("project.qde"))  # noqa: S314
    found = _broken_xml(root, kind)
    texts = [name for name in names if name != "project.qde"]
    found += [f"{name} is not a GUID in sources/" for name in texts if not _is_source(name)]
    sources = list(root.iter("{urn:QDA-XML:project:1.0}TextSource"))
    paths = [source.attrib.get("plainTextPath", "") for source in sources]
    if sorted(path.replace("internal://", "sources/") for path in paths) != sorted(texts):
        found.append("the sources and the files in sources/ are not the same")
    for source, path in zip(sources, paths, strict=True):
        length = len(archive.read(path.replace("internal://", "sources/")).decode("utf-8"))
        for selection in source.iter("{urn:QDA-XML:project:1.0}PlainTextSelection"):
            if not 0 <= int(selection.attrib["startPosition"]) < int(selection.attrib["endPosition"]) <= length:
                found.append(f"{selection.attrib} is not in the text")
    return found


def _is_source(name: str) -> bool:
    return name.startswith("sources/") and name.endswith(".txt") and bool(GUID.fullmatch(name[8:-4]))


def _broken_xml(root: ET.Element, kind: str) -> list[str]:
    found: list[str] = []
    space = f"{{urn:QDA-XML:{kind}:1.0}}"
    for element in root.iter():
        if not element.tag.startswith(space):
            found.append(f"{element.tag} is in another namespace")
            continue
        name = element.tag.removeprefix(space)
        children, required, others = ELEMENTS[name]
        tags = [child.tag.removeprefix(space) for child in element]
        found += [f"{name} contains {tag}" for tag in tags if tag not in children]
        if [children.index(tag) for tag in tags if tag in children] != sorted(
            children.index(tag) for tag in tags if tag in children
        ):
            found.append(f"the children of {name} are in another order: {tags}")
        found += [
            f"{name} contains {tag} {number} times"
            for tag, number in Counter(tags).items()
            if number > 1 and tag in ONCE
        ]
        found += [f"{name} is empty" for _ in [0] if name in NOT_EMPTY and not tags]
        found += [f"{name} has no {attribute}" for attribute in required if attribute not in element.attrib]
        found += [f"{name} has {attribute}" for attribute in element.attrib if attribute not in (*required, *others)]
        found += [
            f"{name} {attribute}: {value}"
            for attribute, value in element.attrib.items()
            if not _is_form(attribute, value)
        ]
    guids = Counter(element.attrib["guid"].lower() for element in root.iter() if "guid" in element.attrib)
    found += [f"{guid} is given {number} times" for guid, number in guids.items() if number > 1]
    referring = ("targetGUID", "creatingUser")
    wanted = {element.attrib[name].lower() for element in root.iter() for name in referring if name in element.attrib}
    return [*found, *(f"there is no {guid}" for guid in wanted - {*guids})]


def _is_form(attribute: str, value: str) -> bool:
    if attribute in ("guid", "targetGUID", "creatingUser"):
        return bool(GUID.fullmatch(value))
    if attribute == "isCodable":
        return value in ("true", "false", "1", "0")
    if attribute.endswith("DateTime"):
        return bool(DATE_TIME.fullmatch(value))
    return not attribute.endswith("Position") or value.isdecimal()
