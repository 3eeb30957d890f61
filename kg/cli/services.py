"""The option by which a person agrees that other services are contacted, and what would be sent to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import click

OPTION = "--ask-service"


def service_option(services: Mapping[str, str]) -> click.Option:
    """The option of a federated query of the library, which names its services."""
    names = ", ".join(f"{name} ({url})" for name, url in services.items())
    return click.Option(
        [OPTION, "services"],
        multiple=True,
        metavar="NAME[=URL]",
        shell_complete=lambda _, __, typed: [name for name in services if name.startswith(typed)],
        help=f"Agree that this service is contacted, this once: {names}. With =URL a mirror of it is used instead. "
        "--explain shows what would be sent.",
    )


url_option = click.option(
    OPTION,
    "services",
    multiple=True,
    metavar="URL",
    help="Agree that the service with this URL in the query is contacted, this once. "
    "--explain shows what would be sent.",
)


def given(services: Sequence[str]) -> dict[str, str | None]:
    """The services given to the option of a query."""
    from kg.store.services.asking import agreed_to

    return {name: url for service in services for name, url in agreed_to(service).items()}


def would_send(graph: Any, asked: str, known: Mapping[str, str], agreed: Mapping[str, str | None]) -> str:
    """Every request that the query would make, and to which service; none is made."""
    from kg.store.services.asking import exchanges

    return "".join(_sent(exchanges(graph.store, asked, known, agreed)))


def _sent(planned: Sequence[Any]) -> Iterator[str]:
    for exchange in planned:
        yield f"\n# {exchange.summary}.\n"
        for number, text in enumerate(exchange.texts, 1):
            yield f"\n# Request {number} of {len(exchange.texts)} to {exchange.url}\n\n{text}"
