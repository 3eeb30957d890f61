"""`kg.toml` in the folder of a review: options that would otherwise be typed with each command."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from kg.core.problems import KgError, Location, Problem, UsageError, did_you_mean

NAME = "kg.toml"
_KEYS = ("endpoint",)
_MOST = 64 * 1024
_EXAMPLE = "http://localhost:7878/query"


def configured_endpoint(root: Path) -> str:
    """The `endpoint` of `kg.toml`; empty if there is no such file, or no endpoint in it.

    Raises:
        KgError: if the file cannot be used, with the line and a hint.
    """
    path = root / NAME
    if not path.is_file():
        return ""
    import tomllib  # only reviews with such a file wait for the import

    try:
        with path.open("rb") as file:
            text = file.read(_MOST + 1).decode("utf-8")
        if len(text) > _MOST:
            raise _wrong(0, "too-long", f"it is longer than {_MOST // 1024} KiB", "")
        found = tomllib.loads(text)
    except OSError as error:
        raise _wrong(0, "cannot-read", f"it cannot be read: {error.strerror}", "") from error
    except UnicodeDecodeError as error:
        raise _wrong(0, "not-utf-8", "it is not UTF-8", "save it as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"line (\d+)", str(error))
        line, hint = int(place[1]) if place else len(text.splitlines()), f'write lines such as endpoint = "{_EXAMPLE}"'
        raise _wrong(line, "not-toml", str(error), hint) from error
    return _endpoint(found, text)


def _endpoint(found: dict[str, Any], text: str) -> str:
    for key in found:
        if key not in _KEYS:
            hint = did_you_mean(key, _KEYS, f"the settings are: {', '.join(_KEYS)}")
            raise _wrong(_line(text, key), "unknown-key", f"no setting is called `{key}`", hint)
    endpoint = found.get("endpoint", "")
    if not isinstance(endpoint, str):
        raise _wrong(_line(text, "endpoint"), "not-text", "endpoint is not a text", "give a URL in quotation marks")
    if endpoint:
        from kg.store.remote.endpoint import checked_url

        try:
            checked_url(endpoint)
        except UsageError as error:
            raise _wrong(_line(text, "endpoint"), "not-a-url", str(error), f"such as {_EXAMPLE}") from error
    return endpoint


def _line(text: str, key: str) -> int:
    """The first line with a key, counted from 1."""
    named = re.compile(rf"""\s*\[*\s*["']?{re.escape(key)}["']?\s*[].=]""")
    return next((number for number, line in enumerate(text.split("\n"), 1) if named.match(line)), 0)


def _wrong(line: int, rule: str, message: str, hint: str) -> KgError:
    return KgError(str(Problem(Location(NAME, line, 1 if line else 0), f"config/{rule}", message, hint)))
