"""`kg import` and `kg export` of projects of qualitative analysis."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from kg.cli.common import emit
from kg.cli.progress import progress_line
from kg.cli.reporting import count, failed, name_written, nothing_imported, propose


def import_file(root: Path, file: Path, mapping: Path | None, dry_run: bool) -> None:
    """Makes annotations of a project, or a mapping to fill in first; shows the codes of a codebook."""
    mapping = mapping or root / "bib" / "codings" / f"{file.stem}.mapping.yaml"
    from kg.building.reading import Sources, read_bibliographies, read_vocabularies
    from kg.readers.qda.project import read_qda
    from kg.sheets.qda.files import import_qda
    from kg.sheets.qda.starter import codebook, qda_starter

    with progress_line(first=f"reading {file.name}"):
        project, problems = read_qda(file)
    if failed(problems) or project is None:
        nothing_imported()
    if not project.has_segments or not mapping.exists():
        reading = Sources(root)
        read_vocabularies(reading)
        if not project.has_segments:
            if file.suffix.lower() == ".qdpx":
                click.echo("no text has a coded segment; these are the codes", err=True)
            click.echo(codebook(project, reading.vocabulary), nl=False)
            return
        read_bibliographies(reading)
        works = [work for source in reading.bibliographies for work in source.publications]
        propose(mapping, qda_starter(file, project, reading.vocabulary, works), dry_run)
        return
    with progress_line(first="making annotations"):
        made = import_qda(root, str(file), project, mapping, dry_run)
    if failed(made.problems):
        nothing_imported()
    click.echo(f"{count(made.segments, 'segment')}: {count(made.findings, 'finding')}", err=True)
    for text in made.texts.values() if dry_run else ():
        click.echo(text)
    name_written(made.texts, dry_run)


def export_file(reading: Any, annotations: Sequence[Any], form: str, output: Path | None, texts: Path | None) -> None:
    """Writes annotations as a project, or the vocabulary as a codebook."""
    from kg.building.reading import read_vocabularies
    from kg.sheets.qda.codes import QdaCodes, codebook_file, definitions
    from kg.sheets.qda.export import export_qda

    read_vocabularies(reading)
    defined = definitions(reading.vocabularies)
    if form == "qdc":
        emit(codebook_file(reading.vocabulary, defined), output)
        return
    with progress_line(first="finding quotations"):
        name = output.stem if output else reading.root.resolve().name
        made = export_qda(name, annotations, QdaCodes(reading.vocabulary, defined), texts)
    failed(made.problems)
    emit(made.data, output)
    click.echo(f"{count(made.sources, 'source')}, {count(made.segments, 'segment')}", err=True)
