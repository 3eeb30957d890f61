"""Questions that a site answers: rows of named queries as pages, with links to the findings and works behind each row.

A newcomer knows neither names of queries nor ids. A page asks in words, answers with a table, names the query and the
command that repeats it, and offers the rows as CSV. A review may replace a query by one with other columns: then all
of its columns are shown as they are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kg.answers.evidence_map import FILTERED, NO_EVIDENCE, NOBODY, NOT_FOUND, STATES, EvidenceMap, Header
from kg.answers.gaps import Gap, gaps
from kg.answers.map_evidence import with_evidence
from kg.answers.rows import Answers, Row, Rows
from kg.core.iris import CS, DCTERMS, SKOS
from kg.core.kinds import CONCEPTS
from kg.render.pages.site_pages import Page
from kg.render.pages.site_pictures import amount, is_main
from kg.render.pages.site_values import PageLink, Values
from kg.render.pages.site_ways import Ways
from kg.render.text.reports import gap_rows
from kg.render.text.rows import rows_csv

PAGE = "questions.html"
GAPS = "gaps"
DISAGREE, OPPOSITE = "disagreements", "opposite-effects"
_GAP_STATES = (NOBODY, NO_EVIDENCE, NOT_FOUND, FILTERED)
_MOST_ROWS = 100
"""The most gaps of a state on their page; the file contains all."""


@dataclass(frozen=True, slots=True)
class AnswerColumn:
    """A column of an answer: its heading, the column of the query, and what its values are."""

    heading: str
    name: str
    kind: str = "text"
    """text, number, thing (the name of a concept), work (a BibTeX key), works (several), or finding (its statement)."""
    of: tuple[str, str, str, str] = ("", "", "", "")
    """Of a finding: the columns with its id, the key of the work that found it, its hand, and its annotator."""


_THIS, _OTHER = ("finding", "key", "hand", "reading"), ("other", "other_key", "other_hand", "other_reading")


@dataclass(frozen=True, slots=True)
class Question:
    """A question, the named query that answers it, and what its page shows."""

    query: str
    asks: str
    topic: str
    columns: tuple[AnswerColumn, ...]
    by: tuple[str, ...] = ()
    """Columns whose values become headings."""
    apart: tuple[tuple[AnswerColumn, ...], ...] = ()
    """For pairs, the columns of each side instead of `columns`: a thing on either side has one row."""
    about: str = ""
    """The sentence below the question; that of the query if it is empty."""


HINDERS, AGREE, UNSTUDIED = "What hinders, and what helps?", "Where do studies disagree?", "What has nobody studied?"
QUESTIONS = (
    Question("challenges-by-studies", "Which challenges do most studies report?", HINDERS, (
        AnswerColumn("Challenge", "challenge", "thing"), AnswerColumn("Category", "category_label", "thing"),
        AnswerColumn("Studies", "studies", "number"), AnswerColumn("First-hand", "first_hand", "number"),
        AnswerColumn("Works", "keys", "works"))),
    Question("unmitigated-challenges", "Which challenges have no known remedy?", HINDERS, (
        AnswerColumn("Challenge", "challenge", "thing"), AnswerColumn("Category", "category", "thing"),
        AnswerColumn("First-hand", "first_hand", "number"), AnswerColumn("Second-hand", "second_hand", "number"),
        AnswerColumn("Practices it hinders", "hinders", "number"))),
    Question("challenges-without-recommendation", "For which challenges does nobody recommend anything?", HINDERS, (
        AnswerColumn("Challenge", "challenge", "thing"), AnswerColumn("Category", "category", "thing"),
        AnswerColumn("Studies", "studies", "number"), AnswerColumn("First-hand", "first_hand", "number"),
        AnswerColumn("Mitigated", "mitigated"))),
    Question(DISAGREE, "Which findings contradict each other?", AGREE, (
        AnswerColumn("One finding", "says", "finding", _THIS), AnswerColumn("How", "how"),
        AnswerColumn("The other finding", "other_says", "finding", _OTHER), AnswerColumn("About", "about"))),
    Question(OPPOSITE, "Where do findings on the same effect not agree on its direction?", AGREE, (
        AnswerColumn("Outcome", "effect"), AnswerColumn("Finding", "says", "finding", _THIS)), by=("cause", "outcome"),
        apart=((AnswerColumn("Outcome", "effect"), AnswerColumn("Finding", "says", "finding", _THIS)),
               (AnswerColumn("Outcome", "other_effect"), AnswerColumn("Finding", "other_says", "finding", _OTHER))),
        about="Findings on the same cause and outcome that report different directions, each once. Contexts differ. "
        "The file has them as pairs, with the relations that annotations state between them."),
    Question("practices-without-evidence", "On which practices is there no finding?", UNSTUDIED, (
        AnswerColumn("Practice", "practice", "thing"), AnswerColumn("Areas", "areas"),
        AnswerColumn("Works coded with it", "coded", "number"))),
    Question("practices-second-hand-only", "Which practices are known only from what others report?", UNSTUDIED, (
        AnswerColumn("Practice", "practice", "thing"), AnswerColumn("Work", "key", "work"),
        AnswerColumn("Reported by", "via", "work"),
        AnswerColumn("Findings", "findings", "number"))),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class GapQuestion:
    """A question that the cells of an evidence map without any study answer, and the command that lists them."""

    name: str
    asks: str
    about: str
    command: str


_PERHAPS = "Works that are not annotated in this graph may contain such a study."
OF_CHALLENGES = GapQuestion(
    GAPS, "Which practices has nobody studied with which challenges?",
    f"Pairs without any study, those first whose practice and challenges many studies know. {_PERHAPS}",
    "kg gaps")  # fmt: skip
OF_OUTCOMES = GapQuestion(
    "gaps-outcomes", "Whose effect on which outcomes has nobody studied?",
    "Practices and outcomes without a study of the effect of one on the other, those first on which there are many "
    f"studies of other effects. Practices and outcomes without any study of an effect are left out. {_PERHAPS}",
    "kg gaps --columns outcome --with-evidence")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Side:
    """The finding in a cell: whose it is and how it is known."""

    hand: str
    work: PageLink
    reading: str
    via: PageLink | None = None
    """The publication that reports it, if it is second-hand."""


@dataclass(frozen=True, slots=True)
class AnswerCell:
    links: tuple[PageLink, ...]
    number: bool = False
    side: Side | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its answer."""

    topic: str
    asks: str
    path: str
    count: int
    groups: tuple[tuple[str, str], ...] = ()
    """The headings of the rows with their addresses, if they are grouped."""
    page: Page | None = None
    csv: tuple[str, str] = ("", "")
    """Path and text of the file with the rows."""


