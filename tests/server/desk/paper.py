"""A paper in two columns, made by hand: sections, ten findings, and a list of references."""

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
Long builds made frequent commits hard: 5 of 8
makers waited until the evening to commit.
Test parallelisation reduced the build
duration by a third in team A.
We found that flaky tests prevent regression
testing from being trusted in both teams.

3.2 Releases
Feature toggles helped team B to avoid the
merge conflicts of its old branches."""
THIRD = """\
Rapid releases increased the workload of the
testers, who called every Friday a burden.
Code review did not change the number of
defects that were found after the release.

4 Discussion
Our results agree with what others have said
of toys <b>before</b> & after the war.
We recommend that toy makers begin with build
automation before they buy any other tools."""
FOURTH = """\
References
[1] Z. Muster. Toy tests revisited. In
Proceedings of the Toy Conference, 2032.
[2] Acme Toys and Sons. How we build toys,
a technical report of the firm. 2030.
[3] A. Nobody. A work not held here. 2029."""


def write_paper(path: Path) -> None:
    """Writes the paper with two pages of two columns."""
    columns = [[(LEFT, FIRST), (RIGHT, SECOND)], [(LEFT, THIRD), (RIGHT, FOURTH)]]
    write_pdf(path, *([(x, line) for x, text in page for line in text.splitlines()] for page in columns))
