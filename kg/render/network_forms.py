"""Forms: the text of a node or edge in a file, with the names of the attributes that stand in it.

`[[name]]` is the value of an attribute. `[[name|filter|filter]]` is the value after these filters; `[[name>table]]` is
what a table has for the value, or the value itself; `[[a-b/2]]` is a number minus another one or a part of it. What
stands between `[[#name]]` and `[[/]]` is left out if the value is empty or false. A form defines a format once:
`filled` writes it here, and graph_files.js in the page of a graph.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kg.answers.libraries import xml_text
from kg.render.network_columns import Attribute
from kg.render.pages.graph_looks import one_line

Tables = Mapping[str, Mapping[str, Any]]

_TOKEN = re.compile(r"\[\[(.*?)\]\]", re.S)
_VALUE = re.compile(r"(?P<name>\w+)(-(?P<less>\w+)(/(?P<part>\d+))?)?(>(?P<table>\w+))?(?P<filters>(\|\w+)*)")
_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_EMPTY: tuple[Any, ...] = ("", (), [], False)


def filled(form: str, columns: Mapping[str, Attribute], tables: Tables) -> list[str]:
    """The text of each node or edge.

    Args:
        form: see the module.
        columns: the attributes by name, as many values in each.
        tables: for some attributes, what stands for a value.
    """
    return _joined(_parsed(_TOKEN.split(form)), columns, tables)


@dataclass(frozen=True, slots=True)
class _Value:
    """A value with its filters, and the parts of the form that are left out if it is empty."""

    said: Mapping[str, Any]
    inner: list[str | _Value] | None = None
    names: frozenset[str] = field(default_factory=frozenset)
    """The attributes that are needed."""


def _parsed(tokens: list[str]) -> list[str | _Value]:
    return _parts(iter([(text, number % 2 == 1) for number, text in enumerate(tokens)]))


def _parts(tokens: Iterator[tuple[str, bool]]) -> list[str | _Value]:
    """The parts until the end of the form or of what may be left out."""
    parts: list[str | _Value] = []
    for text, is_token in tokens:
        if is_token and text == "/":
            break
        parts.append(_value(text, tokens) if is_token else text)
    return parts


def _value(text: str, tokens: Iterator[tuple[str, bool]]) -> _Value:
    found = _VALUE.fullmatch(text.removeprefix("#"))
    if found is None:
        raise ValueError(f"not a value of a form: {text}")
    inner = _parts(tokens) if text.startswith("#") else None
    names = {name for name in (found["name"], found["less"]) if name and not name.isdecimal()}
    within = (part.names for part in inner or () if isinstance(part, _Value))
    return _Value(found.groupdict(), inner, frozenset(names.union(*within)))


def _joined(parts: list[str | _Value], columns: Mapping[str, Attribute], tables: Tables) -> list[str]:
    """The parts joined for each row; what depends on few attributes is made once for each of their values."""
    form = "".join(part.replace("%", "%%") if isinstance(part, str) else "%s" for part in parts)
    made = [_texts(part, columns, tables) for part in parts if isinstance(part, _Value)]
    if not made:
        return [form % ()] * len(next(iter(columns.values())).at)
    return list(map(form.__mod__, zip(*made, strict=True)))


def _texts(part: _Value, columns: Mapping[str, Attribute], tables: Tables) -> Sequence[str]:
    names = sorted(part.names)
    if len(names) == 1:
        rows: Sequence[Any] = columns[names[0]].at
        values = {names[0]: columns[names[0]].of}
        made = _made(part, values, tables)
        return [made[row] for row in rows]
    rows = list(zip(*(columns[name].at for name in names), strict=True))
    kept = list(dict.fromkeys(rows))
    values = {name: [columns[name].of[row[at]] for row in kept] for at, name in enumerate(names)}
    found = dict(zip(kept, _made(part, values, tables), strict=True))
    return [found[row] for row in rows]


def _made(part: _Value, values: Mapping[str, Sequence[Any]], tables: Tables) -> Sequence[str]:
    tested = _said(part.said, values, tables)
    if part.inner is None:
        return list(map(str, tested))
    numbers = range(len(tested))
    inner = _joined(part.inner, {name: Attribute(of, numbers) for name, of in values.items()}, tables)
    return [text if test not in _EMPTY else "" for text, test in zip(inner, tested, strict=True)]


def _said(said: Mapping[str, Any], values: Mapping[str, Sequence[Any]], tables: Tables) -> Sequence[Any]:
    """The values with what is subtracted, looked up and filtered."""
    rows = len(next(iter(values.values())))
    found = _numbers(said["name"], values, rows)
    if said["less"]:
        part = float(said["part"] or 1)
        less = _numbers(said["less"], values, rows)
        found = [value - other / part for value, other in zip(found, less, strict=True)]
    if said["table"]:
        table = tables[said["table"]]
        found = [table.get(value, value) for value in found]
    for name in said["filters"].split("|")[1:]:
        found = list(map(FILTERS[name], found))
    return found


def _numbers(name: str, values: Mapping[str, Sequence[Any]], rows: int) -> Sequence[Any]:
    return values[name] if name in values else [float(name)] * rows


# --- filters: graph_files.js has the same ones ------------------------------------------------------------------------


def _xml(text: str) -> str:
    """Text in an element or attribute, as every parser reads it: those of attributes change other kinds of space."""
    if not text.isprintable():
        text = xml_text(_paired(text)).replace("&", "&amp;")
        text = text.replace("\t", "&#9;").replace("\n", "&#10;").replace("\r", "&#13;")
    elif "&" in text:
        text = text.replace("&", "&amp;")
    return text.replace("<", "&lt;").replace(">", "&gt;")


def _json(value: Any) -> str:
    """JSON that can be written as UTF-8: a lone surrogate is escaped."""
    text = _paired(json.dumps(value, ensure_ascii=False))
    return text if text.isascii() else _SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _paired(text: str) -> str:
    """Text in which two surrogates that are the halves of a character have become the character."""
    if text.isascii():
        return text
    return _PAIR.sub(lambda pair: pair[0].encode("utf-16-le", "surrogatepass").decode("utf-16-le"), text)


FILTERS: Mapping[str, Callable[[Any], str]] = {
    "line": one_line,
    "join": "; ".join,
    "json": _json,
    "number": lambda value: repr(float(value)),
    "xml": _xml,
    "double": lambda text: text.replace('"', "&quot;"),
    "single": lambda text: text.replace("'", "&#39;"),
}
"""By name: one line of text, a list joined by `; `, JSON, a number as XML and JSON have it, and text of XML, also
between double or single quotation marks."""
