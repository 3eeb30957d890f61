"""New reviews and new annotations, as files to fill in."""

from __future__ import annotations

import datetime
import json
import re
from pathlib import Path

from kg.building.reading import Sources, read_bibliographies, read_decisions
from kg.core.iris import segment
from kg.core.layers import shipped
from kg.core.output import write_whole
from kg.core.problems import UsageError, did_you_mean
from kg.core.progress import Progress, silent
from kg.model.bibliography import BibliographyEntry
from kg.model.fields import UNNAMED
from kg.readers.annotations import SCHEMA
from kg.readers.formats import find_bibliographies, formats_in_words
from kg.readers.settings import EXAMPLE as EXAMPLE_SETTINGS
from kg.readers.settings import NAME

EXAMPLE = "vanska2024"
"""The key of the example publication of a new review."""
README = """# A review

Sources of a knowledge graph of the literature, made with `kg` (continuous-star-kg).

- `bib/`: bibliographies as they come from your reference manager: FORMATS
- `bib/annotations/KEY.yaml`: one file per paper you have read, named after its BibTeX key
- `bib/quotations/KEY.yaml`: the verdicts of `kg verify-quotes` on the quotations of that annotation
- `kg.toml`: the title of the review, and what its IRIs begin with
- `ontology/*.ttl`: your own practices, challenges, methods, contexts and shapes; a file with the name of one that comes
  with kg replaces it
- `queries/FAMILY/NAME.rq`: your own queries, likewise
- `build/`: what `kg build` makes; not for git

    kg new KEY           an annotation to fill in
    kg new-concept KIND SLUG
                         a practice, challenge or other concept that kg does not have
    kg check             list what is wrong or missing, with file, line and a hint
    kg verify-quotes DIR check the quotations against the full texts (KEY.pdf, .txt or .md) that you keep in DIR
    kg build
    kg query related-work --practice continuous-testing
    kg graph
    kg map

An annotation says in your own words what the paper found (`findings`: statement, section, practices, challenges,
evidence), and what it says about other works (`attributed_to` for their findings, `citations` for why it cites them).
Each finding rests on a quotation of fifteen words or fewer with its section. `kg query vocabulary --kind practice` (or
challenge, method, context, approach, outcome, tool) lists the slugs to use.
"""
OWN_CONCEPTS = """# Concepts that this review adds to those that come with kg. `kg new-concept` writes such blocks.

@prefix cs: <https://w3id.org/continuous-star/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix challenge: <https://w3id.org/continuous-star/challenge/> .
@prefix scheme: <https://w3id.org/continuous-star/scheme/> .

# challenge:test-licences a cs:Challenge, skos:Concept ;
#     skos:prefLabel "licences of test tools"@en ;
#     skos:altLabel "tool licences"@en ;
#     skos:definition "Tests can run on few machines only, because each needs a licence of the tool."@en ;
#     skos:broader challenge:testing-and-quality ;
#     skos:inScheme scheme:challenges .
"""

_HEAD = """# yaml-language-server: $schema=annotation.schema.json
# {label}: {title}
#
# Fill in what the paper says and delete the rest; `kg check` lists what is missing, with the line.
# Statements are in your own words; a quotation is verbatim, at most fifteen words, with its section.

publication: {key}
annotator: {annotator}
created: {created}

study:
  label:             # what was done, in a few words
  aim:               # in your own words
  methods: []        # slugs: kg query vocabulary --kind method
  contexts: []       # slugs: kg query vocabulary --kind context
  participant_count: # a number, or delete the line

"""
_PARTS = """participants:
  # - id: R1
  #   role: Software developer
  #   section: Table 1

findings:
  - id: F1           # or PEC1 with `kind: pec` when the paper numbers its key findings
    statement:       # what was found, in your own words
    section:         # as printed
    practices: []    # slugs: kg query vocabulary --kind practice
    challenges: []   # slugs: kg query vocabulary --kind challenge
    # attributed_to: KEY   when the paper reports the finding of another work: second-hand
    # links:
    #   - {challenge: some-challenge, practice: some-practice, polarity: hinders}
    # effects:           # outcomes: kg query vocabulary --kind outcome
    #   - {practice: some-practice, outcome: lead-time, direction: decreases, valence: beneficial}
    evidence:
      - quote:       # verbatim
        section:
        # said_by: R1

citations:
  # - work: KEY
  #   reason: agreesWith
  #   about: F1
  #   sections: ["6"]
"""


