"""The endpoint that `kg.toml` names."""

from __future__ import annotations

from pathlib import Path

from kg.core.problems import UsageError
from kg.readers.settings import read_settings, wrong


def configured_endpoint(root: Path) -> str:
    """The `endpoint` of `kg.toml`; empty if there is no such file, or no endpoint in it.

    Raises:
        KgError: if the file cannot be used, with the line and a hint.
    """
    settings = read_settings(root)
    if settings.endpoint:
        from kg.store.remote.endpoint import checked_url

        try:
            checked_url(settings.endpoint)
        except UsageError as error:
            hint = "such as http://localhost:7878/query"
            raise wrong(settings.place("endpoint"), "not-a-url", str(error), hint) from error
    return settings.endpoint
