"""What axe-core finds wrong with a page as somebody meets it who does not see it, or uses no mouse.

axe-core comes with the package axe-playwright-python: version 4.12 of July 2026, the MPL-2.0 script beside MIT code.
axe-core-python, which bundles it too, stood still in 2022 at axe 4.4, before WCAG 2.2. The script is only read from the
package; all of its rules are run, the best practices too.
"""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

_SCRIPT = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
_RUN = """async ([without, rules]) => {
  const within = without ? { exclude: [without] } : document;
  const only = rules.length ? { runOnly: { type: "rule", values: rules } } : {};
  const run = await axe.run(within, { resultTypes: ["violations"], preload: false, ...only });
  return run.violations.flatMap((rule) => rule.nodes.map(
    (node) => `${rule.impact}: ${rule.id}: ${node.target.join(" ")}: ${node.failureSummary}`));
}"""
"""Nothing is fetched again to be looked at (`preload`): a page's own policy would not let it."""

COLOUR_RULES = ("color-contrast", "link-in-text-block")
"""The rules whose result depends on the colour scheme."""


_SHORTEN = """for (const list of document.querySelectorAll("tbody, ul, ol, dl")) {
  const items = [...list.children];
  items.slice(24).forEach((item) => item.remove());
}"""


def shorten(page: Page) -> None:
    """Removes what follows the first 24 rows or items of each table and list, which are alike and slow to check."""
    page.evaluate(_SHORTEN)


def violations(page: Page, without: str = "", rules: tuple[str, ...] = ()) -> list[str]:
    """One line for each element that breaks a rule: impact, rule, selector and what is wrong.

    Args:
        page: the page, opened.
        without: selector of an element that is left out because its content is not ours.
        rules: ids of the rules to run; all rules, if there are none.
    """
    # Not as a <script> element, which the policy of a page does not allow.
    if not page.evaluate("'axe' in window"):
        page.evaluate(_SCRIPT)
    found: list[str] = page.evaluate(_RUN, [without, list(rules)])
    return found
