"""`kg.toml` in the folder of a review: its title, the base of its IRIs, and the endpoint that commands ask."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyoxigraph import NamedNode

from kg.core.iris import BASE, PREFIXES
from kg.core.problems import KgError, Location, Problem, did_you_mean

NAME = "kg.toml"
TITLE = "Continuous* knowledge graph"
"""What a review without a title is called."""
_MOST = 64 * 1024
_LONGEST_TITLE = 200
_EXAMPLES = {
    "endpoint": "http://localhost:7878/query",
    "base": "https://example.org/my-review/",
    "title": "Testing of machine learning: a review",
}
EXAMPLE = "# Settings of this review. Remove the # to use one.\n\n" + "".join(
    f"# {what}\n# {name} = \"{value}\"\n" for (name, value), what in zip(
        _EXAMPLES.items(),
        ("Ask a SPARQL endpoint instead of the graph in build/.",
         "What the IRIs of your publications, findings and own concepts begin with; it ends with a slash.\n# Concepts "
         "that come with kg keep theirs. Decide before you publish: another base gives everything another IRI.",
         "The title of the graph, the evidence map and the site."), strict=True)
)  # fmt: skip
"""The file of a new review: every setting, as a comment."""


@dataclass(frozen=True, slots=True)
class ReviewSettings:
    """The settings of a review."""

    endpoint: str = ""
    base: str = BASE
    title: str = ""
    lines: tuple[tuple[str, int], ...] = ()
    """The line of each setting, counted from 1."""

    def place(self, name: str) -> Location:
        """Where a setting is."""
        line = dict(self.lines).get(name, 0)
        return Location(NAME, line, 1 if line else 0)


def read_settings(root: Path) -> ReviewSettings:
    """The settings in `kg.toml`; the default of each that it does not contain.

    Raises:
        KgError: if the file cannot be used, with the line and a hint.
    """
    path = root / NAME
    if not path.is_file():
        return ReviewSettings()
    import tomllib  # only reviews with such a file wait for the import

    try:
        with path.open("rb") as file:
            text = file.read(_MOST + 1).decode("utf-8")
        if len(text) > _MOST:
            raise wrong(Location(NAME), "too-long", f"it is longer than {_MOST // 1024} KiB", "")
        found = tomllib.loads(text)
    except OSError as error:
        raise wrong(Location(NAME), "cannot-read", f"it cannot be read: {error.strerror}", "") from error
    except UnicodeDecodeError as error:
        raise wrong(Location(NAME), "not-utf-8", "it is not UTF-8", "save it as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"line (\d+)", str(error))
        line = int(place[1]) if place else len(text.splitlines())
        hint = f'write lines such as endpoint = "{_EXAMPLES["endpoint"]}"'
        raise wrong(Location(NAME, line, 1), "not-toml", str(error), hint) from error
    return _checked(found, text)


def _checked(found: dict[str, Any], text: str) -> ReviewSettings:
    settings = ReviewSettings(lines=tuple((name, _line(text, name)) for name in found))
    for name, value in found.items():
        if name not in _EXAMPLES:
            hint = did_you_mean(name, _EXAMPLES, f"the settings are: {', '.join(_EXAMPLES)}")
            raise wrong(settings.place(name), "unknown-key", f"no setting is called `{name}`", hint)
        if not isinstance(value, str):
            hint = f'write it in quotation marks: {name} = "{_EXAMPLES[name]}"'
            raise wrong(settings.place(name), "not-text", f"{name} is not a text", hint)
    base, title = found.get("base", BASE), found.get("title", "")
    if fault := _fault_of_base(base):
        raise wrong(settings.place("base"), "base", f"the base {fault}", f"such as {_EXAMPLES['base']}")
    if "title" in found and not (title.strip() and title.isprintable() and len(title) <= _LONGEST_TITLE):
        hint = f"write up to {_LONGEST_TITLE} characters in one line, or leave it out"
        raise wrong(settings.place("title"), "title", "the title is empty, too long or not in one line", hint)
    return ReviewSettings(found.get("endpoint", ""), base, title.strip(), settings.lines)


def _fault_of_base(base: str) -> str:
    """What keeps it from being the base of IRIs; empty if nothing does."""
    if base == BASE:
        return ""
    try:
        NamedNode(base)
    except ValueError:
        return "is not an IRI"
    if not re.fullmatch(r"https?://[^/?#@\s]+/(?:[^?#\s]*/)?", base):
        return "is not an http or https address that ends with a slash"
    if re.search(r"/\.{0,2}/", base.partition("://")[2]):
        return "contains an empty step, or one of dots"
    if base.startswith(BASE) or any(taken.startswith(base) for taken in PREFIXES.values()):
        return "belongs to kg or to another vocabulary"
    return ""


def _line(text: str, key: str) -> int:
    """The first line with a key, counted from 1."""
    named = re.compile(rf"""\s*\[*\s*["']?{re.escape(key)}["']?\s*[].=]""")
    return next((number for number, line in enumerate(text.split("\n"), 1) if named.match(line)), 0)


def wrong(where: Location, rule: str, message: str, hint: str) -> KgError:
    """The error about the file."""
    return KgError(str(Problem(where, f"config/{rule}", message, hint)))
