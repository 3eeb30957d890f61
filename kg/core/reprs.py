"""How a value is shown at the prompt of Python: in one short line, whatever it contains."""

from __future__ import annotations

from kg.core.problems import brief

_MOST = 60


def short(value: object, *parts: object) -> str:
    """`<Finding vanska2024/PEC4 "Testing machine learning …">`: the type of the value and what identifies it.

    Args:
        value: the value.
        parts: ids, numbers and texts of it; empty ones are left out.
    """
    words = " ".join(brief(text, 2 * _MOST) for part in parts if (text := str(part)))
    return f"<{type(value).__name__}{' ' if words else ''}{words}>"


def said(text: str) -> str:
    """The beginning of a text in quotation marks; empty for an empty text."""
    return f'"{brief(" ".join(text.split()), _MOST)}"' if text else ""


def plural(thing: str) -> str:
    """The plural of a noun: `studies` for `study`."""
    if thing.endswith("y") and thing[-2:-1] not in "aeiou":
        return thing[:-1] + "ies"
    return thing + ("es" if thing.endswith(("s", "x", "ch", "sh")) else "s")


def counted(number: int, thing: str) -> str:
    """`1 study`, `2 studies`."""
    return f"{number:,} {thing if number == 1 else plural(thing)}"
