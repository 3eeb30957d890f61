"""How a value is shown in a notebook. The values contain no HTML: `kg.api` gives them what renders them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

from kg.core.problems import UsageError


class Shown(Protocol):
    """Something that a notebook displays."""

    def _repr_html_(self) -> str: ...


class Display(Protocol):
    """Renders the values of `kg.answers`; None means that there is no such form of a value."""

    def html(self, value: Any, /) -> str | None: ...

    def markdown(self, value: Any, /) -> str | None: ...

    def page(self, value: Any, height: int, /) -> Shown: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Displayed:
    """A value that a notebook can show. Values that `KnowledgeGraph` returns have a display."""

    display: Display | None = field(default=None, repr=False, compare=False)

    def _repr_html_(self) -> str | None:
        return self.display.html(self) if self.display else None

    def _repr_markdown_(self) -> str | None:
        return self.display.markdown(self) if self.display else None

    def _page(self, height: int) -> Shown:
        if self.display is None:
            raise UsageError("this value has no page: only values that a KnowledgeGraph returns can be shown")
        return self.display.page(self, height)


@dataclass(frozen=True, slots=True, repr=False)
class Card(Displayed):
    """Everything about one thing as a text, which `print` and the prompt show."""

    text: str

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return self.text.rstrip("\n")