@dataclass
class Known:
    """The places of what rows name: concepts by label, publications by key, findings by key and id."""

    values: Values
    concepts: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    works: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    findings: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, values: Values) -> Known:
        t, known = values.things, cls(values)
        for kind in CONCEPTS:
            for iri in t.of(CS(kind.class_name)):
                known.concepts[t.value(iri, SKOS.prefLabel)].append(iri)
        for iri in t.of(CS.Publication):
            known.works[values.key(iri)].append(iri)
        for iri in t.of(CS.Finding):
            work = t.value(iri, CS.attributedTo) or t.value(iri, CS.reportedIn)
            known.findings[values.key(work), t.value(iri, DCTERMS.identifier)].append(iri)
        return known

    def link(self, found: Sequence[str], label: str) -> PageLink:
        """A link where a name means one thing; plain text where it means several or nothing."""
        return self.values.link(found[0], label) if len(found) == 1 else PageLink(label)

    def work(self, key: str) -> PageLink:
        found = self.works.get(key, [])
        return self.link(found, self.values.things.label(found[0]) if len(found) == 1 else key)

    def finding(self, row: Row, column: AnswerColumn) -> AnswerCell:
        """A statement as a link to the finding, which is found by the key of its work, its id and its annotator."""
        id_, key, hand, reading = (str(row.get(name) or "") for name in column.of)
        found = self.findings.get((key, id_), [])
        said, t = str(row[column.name] or ""), self.values.things
        for property_, value in ((CS.reading, reading), (CS.statement, said)):
            if len(found) > 1:
                found = [iri for iri in found if t.value(iri, property_) == value]
        links = (self.link(found, said),) if said else ()
        second_hand = len(found) == 1 and t.value(found[0], CS.attributedTo)
        via = self.values.link(t.value(found[0], CS.reportedIn)) if second_hand else None
        return AnswerCell(links, side=Side(hand, self.work(key), reading, via))

    def cell(self, row: Row, column: AnswerColumn) -> AnswerCell:
        value = row.get(column.name)
        text = "" if value is None else str(value)
        if column.kind == "finding":
            return self.finding(row, column)
        if column.kind == "thing":
            return AnswerCell((self.link(self.concepts.get(text, []), text),) if text else ())
        if column.kind in ("work", "works"):
            return AnswerCell(
                tuple(map(self.work, text.split(", ") if column.kind == "works" else [text] if text else []))
            )
        return AnswerCell((PageLink(text),) if text else (), number=column.kind == "number")


