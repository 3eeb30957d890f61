"""Commands for assistants, and for what they propose."""

from __future__ import annotations

import datetime
import json
import secrets
from pathlib import Path
from typing import Any

import click

from kg.cli.common import settings
from kg.cli.progress import say
from kg.core.problems import UsageError, visible

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command()
@click.option("--texts", type=_FOLDER, help="Full texts (KEY.txt, KEY.md or KEY.pdf), to check proposed quotations.")
@click.option(
    "--http",
    "port",
    type=click.IntRange(1, 65535),
    help="Listen on this port of this machine instead; the token is printed.",
)
@click.pass_context
def mcp(context: click.Context, texts: Path | None, port: int | None) -> None:
    """Let an assistant ask the graph and propose findings, over the Model Context Protocol.

    An assistant starts this command and speaks to it over stdin and stdout. It can search, read related work, findings
    and cells of evidence maps, and ask read-only SPARQL queries. What it proposes is stored in bib/drafts/ after each
    quotation was found in the full text; no build reads drafts, see `kg drafts` and `kg accept`.

    \b
      claude mcp add review -- kg --root my-review mcp --texts papers
    """
    from kg.core.extras import need

    need("mcp")
    from kg.server.assistants.server import mcp_server, run_http
    from kg.server.assistants.tools import GraphTools
    from kg.server.run import listen
    from kg.server.settings import ServerSettings

    tools = GraphTools(settings(context).review.absolute(), texts and texts.absolute())
    tools.graph  # noqa: B018 - fails now if there is none
    server = mcp_server(tools, port or 0)
    if port:
        listening, token = (
            listen(ServerSettings(tools.root, port=port), "choose another port"),
            secrets.token_urlsafe(24),
        )
        listening.listen()
        say(f"listening at http://127.0.0.1:{port}/mcp for requests with the header Authorization: Bearer {token}")
        run_http(server, listening, token)
    else:
        server.run("stdio")


@click.command()
@click.argument("key", required=False, metavar="[KEY]")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.pass_context
def drafts(context: click.Context, key: str | None, form: str) -> None:
    """List what assistants have proposed in bib/drafts/, and what of it was accepted.

    KEY is one publication; all of them by default.

    \b
      kg drafts
      kg drafts giray2021 --format json
    """
    from kg.building.drafts import accepted_of, read_drafts
    from kg.building.reading import Sources, read_annotations

    reading = Sources(settings(context).review)
    read_annotations(reading)
    found = [one for one in read_drafts(reading.root) if key in (None, one.key)]
    if form == "json":
        click.echo(json.dumps([_as_json(one, accepted_of(one, reading.annotations)) for one in found], indent=1))
        return
    if not found:
        click.echo(f"no drafts{f' of {visible(key)}' if key else ''} in bib/drafts/", err=True)
    for one in found:
        accepted = accepted_of(one, reading.annotations)
        findings = one.annotation.findings if one.annotation else ()
        click.echo(f"{visible(one.stem)}: {len(findings)} proposed, {len(accepted)} accepted")
        for finding in findings:
            state = f"accepted by {accepted[finding.id]}" if finding.id in accepted else "open"
            click.echo(f"  {finding.id} ({visible(state)}): {visible(finding.statement)}")
            for evidence in finding.evidence:
                if not isinstance(evidence, str) and evidence.quote:
                    click.echo(f"      “{visible(evidence.quote)}” {visible(evidence.place)}")


def _as_json(draft: Any, accepted: dict[str, str]) -> dict[str, object]:
    content = draft.annotation.model_dump(mode="json", exclude_defaults=True) if draft.annotation else {}
    problems = [problem.as_json() for problem in draft.problems]
    return {"draft": draft.stem, "accepted": accepted, "problems": problems, **content}


@click.command()
@click.argument("draft", metavar="KEY.NAME")
@click.argument("findings", nargs=-1, required=True, metavar="FINDING...")
@click.option("--as", "name", required=True, help="Your name: who has read and accepts the findings.")
@click.pass_context
def accept(context: click.Context, draft: str, findings: tuple[str, ...], name: str) -> None:
    """Copy findings of the draft KEY.NAME, which you have read, into the annotation of KEY.

    The annotation records who proposed and who accepted each finding. It is made if there is none; then it also gets
    the description of the study. The draft stays as it is, so that `kg agreement KEY` can compare the two.

    \b
      kg accept giray2021.some-model F1 F3 --as "Ann Author"
    """
    from kg.building.drafts import accept as accepted

    if not name.strip():
        raise UsageError("--as is the name of the person who accepts the findings")
    done = accepted(settings(context).review, draft, findings, name, datetime.date.today())
    made = " (new: read its description of the study, too)" if done.created else ""
    click.echo(f"accepted {', '.join(done.findings)} into {done.path}{made}", err=True)


COMMANDS = (mcp, drafts, accept)
