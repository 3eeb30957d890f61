"""What a graph says, as plain values that can be compared with those of another graph.

Every thing has an id, a label and facts: texts by the name of the property. `kg.answers.changes` compares two contents.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from kg.answers.rows import Answers, Row, texts_by
from kg.core.iris import local_name

WORK, FINDING, LINK, EFFECT, CITATION, CONCEPT = "work", "finding", "link", "effect", "citation", "concept"
KINDS = {
    WORK: "Works",
    CONCEPT: "Concepts",
    FINDING: "Findings",
    LINK: "Links between practices and challenges",
    EFFECT: "Effects on outcomes",
    CITATION: "Citations with a reason",
}
"""The kinds of things that are compared, each with its heading."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A thing of a graph with what is said about it."""

    id: str
    label: str
    iri: str
    """Its IRI; of a citation, link or effect that of the finding or work whose page shows it."""
    facts: Mapping[str, tuple[str, ...]]
    """By property; sorted, except for authors."""


Things = Mapping[str, Compared]
"""Things of one kind by id."""


@dataclass
class _Gathered:
    """A thing whose rows are still being read."""

    label: str = ""
    iri: str = ""
    facts: dict[str, dict[str, None]] = field(default_factory=lambda: defaultdict(dict))

    def add(self, **facts: object) -> None:
        for name, value in facts.items():
            if value not in (None, "", False):
                self.facts[name.replace("_", " ")]["yes" if value is True else str(value)] = None


def contents_of(graph: Answers) -> dict[str, Things]:
    """The things of each of `KINDS`."""
    return {
        WORK: _works(graph),
        CONCEPT: _concepts(graph),
        FINDING: _findings(graph),
        LINK: _links(graph, "things-links", _link),
        EFFECT: _links(graph, "things-effects", _effect),
        CITATION: _citations(graph),
    }


def _closed(found: Mapping[str, _Gathered], in_order: Iterable[str] = ()) -> Things:
    ordered = set(in_order)
    return {
        id_: Compared(id_, one.label or id_, one.iri, {
            name: tuple(values if name in ordered else sorted(values)) for name, values in sorted(one.facts.items())
        }) for id_, one in sorted(found.items())
    }  # fmt: skip


def _works(graph: Answers) -> Things:
    found: dict[str, _Gathered] = defaultdict(_Gathered)
    for row in graph.query("things-publications").with_iris():
        one = found[str(row["key"])]
        one.label, one.iri = str(row["label"]), str(row["publication"])
        one.add(**{name: row[name] for name in ("title", "year", "venue", "doi", "url", "annotated")})
    for key, authors in texts_by(graph.query("things-authors"), "key", "author").items():
        for author in authors:
            found[key].add(authors=author)
    return _closed(found, ["authors"])


def _concepts(graph: Answers) -> Things:
    found: dict[str, _Gathered] = defaultdict(_Gathered)
    for row in graph.query("things-concepts").with_iris():
        one = found[_concept(row["concept"])]
        one.label, one.iri = str(row["label"]), str(row["concept"])
        one.add(label=row["label"], definition=row["definition"])
    for row in graph.query("vocabulary"):
        one = found[f"{row['kind']}/{row['slug']}"]
        one.add(broader=row["broader"])
        for name in str(row["names"] or "").split("; "):
            one.add(other_names=name)
    return _closed(found)


def _concept(iri: object) -> str:
    """`practice/continuous-testing` of the IRI of a concept."""
    return local_name(str(iri))


def _finding(iri: object) -> str:
    """`vanska2024/PEC4` of the IRI of a finding."""
    return local_name(str(iri)).removeprefix("finding/")


def _findings(graph: Answers) -> Things:
    found: dict[str, _Gathered] = defaultdict(_Gathered)
    for row in graph.query("things-findings").with_iris():
        one = found[_finding(row["finding"])]
        one.label, one.iri = str(row["statement"]), str(row["finding"])
        one.add(statement=row["statement"], section=row["section"], hand=row["hand"], key_finding=row["numbered"])
        one.add(further_reading=row.get("further"))
        one.add(found_by=row["key"], reported_in=row["told_in"])
    for row in graph.query("things-concerns").with_iris():
        found[_finding(row["finding"])].facts[str(row["how"])][_concept(row["concept"])] = None
    for row in graph.query("things-quotations").with_iris():
        where = f"{row['section']}, page {row['page']}" if row["page"] else str(row["section"])
        found[_finding(row["finding"])].add(quotations=f"“{row['quotation']}” ({where})")
    for row in graph.query("things-relations").with_iris():
        if row["finding"] == row["source"]:
            found[_finding(row["source"])].add(relations=f"{row['relation']} {_finding(row['target'])}")
    return _closed({id_: one for id_, one in found.items() if one.iri})


