"""A project or a codebook as values: coders, codes, sources, and the coded segments of their texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from kg.core.files import MAX_BYTES
from kg.core.problems import Location, Problem, Severity, brief
from kg.readers.qda.archive import QdaArchive, QdaElement, QdaError, read_elements
from kg.readers.qda.positions import MAX_TEXT, Span, located

PROJECT = "project.qde"
ENDINGS = (".qdpx", ".qdc")
SEPARATOR = " / "
"""Between the names of a code and of the codes above it."""
NOBODY = "unknown"
"""The name of the coder of a segment that names none."""
_SELECTIONS = ("PictureSelection", "AudioSelection", "VideoSelection", "TranscriptSelection")
_NOT_IMPORTED = {"Cases": "Case", "Sets": "Set", "Graphs": "Graph", "Variables": "Variable"}


@dataclass(frozen=True, slots=True)
class QdaCode:
    """A code; `name` is its own one if no other code has it, else it begins with those of the codes above it."""

    guid: str
    name: str
    path: tuple[str, ...]
    description: str
    codable: bool
    where: Location


@dataclass(frozen=True, slots=True)
class QdaSegment:
    """What one coder coded: a part of a text with its codes; `place` is its line or its PDF page, from 1."""

    guid: str
    name: str
    coder: str
    text: str
    comment: str
    codes: tuple[str, ...]
    place: int
    on_page: bool
    where: Location


@dataclass
class QdaSource:
    """A source with its segments, and the problems of its text. Sources of the same name are named by their GUIDs."""

    guid: str
    name: str
    description: str
    where: Location
    segments: list[QdaSegment] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def report(self, where: Location, rule: str, message: str, hint: str, level: Severity = "warning") -> None:
        """Adds a problem."""
        self.problems.append(Problem(where, f"qda/{rule}", message, hint, level))


@dataclass
class QdaProject:
    """A project; a codebook is one without sources. Codes are by GUID, coders by GUID with name and id."""

    origin: str = ""
    date: str = ""
    users: dict[str, tuple[str, str]] = field(default_factory=dict)
    codes: dict[str, QdaCode] = field(default_factory=dict)
    sources: list[QdaSource] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def has_segments(self) -> bool:
        """Whether a text has segments, or could not be read."""
        errors = (problem.severity == "error" for source in self.sources for problem in source.problems)
        return any(source.segments for source in self.sources) or any(errors)


def read_qda(path: Path) -> tuple[QdaProject | None, list[Problem]]:
    """The project in a .qdpx file, or the codebook in a .qdc file, and its problems; None if it cannot be read."""
    try:
        if path.suffix.lower() == ".qdc":
            if path.stat().st_size > MAX_BYTES:
                message = f"larger than {MAX_BYTES // 1024 // 1024} MiB"
                raise QdaError(Location(str(path)), "too-large", message, "split it")
            root, archive = read_elements(path.read_bytes(), str(path), ("CodeBook",)), None
        else:
            archive = QdaArchive(path)
            name = archive.where(PROJECT).file
            root = read_elements(archive.read(PROJECT), name, ("Project",))
        project = _Reading(root, archive).project
    except QdaError as refusal:
        return None, [refusal.problem]
    except OSError as error:
        return None, [Problem(Location(str(path)), "file/unreadable", f"cannot be read: {error.strerror}")]
    return project, project.problems


class _Reading:
    def __init__(self, root: QdaElement, archive: QdaArchive | None) -> None:
        self.archive = archive
        self.project = QdaProject(
            root.get("origin"), (root.get("modifiedDateTime") or root.get("creationDateTime"))[:10]
        )
        self.owner = root.guid("creatingUserGUID")
        users = root.below("Users", "User")
        self.project.users = {user.guid(): (user.get("name") or user.guid(), user.get("id")) for user in users}
        books = [root] if root.name == "CodeBook" else list(root.all("CodeBook"))
        for element in (code for book in books for code in book.below("Codes", "Code")):
            self.code(element, ())
        self.name_codes()
        self.cases = {case.guid() for case in root.below("Cases", "Case")}
        self.notes = self.read_notes(root)
        self.project.sources = [self.source(found) for group in root.all("Sources") for found in group.children]
        named = Counter(source.name for source in self.project.sources)
        for source in self.project.sources:
            source.name = source.name if named[source.name] == 1 else source.guid
        for group, item in _NOT_IMPORTED.items():
            if left := list(root.below(group, item)):
                message = f"{len(left)} × `{item}`: not imported"
                self.project.problems.append(Problem(left[0].where, "qda/left-out", message, _ONLY, "info"))

    def code(self, element: QdaElement, above: tuple[str, ...]) -> None:
        guid, path = element.guid(), (*above, " ".join(element.get("name").split()))
        if not guid or not path[-1] or guid in self.project.codes:
            message = f"the code `{brief(path[-1])}` has no name, no GUID, or that of another code"
            raise QdaError(element.where, "code", message, "export the project again")
        codable = element.get("isCodable").lower() not in ("false", "0")
        self.project.codes[guid] = QdaCode(guid, path[-1], path, element.description, codable, element.where)
        for child in element.all("Code"):
            self.code(child, path)

    def name_codes(self) -> None:
        """Gives codes of the same name the names of the codes above them, or else their GUID."""
        codes = self.project.codes
        names = Counter(code.name for code in codes.values())
        paths = Counter(SEPARATOR.join(code.path) for code in codes.values())
        for guid, code in codes.items():
            if names[code.name] > 1:
                path = SEPARATOR.join(code.path)
                codes[guid] = replace(code, name=path if paths[path] == 1 else guid)

    def read_notes(self, root: QdaElement) -> dict[str, tuple[str, str]]:
        """The author and text of each note, by its own GUID and by that of what a link connects it with."""
        notes: dict[str, tuple[str, str]] = {}
        for note in root.below("Notes", "Note"):
            text = self.text_of(note, self.project.problems) or note.description
            notes[note.guid()] = note.guid("creatingUser"), " ".join(text.split())
        for link in root.below("Links", "Link"):
            ends = link.guid("originGUID"), link.guid("targetGUID")
            for one, other in (ends, ends[::-1]):
                if one in notes and other not in notes:
                    notes[other] = notes[one]
        return notes

    def text_of(self, element: QdaElement, problems: list[Problem]) -> str | None:
        """The text of a source, note or representation; None, and a problem, if it cannot be read."""
        reference = element.get("plainTextPath")
        if not reference or self.archive is None:
            return "".join(found.text for found in element.all("PlainTextContent"))
        try:
            return self.archive.internal(reference, element.where)
        except QdaError as refusal:
            problems.append(refusal.problem)
            return None

    def source(self, element: QdaElement) -> QdaSource:
        source = QdaSource(element.guid(), element.get("name") or element.guid(), element.description, element.where)
        areas = {area.guid(): area for area in element.all("PDFSelection")}
        texts = [element] if element.name == "TextSource" else element.all("Representation", "TextDescription")
        for text in texts:
            self.segments(source, text, areas)
        for area in areas.values():  # those that the text of the document does not contain
            self.area(source, area)
        media = [found for name in _SELECTIONS for found in element.all(name)]
        media += element.below("Transcript", "TranscriptSelection")
        codings = [found for one in (element, *element.all("Representation")) for found in one.all("Coding")]
        for left, what in ((media, "of a picture, a recording or a transcript"), (codings, "for the whole source")):
            if left:
                source.report(left[0].where, "left-out", f"{len(left)} codings {what}: not imported", _ONLY)
        return source

    def segments(self, source: QdaSource, element: QdaElement, areas: dict[str, QdaElement]) -> None:
        """Adds the segments of a text, with the pages of the areas of the same GUID, which are taken out."""
        selections = list(element.all("PlainTextSelection"))
        text = self.text_of(element, source.problems) if selections else None
        if not selections or text is None:
            return
        if len(text) > MAX_TEXT:
            message = f"its text has {len(text)} characters, more than {MAX_TEXT}"
            source.report(element.where, "too-large", message, "split the source in the tool", "error")
            return
        spans = [_span(selection) for selection in selections]
        positions, doubtful = located(text, spans, self.project.origin)
        if doubtful:
            message = f"{len(doubtful)} segments: the text has characters that tools count in different ways"
            shown = brief((positions.part(spans[doubtful[0]]) or (0, ""))[1])
            hint = f"they were read as the tool counts, the first as `{shown}`: compare them with the tool"
            source.report(selections[doubtful[0]].where, "doubtful-position", message, hint)
        for span, selection in zip(spans, selections, strict=True):
            found = positions.part(span)
            if found is None:
                message = f"positions {span.start} to {span.end} are not in the text of `{brief(source.name)}`"
                source.report(
                    selection.where, "position", message, "correct or delete the segment in the tool", "error"
                )
                continue
            area = areas.pop(selection.guid(), None)
            page = _page(area) if area else 0
            place = page or text.count("\n", 0, found[0]) + 1
            source.segments += self.by_coder(selection, found[1], place, page > 0)

    def area(self, source: QdaSource, area: QdaElement) -> None:
        """Adds what is coded on a page, if the project has the words of the area."""
        text = "".join(found.text for found in area.below("Representation", "PlainTextContent"))
        if text.strip():
            source.segments += self.by_coder(area, text, _page(area) or 1, _page(area) > 0)
        elif list(area.all("Coding")):
            message = "an area of a page without its words: not imported"
            source.report(area.where, "left-out", message, "code the words of the page instead")

    def by_coder(self, selection: QdaElement, text: str, place: int, on_page: bool) -> Iterator[QdaSegment]:
        """The segment of each coder. A comment belongs to the person who wrote it, if the project says who."""
        author = selection.guid("creatingUser")
        comments = [(author, selection.description)]
        refs = [note.guid("targetGUID") for note in selection.all("NoteRef")]
        comments += [self.notes[guid] for guid in (*refs, selection.guid()) if guid in self.notes]
        codes: dict[str, list[str]] = {}
        for coding in selection.all("Coding"):
            coder = coding.guid("creatingUser") or author or selection.guid("modifyingUser") or self.owner
            for code in (ref.guid("targetGUID") for ref in coding.all("CodeRef")):
                if code in self.project.codes:
                    codes.setdefault(coder, []).append(code)
                else:
                    what = (
                        "a case, which is not imported" if code in self.cases else "a code that is not in the project"
                    )
                    found = Problem(coding.where, "qda/left-out", f"coded with {what}", _ONLY, "warning")
                    self.project.problems.append(found)
            refs = [note.guid("targetGUID") for note in coding.all("NoteRef")]
            comments += [(coder, self.notes[guid][1]) for guid in refs if guid in self.notes]
        for coder, own in (codes or {author or self.owner: []}).items():
            said = dict.fromkeys(text for by, text in comments if text and by in ("", coder))
            person, words = self.project.users.get(coder, (NOBODY, ""))[0], " ".join(text.split())
            guid, name, comment = selection.guid(), selection.get("name"), "\n".join(said)
            yield QdaSegment(guid, name, person, words, comment, tuple(own), place, on_page, selection.where)


_ONLY = "annotations contain coded segments of texts only"


def _page(area: QdaElement) -> int:
    """The page of a PDF, from 1; the standard counts from 0. 0 if it is not a number."""
    page = area.get("page")
    return int(page) + 1 if page.isdecimal() and len(page) < 9 else 0


def _span(selection: QdaElement) -> Span:
    """The positions of a selection; they are in no text if they are not numbers."""
    start, end = (selection.get(name) for name in ("startPosition", "endPosition"))
    whole = all(value.isdecimal() and len(value) < 12 for value in (start, end))
    return Span(int(start), int(end), selection.get("name")) if whole else Span(-1, -1)
