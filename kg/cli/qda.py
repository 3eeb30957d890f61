"""`kg import` and `kg export` of projects of qualitative analysis."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from kg.cli.common import emit
from kg.cli.progress import progress_line
from kg.cli.reporting import count, failed


def import_file(root: Path, file: Path, mapping: Path | None, dry_run: bool) -> None:
    """Makes annotations of a project, or a mapping to fill in first; shows the codes of a codebook."""
    mapping = mapping or root / "bib" / "codings" / f"{file.stem}.mapping.yaml"
    from kg.building.reading import Sources, read_bibliographies, read_vocabularies
    from kg.core.output import write_whole
    from kg.readers.qda.project import read_qda
    from kg.sheets.qda.files import import_qda
    from kg.sheets.qda.starter import codebook, qda_starter

    with progress_line(first=f"reading {file.name}"):
        project, problems = read_qda(file)
    if failed(problems) or project is None:
        click.echo("nothing was imported", err=True)
        sys.exit(1)
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
        text = qda_starter(file, project, reading.vocabulary, works)
        if dry_run:
            click.echo(text, nl=False)
            return
        write_whole(mapping, text)
        click.echo(f"wrote {mapping}: fill it in, then import again", err=True)
        return
    with progress_line(first="making annotations"):
        made = import_qda(root, str(file), project, mapping, dry_run)
    if failed(made.problems):
        click.echo("nothing was imported", err=True)
        sys.exit(1)
    click.echo(f"{count(made.segments, 'segment')}: {count(made.findings, 'finding')}", err=True)
    for path, text in made.texts.items():
        if dry_run:
            click.echo(text)
        click.echo(f"{'would write' if dry_run else 'wrote'} {path}", err=True)


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
