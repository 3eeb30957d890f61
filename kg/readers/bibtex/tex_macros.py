r"""TeX macros that a bibliography defines in `@preamble`, as `\newcommand{\noopsort}[1]{}`, and their expansion."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache, partial

from kg.readers.bibtex.blocks import Braces

_CONCATENATED = re.compile(r'["}]\s*+#\s*+["{]')
_DEFINITION = re.compile(
    r"\\(?:(?:re)?newcommand|providecommand|DeclareRobustCommand)\*?\s*+"
    r"(?:\{\s*+\\([A-Za-z@]++)\s*+\}|\\([A-Za-z@]++))\s*+(?:\[(\d)\]\s*+)?+(?:\[([^\[\]{}]*+)\]\s*+)?+(?=\{)"
    r"|\\[gex]?def\s*+\\([A-Za-z@]++)\s*+((?:#\d)*+)\s*+(?=\{)"
)
_DEFINED = re.compile(
    r"\\(?:[gex]?def|let|(?:math)?chardef|[A-Za-z@]*(?:[cC]ommand|[cC]md|Operator|Symbol))\*?\s*+\{?\s*+\\([A-Za-z@]++)"
    r"|\\csname\s*+([A-Za-z@]++)\s*+\\endcsname"
)
"""Definitions of all kinds, also those that need TeX itself."""
_CALLED = re.compile(r"\\([A-Za-z@]++)")
_FORMULA = re.compile(r"\s*+\$([^$\\{}]++)\$\s*+")  # `$` before a letter may be money, \ensuremath is not
_ENDS_IN_COMMAND = re.compile(r"\\[A-Za-z@]++\Z")  # the text that follows must not become part of its name
_PARAMETER = re.compile(r"#(\d)")
_ARGUMENT = re.compile(r"\s*+(?:(\{)|\\[A-Za-z@]++|\\.|[^\s{}\\])", re.S)
# Bodies with these need TeX itself.
_PROGRAM = re.compile(
    r"##|\\(?:if[a-z@]*|else|fi|csname|expandafter|[gex]?def|let|catcode|setbox|[hv]?box|accent|penalty|dimen\d?|"
    r"advance|futurelet|begingroup|endgroup|[hv]skip|kern|raise|lower|ooalign|newcommand|@[A-Za-z@]*)(?![A-Za-z@])"
)
_LINKS = frozenset({"url", "path", "nolinkurl", "href", "doi"})  # their address counts, not how it is printed
_PASSES = 8
_LONGEST = 1 << 16
"""Macros that call each other several times would fill memory; a value that grows beyond this is not expanded."""


@dataclass(frozen=True, slots=True)
class TexMacro:
    """`arguments` is their number, of which the first is optional if it has a `default`."""

    arguments: int
    body: str
    default: str | None = None


@dataclass(frozen=True)
class TexMacros:
    """Macros by name, without the backslash."""

    known: Mapping[str, TexMacro] = field(default_factory=dict)

    @cached_property
    def _call(self) -> re.Pattern[str]:
        names = "|".join(map(re.escape, sorted(self.known)))
        return re.compile(rf"\\(?:({names})(?![A-Za-z@])|\\)")

    def used(self, text: str) -> list[TexMacro]:
        """Returns the macros that the text calls, each once."""
        if not self.known:
            return []
        names = dict.fromkeys(match[1] for match in self._call.finditer(text) if match[1])
        return [self.known[name] for name in names]

    def expand(self, text: str) -> str:
        """Returns the text with each macro replaced by what it stands for; a call without its arguments stays."""
        if "\\" not in text or not self.known:
            return text
        longest = len(text) + _LONGEST
        made = text
        for _ in range(_PASSES):
            before, made = made, self._once(made, longest)
            if made == before:
                return made
            if len(made) > longest:
                break
        return text  # it expands to itself again and again

    def _once(self, text: str, longest: int) -> str:
        braces: Braces | None = None
        made, at, length = [], 0, 0
        for match in self._call.finditer(text):
            if match[1] is None or match.start() < at or length > longest:
                continue
            braces = braces or Braces(text, escapes=False)
            macro = self.known[match[1]]
            arguments, end = _arguments(text, match.end(), macro, braces)
            if arguments is None:
                continue
            body = _PARAMETER.sub(partial(_argument, arguments), macro.body)
            made += [text[at : match.start()], f"{body}{{}}" if _ENDS_IN_COMMAND.search(body) else body]
            length += len(made[-1])
            at = end
        return "".join([*made, text[at:]])


def _argument(arguments: list[str], parameter: re.Match[str]) -> str:
    number = int(parameter[1])
    return arguments[number - 1] if 0 < number <= len(arguments) else ""


def _arguments(text: str, at: int, macro: TexMacro, braces: Braces) -> tuple[list[str] | None, int]:
    """Returns the arguments that follow, None if some are missing, and where they end."""
    found: list[str] = []
    if macro.default is not None:
        optional = re.compile(r"\s*+\[([^\[\]{}]*+)\]").match(text, at)
        found.append(optional[1] if optional else macro.default)
        at = optional.end() if optional else at
    while len(found) < macro.arguments:
        match = _ARGUMENT.match(text, at)
        if match is None:
            return None, at
        if not match[1]:
            found.append(match[0].strip())
            at = match.end()
            continue
        close = braces.closing.get(match.start(1))
        if close is None:
            return None, at
        found.append(text[match.end() : close])
        at = close + 1
    if not macro.arguments and at < len(text) and text[at].isspace():  # TeX skips spaces after the name of a command
        at += len(text) - at - len(text[at:].lstrip())
    return found, at


@lru_cache(maxsize=1 << 10)
def defined(preamble: str) -> frozenset[str]:
    """Returns the names of the commands that a `@preamble` block defines in any way."""
    return frozenset(match[1] or match[2] for match in _DEFINED.finditer(_CONCATENATED.sub("", preamble)))


class Preambles:
    """The `@preamble` blocks that the entries of a file see. If two define a command, the last one counts."""

    def __init__(self, blocks: Iterable[str] = ()) -> None:
        self.defines = {name: block for block in blocks for name in defined(block)}

    def needed(self, text: str) -> list[str]:
        """Returns the blocks that define the commands in a text, and those that these need, in their order."""
        found, read = set[str](), [text]
        while read:
            named = {self.defines[name] for name in _CALLED.findall(read.pop()) if name in self.defines}
            read += named - found
            found |= named
        return [block for block in dict.fromkeys(self.defines.values()) if block in found]


def meaning(preamble: str) -> dict[object, object]:
    """Returns the commands that a `@preamble` block defines; of one that needs TeX itself, the block is the meaning."""
    simple, text = macros_of([preamble]).known, " ".join(preamble.split())
    return {name: simple.get(name, text) for name in defined(preamble)}


SORTING = TexMacros({name: TexMacro(1, "") for name in ("noopsort", "Noopsort", "NoopSort", "SortNoop", "sortnoop")})
"""Names that everywhere are defined to print nothing; their argument only decides the order of a list (xampl.bib)."""


def macros_of(preambles: Iterable[str]) -> TexMacros:
    r"""Returns the macros that `@preamble` blocks define, of each name the last, and `SORTING`.

    Definitions that need TeX itself (`\if`, `\accent`, `\@ifnextchar` …) are left out.
    """
    known = dict(SORTING.known)
    for preamble in preambles:
        text = _CONCATENATED.sub("", preamble)
        braces = Braces(text, escapes=False)
        for match in _DEFINITION.finditer(text):
            close = braces.closing.get(match.end())
            body = text[match.end() + 1 : close] if close else "##"
            name = match[1] or match[2] or match[5]
            if name in _LINKS or _PROGRAM.search(body):
                continue
            if formula := _FORMULA.fullmatch(body):
                body = rf"\ensuremath{{{formula[1]}}}"
            count = len(match[6]) // 2 if match[5] else int(match[3] or 0)
            known[name] = TexMacro(count, body, None if match[5] else match[4])
    return TexMacros(known)
