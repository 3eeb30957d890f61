"""A new review: the folders, an example to look at, and what to do next."""

from __future__ import annotations

from pathlib import Path

from kg.library import shipped
from kg.output import write_whole
from kg.problems import UsageError

README = """# A review

Sources of a knowledge graph of the literature, made with `kg` (continuous-star-kg).

- `bib/*.bib`: bibliographies as they come from your reference manager
- `bib/annotations/KEY.yaml`: one file per paper you have read, named after its BibTeX key
- `ontology/*.ttl`: your own practices, challenges, methods, contexts and shapes; a file with the name of one that comes
  with kg replaces it
- `queries/FAMILY/NAME.rq`: your own queries, likewise
- `build/`: what `kg build` makes; not for git

    kg build
    kg query related-work --practice continuous-testing
    kg graph
    kg map
"""
OWN_CONCEPTS = """# Concepts that this review adds to those that come with kg. Remove the # to use one as a pattern.

@prefix cs: <https://w3id.org/continuous-star/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix challenge: <https://w3id.org/continuous-star/challenge/> .
@prefix scheme: <https://w3id.org/continuous-star/scheme/> .

# challenge:flaky-tests a cs:Challenge, skos:Concept ;
#     skos:prefLabel "flaky tests"@en ;
#     skos:altLabel "non-deterministic tests"@en ;
#     skos:definition "Tests that pass and fail without any change of the code."@en ;
#     skos:broader challenge:testing-and-quality ;
#     skos:inScheme scheme:challenges .
"""


def init_review(folder: Path, example: bool = True) -> list[Path]:
    """Makes the review and gives the files made; nothing that is there is touched.

    Raises:
        UsageError: if the folder already holds something.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} is there already and not empty; name a new folder")
    files = {
        "README.md": README,
        ".gitignore": "build/\n",
        "ontology/own-concepts.ttl": OWN_CONCEPTS,
        "queries/README.md": "Your own queries: FAMILY/NAME.rq, with `#+` headers as in `kg queries --format json`.\n",
    }
    if example:
        files |= {f"bib/{path.relative_to(shipped('bib')).as_posix()}": path.read_text(encoding="utf-8")
                  for path in sorted(shipped("bib").rglob("*")) if path.suffix in (".bib", ".yaml", ".json")}
    else:
        files["bib/references.bib"] = "% Put your BibTeX entries here, or any number of .bib files beside this one.\n"
    (folder / "bib" / "annotations").mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        write_whole(folder / name, text)
    return [folder / name for name in sorted(files)]
