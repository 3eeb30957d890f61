"""What an exported project says of findings, codes and sources, in words that tools keep and people can read.

REFI-QDA has no place for the id, section or page of a finding. They are the first line of the comment of a segment,
`[finding F3; section 5.3]`, before the statement. What a code or source stands for is the last line of its description.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote

_FINDING = re.compile(r"\s*\[finding ([A-Za-z0-9][\w-]*)((?:; [a-z_]+ [^;\[\]]*)*)\]\s*", re.ASCII)
_MEANING = re.compile(r"\s*\[kg: (\{.*\})\]\s*\Z", re.DOTALL)
_TO_QUOTE = re.compile(r"[%;\[\]\s]")


def with_finding(id: str, place: Mapping[str, str | None], statement: str) -> str:
    """Returns the comment of a segment. `place` has the names and values that follow the id."""
    given = "".join(f"; {name} {_quoted(value)}" for name, value in place.items() if value)
    return f"[finding {id}{given}]\n{statement}"


def read_finding(comment: str) -> tuple[str, dict[str, str], str]:
    """Returns the id, the place and the statement of a comment; without a mark, id and place are empty."""
    found = _FINDING.match(comment)
    if not found:
        return "", {}, comment.strip()
    pairs = (part.split(" ", 1) for part in found[2].split("; ")[1:])
    return found[1], {name: unquote(value) for name, value in pairs}, comment[found.end() :].strip()


def with_meaning(description: str, meaning: Mapping[str, Any]) -> str:
    """Returns the description of a code or source with what it stands for."""
    return f"{description}\n[kg: {json.dumps(meaning, ensure_ascii=False)}]".strip()


def read_meaning(description: str) -> dict[str, Any]:
    """Returns what the description of a code or source says that it stands for; nothing if it says nothing."""
    try:
        found = _MEANING.search(description)
        return dict(json.loads(found[1])) if found else {}
    except (ValueError, RecursionError):  # somebody edited it: it is then matched by its name, like any other
        return {}


def _quoted(value: str) -> str:
    return _TO_QUOTE.sub(lambda found: found[0] if found[0] == " " else quote(found[0]), value.strip())
