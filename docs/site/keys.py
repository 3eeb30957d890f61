"""The reference of a file format that pydantic models define: a table for each part, with examples from files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from kg.readers.yaml.marks import read_yaml

LONGEST = 90
"""The longest example, in characters."""
Schema = dict[str, Any]


class Format:
    """The parts of a format, by the names of their models; the whole file is the part with the empty name."""

    def __init__(self, model: type[BaseModel], files: list[Path]) -> None:
        whole = model.model_json_schema()
        self.anchor = model.__name__.lower()
        self.parts: dict[str, Schema] = {"": whole, **whole.get("$defs", {})}
        self.examples: dict[tuple[str, str], Any] = {}
        for file in files:
            self._collect(whole, read_yaml(file.name, file.read_text(encoding="utf-8")).data)
        self.places: dict[str, list[str]] = {}
        self._place("", "", ())
        for places in self.places.values():
            places.sort(key=lambda place: (place.count("."), place))
        # Forms of one part, such as a quotation with a section or with a page, stand in the same places.
        first = [places[0] for places in self.places.values()]
        self.forms = {name for name, places in self.places.items() if first.count(places[0]) > 1}

    def _below(self, schema: Schema) -> Iterator[str]:
        """The names of the parts that a value may be, or that it contains."""
        if "$ref" in schema:
            yield schema["$ref"].rpartition("/")[2]
        for inner in _inner(schema):
            yield from self._below(inner)

    def _place(self, name: str, path: str, above: tuple[str, ...]) -> None:
        """Records where a part may stand."""
        for key, schema in self.parts[name].get("properties", {}).items():
            for part in dict.fromkeys(self._below(schema)):
                here = f"{path}.{key}".lstrip(".")
                self.places.setdefault(part, [])
                if part not in above and here not in self.places[part]:
                    self.places[part].append(here)
                    if len(self.places[part]) == 1:
                        self._place(part, here, (*above, part))

    def _collect(self, schema: Schema, data: Any) -> None:
        """Takes the first value of each key that a file has as its example."""
        if isinstance(data, list):
            for item in data:
                for inner in _inner(schema):
                    self._collect(inner, item)
        elif isinstance(data, dict):
            for name in [""] if schema is self.parts[""] else self._below(schema):
                known = self.parts[name].get("properties", {})
                if set(data) <= set(known):
                    for key, value in data.items():
                        self.examples.setdefault((name, key), value)
                        self._collect(known[key], value)
            for value in data.values() if "additionalProperties" in schema else ():
                self._collect(schema, value)

    def tables(self) -> Iterator[str]:
        """The sections of the page in Markdown, one for each part."""
        for name in ["", *self.places]:
            places = self.places.get(name, [""])
            form = f": {self.parts[name]['description'].rstrip('.')}" if name in self.forms else ""
            heading = f"`{places[0]}`{form}" if name else "The file"
            also = f" Also: {', '.join(f'`{place}`' for place in places[1:])}." if places[1:] else ""
            about = _sentence(self.parts[name].get("description", ""))
            rows = "".join(self._row(name, key, value) for key, value in self.parts[name]["properties"].items())
            target = f"({self.anchor}-{name.lower()})=\n" if name else ""
            yield (
                f"{target}## {heading}\n\n{about}{also}\n\n"
                f"| key | value | meaning | example |\n|---|---|---|---|\n{rows}"
            )

    def _row(self, name: str, key: str, schema: Schema) -> str:
        needed = key in self.parts[name].get("required", ())
        shown = f"**`{key}`**" if needed else f"`{key}`"
        value = self._value(schema) + (", required" if needed else "")
        parts = list(dict.fromkeys(self._below(schema)))
        meaning = schema.get("description") or next(
            (self.parts[part].get("description", "") for part in parts if len(parts) == 1), ""
        )
        if schema.get("default") not in (None, "", [], (), {}, False) and not isinstance(schema["default"], dict):
            meaning = f"{_sentence(meaning)} Without it: `{_plain(schema['default'])}`."
        example = _plain(self.examples.get((name, key)))
        return f"| {shown} | {value} | {_cell(_sentence(meaning))} | {_code(example)} |\n"

    def _value(self, schema: Schema) -> str:
        """What a key takes, in words."""
        if "enum" in schema:
            return "one of " + ", ".join(f"`{value}`" for value in schema["enum"])
        if "$ref" in schema:
            part = schema["$ref"].rpartition("/")[2]
            return f"[{_cell(self.places[part][0].rpartition('.')[2])}](#{self.anchor}-{part.lower()})"
        if schema.get("type") == "array":
            return f"list of: {self._value(schema['items'])}" if "items" in schema else "list"
        if schema.get("type") == "object":
            of = schema.get("additionalProperties")
            return f"by name: {self._value(of)}" if isinstance(of, dict) else "mapping"
        choices = [inner for inner in _inner(schema) if inner.get("type") != "null"]
        if choices:
            shown = [self._value(inner) for inner in choices]
            return " or ".join(value for at, value in enumerate(shown) if not _is_again(value, shown[:at]))
        kinds = {"integer": "number", "boolean": "true or false"}
        formats = {"date": "date", "regex": "regular expression"}
        return formats.get(schema.get("format", ""), kinds.get(schema.get("type", ""), "text"))


def _is_again(value: str, before: list[str]) -> bool:
    """Whether a value or, of a link, its words stand before it."""
    return any(value.split("](")[0] == other.split("](")[0] for other in before)


def _inner(schema: Schema) -> list[Schema]:
    """The schemas of what a value may be or contain."""
    of = schema.get("additionalProperties")
    several = [*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("prefixItems", ())]
    return [*several, *([schema["items"]] if "items" in schema else []), *([of] if isinstance(of, dict) else [])]


def _plain(value: Any) -> str:
    """A value as it may stand in a file; empty if it is too long or has parts of its own."""
    if isinstance(value, list):
        inside = [_plain(item) for item in value]
        while len(inside) > 1 and len(", ".join(inside)) > LONGEST // 2:
            inside.pop()
        value = f"[{', '.join(inside)}]" if all(inside) else ""
    elif isinstance(value, bool):
        value = str(value).lower()
    text = "" if value is None or isinstance(value, dict) else str(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rpartition(' ')[0]} …"


def _sentence(text: str) -> str:
    text = " ".join(text.split())
    return text if not text or text.endswith((".", "?")) else f"{text}."


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _code(text: str) -> str:
    return f"`{_cell(re.sub('`', '', text))}`" if text else ""
