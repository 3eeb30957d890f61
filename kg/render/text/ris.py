"""Works as RIS records, for reference managers: kg reads each record back as the same work."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from kg.answers.rows import Rows
from kg.core.iris import FABIO
from kg.render.text.rows import Works, cited
from kg.render.text.table import printable

_FIELDS = {"title": "TI", "year": "PY", "venue": "T2", "volume": "VL", "number": "IS", "pages": "SP", "doi": "DO",
           "url": "UR", "abstract": "AB"}  # fmt: skip
_KINDS = {
    FABIO.JournalArticle: "JOUR", FABIO.ConferencePaper: "CPAPER", FABIO.BookChapter: "CHAP", FABIO.Book: "BOOK",
    FABIO.ConferenceProceedings: "BOOK", FABIO.DoctoralThesis: "THES", FABIO.MastersThesis: "THES",
    FABIO.Thesis: "THES", FABIO.TechnicalReport: "RPRT", FABIO.Report: "RPRT", FABIO.WebPage: "ELEC",
}  # fmt: skip
_KIND_OF = {kind.value: tag for kind, tag in _KINDS.items()}

_WORKS = """
SELECT ?key ?kind ?title ?year ?venue ?volume ?number ?pages ?doi ?url ?abstract ?omitted WHERE {
  ?work a cs:Publication, ?kind ; dcterms:identifier ?key . FILTER(STRSTARTS(STR(?kind), STR(fabio:)))
  OPTIONAL { ?work dcterms:title ?title } OPTIONAL { ?work fabio:hasPublicationYear ?year }
  OPTIONAL { ?work dcterms:isPartOf/rdfs:label ?venue } OPTIONAL { ?work prism:volume ?volume }
  OPTIONAL { ?work prism:number ?number } OPTIONAL { ?work prism:pageRange ?pages }
  OPTIONAL { ?work prism:doi ?doi } OPTIONAL { ?work fabio:hasURL ?url } OPTIONAL { ?work dcterms:abstract ?abstract }
  OPTIONAL { ?work cs:authorsOmitted ?omitted }
} ORDER BY ?key ?kind ?title ?year ?venue ?url
"""
_AUTHORS = """
SELECT ?key ?family ?given WHERE {
  ?work a cs:Publication ; dcterms:identifier ?key ; bibo:authorList/rdf:rest* ?node .
  ?node rdf:first ?who . ?who foaf:familyName ?family OPTIONAL { ?who foaf:givenName ?given }
} ORDER BY ?key STRLEN(STR(?node)) ?node
"""
_KEYWORDS = """
SELECT ?key ?word { ?work a cs:Publication ; dcterms:identifier ?key ; prism:keyword ?word } ORDER BY ?key ?word
"""


def rows_ris(rows: Rows, works: Works) -> str:
    """The works that the rows cite.

    Raises:
        UsageError: if the rows name no publications.
    """
    return ris(works, cited(rows, "ris"))


def ris(works: Works, keys: Sequence[str]) -> str:
    """The works with the keys, in the order of the keys."""
    authors: dict[str, list[str]] = defaultdict(list)
    keywords: dict[str, list[str]] = defaultdict(list)
    for key, family, given in works.store.query(_AUTHORS).texts():
        authors[key].append(_person(family, given))
    for key, word in works.store.query(_KEYWORDS).texts():
        keywords[key].append(word)
    records: dict[str, str] = {}
    for row in works.store.query(_WORKS).named():
        values = {name: term.value for name, term in row.items() if term is not None}
        key = values["key"]
        names = authors[key] + (["et al."] if "omitted" in values else [])
        records.setdefault(key, "\n".join(_record(values, names, keywords[key])) + "\n")
    return "\n".join(records[key] for key in dict.fromkeys(keys) if key in records)


def _record(values: dict[str, str], authors: Sequence[str], keywords: Sequence[str]) -> Iterator[str]:
    kind = _KIND_OF.get(values["kind"], "GEN")
    # GEN has no journal: a preprint, which has one but is of no kind with journals, would lose it.
    yield _line("TY", "JOUR" if kind == "GEN" and "venue" in values else kind)
    yield _line("ID", values["key"])
    yield from (_line("AU", name) for name in authors)
    yield from (_line(tag, values[name]) for name, tag in _FIELDS.items() if name in values)
    yield from (_line("KW", word) for word in keywords)
    yield "ER  - "


def _line(tag: str, value: str) -> str:
    return f"{tag}  - {' '.join(printable(value).split())}"


def _person(family: str, given: str) -> str:
    """`Berg, Jan, Jr.`; in the graph the suffix is part of the family name.

    As EndNote has it, a comma ends the name of an organisation, and one within it is doubled: other programs would
    split it.
    """
    name, comma, suffix = family.partition(", ")
    if given:
        return ", ".join(filter(None, [name, given, suffix]))
    return f"{name},, {suffix}" if comma else f"{family}," if " " in family else family
