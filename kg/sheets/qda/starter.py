"""A mapping to fill in, with what the names in a project suggest; and the codes of a codebook as concepts."""

from __future__ import annotations

import datetime
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from kg.core.iris import slug
from kg.core.kinds import BY_NAME, CONCEPTS
from kg.core.problems import brief
from kg.model.bibliography import BibliographyEntry, Vocabulary
from kg.readers.qda.project import QdaCode, QdaProject, QdaSegment
from kg.sheets.qda.marks import read_finding, read_meaning
from kg.sheets.texts import flow

READING = "reading:"
"""How the id of a coder in an exported project begins, before the name of the reading."""
FIELDS = {kind.name: kind.keys[1] for kind in CONCEPTS if kind.of_finding}
"""For each kind of concept that a finding can be about, the field of the finding."""
_STARTER = """# How {file} becomes annotations. Fill in, and import again; docs/qda.md describes all keys.

label:             # what the project is
mapped_by:         # who decides what sources and codes mean
created: {date}
# statements: the comment (memo, note) of a segment is the statement of its finding, in the coder's own words.
# remarks: it is not; then `statement` of a code or under `by_id` is. {comments} segments have a comment.
comments:{are}
# How the publications were studied, where it does not follow from an annotation or from `study` of a source:
# study: {{label: …, methods: […]}}

# Each source is a publication: its BibTeX key.
sources:
{sources}

# What a code says of a finding: practices, challenges, approaches, tools, outcomes, effects … and perhaps its
# statement. {{}} for a code of the project only.
codes:
{codes}

# Each coder is a reading, KEY.NAME.yaml.
coders:
{coders}

# leave_out: {{NAME of a source, code or coder, or GUID of a segment: why}}
"""


def qda_starter(file: Path, project: QdaProject, vocabulary: Vocabulary, works: Iterable[BibliographyEntry]) -> str:
    """Returns the mapping as YAML."""
    known = list(works)
    coded_in = {source.guid: [one for one in source.segments if _counts(one)] for source in project.sources}
    segments = [segment for found in coded_in.values() for segment in found]
    coded = Counter(code for segment in segments for code in dict.fromkeys(segment.codes))
    coders = Counter(segment.coder for segment in segments)
    ids = dict(project.users.values())
    sources = []
    for source in project.sources:
        if found := coded_in[source.guid]:
            means: Any = read_meaning(source.description) or _work(source.name, known)
            sources.append(f"  {flow(source.name)}: {_flow(means)}{_many(len(found))}".rstrip())
    marked = any(read_finding(segment.comment)[0] for segment in segments)
    named = {name: id.removeprefix(READING) for name, id in ids.items() if id.startswith(READING)}
    readings = {name: named.get(name, _ascii(name)) for name in coders}
    return _STARTER.format(
        file=brief(file.name),
        date=project.date if re.fullmatch(r"\d{4}-\d\d-\d\d", project.date) else datetime.date.today().isoformat(),
        comments=sum(bool(segment.comment) for segment in segments),
        are=" statements" if marked else "",
        sources="\n".join(sources),
        codes="\n".join(_codes((project.codes[guid] for guid in coded), vocabulary, coded)),
        coders="\n".join(
            f"  {flow(name)}: {_flow({'reading': readings[name], 'annotator': name})}{_many(number)}"
            for name, number in coders.items()
        ),
    )


def codebook(project: QdaProject, vocabulary: Vocabulary) -> str:
    """Returns the codes as `codes` of a mapping, and those that are no concept yet as blocks for a vocabulary."""
    codes = [code for code in project.codes.values() if code.codable]
    lines = ["codes:", *_codes(codes, vocabulary, {})]
    new = [code for code in codes if not _meaning(code, vocabulary)]
    blocks = [f"# {line}" for line in _NEW] if new else []
    return (
        "\n".join(["# For the mapping of a project:", *lines, "", *blocks, *(_block(code) for code in new)]).rstrip()
        + "\n"
    )


_NEW = (
    "Codes that are no concept yet. What you want as a concept goes into a file of ontology/, with a kind, a scheme",
    "and a definition in your own words; the prefixes are those of the other files there.",
)


def _codes(codes: Iterable[QdaCode], vocabulary: Vocabulary, number: Mapping[str, int]) -> Iterator[str]:
    for code in codes:
        means, count = _meaning(code, vocabulary), _many(number.get(code.guid, 0))
        if len(means) > 1:  # concepts of several kinds have this name
            yield f"  {flow(code.name)}:{count or '  #'} which one? {_flow(means)}"
        else:
            yield f"  {flow(code.name)}: {_flow(means)}{count}".rstrip()


def _many(number: int) -> str:
    return f"  # {number} segment{'s' if number > 1 else ''}" if number else ""


def _counts(segment: QdaSegment) -> bool:
    """Whether a segment can become evidence: it has a code, or says that it is part of a finding."""
    return bool(segment.codes or read_finding(segment.comment)[0])


def _meaning(code: QdaCode, vocabulary: Vocabulary) -> dict[str, Any]:
    """What the code says that it stands for, else the concepts that have its name as a label."""
    if said := read_meaning(code.description):
        return said
    name = code.path[-1].rpartition("::")[2]
    found = {field: named for kind, field in FIELDS.items() if (named := vocabulary.named(kind, name))}
    above = {field for kind, field in FIELDS.items() if BY_NAME[kind].look.plural in code.path}
    return {field: found[field] for field in found if not above or field in above}


def _block(code: QdaCode) -> str:
    kind = next((BY_NAME[kind] for kind in FIELDS if BY_NAME[kind].look.plural in code.path), None)
    name, type_, scheme = (kind.prefix, kind.class_name, FIELDS[kind.name]) if kind else ("KIND", "KIND", "KINDS")
    text = " ".join(code.description.split())
    says = [f"skos:definition {_turtle(text)}"] if text else ["# skos:definition …"]
    lines = [f"{name}:{_ascii(code.path[-1])} a cs:{type_}, skos:Concept", f"skos:prefLabel {_turtle(code.path[-1])}"]
    return " ;\n    ".join([*lines, *says, f"skos:inScheme scheme:{scheme}"]) + " .\n"


def _turtle(text: str) -> str:
    return f"{json.dumps(text, ensure_ascii=False)}@en"


def _flow(value: Any) -> str:
    """The value as YAML; nothing where a person has to decide."""
    return flow(value) if value else ""


def _work(name: str, works: Iterable[BibliographyEntry]) -> str:
    """The key of the work that has the name of the source as its key or title; empty for none or several."""
    names = {_words(name), _words(name.rpartition(".")[0])} - {""}
    found = [work.key for work in works if {_words(work.key), _words(work.title)} & names]
    return found[0] if len(found) == 1 else ""


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def _ascii(name: str) -> str:
    return slug(name).encode("ascii", "ignore").decode().strip("-") or "coder"
