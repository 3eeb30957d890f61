"""The files of a project: a zip archive that is not trusted, and XML with the line of each element.

Only what is needed is unpacked, and never more than a limit: media files stay packed. A document type declaration,
which could expand entities, is refused; no project has one. Nothing is ever written to disk.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from kg.core.files import MAX_BYTES
from kg.core.problems import KgError, Location, Problem, brief

MAX_PROJECT = 2**31 - 1
"""Maximum size of a project in bytes: what the standard allows for one file in it (8.5)."""
MAX_UNPACKED = 2 * MAX_BYTES
"""Maximum size in bytes of everything that is unpacked."""
MAX_MEMBERS = 20_000
MAX_DEPTH = 100
MAX_ELEMENTS = 1_000_000
_TEXTS = {"Description", "PlainTextContent"}
_NAMESPACE = "urn:QDA-XML:"
_SAVE = "export the project again as REFI-QDA (.qdpx)"


class QdaError(KgError):
    """Why a file, or a part of it, is not read."""

    def __init__(self, where: Location, rule: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.problem = Problem(where, f"qda/{rule}", message, hint)


@dataclass(slots=True)
class QdaElement:
    """An element; `text` is only that of descriptions and of plain text content."""

    name: str
    attributes: dict[str, str]
    where: Location
    children: list[QdaElement] = field(default_factory=list)
    text: str = ""

    def all(self, *names: str) -> Iterator[QdaElement]:
        """The children of these names."""
        return (child for child in self.children if child.name in names)

    def below(self, *names: str) -> Iterator[QdaElement]:
        """The elements of the last name, each below one of the name before."""
        found = [self]
        for name in names:
            found = [child for element in found for child in element.all(name)]
        return iter(found)

    def get(self, name: str) -> str:
        """An attribute, empty if it is missing."""
        return self.attributes.get(name, "").strip()

    def guid(self, name: str = "guid") -> str:
        """A GUID in lower case without the braces that some tools write."""
        return self.get(name).strip("{}").lower()

    @property
    def description(self) -> str:
        """The text of its description."""
        return "\n".join(found.text.strip() for found in self.all("Description")).strip()


class QdaArchive:
    """A .qdpx file."""

    def __init__(self, path: Path) -> None:
        """Opens the file.

        Raises:
            QdaError: if it is not a zip archive, or has members that no project has.
        """
        self.name = str(path)
        self.left = MAX_UNPACKED
        if path.stat().st_size > MAX_PROJECT:
            raise self.refusal("", "too-large", "larger than 2 GiB", "leave audio and video out of the export")
        try:
            self.zip = zipfile.ZipFile(path)
        # zipfile raises OSError and ValueError for damaged sizes and names, NotImplementedError for several disks.
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise self.refusal("", "no-zip", f"not a zip archive, as a .qdpx file is ({error})", _SAVE) from error
        self.members: dict[str, str] = {}
        for number, part in enumerate(self.zip.infolist()):
            self._check(number, part)
            if self.members.setdefault(part.filename.replace("\\", "/").lower(), part.filename) != part.filename:
                raise self.refusal(part.filename, "twice", "two members of the archive have this name", _SAVE)

    def refusal(self, member: str, rule: str, message: str, hint: str) -> QdaError:
        """A refusal at a member, or at the whole file."""
        return QdaError(self.where(member), rule, message, hint)

    def where(self, member: str, line: int = 0, column: int = 0) -> Location:
        """A place in a member."""
        return Location(f"{self.name}/{brief(member)}" if member else self.name, line, column)

    def _check(self, number: int, part: zipfile.ZipInfo) -> None:
        steps = part.filename.replace("\\", "/").split("/")
        if number >= MAX_MEMBERS:
            raise self.refusal("", "too-large", f"more than {MAX_MEMBERS} members", _SAVE)
        if ".." in steps or not steps[0] or ":" in steps[0]:
            raise self.refusal(part.filename, "outside", "this member has a path outside the archive", _SAVE)
        if part.flag_bits & 1:
            raise self.refusal(part.filename, "encrypted", "this member is encrypted", "export without a password")

    def read(self, member: str) -> bytes:
        """A member, unpacked.

        Raises:
            QdaError: if it is missing, damaged, or larger than the limit.
        """
        name = self.members.get(member.lower())
        if name is None:
            raise self.refusal(member, "missing", "this file is not in the project", _SAVE)
        most = min(MAX_BYTES, self.left)
        try:
            with self.zip.open(name) as file:
                data = file.read(most + 1)
        except Exception as error:  # zlib, struct, zipfile and the operating system each have their own
            raise self.refusal(name, "damaged", f"cannot be unpacked ({type(error).__name__})", _SAVE) from error
        if len(data) > most:
            message = f"over {most // 1024 // 1024} MiB when unpacked"
            raise self.refusal(name, "too-large", message, "export fewer sources at a time")
        self.left -= len(data)
        return data

    def internal(self, reference: str, where: Location) -> str:
        """The text of a source that an element refers to as `internal://NAME`.

        Raises:
            QdaError: if the reference leads out of the project, or the text cannot be read.
        """
        scheme, colon, name = reference.partition("://")
        if not colon:
            scheme, name = "internal", reference
        name = name.removeprefix("/")
        if scheme.lower() != "internal" or not name or set("/\\:") & set(name) or name.startswith(".."):
            message = f"`{brief(reference)}` is outside the project"
            raise QdaError(where, "outside", message, "texts are read from the project itself only (internal://)")
        data = self.read(f"sources/{name}")
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError as error:
            line = data[: error.start].count(b"\n") + 1
            found = self.where(f"sources/{name}", line)
            raise QdaError(found, "not-utf-8", "not UTF-8, as the standard says (9.1.2)", _SAVE) from error


def read_elements(data: bytes, name: str, roots: tuple[str, ...]) -> QdaElement:
    """The elements of an XML file.

    Args:
        data: the file.
        name: its name in problems.
        roots: the names that its first element may have.

    Raises:
        QdaError: if it is not XML, declares a document type, or is no file of REFI-QDA.
    """
    reader = _ElementReader(name)
    parser = reader.parser
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        where = Location(name, error.lineno, error.offset + 1)
        raise QdaError(where, "no-xml", f"not XML: {expat.errors.messages[error.code]}", _SAVE) from error
    root = reader.open[0].children[0]
    if root.name not in roots or (reader.namespace and not reader.namespace.startswith(_NAMESPACE)):
        message = f"this is `{brief(root.name)}` and not {' or '.join(roots)} of REFI-QDA"
        raise QdaError(root.where, "no-project", message, _SAVE)
    return root


class _ElementReader:
    """Builds the elements while expat reads."""

    def __init__(self, name: str) -> None:
        self.name, self.namespace, self.count = name, "", 0
        self.open = [QdaElement("", {}, Location(name))]
        self.parser = parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self.start, lambda _: self.open.pop()
        parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = self.text, self.doctype

    def here(self) -> Location:
        return Location(self.name, self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        namespace, _, local = name.rpartition(" ")
        element = QdaElement(local, attributes, self.here())
        self.count += 1
        if len(self.open) > MAX_DEPTH or self.count > MAX_ELEMENTS:
            message = f"elements within more than {MAX_DEPTH} others, or over {MAX_ELEMENTS} elements"
            raise QdaError(element.where, "too-large", message, _SAVE)
        if len(self.open) == 1:
            self.namespace = namespace
        self.open[-1].children.append(element)
        self.open.append(element)

    def text(self, text: str) -> None:
        if self.open[-1].name in _TEXTS:
            self.open[-1].text += text

    def doctype(self, *_: object) -> None:
        raise QdaError(self.here(), "doctype", "a document type declaration, which no project has", _SAVE)


def zipped(files: dict[str, bytes]) -> bytes:
    """A zip archive of the files; the same files give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()