def new_annotation(root: Path, key: str, annotator: str, second: str = "", progress: Progress = silent) -> Path:
    """Writes an annotation to fill in and returns its path.

    Args:
        root: the folder of the review.
        key: the BibTeX key of the publication.
        annotator: the person who reads it; if empty, `kg check` asks for the name.
        second: a name for the file of a second annotator (`KEY.NAME.yaml`).
        progress: receives the steps.

    Raises:
        UsageError: if no entry has that key, it is merged into another, or the file exists.
    """
    entry = entry_of(Sources(root), key, progress)
    stem = f"{segment(key)}.{segment(second)}" if second else segment(key)
    target = root / "bib" / "annotations" / f"{stem}.yaml"
    if target.exists():
        raise UsageError(f"{target} exists; `kg new {key} --as NAME` makes a file for a second annotator")
    write_whole(target, annotation_head(entry, annotator) + _PARTS)
    schema = target.with_name(SCHEMA)
    if not schema.exists():
        write_whole(schema, (shipped("bib") / "annotations" / SCHEMA).read_text(encoding="utf-8"))
    return target


def entry_of(sources: Sources, key: str, progress: Progress = silent) -> BibliographyEntry:
    """The entry of a publication that is to be annotated, after reading the bibliographies.

    Raises:
        UsageError: if no entry has that key, or it is merged into another.
    """
    progress("reading the bibliography")
    read_bibliographies(sources, progress)
    read_decisions(sources)
    works = {publication.key: publication for source in sources.bibliographies for publication in source.publications}
    if key not in works:
        raise UsageError(f"no entry `{key}` in bib/; {did_you_mean(key, works, 'add it there first')}")
    if key in sources.aliases:
        kept = sources.aliases[key]
        raise UsageError(f"`{key}` is merged into `{kept}` by bib/same-as.yaml: annotate that one with `kg new {kept}`")
    return works[key]


def annotation_head(entry: BibliographyEntry, annotator: str = "") -> str:
    """The beginning of a new annotation, with the parts of the study to fill in."""
    comment = {"label": one_line(entry.label), "title": one_line(entry.title)}
    today = datetime.date.today().isoformat()
    return _HEAD.format(key=_scalar(entry.key), annotator=_scalar(annotator or UNNAMED), created=today, **comment)


def one_line(text: str) -> str:
    """The text as a comment can show it."""
    return "".join(c if c.isprintable() else " " for c in text)


def alone(annotation: str) -> str:
    """The example without its relations to findings of other publications, which a new review does not have."""
    others = r"^      - type: \S+\n        finding: \S+/\S+\n(?:        .*\n)+"
    return re.sub(r"^    relations:\n(?!      )", "", re.sub(others, "", annotation, flags=re.M), flags=re.M)


def _scalar(text: str) -> str:
    """A YAML double-quoted scalar (YAML 1.2, section 7.3.1)."""
    return json.dumps(text, ensure_ascii=False)


def init_review(folder: Path, example: bool = True) -> list[Path]:
    """Makes a review and returns the files that were written; existing files are not changed.

    Raises:
        UsageError: if a file that would be written exists.
    """
    files = {
        "README.md": README.replace("FORMATS", formats_in_words()),
        ".gitignore": "build/\n",
        NAME: EXAMPLE_SETTINGS,
        "ontology/own-concepts.ttl": OWN_CONCEPTS,
        "queries/README.md": "Your own queries: FAMILY/NAME.rq, with `#+` headers as in `kg queries --format json`.\n",
    }
    if example:
        files |= {
            f"bib/{path.relative_to(shipped('bib')).as_posix()}": alone(path.read_text(encoding="utf-8"))
            for path in sorted(shipped("bib").rglob("*"))
            if path.stem == EXAMPLE or path.name == SCHEMA
        }
    elif not find_bibliographies(folder):
        files["bib/references.bib"] = "% Put your BibTeX entries here, or any number of .bib files beside this one.\n"
        files[f"bib/annotations/{SCHEMA}"] = (shipped("bib") / "annotations" / SCHEMA).read_text(encoding="utf-8")
    there = [name for name in files if name != ".gitignore" and (folder / name).exists()]
    if there or (folder.exists() and not folder.is_dir()):
        raise UsageError(
            f"{folder / there[0] if there else folder} exists and would be overwritten; name another folder"
        )
    (folder / "bib" / "annotations").mkdir(parents=True, exist_ok=True)
    if (folder / ".gitignore").exists():
        del files[".gitignore"]
    for name, text in files.items():
        write_whole(folder / name, text)
    return [folder / name for name in sorted(files)]
