"""A paper in two columns, made by hand: three sections, and a list of references."""

from __future__ import annotations

from pathlib import Path

from tests.pdf import write_pdf

LEFT, RIGHT = 50, 310
FIRST = """\
1 Introduction
Toy makers test their toys in many ways.
Earlier work reported that long builds keep
toy makers from committing often [2], but it
did not look at tests. We interviewed two
teams to see what they do today, and why it
does or does not work for them in practice.

2 Method
We used semi-structured interviews with two
toy makers, and coded what they told us.

3 Results
Both teams practise continuous integration.
The lack of test automation tools makes it
hard to practise continuous testing in either
team, and both teams therefore test by hand."""
SECOND = """\
3.1 Builds
With continuous deployment, the lead time of
the teams went down from two weeks to a day.
They said the deployment pipeline helped most,
because it re-
moved the waiting between the departments.

4 Discussion
Our results agree with what others have said
of toys <b>before</b> & after the war.

References
[1] Z. Muster. Toy tests revisited. In
Proceedings of the Toy Conference, 2032.
[2] Acme Toys and Sons. How we build toys,
a technical report of the firm. 2030.
[3] A. Nobody. A work not held here. 2029."""


def write_paper(path: Path) -> None:
    """Writes the paper with one page of two columns."""
    left = [(LEFT, line) for line in FIRST.splitlines()]
    write_pdf(path, left + [(RIGHT, line) for line in SECOND.splitlines()])
