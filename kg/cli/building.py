"""Commands that start a review, check it and build its graph."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.common import FOLDER, choice_option, emit, format_option, output_option, settings
from kg.cli.progress import progress_line
from kg.cli.reporting import SEVERITIES, accounted, count, doubtful, failed, listed, report, summary
from kg.cli.terminal import wants_colour, with_severity
from kg.core.kinds import CONCEPTS
from kg.core.problems import KgError, UsageError, did_you_mean
from kg.render import formats

if TYPE_CHECKING:
    from kg.building.reading import Sources
    from kg.core.progress import Progress
    from kg.model.duplicates import Proposal
    from kg.model.same_names import Kind
    from kg.render.formats import OutputFormat

PROPOSALS = "What may be the same"
_GITHUB = "With a workflow for GitHub: it checks, compares and publishes."
_KG_FROM = "Where the workflow installs kg from, as git+https://…@COMMIT.  [default: as this kg was]"


@click.command()
@click.argument("folder", type=FOLDER)
@click.option("--empty", is_flag=True, help="Without the example paper.")
@click.option("--github", is_flag=True, help=_GITHUB)
@click.option("--kg-from", "source", metavar="URL", default="", help=_KG_FROM)
def init(folder: Path, empty: bool, github: bool, source: str) -> None:
    """Make a new review in FOLDER, which may contain a bib/ already.

    It starts with one annotated paper and its references as an example (--empty leaves them out); the ontology and the
    query library come with kg, and files of the same name in the review's own ontology/ or queries/ replace them.

    With --github, a workflow for GitHub is written too. It checks pull requests, comments what they change, and
    publishes the site of the review. If FOLDER contains a bib/ already, nothing else is written.
    """
    from kg.building.scaffold import init_review

    if source and not github:
        raise UsageError("--kg-from is for the workflow that --github writes")
    if github and (folder / "bib").is_dir():
        _add_workflow(folder, source)
        return
    for path in init_review(folder, example=not empty and not (folder / "bib").exists()):
        click.echo(f"  {path}", err=True)
    first = f"put your bibliographies into {folder / 'bib'}, then " if empty else ""
    click.echo(f"A new review in {folder}. Next: {first}kg --root {folder} build", err=True)
    if github:
        _add_workflow(folder, source)


def _add_workflow(review: Path, source: str) -> None:
    from kg.building.workflow import add_workflow

    path, installed = add_workflow(review, source)
    where = f"It installs kg from {installed}" if installed else "Write into it where kg is installed from (KG_SOURCE)"
    click.echo(f"The workflow is {path}. {where}.", err=True)


@click.command()
@click.argument("key")
@click.option("--annotator", default="", metavar="NAME", help="Who reads the paper.")
@click.option("--as", "second", metavar="NAME", default="", help="A file for a second annotator: KEY.NAME.yaml.")
@click.pass_context
def new(context: click.Context, key: str, annotator: str, second: str) -> None:
    """Make an annotation to fill in for the entry KEY of the bibliography.

    `kg check` then lists what is missing, with the line. Each annotator of a publication has a file of their own.
    """
    from kg.building.scaffold import new_annotation

    with progress_line() as progress:
        path = new_annotation(settings(context).review, key, annotator, second, progress)
    click.echo(f"wrote {path}: fill it in, then `kg check`", err=True)


@click.command()
@click.argument("old")
@click.argument("new")
@click.option("--dry-run", is_flag=True, help="Show what would change, as a diff, and write nothing.")
@click.pass_context
def rename(context: click.Context, old: str, new: str, dry_run: bool) -> None:
    """Give the publication OLD the key NEW, in all files of the review.

    Changes its entry and the fields of other entries that name it (crossref, xdata, related …), the names of its
    annotations and of their records of quotations, and every reference in annotations, codings, their mappings and
    bib/same-as.yaml. Everything else in these files stays as it is. It is refused if the key exists or cannot be
    cited, and if one file cannot be changed, none is. Full texts outside of the review keep their names.

    \b
      kg rename --dry-run 'toy#1' toy2031
      kg rename 'toy#1' toy2031 && kg build
    """
    from kg.building.rename import rename as renaming_of

    with progress_line(first="reading the review"):
        renaming = renaming_of(settings(context).review, old, new)
    for file in renaming.files:
        click.echo(file.diff().encode("utf-8", "replace").decode() if dry_run else "", nl=False)
        moved = f" → {file.new_name}" if file.new_name != file.name else ""
        click.echo(f"{file.name}{moved}: {count(file.places, 'place')}", err=True)
    for place in renaming.left:
        click.echo(f"not changed: {place} names `{old}`", err=True)
    if not dry_run:
        renaming.write()


@click.command("new-concept")
@click.argument("kind", type=click.Choice([kind.name for kind in CONCEPTS]))
@click.argument("slug")
@click.option("--label", default="", help="Its preferred label; by default the slug with spaces.")
@click.option("--broader", default="", metavar="NAME", help="The broader concept, of the same kind.")
@click.option("--definition", default="", metavar="TEXT", help="What it is, in a sentence of your own.")
@click.option("--alt", "alternatives", multiple=True, metavar="NAME", help="Another name that people search for.")
@click.option("--area", "areas", multiple=True, help="Of a practice; by default those of the broader one.")
@click.pass_context
def new_concept(context: click.Context, /, alternatives: tuple[str, ...], areas: tuple[str, ...], **given: str) -> None:
    """Add a concept to the vocabulary of the review.

    The block goes into ontology/own-concepts.ttl, and annotations name the concept by its SLUG. It is refused if a
    concept of that kind has the slug or one of the names. Concepts with similar names are listed.

    \b
      kg new-concept practice chaos-engineering --broader continuous-testing --alt "fault injection" \\
        --definition "Causing failures in a running system on purpose, to see whether it recovers."
    """
    from kg.building.new_concept import NewConcept, add_concept

    written = add_concept(settings(context).review, NewConcept(alternatives=alternatives, areas=areas, **given))
    click.echo(written.block, nl=False)
    click.echo(f"wrote it to {written.path}:{written.line}", err=True)
    if not given["definition"]:
        click.echo("`kg check` asks for its definition until you write one", err=True)
    for concept in written.alike:
        click.echo(f"similar: {concept}", err=True)


@click.command()
@click.option("-v", "--verbose", is_flag=True, help="Also list notes, not only errors and warnings.")
@click.option("--full", is_flag=True, hidden=True, help="Accepted for old scripts; every build is a full build.")
@click.option("--watch", is_flag=True, help="Build again whenever a source changes, until Ctrl-C.")
@click.pass_context
def build(context: click.Context, verbose: bool, full: bool, watch: bool) -> None:  # noqa: ARG001 - see its help
    """Build the graph from bib/ and ontology/ into build/.

    Writes graph.nq (one named graph per source file), graph.ttl (their union) and report.json. The same input gives
    the same bytes. If there is an error, nothing is written and the last build stays as it was.
    """

    root = settings(context).review
    if watch:
        _watch(root, verbose)
    elif not _build(root, verbose):
        sys.exit(1)


def _build(root: Path, verbose: bool) -> bool:
    """Builds and reports the result; whether there is a new graph."""
    from kg.building.pipeline import STEPS
    from kg.building.pipeline import build as run

    with progress_line(STEPS) as progress:
        assembly = run(root, progress)
    report(assembly.problems, verbose)
    if assembly.errors:
        if not assembly.checked:
            click.echo("the graph was not checked because of the errors", err=True)
        click.echo(f"nothing was built: fix {count(len(assembly.errors), 'error')} first", err=True)
        return False
    for line in [*(f"  {line}" for line in accounted(assembly.accounts)), *doubtful(assembly.doubts)]:
        click.echo(line, err=True)
    graphs = f"{assembly.triples} triples in {len(assembly.graphs)} named graphs"
    click.echo(f"built {root / 'build'}: {graphs}", err=True)
    return True


def _watch(root: Path, verbose: bool) -> None:
    """Builds now and after each change; errors are reported and do not end it."""
    from kg.building.watching import changes

    try:
        changed = changes(root)
        while True:
            try:
                _build(root, verbose)
            except KgError as error:
                click.echo(f"kg: {error}", err=True)
            click.echo("watching; Ctrl-C ends it", err=True)
            names = next(changed)
            more = f" and {len(names) - 1} more" if len(names) > 1 else ""
            click.echo(f"\n{names[0]}{more} changed", err=True)
    except KeyboardInterrupt:
        click.echo("\nstopped", err=True)


@click.command()
@choice_option("--format form", ["text", "json"], "text", "json has the sources and all problems.")
@choice_option("--severity", SEVERITIES, "info", "Leave out problems that are less severe.")
@click.option("--all", "whole", is_flag=True, help="List every note; otherwise notes are grouped.")
@click.pass_context
def check(context: click.Context, form: str, severity: str, whole: bool) -> None:
    """Check all sources without building.

    Every problem has a place (file:line:column), a rule and a hint. The exit code is 1 if there is an error. Notes list
    missing data and work to do; they are not faults. At the end, doubtful values are counted.
    --format json prints a report of sources, all problems and these numbers.
    """
    from kg.building.pipeline import STEPS, assemble, report_json

    root = settings(context).review
    with progress_line(STEPS) as progress:
        assembly = assemble(root, progress)
    if form == "json":
        click.echo(report_json(assembly), nl=False)
    else:
        for line in listed(assembly.problems, severity, whole):
            click.echo(with_severity(line) if wants_colour(sys.stdout) else line)
        unchecked = "" if assembly.checked else "; the graph was not checked"
        for line in [*doubtful(assembly.doubts), f"{summary(assembly.problems)}{unchecked}"]:
            click.echo(line, err=True)
    sys.exit(1 if assembly.errors else 0)


@click.command()
@format_option(
    "proposals",
    "table",
    "yaml prints decisions to fill in; paste them below the list of the same name in bib/same-as.yaml.",
)
@click.option("--people", is_flag=True, help="Propose names of authors that may be of one person, instead of entries.")
@click.option("--venues", is_flag=True, help="Propose texts that may be one venue, instead of entries.")
@click.option("--all", "every", is_flag=True, help="Include pairs that were decided, with the decision.")
@output_option
@click.pass_context
def duplicates(
    context: click.Context, form: str | None, people: bool, venues: bool, every: bool, output: Path | None
) -> None:
    """Propose entries that may be the same work, or names that may be one person or venue.

    exact: the same DOI, arXiv id, ORCID iD or ISSN, or spellings that differ in case and punctuation only. likely:
    similar titles, weighted by year, first author and pages; compatible given names with a common co-author;
    abbreviations of venues. Nothing is merged until a person decides it in bib/same-as.yaml. A work always keeps the
    names and the venue of its entry.
    """
    from kg.building.reading import Sources, read_bibliographies, read_decisions
    from kg.model.same_names import KINDS

    written = formats.chosen("proposals", form, output, "table")
    sources = Sources(settings(context).review)
    with progress_line(first="reading the bibliography") as progress:
        read_bibliographies(sources, progress)
        read_decisions(sources)
        _keep_decisions(sources, output)
        lists = [name for name, wanted in zip(KINDS, (people, venues), strict=True) if wanted]
        found, text = _names(sources, lists, written, every) if lists else _works(sources, written, every, progress)
    wrong = failed(problem for problem in sources.problems if problem.severity == "error")
    if not text and output and str(output) != "-":
        click.echo(f"nothing to decide: {output} was not written", err=True)
    else:
        emit(text, output)
    exact = sum(proposal.kind == "exact" for proposal in found)
    click.echo(f"{count(len(found), 'proposal')}: {exact} exact, {len(found) - exact} likely", err=True)
    sys.exit(1 if wrong else 0)


def _keep_decisions(sources: Sources, output: Path | None) -> None:
    """Refuses to write over the decisions of the review; a file that cannot be read may contain some.

    Raises:
        UsageError: if they are in the file to write to.
    """
    from kg.readers.formats import DECISIONS

    kept = next(iter(DECISIONS.paths(sources.root)), None)
    if output is None or kept is None or not output.exists() or not output.samefile(kept):
        return
    source = sources.decisions
    number = source.entries if source else 0
    if number or source is None or any(not problem.rule.endswith("/empty") for problem in source.problems):
        held = f"contains {count(number, 'decision')}" if number else "may contain decisions"
        message = f"{output} {held}, which this command would replace; without -o it prints decisions to fill in; "
        raise UsageError(message + "paste them below the list of the same name in bib/same-as.yaml")


def _works(sources: Sources, form: OutputFormat, every: bool, progress: Progress) -> tuple[list[Proposal], str | bytes]:
    """The proposals on entries, and their text."""
    from kg.model.duplicates import duplicates as proposed
    from kg.render.text.reports import proposal_rows, proposal_yaml

    works = {found.key: found for source in sources.bibliographies for found in source.publications}
    proposals = proposed(works.values(), sources.aliases, sources.different, progress=progress)
    found = [proposal for proposal in proposals if every or not proposal.decision]
    shown = proposal_yaml(found, works) if form.name == "yaml" else proposal_rows(found, works, every)
    return found, form.write(shown, title=PROPOSALS)


def _names(sources: Sources, lists: list[Kind], form: OutputFormat, every: bool) -> tuple[list[Proposal], str | bytes]:
    """The proposals on names and venues, and their text."""
    from kg.model.same_names import proposed_names, works_with
    from kg.render.text.reports import name_rows, names_yaml

    works = sources.with_names()
    proposals = {name: proposed_names(name, works, *sources.decided(name)) for name in lists}
    found = {name: [one for one in some if every or not one.decision] for name, some in proposals.items()}
    numbers = {name: works_with(name, works) for name in lists}
    shown = names_yaml(found, numbers) if form.name == "yaml" else name_rows(found, numbers, every)
    return [proposal for some in found.values() for proposal in some], form.write(shown, title=PROPOSALS)


@click.command("verify-quotes")
@click.argument("folder", type=FOLDER)
@click.argument("keys", nargs=-1, metavar="[KEY]...")
@click.option("--no-record", is_flag=True, help="Only report; do not write the records.")
@click.pass_context
def verify_quotes(context: click.Context, folder: Path, keys: tuple[str, ...], no_record: bool) -> None:
    """Check quotations against the full texts in FOLDER (KEY.txt, KEY.md or KEY.pdf): all, or those of each KEY.

    Typographic differences do not count. The verdicts are recorded in bib/quotations/, which belongs in git, so that
    `kg check` can report them without the full texts. The exit code is 1 if a quotation is not in its text verbatim.
    """
    from functools import cache

    from kg.building.quotes import placed, verdicts, verify, write_records
    from kg.building.reading import Sources, files_of_entries, read_annotations, read_records
    from kg.core.problems import in_order

    sources = Sources(settings(context).review)
    with progress_line() as progress:
        read_annotations(sources, progress)
        unreadable = list(sources.problems)
        read_records(sources)  # a record with problems is written anew
        held = {source.stem: source.record for source in sources.records if source.record}
        names = {name for source in sources.current for name in (source.key, source.stem)}
        if unknown := next((key for key in keys if key not in names), None):
            raise UsageError(f"no annotation of `{unknown}`; {did_you_mean(unknown, names, '`kg new KEY` starts one')}")
        chosen = [source for source in sources.current if not keys or {source.key, source.stem} & set(keys)]
        records, problems = verify(chosen, folder, progress, held, cache(lambda: files_of_entries(sources, progress)))
    problems += unreadable
    for problem in in_order(problems):
        click.echo(problem)
    words = [
        known[quoted].verdict
        for source in chosen
        for known in [verdicts(source, records.get(source.stem))]
        for _, quoted in placed(source)
        if quoted in known
    ]
    numbers = ", ".join(f"{words.count(word)} {word}" for word in ("exact", "near", "missing"))
    click.echo(f"{count(len(words), 'quotation')}: {numbers}", err=True)
    for name in [] if no_record else write_records(sources.root, records):
        click.echo(f"recorded in {name}", err=True)
    sys.exit(1 if {"near", "missing"} & set(words) or any(problem.severity == "error" for problem in problems) else 0)


COMMANDS = (init, new, new_concept, rename, build, check, duplicates, verify_quotes)
