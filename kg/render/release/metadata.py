"""The descriptions of a release for machines: RO-Crate 1.2, DCAT and VoID, and Zenodo's upload form."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from pyoxigraph import Literal, NamedNode

from kg.core.iris import CS
from kg.core.version import __version__
from kg.render.release.about import About, Author
from kg.render.release.tables import TABLES

CRATE = "ro-crate-metadata.json"
FOLDERS = {
    "graph/": ("Graph", "The whole graph, as N-Quads with a named graph for each source file, and as Turtle."),
    "tables/": ("Tables", "Works, findings, links, effects and evidence as CSV, described by csv-metadata.json."),
    "ontology/": ("Ontology", "Classes, properties, concepts and shapes as Turtle, and as a page to read."),
    "queries/": ("Queries", "The SPARQL queries, rules and checks that the graph was made and can be asked with."),
    "report/": ("Report", "Which sources were read, what was found wrong or doubtful, and what was checked."),
}
_TYPES = {
    ".nq": "application/n-quads", ".ttl": "text/turtle", ".csv": "text/csv", ".json": "application/json",
    ".html": "text/html", ".rq": "application/sparql-query", ".md": "text/markdown", ".cff": "application/yaml",
}  # fmt: skip
_NAMES = {
    "graph/graph.nq": "The graph as N-Quads", "graph/graph.ttl": "The graph as Turtle",
    "tables/csv-metadata.json": "Meanings of the columns (CSV on the Web)", "report/report.json": "Report of the build",
    "report/checks.csv": "Checks, and how many problems each found", "ontology/index.html": "The ontology as a page",
    "CITATION.cff": "How to cite this release", "README.md": "What is in this release",
    "dcat.ttl": "This release as DCAT and VoID", ".zenodo.json": "This release for Zenodo",
} | {f"tables/{name}.csv": title for name, (_, title) in TABLES.items()}  # fmt: skip
_KG = "#kg"


def media_type(path: str) -> str:
    """The media type of a file of a release."""
    return next((media for ending, media in _TYPES.items() if path.endswith(ending)), "text/plain")


def ro_crate(about: About, files: Mapping[str, bytes]) -> str:
    """The release as an RO-Crate (https://www.researchobject.org/ro-crate/specification/1.2/).

    Args:
        about: what is said about the release.
        files: all other files of the release, by path.
    """
    licence = about.licence.url or about.licence.file
    in_folder = {folder: [_id(path) for path in files if path.startswith(folder)] for folder in FOLDERS}
    authors = [{"@id": f"#author-{n}"} for n, _ in enumerate(about.authors, 1)]
    top = [path for path in files if "/" not in path]
    root = {
        "@id": "./", "@type": "Dataset", "name": f"{about.title}, release {about.version}",
        "description": about.description, "datePublished": about.date, "version": about.version,
        "license": {"@id": licence}, "author": authors[0] if len(authors) == 1 else authors,
        "publisher": {"@id": "#author-1"}, "keywords": ", ".join(about.keywords) or "evidence map, knowledge graph",
        "identifier": {"@id": "#snapshot"},
        "hasPart": [*({"@id": folder} for folder in FOLDERS), *map(_id, top)],
        "mentions": {"@id": "#build"},
    }  # fmt: skip
    entities = [
        {"@id": CRATE, "@type": "CreativeWork", "about": {"@id": "./"},
         "conformsTo": {"@id": "https://w3id.org/ro/crate/1.2"}},
        root,
        *({"@id": folder, "@type": "Dataset", "name": name, "description": text, "hasPart": in_folder[folder]}
          for folder, (name, text) in FOLDERS.items()),
        *(_file(path, data) for path, data in files.items()),
        *(_person(number, author) for number, author in enumerate(about.authors, 1)),
        *([{"@id": licence, "@type": "CreativeWork", "name": about.licence.spdx or "Licence of the data",
            "description": "The licence of the data.", "identifier": licence}] if about.licence.url else []),
        {"@id": "#snapshot", "@type": "PropertyValue", "name": "Snapshot of the graph", "propertyID": "sha256",
         "value": about.snapshot},
        {"@id": "#build", "@type": "CreateAction", "name": "Build of the graph",
         "description": "kg built the graph from the bibliographies and annotations of the review.",
         "instrument": {"@id": _KG}, "result": [_id("graph/graph.nq"), _id("graph/graph.ttl")], "endTime": about.date},
        {"@id": _KG, "@type": "SoftwareApplication", "name": "kg", "version": __version__,
         "softwareVersion": __version__},
    ]  # fmt: skip
    crate = {"@context": "https://w3id.org/ro/crate/1.2/context", "@graph": entities}
    return json.dumps(crate, indent=1, ensure_ascii=False) + "\n"


def _id(path: str) -> dict[str, str]:
    return {"@id": path}


def _file(path: str, data: bytes) -> dict[str, Any]:
    """A file; its licence is that of the whole."""
    name = _NAMES.get(path, path.rsplit("/", 1)[-1])
    return {"@id": path, "@type": "File", "name": name, "description": f"{name}.", "encodingFormat": media_type(path),
            "contentSize": str(len(data)), "sha256": hashlib.sha256(data).hexdigest()}  # fmt: skip


def _person(number: int, author: Author) -> dict[str, Any]:
    found: dict[str, Any] = {"@id": f"#author-{number}", "@type": "Person" if author.family else "Organization",
                             "name": author.name}  # fmt: skip
    if author.family:
        found |= {"familyName": author.family, "givenName": author.given}
    return found | ({"identifier": author.orcid} if author.orcid else {})


def zenodo(about: About) -> str:
    """The metadata of a deposit at Zenodo, in the form of `.zenodo.json`."""
    creators = [
        {"name": f"{one.family}, {one.given}" if one.family and one.given else one.name}
        | ({"orcid": one.orcid.rsplit("/", 1)[-1]} if one.orcid else {})
        | ({"affiliation": one.affiliation} if one.affiliation else {})
        for one in about.authors
    ]
    found: dict[str, Any] = {
        "title": about.title, "upload_type": "dataset", "description": about.description, "creators": creators,
        "version": about.version, "publication_date": about.date, "access_right": "open",
    }  # fmt: skip
    if about.licence.spdx:
        found["license"] = about.licence.spdx.lower()
    return json.dumps(found | ({"keywords": list(about.keywords)} if about.keywords else {}), indent=1,
                      ensure_ascii=False) + "\n"  # fmt: skip


def dcat(about: About, files: Mapping[str, bytes]) -> str:
    """The release as a dcat:Dataset and void:Dataset, with a distribution for each file of graph and tables."""
    base = str(NamedNode(about.base))
    lines = [
        "@prefix dcat: <http://www.w3.org/ns/dcat#> .", "@prefix dcterms: <http://purl.org/dc/terms/> .",
        "@prefix spdx: <http://spdx.org/rdf/terms#> .", "@prefix void: <http://rdfs.org/ns/void#> .",
        "@prefix foaf: <http://xmlns.com/foaf/0.1/> .", "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .", "",
        f"{base} a dcat:Dataset, void:Dataset ;",
        f"  dcterms:title {Literal(about.title)} ;", f"  dcterms:description {Literal(about.description)} ;",
        f"  dcterms:issued {Literal(about.date)}^^xsd:date ;", f"  dcat:version {Literal(about.version)} ;",
        *(f"  dcterms:creator [ a foaf:Agent ; foaf:name {Literal(one.name)} ] ;" for one in about.authors),
        f"  dcterms:license <{about.licence.url or about.licence.file}> ;",
        *(f"  dcat:keyword {Literal(word)} ;" for word in about.keywords),
        f"  void:uriSpace {Literal(about.base)} ;", f"  void:triples {about.triples} ;",
        f"  void:vocabulary <{str(CS).rstrip('#')}> ;",
        "  void:dataDump <graph/graph.nq>, <graph/graph.ttl> ;",
    ]  # fmt: skip
    for path, data in files.items():
        if path.startswith(("graph/", "tables/")):
            digest = hashlib.sha256(data).hexdigest()
            lines += [
                "  dcat:distribution [ a dcat:Distribution ;",
                f"    dcterms:title {Literal(_NAMES.get(path, path))} ; dcat:downloadURL <{path}> ;",
                f"    dcat:mediaType <https://www.iana.org/assignments/media-types/{media_type(path)}> ;",
                f"    dcat:byteSize {len(data)} ;",
                "    spdx:checksum [ a spdx:Checksum ; spdx:algorithm spdx:checksumAlgorithm_sha256 ;",
                f'      spdx:checksumValue "{digest}"^^xsd:hexBinary ] ] ;',
            ]
    lines[-1] = lines[-1].removesuffix(";") + "."
    return "\n".join(lines) + "\n"
