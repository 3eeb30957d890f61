"""The command `kg help`: the pages of docs/ in the terminal. The package contains them."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import click

from kg.cli.common import emit
from kg.cli.overview import COMMANDS as NAMES
from kg.cli.overview import width_here
from kg.cli.terminal import wants_colour
from kg.core.layers import shipped
from kg.core.problems import UsageError, brief, did_you_mean

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem
    from rich.markdown import Markdown

_FENCE = re.compile(r"(^ *```.*?^ *```[^\n]*$)", re.S | re.M)
_COMMENT = re.compile(r"^<!-- .*? -->\n|^!\[[^\]]*\]\([^)]*\)\n", re.M)
"""What tests do with an example, and pictures."""
_LINK = re.compile(r"\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)")
_PAGE = re.compile(r"(?:docs/|\.\./)?([\w-]+)\.md(?:#|$)")
_CODE = re.compile(r"(?<!`)`([^`]+)`(?!`)")

_COLOURED = [f"markdown.{name}" for name in ("item.bullet", "item.number", "table.border", "table.header", "h2")]
"""What rich would show in colour or underlined."""


def topics() -> dict[str, Path]:
    """The pages by their names, in alphabetical order."""
    folder = shipped("docs")
    found = [folder.parent / "CONTRIBUTING.md", *folder.glob("*.md")]
    return {
        path.stem.casefold(): path
        for path in sorted(found, key=lambda path: path.stem.casefold())
        if path.stem != "index"
    }


def read(page: Path, *, bold: bool) -> str:
    """The text of a page, without pictures and with links as they are useful in a terminal.

    Where nothing is bold, names of commands and files keep their marks.
    """
    parts = _FENCE.split(page.read_text(encoding="utf-8"))
    parts[::2] = [_LINK.sub(lambda link: _linked(link[1], link[2]), _COMMENT.sub("", part)) for part in parts[::2]]
    if not bold:
        parts[::2] = [_CODE.sub(r"`` `\1` ``", part) for part in parts[::2]]
    return "".join(parts)


def _linked(words: str, target: str) -> str:
    """The words of a link with what leads to its target: a command, an address, or nothing."""
    page = _PAGE.match(target)
    if page and page[1].casefold() in topics():
        return f"{words} (`kg help {page[1].casefold()}`)"
    return f"{words} ({target})" if target.startswith("http") and target not in words else words


def _markdown() -> type[Markdown]:
    """Markdown with headings on the left and code that is indented, which a pipe can take too."""
    from rich import markdown
    from rich.console import RenderResult
    from rich.text import Text

    class LeftHeading(markdown.Heading):
        def __rich_console__(self, *_: object) -> RenderResult:
            self.text.justify = "left"
            self.text.stylize("bold")
            yield Text("")
            yield self.text

    class IndentedCode(markdown.CodeBlock):
        def __rich_console__(self, *_: object) -> RenderResult:
            lines = str(self.text).rstrip().split("\n")
            yield Text("\n".join(f"    {line}".rstrip() for line in lines), no_wrap=True, overflow="ignore")

    class TerminalPage(markdown.Markdown):
        elements: ClassVar = markdown.Markdown.elements | {
            "heading_open": LeftHeading, "fence": IndentedCode, "code_block": IndentedCode,
        }  # fmt: skip

    return TerminalPage


def rendered(text: str, width: int, *, bold: bool) -> str:
    """A page as lines of at most `width` characters, except code; for a terminal headings and names are bold."""
    from rich.console import Console
    from rich.theme import Theme

    styles = dict.fromkeys(_COLOURED, "none") | {"markdown.code": "bold", "markdown.h3": "bold"}
    console = Console(
        file=io.StringIO(), width=width, force_terminal=bold, color_system="standard" if bold else None,
        theme=Theme(styles), legacy_windows=False,
    )  # fmt: skip
    with console.capture() as captured:
        console.print(_markdown()(text, hyperlinks=False), crop=False)
    return "\n".join(line.rstrip() for line in captured.get().strip("\n").split("\n")) + "\n"


def listed(pages: Mapping[str, Path]) -> str:
    """The topics with their titles."""
    widest = max(map(len, pages), default=0)
    lines = (
        f"  {name:<{widest}}  {page.read_text('utf-8').partition(chr(10))[0].lstrip('# ')}"
        for name, page in pages.items()
    )
    return "\n".join(["Topics: `kg help TOPIC` shows one. `kg COMMAND --help` explains a command.", *lines, ""])


def mentioned(word: str, pages: Mapping[str, Path]) -> str:
    """Which pages contain a word most often, or nothing if none does."""
    counts = {name: page.read_text(encoding="utf-8").casefold().count(word) for name, page in pages.items()}
    most = sorted((name for name in counts if counts[name]), key=lambda name: (-counts[name], name))[:4]
    return f"see `kg help` {', '.join(most)}" if most and word.strip() else ""


class Topic(click.ParamType[str]):
    """The name of a page; the shell completes it."""

    name = "topic"

    def shell_complete(self, _: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        return [CompletionItem(name) for name in topics() if name.startswith(incomplete.casefold())]


@click.command(name="help")
@click.argument("topic", type=Topic(), required=False)
@click.pass_context
def help_(context: click.Context, topic: str | None) -> None:
    """Show a page of the documentation, or list the topics.

    For a name that only a command has, its options are shown.

    \b
      kg help tutorial
    """
    pages = topics()
    if not topic:
        emit(listed(pages), None)
        return
    name = topic.casefold().removesuffix(".md")
    if name in pages:
        bold = wants_colour(sys.stdout)
        emit(rendered(read(pages[name], bold=bold), width_here(), bold=bold), None)
        return
    group = context.find_root().command
    command = group.get_command(context, name) if isinstance(group, click.Group) else None
    if command is None:
        hint = did_you_mean(name, [*pages, *NAMES], mentioned(name, pages) or "`kg help` lists the topics")
        raise UsageError(f"no topic `{brief(topic)}`; {hint}")
    emit(command.get_help(click.Context(command, context.find_root(), name)) + "\n", None)


COMMANDS = (help_,)
