"""`kg release`: a version of a review to deposit, and the proof that an archive is what its sources give."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import click

from kg.cli.common import Settings, settings
from kg.cli.progress import progress_line
from kg.cli.reporting import count, report
from kg.core.output import write_folder, write_whole
from kg.core.problems import UsageError
from kg.core.progress import Progress

_FOLDER = "The folder; the archive is written next to it, as DIR.zip."
_VERIFY = "Compare this archive, or folder, with what the sources give, and write nothing."
_DATE = "The day of the release.  [default: the last day that the sources name]"


@click.command()
@click.argument("version", default="")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="DIR", show_default="build/release-VERSION",
              help=_FOLDER)  # fmt: skip
@click.option("--date", metavar="YYYY-MM-DD", default="", help=_DATE)
@click.option("--verify", type=click.Path(exists=True, path_type=Path), metavar="FILE", help=_VERIFY)
@click.pass_context
def release(context: click.Context, version: str, output: Path | None, date: str, verify: Path | None) -> None:
    """Write a version of the review to deposit, for example at Zenodo: a folder, and an archive of it.

    The graph is built anew. A release contains it with tables, ontology, queries, report, citation and licence, and
    describes itself as RO-Crate, DCAT and VoID. The same sources give the same bytes on every machine. Nothing in it
    comes from outside the review. --verify names each file that differs, with the place of the first difference.

    \b
      kg release 1.0
      kg release --verify release-1.0.zip
    """
    if bool(version) == bool(verify):
        raise UsageError("name the version, as in `kg release 1.0`, or an archive with --verify")
    found = settings(context)
    with progress_line() as progress:
        if verify:
            _verify(found, verify, progress)
            return
        files, day = _made(found, version, date, progress)
        folder = output or found.root / "build" / f"release-{version}"
        from kg.render.release.files import archive

        progress("writing the folder and the archive")
        write_folder(folder, files, progress)  # refuses folders with other files, such as `.`
        target = (folder if folder.name else folder.resolve()).with_name(f"{folder.resolve().name}.zip")
        write_whole(target, archive(files, day))
    click.echo(f"wrote {folder} and {target}: {count(len(files), 'file')}, version {version} of {day}", err=True)


def _made(found: Settings, version: str, date: str, progress: Progress) -> tuple[dict[str, bytes], str]:
    """The files of a release of the review as its sources are now, and its date."""
    from kg.api import KnowledgeGraph
    from kg.building.pipeline import build_into
    from kg.render.release.about import about
    from kg.render.release.files import checked, release_files
    from kg.store import Store

    root = found.review
    with tempfile.TemporaryDirectory(prefix="kg-release-") as name:
        folder = Path(name)
        assembly = build_into(root, folder, progress)
        if assembly.errors:
            report(assembly.problems, verbose=False)
            click.echo(f"nothing was released: fix {count(len(assembly.errors), 'error')} first", err=True)
            sys.exit(1)
        progress("reading the graph")
        graph = KnowledgeGraph(root, Store.of_file(folder / "graph.nq"))
        progress("writing tables and descriptions")
        said = about(graph, root, version, date)
        files = release_files(graph, root, folder, said)
    checked(files, root)
    return files, said.date


def _verify(found: Settings, path: Path, progress: Progress) -> None:
    """Says whether a release is what the sources give; ends with 1 if it is not."""
    from kg.render.release.files import archive, differences, read_release, version_of

    progress(f"reading {path.name}")
    released = read_release(path)
    version, date = version_of(released, path.name)
    files, day = _made(found, version, date, progress)
    wrong = list(differences(released, files))
    if not wrong and path.is_file() and path.read_bytes() != archive(files, day):
        wrong = [f"{path.name}: error: the files are the same, but packed by another program [release/packed]"]
    for line in wrong:
        click.echo(line, err=True)
    if wrong:
        sys.exit(1)
    click.echo(f"{path.name} is what the sources give: {count(len(files), 'file')}, version {version} of {day}")


COMMANDS = (release,)
