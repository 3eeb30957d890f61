"""The data that a page of the graph contains, with its columns as rows again: a second reader of the format."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import Any


class Elements(HTMLParser):
    """Every element with its attributes, and what stands in the scripts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag == "script":
            self.scripts.append("")

    def handle_data(self, data: str) -> None:
        if self.elements and self.elements[-1][0] == "script":
            self.scripts[-1] += data


def data_of(page: str) -> dict[str, Any]:
    """The data of a page; `nodes`, `edges` and `quotations` are lists of dictionaries with their texts."""
    data: dict[str, Any] = json.loads(Elements(page).scripts[0])
    quotations = _rows(data["quotations"])
    for name in ("nodes", "edges"):
        data[name] = _rows(data[name])
        for row in data[name]:
            row["text"] = "\n".join(data["lines"][number] for number in row["text"])
            row["quotations"] = [quotations[number] for number in row["quotations"]]
    for edge, source, target in zip(data["edges"], *data["ends"], strict=True):
        edge |= {"from": source, "to": target}
    return data


def _rows(columns: dict[str, dict[str, list[Any]]]) -> list[dict[str, Any]]:
    count = max((len(column.get("at", column["of"])) for column in columns.values()), default=0)
    return [{name: _value(column, row, count) for name, column in columns.items()} for row in range(count)]


def _value(column: dict[str, list[Any]], row: int, count: int) -> Any:
    if "at" in column:
        return column["of"][column["at"][row]]
    assert len(column["of"]) in (1, count)
    return column["of"][row if len(column["of"]) == count else 0]
