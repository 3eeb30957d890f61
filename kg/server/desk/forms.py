"""The one table of the fields of a desk's forms: for each part of an annotation its keys, in the order of the page.

What the format says of a key (whether it is required, the words it may have, what it means) is read from the models of
the format. A test checks that the table has every key that a person may write.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from kg.core.kinds import CONCEPTS
from kg.model import annotation as model
from kg.model.evidence import EvidenceKind

Shape = Literal[
    "text", "prose", "number", "choice", "concepts", "cause", "concept", "work", "works", "id", "ids", "texts",
    "evidence", "parts",
]  # fmt: skip
_CAUSES = ("practice", "approach", "tool")
_ALL_KINDS = tuple(kind.name for kind in CONCEPTS)


@dataclass(frozen=True)
class FormField:
    """A field of a form.

    Attributes:
        key: The key in the file; of a `cause`, any of `kinds` is the key.
        label: What the page calls it.
        shape: What is entered, and how.
        kinds: The kinds of the concepts that it may name.
        of: The part that its items are, of `parts`; the list whose ids it names, of `id` and `ids`.
        wide: Whether it takes the whole width of the form.
        group: The group that it is in, which is closed at first; those without one are always shown.
        letter: The key that leads to it.
        one: What one item of `parts` is called.
        start: What the ids of its items begin with.
        single: Whether it is one part, and not a list of them.
        required: Whether a person chooses, though the format has a default.
    """

    key: str
    label: str
    shape: Shape = "text"
    kinds: tuple[str, ...] = ()
    of: str = ""
    wide: bool = False
    group: str = ""
    letter: str = ""
    one: str = ""
    start: str = ""
    single: bool = False
    required: bool = False


def _parts(key: str, label: str, one: str, **more: Any) -> FormField:
    return FormField(key, label, "parts", of=key, wide=True, one=one, **more)


_F = FormField
_EVIDENCE = _F("evidence", "Evidence", "evidence", wide=True)
_STATEMENT = (
    _F("id", "Id"),
    _F("statement", "In your own words", "prose", wide=True),
    _F("section", "Section"),
    _EVIDENCE,
)
_STUDY = (
    _F("aim", "Aim, in your own words", "prose", wide=True),
    _F("methods", "Methods", "concepts", ("method",), wide=True),
    _F("contexts", "Contexts", "concepts", ("context",), wide=True),
    _F("participant_count", "Number of participants", "number"),
    _F("sample", "Sample, in your own words"),
)  # fmt: skip
FORMS: dict[str, tuple[FormField, ...]] = {
    "finding": (
        _F("statement", "What was found, in your own words", "prose", wide=True, letter="w"),
        _F("practices", "Practices", "concepts", ("practice",), letter="p"),
        _F("challenges", "Challenges", "concepts", ("challenge",), letter="c"),
        _F("outcomes", "Outcomes without a direction", "concepts", ("outcome",), letter="y"),
        _F("section", "Section"),
        _parts("links", "Links", "link", letter="l"),
        _parts("effects", "Effects", "effect", letter="f"),
        _F("attributed_to", "Finding of another work (second-hand)", "work", wide=True),
        _EVIDENCE,
        _parts("counts", "Reported counts", "count", letter="m"),
        _parts("relations", "Relations to other findings", "relation", letter="v"),
        _F("kind", "Kind", "choice", group="More"),
        _F("theme", "Theme", "id", of="themes", group="More"),
        _F("approaches", "Approaches", "concepts", ("approach",), group="More"),
        _F("tools", "Tools", "concepts", ("tool",), group="More"),
        _F("absent_practices", "Practices looked for and not found", "concepts", ("practice",), group="More"),
        _F("addresses", "Advice for challenges", "concepts", ("challenge",), group="More"),
        _F("recommends", "Advises", "concepts", _CAUSES, group="More"),
        _parts("concept_relations", "Relations of concepts", "relation", group="More"),
    ),
    "study": (
        _F("label", "What was done, in a few words", wide=True),
        *_STUDY,
        _parts("research_questions", "Research questions", "question", group="More", start="RQ"),
        _parts("limitations", "Limitations", "limitation", group="More", start="L"),
        _F("includes_primary_studies", "Primary studies of a review", "works", wide=True, group="More"),
        _F("evidence", "Evidence on the study", "evidence", wide=True, group="More"),
    ),
    "file": (
        _parts("participants", "Participants", "participant", start="P"),
        _parts("cases", "Cases", "case", start="C"),
        _parts("themes", "Themes", "theme", start="T"),
        _parts("instrument", "Questions of the instrument", "question"),
        _parts("citations", "Citations, with their reasons", "citation"),
        _parts("curation_notes", "Curation notes", "note", start="N"),
        _parts("other_studies", "How other works were done", "work"),
        _F("evidence", "Evidence that several parts refer to", "evidence", wide=True),
        _parts("coding", "Table of code occurrences", "table", single=True),
        _F("annotator", "Annotator"),
        _F("annotator_is", "The annotator is", "choice"),
        _F("coders", "How many coded the publication", "number"),
        _F("coder_agreement", "Agreement of the coders, as reported"),
    ),
    "links": (_F("challenge", "challenge", "concept", ("challenge",)), _F("practice", "practice", "cause", _CAUSES),
              _F("polarity", "says", "choice", required=True)),
    "effects": (_F("practice", "practice", "cause", (*_CAUSES, "challenge")),
                _F("outcome", "outcome", "concept", ("outcome",)), _F("direction", "direction", "choice"),
                _F("valence", "valence", "choice")),
    "concept_relations": (_F("source", "concept", "concept", _ALL_KINDS), _F("type", "does", "choice"),
                          _F("target", "other concept", "concept", _ALL_KINDS)),
    "counts": (_F("numerator", "number", "number"), _F("denominator", "of", "number"), _F("unit", "unit"),
               _F("what", "what they did, in your own words", "prose", wide=True), _EVIDENCE),
    "relations": (_F("type", "type", "choice"), _F("finding", "finding", "id", of="findings"),
                  _F("note", "in what way", "prose", wide=True), _EVIDENCE),
    "research_questions": _STATEMENT,
    "limitations": _STATEMENT,
    "participants": (_F("id", "Id"), _F("role", "role as printed"), _F("section", "section"),
                     _F("case", "case", "id", of="cases")),
    "cases": (_F("id", "Id"), _F("label", "label")),
    "themes": (_F("id", "Id"), _F("number", "number", "number"), _F("label", "label"), _F("section", "section"),
               _F("description", "in your own words", "prose", wide=True),
               _F("practices", "practices", "concepts", ("practice",), wide=True), _EVIDENCE),
    "instrument": (_F("theme", "theme", "id", of="themes"), _F("number", "number", "number"),
                   _F("label", "a short label of your own"), _F("section", "section")),
    "citations": (_F("work", "cited work", "work", wide=True), _F("reason", "reason", "choice"),
                  _F("about", "discussed with finding", "id", of="findings"), _F("sections", "sections", "texts"),
                  _F("note", "what for, in your own words", "prose", wide=True), _EVIDENCE),
    "curation_notes": (_F("id", "Id"), _F("about", "what it is about", "ids", _ALL_KINDS, of="findings", wide=True),
                       _F("note", "what does not agree", "prose", wide=True), _EVIDENCE),
    "other_studies": (_F("work", "work", "work", wide=True), *_STUDY, _EVIDENCE),
    "coding": (_F("label", "label"), _F("section", "section"), _parts("codes", "Codes", "code"), _EVIDENCE),
    "codes": (_F("code", "practice", "concept", ("practice",)), _F("printed", "as printed"),
              _F("occurrences", "how often", "number")),
}  # fmt: skip
MODELS: dict[str, type[BaseModel]] = {
    "finding": model.FindingPart, "study": model.StudyPart, "file": model.Annotation, "links": model.LinkPart,
    "effects": model.EffectPart, "concept_relations": model.ConceptRelationPart, "counts": model.CountPart,
    "relations": model.RelationPart, "research_questions": model.StatementPart, "limitations": model.StatementPart,
    "participants": model.ParticipantPart, "cases": model.CasePart, "themes": model.ThemePart,
    "instrument": model.QuestionPart, "citations": model.CitationPart, "curation_notes": model.NotePart,
    "other_studies": model.OtherStudyPart, "coding": model.CodingPart, "codes": model.OccurrencePart,
    "evidence": EvidenceKind,
}  # fmt: skip
"""The part of the format that each form edits, and the pieces of evidence."""
_FIRST = {"evidence": ("id", "quote", "section", "page"), "links": ("challenge",)}
ORDER = {
    {"finding": "findings", "file": ""}.get(name, name): (*_FIRST.get(name, ()), *part.model_fields)
    for name, part in MODELS.items()
}
"""The order of the keys in which a person usually writes them, by the key of the list or part that has them."""


def keys_of(form: str) -> frozenset[str]:
    """The keys that a form edits."""
    return frozenset(field.key for field in FORMS[form])


def as_json() -> dict[str, list[dict[str, Any]]]:
    """The forms for the page: each field with what the model says of its key."""
    return {name: [_with_model(MODELS[name], field) for field in form] for name, form in FORMS.items()}


def _with_model(part: type[BaseModel], field: FormField) -> dict[str, Any]:
    found = part.model_fields[field.key]
    required = field.required or found.is_required() or field.shape == "cause"
    default = found.default if isinstance(found.default, str) else ""
    more = {"required": required, "words": _words(found), "default": default, "about": found.description or ""}
    return {key: value for key, value in (asdict(field) | more).items() if value}


def _words(found: FieldInfo) -> list[str]:
    choices = [word for part in (found.annotation, *get_args(found.annotation)) for word in get_args(part)]
    return [word for word in choices if isinstance(word, str)]
