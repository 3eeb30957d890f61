"""What an assistant can do with a review: ask the graph, and propose findings that a person accepts or leaves."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from kg.answers.evidence_map import STATES, EvidenceMap, Header
from kg.answers.rows import Rows, Value
from kg.answers.things import Finding
from kg.api import KnowledgeGraph
from kg.building.drafts import propose
from kg.core.files import Stamp, stamp_of
from kg.core.iris import local_name
from kg.core.kinds import CONCEPTS
from kg.core.problems import UsageError, brief, did_you_mean
from kg.model.bibliography import BibliographyEntry
from kg.queries.lookup import fold
from kg.readers.texts.found import full_text_path
from kg.readers.texts.full_text import FullText
from kg.readers.texts.opened import read_full_text
from kg.render.text.related_work import related_work_markdown

MOST_ROWS = 200
"""The rows of an answer; assistants read all that they get."""
SECONDS = 30.0
MEBIBYTES = 512
Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """A thing that a search found."""

    id: str
    kind: str
    text: str
    words: str
    """Everything that is searched, folded."""


class GraphTools:
    """The tools over one review. The graph is opened anew after `kg build`.

    Args:
        root: the review folder.
        texts: the folder of full texts, without which nothing can be proposed.
    """

    def __init__(self, root: Path, texts: Path | None = None) -> None:
        self.root, self.texts = root, texts
        self._stamp: Stamp | None = None

    @property
    def graph(self) -> KnowledgeGraph:
        """The graph as it was built last."""
        path = self.root / "build" / "graph.nq"
        stamp = stamp_of(path.stat()) if path.is_file() else None
        if stamp is None or stamp != self._stamp:
            self._open, self._stamp = KnowledgeGraph.open(self.root), stamp
            self.__dict__.pop("_things", None)
        return self._open

    # --- asking ---

    def search(self, words: str, kind: str = "", limit: int = 20) -> Answer:
        """Concepts, publications and findings that contain all words, those with a matching name first."""
        _one_of("kind", kind, ("", *(one.name for one in CONCEPTS), "publication", "finding"))
        wanted = fold(words).split()
        if not wanted:
            raise UsageError("give at least one word to search for")
        self.graph  # noqa: B018 - the things are those of the graph as it was built last
        found = [one for one in self._things if kind in ("", one.kind) and all(word in one.words for word in wanted)]
        found.sort(key=lambda one: (fold(one.text) != fold(words), one.kind == "finding", len(one.text), one.id))
        shown = [{"id": one.id, "kind": one.kind, "text": one.text} for one in found[: _limited(limit)]]
        return {"found": len(found), "shown": shown}

    @cached_property
    def _things(self) -> tuple[Found, ...]:
        return tuple(_searchable(self._open))

    def related_work(self, topic: str, group_by: str = "topic", hand: str = "") -> str:
        """What is known about a topic as a draft in Markdown, with the keys to cite."""
        draft = self.graph.related_work(topic, group_by=group_by, **({"hand": hand} if hand else {}))
        return related_work_markdown(draft, listed=MOST_ROWS, stamp="")

    def show(self, thing: str) -> str:
        """Everything about one thing."""
        return str(self.graph.show(thing))

    def evidence(self, finding: str) -> Answer:
        """A finding with the quotations that it rests on and its relations to other findings."""
        found = self.graph.finding(finding)
        return _finding(found) | {
            "quotations": [
                {"quotation": one.text, "section": one.section, "page": one.page, "key": one.key, "status": one.status}
                for one in found.quotations
            ],
            "relations": [str(relation) for relation in found.relations],
        }

    def map_cell(self, row: str, column: str, rows: str = "practice", columns: str = "challenge") -> Answer:
        """The studies and findings in one cell of an evidence map, and what it means if there are none."""
        drawn = self.graph.evidence_map(rows, columns)
        at, over = _header(drawn.rows, row, rows), _header(drawn.columns, column, columns)
        cell, state = drawn.cell(at.iri, over.iri), drawn.state(at.iri, over.iri)
        return {
            "row": at.label,
            "column": over.label,
            "state": state,
            "meaning": STATES[state],
            "first_hand_studies": len(cell.first_hand),
            "second_hand_studies": len(cell.second_hand),
            "findings": [
                {
                    "finding": local_name(one.iri).removeprefix("finding/"),
                    "statement": one.statement,
                    "says": one.polarity,
                    "key": one.key,
                    "section": one.section,
                    "hand": "first-hand" if one.first_hand else "second-hand",
                }
                for one in cell.findings[:MOST_ROWS]
            ],
            **_cut(len(cell.findings)),
            **self._source(drawn),
        }

    def vocabulary(self, kind: str = "practice") -> Answer:
        """The concepts of a kind, with the slugs that annotations use."""
        _one_of("kind", kind, tuple(one.name for one in CONCEPTS))
        return _rows(self.graph.query("vocabulary", kind=kind))

    def queries(self) -> list[Answer]:
        """The query library: names, what they answer, and parameters."""
        return [
            {
                "name": query.name,
                "summary": query.summary,
                "parameters": {
                    one.name: f"{one.description} ({one.type}{'' if one.default is None else ', optional'}; "
                    f"example: {one.example})"
                    for one in query.parameters
                },
            }
            for query in self.graph.queries
            if not query.services
        ]

    def query(self, name: str, parameters: dict[str, str] | None = None) -> Answer:
        """The rows of a query of the library."""
        if self.graph.queries.get(name).services:
            raise UsageError(f"`{name}` contacts other services: run `kg query {name}` yourself")
        rows = self.graph.query(name, timeout=SECONDS, max_memory=MEBIBYTES, **(parameters or {}))
        return _rows(rows) | self._source()

    def sparql(self, query: str) -> Answer:
        """The answer to a SPARQL 1.1 query, which can change nothing and contact no service."""
        return _rows(self.graph.sparql(query, timeout=SECONDS, max_memory=MEBIBYTES)) | self._source()

    def _source(self, drawn: EvidenceMap | None = None) -> Answer:
        """What an answer was made from."""
        return {"graph": drawn.snapshot if drawn else self.graph.snapshot}

    # --- proposing ---

    def propose(self, key: str, model: str, findings: Sequence[dict[str, Any]], study: dict[str, Any]) -> Answer:
        """Stores findings as a draft, if they are valid and their quotations are in the full text."""
        stored = propose(self.root, key, model, findings, study, self._text, datetime.date.today())
        note = "A person reads them with `kg drafts` and accepts them with `kg accept`; until then no answer has them."
        return {"stored": stored.name, "findings": stored.findings, "warnings": stored.warnings, "next": note}

    def _text(self, entry: BibliographyEntry) -> FullText:
        if self.texts is None:
            raise UsageError("no folder of full texts is known, so no quotation can be checked: kg mcp --texts DIR")
        path = full_text_path(self.texts, entry.key)
        if path is None:
            raise UsageError(f"there is no full text of {entry.key} in {self.texts}, so no quotation can be checked")
        return read_full_text(path)


def _searchable(graph: KnowledgeGraph) -> Iterator[Found]:
    for row in graph.query("vocabulary"):
        words = fold(" ".join(str(row[name] or "") for name in ("slug", "label", "names", "definition")))
        yield Found(f"{row['kind']}/{row['slug']}", str(row["kind"]), str(row["label"]), words)
    for row in graph.query("publications"):
        text = " ".join(str(value) for value in row.values() if value)
        yield Found(str(row["key"]), "publication", str(row.get("title") or row["key"]), fold(text))
    for finding in graph.findings():
        quoted = " ".join(quotation.text for quotation in finding.quotations)
        yield Found(str(finding), "finding", finding.statement, fold(f"{finding} {finding.statement} {quoted}"))


def _finding(found: Finding) -> Answer:
    named = ("practices", "challenges", "approaches", "tools", "outcomes")
    return {
        "finding": str(found),
        "statement": found.statement,
        "section": found.section,
        "key": found.key,
        "hand": found.hand,
        **({"reported_in": found.told_in} if found.told_in != found.key else {}),
        **{name: list(getattr(found, name)) for name in named},
    }


def _rows(rows: Rows) -> Answer:
    """The rows of an answer as JSON: numbers stay numbers, and what is left out is said."""
    if rows.boolean is not None:
        return {"answer": rows.boolean}
    shown = [{name: _plain(value) for name, value in row.items()} for row in rows[:MOST_ROWS]]
    return {"columns": list(rows.columns), "rows": shown, **_cut(len(rows))}


def _plain(value: Value) -> object:
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def _cut(number: int) -> Answer:
    return {"left_out": number - MOST_ROWS} if number > MOST_ROWS else {}


def _limited(limit: int) -> int:
    return max(1, min(limit, MOST_ROWS))


def _header(headers: Sequence[Header], name: str, kind: str) -> Header:
    """The row or column with a label or slug."""
    names = {fold(local_name(one.iri).rpartition("/")[2]): one for one in headers} | {
        fold(one.label): one for one in headers
    }
    if fold(name) not in names:
        hint = did_you_mean(name, [one.label for one in headers], f"`vocabulary` lists each {kind}")
        raise UsageError(f"the map has no {kind} `{brief(name)}`; {hint}")
    return names[fold(name)]


def _one_of(what: str, value: str, known: Sequence[str]) -> None:
    if value not in known:
        raise UsageError(f"no {what} `{brief(value)}`: one of {', '.join(filter(None, known))}")