def questions(
    graph: Answers, values: Values, ways: Ways, evidence_map: EvidenceMap, effects: EvidenceMap
) -> list[Asked]:
    """The questions that the graph answers, each with its page.

    Args:
        graph: what answers the queries.
        values: the things and their places.
        ways: the addresses of cells of the map.
        evidence_map: the map of the site, with all rows and columns.
        effects: the map of practices by outcomes.
    """
    known = Known.of(values)
    asked = [_of_query(graph, known, question) for question in QUESTIONS]
    asked.append(_gaps(values, evidence_map, OF_CHALLENGES, ways))
    if (studied := with_evidence(effects)).columns:
        asked.append(_gaps(values, studied, OF_OUTCOMES, None))
    return asked


def question_pages(values: Values, asked: Sequence[Asked]) -> Iterator[Page]:
    """The list of questions, and a page for each that asks a named query."""
    topics: dict[str, list[Asked]] = defaultdict(list)
    for one in asked:
        topics[one.topic].append(one)
    yield Page(PAGE, "Questions", "list", "site_questions.html",
               {"topics": list(topics.items()), "hindered": hindered(values), "first_topic": HINDERS})  # fmt: skip
    for one in asked:
        if one.page:
            one.page.values["siblings"] = [other for other in topics[one.topic] if other is not one]
            yield one.page


def _of_query(graph: Answers, known: Known, question: Question) -> Asked:
    rows, query = graph.query(question.query), graph.queries.get(question.query)
    sides = question.apart or (question.columns,)
    wanted = {column.name for side in sides for column in side} | set(question.by)
    fits = wanted <= set(rows.columns)
    columns = question.columns if fits else tuple(AnswerColumn(name, name) for name in rows.columns)
    groups: dict[tuple[str, ...], list[list[AnswerCell]]] = defaultdict(list)
    for row in rows:
        heading = tuple(str(row[name] or "") for name in question.by) if fits else ()
        groups[heading] += [[known.cell(row, column) for column in side] for side in (sides if fits else (columns,))]
    if question.apart and fits:
        groups = defaultdict(list, {heading: _once(cells) for heading, cells in groups.items()})
    path = f"question/{question.query}"
    shown = _grouped(groups)
    listed = tuple((group.heading, f"{path}.html#{group.anchor}") for group in shown if group.heading)
    count = sum(group.total for group in shown)
    page = _page(
        path, question.asks, question.about or query.summary, f"kg query {question.query}", columns, shown, count
    )
    return Asked(question.topic, question.asks, f"{path}.html", count, listed, page, (f"{path}.csv", rows_csv(rows)))


def _once(rows: list[list[AnswerCell]]) -> list[list[AnswerCell]]:
    """Each row once, by its first cell; first-hand findings come first."""
    found = {repr(row): row for row in rows}.values()
    return sorted(found, key=lambda row: (row[0].links[0].label, *(cell.side.hand for cell in row if cell.side)))


@dataclass(frozen=True, slots=True)
class AnswerGroup:
    """Rows under a heading; the only group of an answer may have none. `total` counts those that are not shown, too."""

    heading: str
    anchor: str
    rows: list[list[AnswerCell]]
    total: int


def _grouped(groups: Mapping[tuple[str, ...], list[list[AnswerCell]]]) -> list[AnswerGroup]:
    several = [(" → ".join(names), rows) for names, rows in groups.items()]
    several.sort(key=lambda group: (-len(group[1]), group[0]))
    return [
        AnswerGroup(heading, f"rows-{number}" if heading else "", rows, len(rows))
        for number, (heading, rows) in enumerate(several, 1)
    ]


def _page(
    path: str, asks: str, summary: str, command: str, columns: Sequence[AnswerColumn],
    groups: Sequence[AnswerGroup], count: int, more: Mapping[str, Any] | None = None,
) -> Page:  # fmt: skip
    shown: dict[str, Any] = {"summary": summary, "command": command, "columns": columns, "groups": groups}
    name = path.rsplit("/", 1)[-1]
    shown |= {"query": name, "count": count, "all": count, "csv": f"{name}.csv", "siblings": []} | dict(more or {})
    return Page(f"{path}.html", asks, "list", "site_question.html", shown, text=summary)


