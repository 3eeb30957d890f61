"""All output formats of kg in one table: to add one, write its module and add a row here.

A format belongs to a kind of answer, such as the rows of a query or an evidence map. Commands ask this table which
formats are possible for their kind of answer, which one is meant by a word or a file ending, and what writes it. The
module of a format is imported when the format is used.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from operator import attrgetter
from pathlib import PurePath
from typing import Any

from kg.core.problems import UsageError


@dataclass(frozen=True, slots=True)
class OutputFormat:
    """A format for one kind of answer."""

    kind: str
    name: str
    """The word after `--format`."""
    endings: tuple[str, ...]
    """Endings of files, with their dot and in lower case; the longest one that a name ends with counts."""
    media: str
    """The media type, without parameters."""
    writer: str
    """`module:function`, in `kg.render` if the module starts with a dot; it returns text, bytes or a canvas."""
    takes: tuple[str, ...] = ()
    """Names of the options that the function takes in addition to the answer; see `write`."""
    standard: bool = False
    """Whether it is a W3C format for query results or RDF, which the SPARQL engine writes too."""
    also: tuple[str, ...] = ()
    """Other words and media types by which it is asked for."""

    @property
    def of_works(self) -> bool:
        """Whether it is made of the publications in the rows, and not of the rows."""
        return "works" in self.takes

    @property
    def alone(self) -> bool:
        """Whether it is a document that says what it shows: with a title, and always with its stamp."""
        return "title" in self.takes

    def write(self, answer: Any, **options: Any) -> str | bytes:
        """The answer in this format.

        Args:
            answer: a value of the format's kind: `Rows`, `Network`, `EvidenceMap`, ...
            options: what some format of the kind may need; a format gets those that it takes. Of pictures, `dpi`
                are the dots per inch of a PNG, and `warn` is called if it has fewer.
        """
        module, _, function = self.writer.partition(":")
        taken = {name: value for name, value in {"form": self.name, **options}.items() if name in self.takes}
        made = attrgetter(function)(import_module(module, "kg.render"))(answer, **taken)
        if isinstance(made, str | bytes):
            return made
        from kg.render.figures.canvas import FORMS

        made.dots = options.get("dpi") or made.dots
        if self.name == "png" and made.resolution < made.dots:
            options.get("warn", str)(f"the picture is too large for {made.dots:g} dots per inch: "
                                     f"it has {made.resolution:.0f}")  # fmt: skip
        return FORMS[self.endings[0]](made)


_SVG, _PNG, _PDF = "image/svg+xml", "image/png", "application/pdf"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_JSON, _XML = "application/sparql-results+json", "application/sparql-results+xml"
_GRAPHML = "application/graphml+xml"
_CSL = "application/vnd.citationstyles.csl+json"
_FORM = ("form",)
_PAGE = ("title", "stamp")
_WARN = ("warn",)
_MEASURES = ("width", "warn", "progress")
_AS_IS = ".formats:as_is"

FORMATS: tuple[OutputFormat, ...] = (
    # The rows of a query; `works` is the graph that has the publications, `stamp` says where the rows come from.
    OutputFormat("rows", "table", (".txt",), "text/plain", ".text.rows:rows_table", ("stamp",)),
    OutputFormat("rows", "csv", (".csv",), "text/csv", ".text.rows:rows_csv", standard=True),
    OutputFormat("rows", "tsv", (".tsv",), "text/tab-separated-values", ".text.rows:rows_tsv", standard=True),
    OutputFormat("rows", "json", (".json", ".srj"), _JSON, ".text.rows:rows_json", standard=True,
           also=("application/json",)),
    OutputFormat("rows", "xml", (".xml", ".srx"), _XML, ".text.rows:rows_xml", standard=True,
           also=("application/xml", "text/xml")),
    OutputFormat("rows", "xlsx", (".xlsx",), _XLSX, ".rows_workbook:rows_xlsx", _PAGE),
    OutputFormat("rows", "html", (".html", ".htm"), "text/html", ".pages.rows_page:rows_page", _PAGE),
    OutputFormat("rows", "md", (".md",), "text/markdown", ".text.rows:rows_markdown", ("stamp",)),
    OutputFormat("rows", "latex", (".tex",), "application/x-latex", ".text.latex_table:latex_table", ("stamp",)),
    OutputFormat("rows", "bibtex", (".bib",), "application/x-bibtex", ".text.rows:rows_bibtex", ("works", "stamp"),
           also=("text/x-bibtex",)),
    OutputFormat("rows", "ris", (".ris",), "application/x-research-info-systems", ".text.ris:rows_ris", ("works",)),
    OutputFormat("rows", "csl-json", (".csl.json",), _CSL, ".text.csl_json:rows_csl_json", ("works",)),
    # The triples of a CONSTRUCT or DESCRIBE query.
    OutputFormat("triples", "ttl", (".ttl",), "text/turtle", ".text.rows:triples", ("form", "stamp"), standard=True,
           also=("turtle", "n3", "application/x-turtle", "text/rdf+n3", "text/n3")),
    OutputFormat("triples", "nt", (".nt",), "application/n-triples", ".text.rows:triples", ("form", "stamp"),
           standard=True, also=("ntriples",)),
    OutputFormat("triples", "jsonld", (".jsonld", ".json"), "application/ld+json", ".text.rows:triples", _FORM,
           standard=True, also=("json", "json-ld", "application/json")),
    OutputFormat("triples", "rdf", (".rdf", ".xml"), "application/rdf+xml", ".text.rows:triples", _FORM,
           standard=True, also=("xml", "rdfxml", "rdf+xml", "application/xml", "text/xml")),
    # A query with its parameters filled in.
    OutputFormat("explained query", "sparql", (".rq", ".sparql", ".txt"), "application/sparql-query", _AS_IS),
    # An evidence map, and the same as a bubble plot.
    OutputFormat("map", "html", (".html",), "text/html", ".pages.map_page:map_page"),
    OutputFormat("map", "csv", (".csv",), "text/csv", ".text.map_tables:map_csv"),
    OutputFormat("map", "xlsx", (".xlsx",), _XLSX, ".text.map_tables:map_xlsx"),
    OutputFormat("map", "text", (".txt",), "text/plain", ".text.map_text:map_text"),
    OutputFormat("map", "latex", (".tex",), "application/x-latex", ".text.map_latex:map_latex"),
    OutputFormat("map", "json", (".json",), "application/json", ".text.map_tables:map_json"),
    OutputFormat("map", "svg", (".svg",), _SVG, ".figures.map_picture:map_table", ("width", "warn")),
    OutputFormat("map", "png", (".png",), _PNG, ".figures.map_picture:map_table", ("width", "warn")),
    OutputFormat("map", "pdf", (".pdf",), _PDF, ".figures.map_picture:map_table", ("width", "warn")),
    OutputFormat("bubble plot", "svg", (".svg",), _SVG, ".figures.map_picture:map_bubbles", ("width", "warn")),
    OutputFormat("bubble plot", "png", (".png",), _PNG, ".figures.map_picture:map_bubbles", ("width", "warn")),
    OutputFormat("bubble plot", "pdf", (".pdf",), _PDF, ".figures.map_picture:map_bubbles", ("width", "warn")),
    # The graph, or a part of it.
    OutputFormat("network", "html", (".html",), "text/html", ".pages.graph_page:graph_page", ("progress",)),
    OutputFormat("network", "svg", (".svg",), _SVG, ".figures.network_picture:network_picture", _MEASURES),
    OutputFormat("network", "png", (".png",), _PNG, ".figures.network_picture:network_picture", _MEASURES),
    OutputFormat("network", "pdf", (".pdf",), _PDF, ".figures.network_picture:network_picture", _MEASURES),
    OutputFormat("network", "graphml", (".graphml",), _GRAPHML, ".network_files:network_graphml", _WARN),
    OutputFormat("network", "gexf", (".gexf",), "application/gexf+xml", ".network_files:network_gexf", _WARN),
    OutputFormat("network", "json", (".json",), "application/json", ".network_files:network_json"),
    OutputFormat("network", "vosviewer", (".vosviewer.json",), "application/json", ".network_tools:network_vosviewer",
           _WARN),
    OutputFormat("network", "pajek", (".net",), "text/plain", ".network_tools:network_pajek"),
    # A figure for a paper: the picture, or the rows that it shows.
    OutputFormat("figure", "svg", (".svg",), _SVG, ".figures.figure:picture"),
    OutputFormat("figure", "pdf", (".pdf",), _PDF, ".figures.figure:picture"),
    OutputFormat("figure", "png", (".png",), _PNG, ".figures.figure:picture"),
    OutputFormat("figure", "csv", (".csv",), "text/csv", ".figures.figure:Figure.csv"),
    OutputFormat("figure", "json", (".json",), "application/json", ".figures.figure:Figure.json"),
    # A draft of related work.
    OutputFormat("draft", "md", (".md",), "text/markdown", ".text.related_work:related_work_markdown",
           ("stamp", "listed", "bibliography")),
    OutputFormat("draft", "latex", (".tex",), "application/x-latex", ".text.related_work:related_work_latex",
           ("stamp", "listed", "bibliography", "entries")),
    OutputFormat("draft", "docx", (".docx",), _DOCX, ".text.docx:related_work_docx", ("stamp", "listed", "entries")),
    # How far several annotators of a publication agree.
    OutputFormat("agreement", "text", (".txt",), "text/plain", ".text.reports:agreement_text"),
    OutputFormat("agreement", "yaml", (".yaml", ".yml"), "application/yaml", ".text.reports:agreement_yaml"),
    OutputFormat("agreement", "json", (".json",), "application/json", ".text.reports:agreement_json"),
    OutputFormat("consensus", "yaml", (".yaml", ".yml"), "application/yaml", _AS_IS),
    OutputFormat("suggestions", "yaml", (".yaml", ".yml"), "application/yaml", _AS_IS),
    # Annotations, and the vocabulary as a codebook; the room `sheets` writes them.
    OutputFormat("annotations", "csv", (".csv",), "text/csv", _AS_IS),
    OutputFormat("annotations", "xlsx", (".xlsx",), _XLSX, _AS_IS),
    OutputFormat("annotations", "qdpx", (".qdpx",), "application/zip", _AS_IS),
    OutputFormat("annotations", "qdc", (".qdc",), "application/xml", _AS_IS),
    OutputFormat("annotations", "nanopub", (".trig",), "application/trig", ".nanopubs:nanopub_trig",
           ("keys", "licence", "signing_key")),
    OutputFormat("annotations", "orkg-csv", (".orkg.csv",), "text/csv", ".orkg:orkg_csv", ("keys",)),
    # Proposals of what may be the same.
    OutputFormat("proposals", "table", (".txt",), "text/plain", ".text.rows:rows_table"),
    OutputFormat("proposals", "csv", (".csv",), "text/csv", ".text.rows:rows_csv"),
    OutputFormat("proposals", "xlsx", (".xlsx",), _XLSX, ".rows_workbook:rows_xlsx", _PAGE),
    OutputFormat("proposals", "json", (".json",), _JSON, ".text.rows:rows_json"),
    OutputFormat("proposals", "yaml", (".yaml", ".yml"), "application/yaml", _AS_IS),
    # What changed between two graphs.
    OutputFormat("changes", "text", (".txt",), "text/plain", ".text.changes_text:changes_text", ("whole",)),
    OutputFormat("changes", "md", (".md",), "text/markdown", ".text.changes_text:changes_markdown", ("whole",)),
    OutputFormat("changes", "json", (".json",), "application/json", ".text.changes_text:changes_json"),
    OutputFormat("changes", "html", (".html",), "text/html", ".pages.changes_page:changes_page", ("pages",)),
    # A review in one screen.
    OutputFormat("status", "text", (".txt",), "text/plain", ".text.reports:status_text"),
    OutputFormat("status", "json", (".json",), "application/json", ".text.reports:status_json"),
    # The queries of the library.
    OutputFormat("queries", "text", (".txt",), "text/plain", ".text.reference:queries_text"),
    OutputFormat("queries", "json", (".json",), "application/json", ".text.reference:queries_json"),
    OutputFormat("queries", "md", (".md",), "text/markdown", ".text.reference:reference", ("graph", "progress")),
)  # fmt: skip
"""Within a kind in the order in which they are listed to users."""


Keep = Callable[[OutputFormat], bool]
"""Which formats of a kind a command has."""


def every(_: OutputFormat) -> bool:
    return True


def of_any_rows(one: OutputFormat) -> bool:
    """Whether rows that name no publications have the format."""
    return not one.of_works


def as_is(answer: str | bytes) -> str | bytes:
    """An answer that is text already, because a room above this one writes it."""
    return answer


def formats(kind: str, keep: Keep = every) -> list[OutputFormat]:
    """The formats of a kind of answer that `keep` accepts."""
    return [one for one in FORMATS if one.kind == kind and keep(one)]


def names(kind: str, keep: Keep = every) -> list[str]:
    """The names of those formats, for `--format`."""
    return [one.name for one in formats(kind, keep)]


def endings(kind: str, keep: Keep = every) -> str:
    """The endings of a kind, for a sentence: `.svg, .png or .pdf`."""
    *others, last = [ending for one in formats(kind, keep) for ending in one.endings]
    return f"{', '.join(others)} or {last}" if others else last


def named(kind: str, name: str, keep: Keep = every) -> OutputFormat:
    """The format with a name, or that is also called so.

    Raises:
        UsageError: if the kind of answer has no such format, with those that it has.
    """
    found = next((one for one in formats(kind, keep) if name == one.name or name in one.also), None)
    if found is None:
        raise UsageError(f"{kind}: no format is called {name!r}; there are {', '.join(names(kind, keep))}")
    return found


def of_file(kind: str, path: PurePath | None, otherwise: str = "", keep: Keep = every) -> OutputFormat:
    """The format that a file's ending means; without a file, or for one without an ending, the one called `otherwise`.

    Raises:
        UsageError: if the ending means none, or there is no ending and `otherwise` is empty, with those possible.
    """
    ending = _ending(path)
    found = next((one for one in formats(kind, keep) if ending in one.endings), None)
    if found is None and (ending or not otherwise):
        raise UsageError(f"cannot write {ending or 'a file without an ending'}: use {endings(kind, keep)}")
    return found or named(kind, otherwise, keep)


def chosen(kind: str, name: str | None, path: PurePath | None, default: str, keep: Keep = every) -> OutputFormat:
    """The format called `name`; without a name the one that the ending of the file means, or else the default.

    A name goes with any ending that belongs to no other format, and with `.txt`.

    Raises:
        UsageError: if there is no such format, or the ending means another one, with those that are possible.
    """
    if not name:
        return of_file(kind, path, default, keep)
    found, ending = named(kind, name, keep), _ending(path)
    fits = ending == ".txt" or any(one.endswith(ending) for one in found.endings)
    if not fits and any(ending in one.endings for one in FORMATS):
        right = " or ".join(found.endings)
        raise UsageError(f"{ending} is not the ending of {found.name}: use {right}, or leave out --format")
    return found


def _ending(path: PurePath | None) -> str:
    """The ending in lower case: the longest one that a format has (`.csl.json`), else what follows the last dot."""
    name = path.name.lower() if path else ""
    known = {ending for one in FORMATS for ending in one.endings if name.endswith(ending)}
    return max(known, key=len, default=PurePath(name).suffix)


def render(rows: Any, form: str, works: Any = None, stamp: str = "") -> str:
    """The rows as text.

    Args:
        rows: the rows; triples are written as Turtle whatever the format.
        form: the name of a format for rows, see `FORMATS`.
        works: the graph, for formats that are made of the publications in the rows.
        stamp: where the rows come from, in one line without `@` and `>`; formats with room for a comment contain it.

    Raises:
        UsageError: if there is no such format, it is not text, or the rows cannot be written in it.
    """
    if rows.triples is not None:
        made = named("triples", "ttl").write(rows, stamp=stamp)
    else:
        made = named("rows", form).write(rows, works=works, stamp=stamp)
    if isinstance(made, bytes):
        raise UsageError(f"{form} is not text: write it to a file with -o")
    return made