def _link(row: Row, name: Callable[[object], str]) -> str:
    """A link of a practice and a challenge as a headline, whose grammar fits names in the singular and plural."""
    practice, challenge, polarity = name(row["practice"]), name(row["challenge"]), str(row["polarity"])
    if polarity == "mitigates":
        return f"{challenge} mitigated by {practice}"
    return f"{practice} {'not hindered by' if polarity == 'absent' else 'hindered by'} {challenge}"


def _effect(row: Row, name: Callable[[object], str]) -> str:
    """An effect on an outcome as a sentence."""
    verbs = {"no change": "does not change", "mixed": "increases and decreases"}
    return f"{name(row['cause'])} {verbs.get(str(row['direction']), row['direction'])} {name(row['outcome'])}"


def _links(graph: Answers, query: str, sentence: Callable[[Row, Callable[[object], str]], str]) -> Things:
    """Links or effects, each with the findings that it rests on."""
    labels = {str(row["concept"]): str(row["label"]) for row in graph.query("things-concepts").with_iris()}
    found: dict[str, _Gathered] = defaultdict(_Gathered)
    for row in graph.query(query).with_iris():
        one = found[sentence(row, _concept)]
        one.label = sentence(row, lambda iri: labels.get(str(iri), _concept(iri)))
        one.iri = str(row.get("outcome") or row.get("challenge"))
        one.add(findings=_finding(row["finding"]), valence=row.get("valence"))
    return _closed(found)


def _citations(graph: Answers) -> Things:
    found: dict[str, _Gathered] = defaultdict(_Gathered)
    iris = {str(row["key"]): str(row["publication"]) for row in graph.query("things-publications").with_iris()}
    for row in graph.query("why-cited"):
        about = f" about {row['finding']}" if row["finding"] else ""
        one = found[f"{row['by']} cites {row['key']}{about}"]
        one.iri = iris.get(str(row["key"]), "")
        one.add(reason=_words(str(row["reason"])), sections=row["sections"], note=row["note"])
    return _closed(found)


def _words(name: str) -> str:
    """`agrees with` of `agreesWith`."""
    return "".join(f" {c.lower()}" if c.isupper() else c for c in name)


REFERRING = {
    "found by": WORK, "reported in": WORK, "findings": FINDING, "relations": FINDING,
    "concerns": CONCEPT, "addresses": CONCEPT, "recommends": CONCEPT,
}  # fmt: skip
"""Facts whose values end with the id of another thing, with its kind."""
_NAMING = {FINDING: WORK, LINK: CONCEPT, EFFECT: CONCEPT, CITATION: WORK}
"""Kinds whose ids contain the ids of things of another kind."""


def with_other_ids(kind: str, things: Things, ids: Mapping[str, Mapping[str, str]]) -> Things:
    """The same things as they would be with other ids, by their own id.

    Args:
        kind: the kind of the things.
        things: the things.
        ids: by kind, the other ids of things that have one.
    """
    if not any(ids.values()):
        return things
    found: dict[str, Compared] = {}
    for thing in things.values():
        facts = {
            name: tuple(sorted(_last_word(value, ids.get(REFERRING[name], {})) for value in values))
            if name in REFERRING else values
            for name, values in thing.facts.items()
        }  # fmt: skip
        found[thing.id] = replace(
            thing, id=ids.get(kind, {}).get(thing.id) or _renamed(kind, thing.id, ids), facts=facts
        )
    return found


def _renamed(kind: str, id_: str, ids: Mapping[str, Mapping[str, str]]) -> str:
    names = ids.get(_NAMING.get(kind, ""), {})
    if kind == FINDING:  # KEY/ID, or KEY.READER/ID
        stem, slash, rest = id_.partition("/")
        key, dot, reader = stem.partition(".")
        return f"{names.get(stem) or names.get(key, key) + dot + reader}{slash}{rest}"
    return " ".join(names.get(word, word) for word in id_.split(" ")) if names else id_


def _last_word(value: str, names: Mapping[str, str]) -> str:
    before, space, word = value.rpartition(" ")
    return f"{before}{space}{names.get(word, word)}"


def merged_entries(graph: Answers) -> dict[str, str]:
    """The key of the entry that each merged entry is shown as."""
    return {str(row["merged"]): str(row["kept"]) for row in graph.query("merged-entries")}


def numbers_of(graph: Answers) -> dict[str, int]:
    """How much of everything there is, in the words of the query `contents`."""
    rows: Iterable[Mapping[str, Any]] = graph.query("contents")
    return {str(row["what"]): int(row["count"]) for row in rows}