def _gaps(values: Values, evidence_map: EvidenceMap, question: GapQuestion, ways: Ways | None) -> Asked:
    """The cells of a map without any study, those first whose row and column both have most studies.

    With `ways`, it is the map of the site, and each row links to its cell.
    """
    ranked = gaps(evidence_map)
    found = sorted(ranked, key=lambda gap: -min(gap.row_studies, gap.column_studies))
    columns = (
        AnswerColumn(evidence_map.row_kind.capitalize(), "row"),
        AnswerColumn(evidence_map.column_kind.capitalize(), "column"),
        AnswerColumn("Studies in its row", "row_studies", "number"),
        AnswerColumn("Studies in its column", "column_studies", "number"),
        AnswerColumn("Studies with findings on each of the two", "both", "number"),
        *([AnswerColumn("Cell", "state")] if ways else []),
    )  # fmt: skip

    def cells(gap: Gap) -> list[AnswerCell]:
        pair = [AnswerCell((_header_link(values, header),)) for header in (gap.row, gap.column)]
        numbers = (gap.row_studies, gap.column_studies, gap.both)
        in_map = [AnswerCell((PageLink("see the map", ways.cell(gap.row.iri, gap.column.iri)),))] if ways else []
        return [*pair, *(AnswerCell((PageLink(str(n)),), number=True) for n in numbers), *in_map]

    groups: list[AnswerGroup] = []
    shown = 0
    for number, state in enumerate(_GAP_STATES, 1):
        of_state = [gap for gap in found if gap.state == state]
        if of_state:
            heading = f"{state[:1].upper()}{state[1:]}: {STATES[state]}"
            rows = [cells(gap) for gap in of_state[:_MOST_ROWS]]
            groups.append(AnswerGroup(heading, f"rows-{number}", rows, len(of_state)))
            shown += min(len(of_state), _MOST_ROWS)
    path, asks = f"question/{question.name}", question.asks
    page = _page(path, asks, question.about, question.command, columns, groups, shown, {"all": len(found), "query": ""})
    csv: Rows = gap_rows(ranked)
    nobody = sum(gap.state == NOBODY for gap in found)
    return Asked(UNSTUDIED, asks, f"{path}.html", nobody, (), page, (f"{path}.csv", rows_csv(csv)))


def _header_link(values: Values, header: Header) -> PageLink:
    return values.link(header.iri, header.label) if header.iri in values.placed else PageLink(header.label)


def hindered(values: Values) -> list[tuple[PageLink, int, int]]:
    """What a challenge hinders, with the numbers of challenges and studies; those of most studies first.

    These are practices, approaches and tools, without what is known of narrower ones.
    """
    t = values.things
    links: dict[str, list[str]] = defaultdict(list)
    for link in t.of(CS.PracticeChallengeLink):
        if t.label(t.value(link, CS.polarity)) == "hinders":
            links[t.value(link, CS.practice)].append(link)
    rows = []
    for practice, of_it in links.items():
        found = [f for one in of_it for f in t.values(one, CS.supportedBy) if is_main(t, f)]
        if found and practice in values.placed:
            challenges = {t.value(one, CS.challenge) for one in of_it}
            rows.append(
                (
                    PageLink(t.label(practice), f"{values.placed[practice].page}#links"),
                    len(challenges),
                    amount(t, found).total,
                )
            )
    return sorted(rows, key=lambda row: (-row[2], -row[1], row[0].label, row[0].path))


def question_links(values: Values, asked: Sequence[Asked]) -> list[tuple[PageLink, str]]:
    """The three questions of the front page, each with a foretaste of its answer; none that has no answer."""
    by_query = {one.path.removeprefix("question/").removesuffix(".html"): one for one in asked}
    found = []
    practices = {values.placed[iri].page for iri in values.things.of(CS.Practice) if iri in values.placed}
    if rows := [row for row in hindered(values) if row[0].path.partition("#")[0] in practices]:
        practice, challenges, studies = rows[0]
        answer = f"{_number(challenges, 'challenge')}, reported by {_number(studies, 'study', 'studies')}"
        found.append((PageLink(f"What hinders {practice.label}, and who says so?", practice.path), answer))
    contradictions, opposites = by_query[DISAGREE], by_query[OPPOSITE]
    if contradictions.count or opposites.count:
        answer = (f"{_number(contradictions.count, 'contradiction')}, and opposite effects on "
                f"{_number(len(opposites.groups), 'outcome of a practice', 'outcomes of practices')}")  # fmt: skip
        found.append((PageLink(AGREE, (contradictions if contradictions.count else opposites).path), answer))
    nobody = by_query[GAPS]
    if nobody.count and values.things.of(CS.Finding):  # without any finding, all pairs are without a study
        found.append(
            (
                PageLink(UNSTUDIED, nobody.path),
                f"{nobody.count} pairs of a practice and a category of challenges that no study looked at",
            )
        )
    return found


def _number(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"
