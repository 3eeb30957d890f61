"""A new concept of a review: its block in `ontology/own-concepts.ttl`, at its place among those of its kind."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from kg.building.reading import Sources, read_vocabularies
from kg.core.iris import BASE, CS, SKOS, minting, slug
from kg.core.kinds import BY_NAME, CONCEPTS
from kg.core.output import write_whole
from kg.core.problems import KgError, UsageError, brief, close_words, did_you_mean
from kg.model.bibliography import Vocabulary, VocabularyConcept
from kg.queries.lookup import fold
from kg.readers.settings import read_settings

OWN = "ontology/own-concepts.ttl"
HEADER = "# Concepts that this review adds to those that come with kg.\n"
_ALIKE = 0.8
_PREFIX = re.compile(r"^@prefix\s+([\w-]*):\s*<([^<>\s]*)>\s*\.[^\n]*\n", re.M)
_SUBJECT = re.compile(r"^(?:<[^<>\s]*>|[\w-]*:\S+)(?=\s)", re.M)
_SLUG_OF = re.compile(r".*[/:]([^/:>]+)>?")


@dataclass(frozen=True, slots=True)
class NewConcept:
    """A concept to add. What is empty is left to the person, or follows from what is broader."""

    kind: str
    slug: str
    label: str = ""
    definition: str = ""
    broader: str = ""
    """Slug or label of a concept of the same kind."""
    alternatives: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    """Slugs or labels of areas, for a practice."""

    @property
    def name(self) -> str:
        return self.label or self.slug.replace("-", " ")


@dataclass(frozen=True, slots=True)
class AddedConcept:
    """What was written."""

    path: Path
    line: int
    block: str
    alike: tuple[str, ...]
    """Concepts of the vocabularies with similar names, as `practice/dark-launching (dark launching)`."""


def add_concept(root: Path, new: NewConcept) -> AddedConcept:
    """Writes the block of a concept into the review's own ontology file; the rest of the file stays as it is.

    Raises:
        UsageError: if the concept or one of its names exists, or what it refers to does not.
        KgError: if the vocabularies of the review contain an error.
    """
    settings = read_settings(root)
    with minting(settings.base):
        sources = Sources(root)
        read_vocabularies(sources)
    errors = [problem for problem in sources.problems if problem.severity == "error"]
    if errors:
        raise KgError(f"{errors[0]}\nfix this first, then add the concept")
    vocabulary = sources.vocabulary
    _check_names(new, vocabulary)
    above = _found(vocabulary, new.kind, new.broader) if new.broader else None
    facts = [(CS("inArea"), area) for area in _areas(new, above, sources)] if new.kind == "practice" else []
    path = root / OWN
    raw = path.read_bytes().decode("utf-8") if path.is_file() else HEADER
    old = raw.replace("\r\n", "\n")
    text, line, block = _with_block(old, new, settings.base, above, facts)
    if _statements(text) - _statements(old) != _statements(_prefixes_of(text) + block) or _lost(old, text):
        raise KgError(f"{OWN} is written in a way that no block can be added to safely; add this to it:\n\n{block}")
    write_whole(path, text if raw == old else text.replace("\n", "\r\n"))
    return AddedConcept(path, line, block, tuple(_alike(new, vocabulary)))


def _check_names(new: NewConcept, vocabulary: Vocabulary) -> None:
    if new.kind not in BY_NAME or not BY_NAME[new.kind].concept:
        kinds = [kind.name for kind in CONCEPTS]
        hint = did_you_mean(new.kind, kinds, f"one of {', '.join(kinds)}")
        raise UsageError(f"no kind of concept is called `{brief(new.kind)}`; {hint}")
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", new.slug):
        raise UsageError(f"`{brief(new.slug)}` is not a slug: use small letters, digits and hyphens, such as "
                         f"`{slug(new.slug)}`")  # fmt: skip
    for text in (new.name, new.definition, *new.alternatives):
        if not text.isprintable() or text != text.strip():
            raise UsageError(f"`{brief(text)}` has a space at its end or a character that cannot be printed")
    names = {fold(name) for name in (new.slug, new.name, *new.alternatives)}
    for concept in vocabulary.of_kind(new.kind):
        taken = names & {fold(name) for name in (concept.slug, *concept.labels)}
        if taken:
            shown = f"{concept.kind}/{concept.slug} ({concept.labels[0]})"
            hint = f"use `{concept.slug}` in annotations, or choose another name"
            raise UsageError(f"`{brief(min(taken))}` is a name of {shown} already; {hint}")


def _found(vocabulary: Vocabulary, kind: str, name: str) -> VocabularyConcept:
    found = vocabulary.named(kind, name)
    if len(found) == 1:
        return vocabulary.concepts[kind, found[0]]
    if found:
        raise UsageError(f"`{brief(name)}` may be {' or '.join(found)}; say which")
    known = [known for concept in vocabulary.of_kind(kind) for known in (concept.slug, *concept.labels)]
    hint = did_you_mean(name, known, f"`kg query vocabulary --kind {kind}` lists them")
    raise UsageError(f"no {kind} is called `{brief(name)}`; {hint}")


def _areas(new: NewConcept, above: VocabularyConcept | None, sources: Sources) -> list[str]:
    if new.areas:
        return [_found(sources.vocabulary, "area", area).iri for area in new.areas]
    start = f"<{above.iri}> {CS('inArea')} <".encode() if above else b"-"
    lines = (line for graph in sources.vocabularies for line in graph.lines if line.startswith(start))
    found = {line.decode().rsplit(" ", 1)[1][1:-1] for line in lines}
    if not found:
        areas = ", ".join(sources.vocabulary.slugs("area"))
        raise UsageError(
            f"a practice belongs to an area: give --area ({areas}), or --broader with a practice that has one"
        )
    return sorted(found)


def _alike(new: NewConcept, vocabulary: Vocabulary) -> Iterator[str]:
    """Concepts of the kind with similar names, and those of other kinds with the same name."""
    names = {fold(name) for name in (new.slug, new.name, *new.alternatives)}
    for concept in vocabulary.concepts.values():
        theirs = {fold(name) for name in (concept.slug, *concept.labels)}
        if names & theirs or (concept.kind == new.kind and any(close_words(name, theirs, _ALIKE) for name in names)):
            yield f"{concept.kind}/{concept.slug} ({concept.labels[0]})"


def _with_block(
    old: str, new: NewConcept, base: str, above: VocabularyConcept | None, facts: Sequence[tuple[NamedNode, str]]
) -> tuple[str, int, str]:
    """The text of the file with the block, the line of the block, and the block."""
    old = old if old.endswith("\n") else old + "\n"
    kind = BY_NAME[new.kind]
    iri, scheme = (
        f"{base}{kind.prefix}/{new.slug}",
        f"{BASE}scheme/{kind.name}{'es' if kind.name.endswith('ch') else 's'}",
    )
    used = [
        CS(kind.class_name).value,
        str(SKOS),
        iri,
        scheme,
        *(value for _, value in facts),
        above.iri if above else "",
    ]
    text = _with_prefixes(old, base, filter(None, used))
    short = _Shortener(text)
    class_, scheme = short(CS(kind.class_name).value), short(scheme)
    of_skos = {name: short(SKOS(name).value) for name in ("Concept", "prefLabel", "altLabel", "definition", "broader",
                                                          "inScheme", "topConceptOf")}  # fmt: skip
    lines = [f"{short(iri)} a {class_}, {of_skos['Concept']} ;",
             f"    {of_skos['prefLabel']} {Literal(new.name, language='en')} ;"]  # fmt: skip
    if new.alternatives:
        names = _several(str(Literal(name, language="en")) for name in new.alternatives)
        lines.append(f"    {of_skos['altLabel']} {names}")
    defined = str(Literal(new.definition or "say in a sentence what it is", language="en"))
    lines.append(f"    {'' if new.definition else '# '}{of_skos['definition']} {defined} ;")
    if facts:
        lines.append(f"    {short(CS('inArea').value)} " + _several(short(value) for _, value in facts))
    if above:
        lines += [f"    {of_skos['broader']} {short(above.iri)} ;", f"    {of_skos['inScheme']} {scheme} ."]
    else:
        lines += [f"    {of_skos['inScheme']} {scheme} ;", f"    {of_skos['topConceptOf']} {scheme} ."]
    block = "\n".join(lines) + "\n"
    at = _place(text, new, class_)
    before, after = text[:at].rstrip("\n") + "\n\n", text[at:].lstrip("\n")
    return before + block + ("\n" + after if after else ""), before.count("\n") + 1, block


def _several(values: Iterable[str]) -> str:
    return ",\n        ".join(values) + " ;"


class _Shortener:
    """Writes IRIs with the prefixes of a file."""

    def __init__(self, text: str) -> None:
        self._known = {namespace: prefix for prefix, namespace in _PREFIX.findall(text)}

    def __call__(self, iri: str) -> str:
        namespace, name = _divided(iri)
        prefix = self._known.get(namespace)
        return f"<{iri}>" if prefix is None or not re.fullmatch(r"[\w-]+", name) else f"{prefix}:{name}"


def _divided(iri: str) -> tuple[str, str]:
    at = max(iri.rfind("/"), iri.rfind("#")) + 1
    return iri[:at], iri[at:]


def _with_prefixes(text: str, base: str, iris: Iterable[str]) -> str:
    """The text with a prefix for each namespace, if it has none and the usual name is free."""
    for namespace in dict.fromkeys(_divided(iri)[0] for iri in iris):
        known = dict(_PREFIX.findall(text))
        usual = {str(SKOS): "skos", BASE + "ontology#": "cs"}.get(namespace, namespace.rstrip("/").rsplit("/", 1)[-1])
        own = f"own-{usual}" if namespace.startswith(base) and base != BASE else usual
        name = next((name for name in (own, usual) if name not in known), "")
        if namespace in known.values() or not name:
            continue
        declared = list(_PREFIX.finditer(text))
        at = declared[-1].end() if declared else len(text)
        gap = "" if declared else "\n"
        text = f"{text[:at]}{gap}@prefix {name}: <{namespace}> .\n{text[at:]}"
    return text


def _place(text: str, new: NewConcept, class_: str) -> int:
    """Before the first concept of the kind whose slug comes later; else after the last one, or at the end."""
    subjects = list(_SUBJECT.finditer(text))
    at = len(text)
    for number, match in enumerate(subjects):
        end = subjects[number + 1].start() if number + 1 < len(subjects) else len(text)
        if not re.search(rf"\sa\s[^;.]*{re.escape(class_)}(?![\w-])", text[match.start() : end]):
            continue
        found = _SLUG_OF.fullmatch(match[0])
        if found and found[1] > new.slug:
            return _above_comments(text, match.start())
        at = _above_comments(text, end) if end < len(text) else end
    return at


def _above_comments(text: str, at: int) -> int:
    """The start of the comment directly above a line, or the line itself."""
    while (line := text.rfind("\n", 0, at - 1) + 1) < at and text[line:at].startswith("#"):
        at = line
    return at


def _prefixes_of(text: str) -> str:
    return "".join(match[0] for match in _PREFIX.finditer(text))


def _statements(text: str) -> set[str]:
    try:
        return {str(quad.triple) for quad in parse(text, format=RdfFormat.TURTLE, base_iri=BASE)}
    except SyntaxError:
        return set()


def _lost(old: str, text: str) -> bool:
    """Whether a line of the old text is not in the new one."""
    return not set(old.splitlines()) <= set(text.splitlines()) or not _statements(old) <= _statements(text)
