"""Works as RIS records, as reference managers import them: each is read back as the same work."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from kg.answers.rows import Answers
from kg.core.iris import FABIO
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


def ris(graph: Answers, keys: Sequence[str]) -> str:
    """The works with the keys, in the order of the keys."""
    authors: dict[str, list[str]] = defaultdict(list)
    keywords: dict[str, list[str]] = defaultdict(list)
    for key, family, given in graph.store.query(_AUTHORS).texts():
        authors[key].append(_person(family, given))
    for key, word in graph.store.query(_KEYWORDS).texts():
        keywords[key].append(word)
    records: dict[str, str] = {}
    for row in graph.store.query(_WORKS).named():
        values = {name: term.value for name, term in row.items() if term is not None}
        key = values["key"]
        names = authors[key] + (["et al."] if "omitted" in values else [])
        records.setdefault(key, "\n".join(_record(values, names, keywords[key])) + "\n")
    return "\n".join(records[key] for key in dict.fromkeys(keys) if key in records)


def _record(values: dict[str, str], authors: Sequence[str], keywords: Sequence[str]) -> Iterator[str]:
    kind = _KIND_OF.get(values["kind"], "GEN")
    # What is in a journal but of no kind that has journals, as preprints are, would lose it in RIS.
    yield _line("TY", "JOUR" if kind == "GEN" and "venue" in values else kind)
    yield _line("ID", values["key"])
    yield from (_line("AU", name) for name in authors)
    yield from (_line(tag, values[name]) for name, tag in _FIELDS.items() if name in values)
    yield from (_line("KW", word) for word in keywords)
    yield "ER  - "


def _line(tag: str, value: str) -> str:
    return f"{tag}  - {' '.join(printable(value).split())}"


def _person(family: str, given: str) -> str:
    """`Berg, Jan, Jr.`; the graph has the suffix with the family name."""
    name, comma, suffix = family.partition(", ")
    return ", ".join(filter(None, [name, given, suffix])) if given or not comma else family
