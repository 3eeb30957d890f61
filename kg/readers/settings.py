"""`kg.toml` in the folder of a review: what it is called and about, the base of its IRIs, where it is published."""

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
_LONGEST = {"title": 200, "description": 400}
_EXAMPLES = {
    "endpoint": "http://localhost:7878/query",
    "base": "https://example.org/my-review/",
    "title": "Testing of machine learning: a review",
    "description": "This review shows how machine learning is tested, and what studies found about it.",
    "url": "https://example.org/my-review-site/",
}
EXAMPLE = "# Settings of this review. Remove the # to use one.\n\n" + "".join(
    f"# {what}\n# {name} = \"{value}\"\n" for (name, value), what in zip(
        _EXAMPLES.items(),
        ("Ask a SPARQL endpoint instead of the graph in build/.",
         "What the IRIs of your publications, findings and own concepts begin with; it ends with a slash.\n# Concepts "
         "that come with kg keep theirs. Decide before you publish: another base gives everything another IRI.",
         "The title of the graph, the evidence map and the site.",
         "One sentence that says what the review is about: the front page of the site begins with it.",
         "Where the site is published; it ends with a slash. Its pages say so to search engines."), strict=True)
)  # fmt: skip
"""The file of a new review: every setting, as a comment."""


@dataclass(frozen=True, slots=True)
class ReviewSettings:
    """The settings of a review."""

    endpoint: str = ""
    base: str = BASE
    title: str = ""
    description: str = ""
    url: str = ""
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
    base, url = found.get("base", BASE), found.get("url", "")
    if fault := _fault_of_base(base):
        raise wrong(settings.place("base"), "base", f"the base {fault}", f"such as {_EXAMPLES['base']}")
    if "url" in found and (fault := fault_of_address(url)):
        raise wrong(settings.place("url"), "url", f"the url {fault}", f"such as {_EXAMPLES['url']}")
    for name, most in _LONGEST.items():
        text = found.get(name, "")
        if name in found and not (text.strip() and text.isprintable() and len(text) <= most):
            hint = f"write up to {most} characters in one line, or leave it out"
            raise wrong(settings.place(name), name, f"the {name} is empty, too long or not in one line", hint)
    title, description = (found.get(name, "").strip() for name in ("title", "description"))
    return ReviewSettings(found.get("endpoint", ""), base, title, description, url, settings.lines)


def _fault_of_base(base: str) -> str:
    """What keeps it from being the base of IRIs; empty if nothing does."""
    if base == BASE:
        return ""
    if fault := fault_of_address(base):
        return fault
    if base.startswith(BASE) or any(taken.startswith(base) for taken in PREFIXES.values()):
        return "belongs to kg or to another vocabulary"
    return ""


def fault_of_address(address: str) -> str:
    """What keeps it from being the address of a folder on the web; empty if nothing does."""
    try:
        NamedNode(address)
    except ValueError:
        return "is not an IRI"
    if not re.fullmatch(r"https?://[^/?#@\s]+/(?:[^?#\s]*/)?", address):
        return "is not an http or https address that ends with a slash"
    if re.search(r"/\.{0,2}/", address.partition("://")[2]):
        return "contains an empty step, or one of dots"
    return ""


def _line(text: str, key: str) -> int:
    """The first line with a key, counted from 1."""
    named = re.compile(rf"""\s*\[*\s*["']?{re.escape(key)}["']?\s*[].=]""")
    return next((number for number, line in enumerate(text.split("\n"), 1) if named.match(line)), 0)


def wrong(where: Location, rule: str, message: str, hint: str) -> KgError:
    """The error about the file."""
    return KgError(str(Problem(where, f"config/{rule}", message, hint)))
