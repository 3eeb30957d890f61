"""The elements that pages have by the thousand, written without a template, which takes a third of the time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from markupsafe import Markup, escape

from kg.render.pages.site_tables import ListTable
from kg.render.pages.site_values import FindingLine, PageLink

_MOST, _BEFORE_OTHERS = 24, 20
"""So many links are shown together, and so many where there are more."""


class LinkWriter:
    """Writes the links of a page.

    A name with other letters than those of ASCII stands in a `bdi` element: one in Arabic or Hebrew does not change the
    order of what is beside it.
    """

    def __init__(self, root: str) -> None:
        """`root` leads from the folder of the page to that of the site."""
        self._root = escape(root)

    def a(self, link: PageLink, class_: str = "") -> Markup:
        """A link within the site or to elsewhere, or a text."""
        name = escape(link.label) if link.label.isascii() else f"<bdi>{escape(link.label)}</bdi>"
        if link.path:
            looks = f' class="{escape(class_)}"' if class_ else ""
            return Markup(f'<a{looks} href="{self._root}{escape(link.path)}">{name}</a>')  # noqa: S704 - escaped
        if link.url:
            return Markup(f'<a href="{escape(link.url)}" rel="external noopener">{name}</a>')  # noqa: S704 - escaped
        return Markup(name)  # noqa: S704 - escaped

    def all(self, links: Iterable[PageLink]) -> Markup:
        """Links with commas between them; after a text that is a sentence, a space."""
        found, before = "", ""
        for link in links:
            found += before + self.a(link)
            before = " " if link.label.endswith(".") and not (link.path or link.url) else ", "
        return Markup(found)  # noqa: S704 - each of them is escaped

    def folded(self, links: Sequence[PageLink]) -> Markup:
        """Links with commas between them; of very many, all but the first on request."""
        if len(links) <= _MOST:
            return self.all(links)
        first, others = self.all(links[:_BEFORE_OTHERS]), self.all(links[_BEFORE_OTHERS:])
        summary = f"<summary>The other {len(links) - _BEFORE_OTHERS}</summary>"
        return Markup(f'{first}<details class="rest">{summary}{others}</details>')  # noqa: S704 - escaped

    def rows(self, table: ListTable, mark: Callable[[str], Markup]) -> Markup:
        """The rows of a table; `mark` gives the attribute with the anchor of a thing."""
        return Markup("\n".join(self._rows(table, mark)))  # noqa: S704 - each of them is escaped

    def _rows(self, table: ListTable, mark: Callable[[str], Markup]) -> Iterator[str]:
        looks = [f' class="{escape(column.kind)}"' if column.kind else "" for column in table.columns]
        names = [f' data-name="{escape(column.name.lower())}"' for column in table.columns]
        for number, row in enumerate(table.rows):
            letter = table.letters.get(number)
            id_ = f' id="{escape(table.name)}-{letter}"' if letter else ""
            order = f' data-sort="{escape(row.sort)}"' if row.sort else ""
            first, *others = map(self.folded, row.cells)
            cells = (f"<td{look}{name if cell else ''}>{cell}</td>"
                     for look, name, cell in zip(looks[1:], names[1:], others, strict=True))  # fmt: skip
            anchor = mark(row.iri) if row.iri else ""
            yield f'<tr{anchor}><th scope="row"{id_}{order}>{first}</th>{"".join(cells)}</tr>'

    def cite(self, key: str) -> Markup:
        """The command that cites a work in LaTeX; empty without a key."""
        return Markup('<code class="cite">\\cite{{{}}}</code>').format(key) if key else Markup("")

    def hand(self, line: FindingLine) -> Markup:
        """Whether a finding is first-hand or second-hand."""
        return Markup('<span class="hand {0}">{0}</span>').format(line.hand)

    def licence(self, links: Sequence[PageLink]) -> Markup:
        """The licences of the data, of which one may be chosen."""
        if not links:
            return Markup("This review states no licence for its data")
        if links[0].path:
            return self.a(links[0])
        return Markup("Licence: ") + Markup(" or ").join(map(self.a, links))
